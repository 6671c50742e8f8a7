// Package atomicfile replaces files as a whole: whoever reads them sees what was
// there before or what is there afterwards, and after an error or a crash what was
// there before stays.
package atomicfile

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Write gives the file name what fill writes, which may be nil, and the mode 0644.
// Its folder must be there; what is written lies in it under another name until it
// is complete and on disk.
func Write(name string, fill func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // is gone when all went well
	defer f.Close()
	w := bufio.NewWriter(f)
	if fill != nil {
		if err := fill(w); err != nil {
			return err
		}
	}
	if err := errors.Join(w.Flush(), f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// Bytes is what [Write] takes to write data.
func Bytes(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}
