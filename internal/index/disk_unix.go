//go:build unix

package index

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps a whole file for reading. The file may be unlinked afterwards.
func mapFile(path string) (data []byte, unmap func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	size, err := mappable(f)
	if err != nil || size == 0 {
		return nil, func() error { return nil }, err // there is no empty map
	}
	data, err = unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, mapFlags)
	if err != nil {
		return nil, nil, &os.PathError{Op: "mmap", Path: path, Err: err}
	}
	return data, func() error { return unix.Munmap(data) }, nil
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// patiently does what may fail for a moment while another process has a file
// open, which happens on Windows only.
func patiently(do func() error) error { return do() }
