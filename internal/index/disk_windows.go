package index

import (
	"errors"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// mapFile maps a whole file for reading. The file cannot be removed before
// unmap.
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
	h, err := windows.CreateFileMapping(windows.Handle(f.Fd()), nil, windows.PAGE_READONLY, 0, 0, nil)
	if err != nil {
		return nil, nil, &os.PathError{Op: "CreateFileMapping", Path: path, Err: err}
	}
	defer windows.CloseHandle(h) // the view keeps the mapping
	addr, err := windows.MapViewOfFile(h, windows.FILE_MAP_READ, 0, 0, uintptr(size))
	if err != nil {
		return nil, nil, &os.PathError{Op: "MapViewOfFile", Path: path, Err: err}
	}
	// The address is no Go memory; going through its variable's address keeps
	// vet from taking it for pointer arithmetic.
	data = unsafe.Slice(*(**byte)(unsafe.Pointer(&addr)), size)
	return data, func() error { return windows.UnmapViewOfFile(addr) }, nil
}

// syncDir has no counterpart on Windows: NTFS keeps names in its journal.
func syncDir(string) error { return nil }

// patiently tries again for two seconds what Windows refuses while another
// process (a reader of the manifest, a virus scanner) has the file open.
func patiently(do func() error) error {
	for wait := time.Millisecond; ; wait *= 2 {
		err := do()
		busy := errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
		if !busy || wait > time.Second {
			return err
		}
		time.Sleep(wait)
	}
}
