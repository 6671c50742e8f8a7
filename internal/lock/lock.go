// Package lock gives one process the right to write something, by a kernel lock
// on a file, which ends with its process, however that ends.
package lock

import (
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// Lock is the right. The pid in the file is for messages.
type Lock struct{ f *os.File }

// Try takes the lock of the file at path, which it makes if need be. It returns
// neither lock nor error where another has the lock.
func Try(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	ok, err := tryLock(f)
	if err == nil && ok {
		ok = sameFile(f, path)
	}
	if err == nil && ok {
		err = writePID(f)
	}
	if err != nil || !ok {
		return nil, errors.Join(err, f.Close())
	}
	return &Lock{f}, nil
}

// sameFile guards against the lock file that [Lock.Remove] took away between our
// opening and locking it: its lock would exclude nobody.
func sameFile(f *os.File, path string) bool {
	a, err := f.Stat()
	if err != nil {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// PID is the process that has the lock of the file at path, or had it last; 0 where
// nobody can tell.
func PID(path string) int {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || pid < 0 {
		return 0
	}
	return pid
}

// Release gives the lock up, and may be called again.
func (l *Lock) Release() error {
	if err := l.f.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// Remove gives the lock up and takes the file away. That is done while it is
// locked, so that it is never the file of another's lock. Windows removes no open
// file; there the file goes after its lock, and not if another has opened it
// meanwhile.
func (l *Lock) Remove() error {
	if runtime.GOOS != "windows" {
		return errors.Join(os.Remove(l.f.Name()), l.Release())
	}
	err := l.Release()
	os.Remove(l.f.Name())
	return err
}
