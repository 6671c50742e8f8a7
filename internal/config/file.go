package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFile is the most bytes of a file of settings. It also bounds how deep its
// values can nest.
const maxFile = 64 << 10

// readUser reads the user's file; links are followed, since people keep their
// settings elsewhere. Nil without an error means that there is none.
func readUser(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("is not a file")
	}
	if err != nil {
		return nil, reason(err)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	return readAll(f)
}

// readRepository reads the file in root. Links are followed only as far as they
// stay below root, and nothing but a file is opened.
func readRepository(root string) ([]byte, error) {
	dir, err := os.OpenRoot(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // whoever reads the repository will tell
	}
	if err != nil {
		return nil, reason(err)
	}
	defer dir.Close()
	info, err := dir.Stat(RepositoryFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("is not a file")
	}
	if err != nil {
		return nil, reason(err)
	}
	f, err := dir.OpenFile(RepositoryFile, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	return readAll(f)
}

func readAll(f *os.File) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, reason(err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("is larger than %d bytes", maxFile)
	}
	if data == nil {
		data = []byte{}
	}
	return data, nil
}

// reason drops the path from an error, which is told anyway.
func reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

func (l *loader) userFile() {
	if l.UserFile == "" {
		return
	}
	c := &scope{source: User, dir: filepath.Dir(l.UserFile), language: l.Language, nearLanguage: l.NearLanguage}
	data, err := readUser(l.UserFile)
	l.errs = append(l.errs, l.file(c, l.UserFile, data, err)...)
}

func (l *loader) repositoryFile() {
	if l.Root == "" {
		return
	}
	c := &scope{source: Repository, language: l.Language, nearLanguage: l.NearLanguage}
	data, err := readRepository(l.Root)
	l.warnings = l.file(c, filepath.Join(l.Root, RepositoryFile), data, err)
}
