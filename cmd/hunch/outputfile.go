package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// output is a file that replaces what was there when it is complete. A nil one
// was not asked for.
type output struct {
	file *os.File
	name string // that it will have; "" for a pipe or device, which stays
}

func openOutput(name string) (*output, error) {
	if name == "" {
		return nil, nil
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s is a folder, want a file", quotePath(name))
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return nil, pathError(name, err)
		}
		return &output{f, ""}, nil
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.tmp")
	if err != nil {
		return nil, pathError(name, err)
	}
	return &output{f, name}, nil
}

func (o *output) save(write func(io.Writer) error) error {
	if o == nil {
		return nil
	}
	if err := write(o.file); err != nil {
		return err
	}
	if o.name == "" {
		return o.file.Close()
	}
	if err := errors.Join(o.file.Chmod(0o644), o.file.Sync(), o.file.Close()); err != nil {
		return err
	}
	return os.Rename(o.file.Name(), o.name)
}

// drop removes what was not saved.
func (o *output) drop() {
	if o == nil {
		return
	}
	o.file.Close()
	if o.name != "" {
		os.Remove(o.file.Name())
	}
}
