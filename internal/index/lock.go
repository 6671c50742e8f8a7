package index

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/hunch-search/hunch/internal/lock"
)

// lockPoll is how often who waits for a writer to end looks whether it has.
const lockPoll = 20 * time.Millisecond

// acquire takes the lock of the folder dir. If another has it, it returns a
// LockedError at once, or, with wait, when ctx is done.
func acquire(ctx context.Context, dir string, wait bool) (*lock.Lock, error) {
	path := filepath.Join(dir, lockName)
	for {
		l, err := lock.Try(path)
		if l != nil || err != nil {
			return l, err
		}
		locked := &LockedError{Dir: dir, PID: lock.PID(path)}
		if !wait {
			return nil, locked
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", locked, context.Cause(ctx))
		case <-time.After(lockPoll):
		}
	}
}

// mappable returns the size of a file as an int.
func mappable(f *os.File) (int, error) {
	fi, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if !fi.Mode().IsRegular() || fi.Size() > math.MaxInt {
		return 0, errorAt(f.Name(), 0, "a file that can be mapped", "%v of %d bytes", fi.Mode(), fi.Size())
	}
	return int(fi.Size()), nil
}
