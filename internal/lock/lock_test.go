package lock

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

func TestLockExcludesOthersUntilRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.lock")
	first, err := Try(path)
	if err != nil || first == nil {
		t.Fatalf("got %v, %v; want the lock", first, err)
	}
	if second, err := Try(path); err != nil || second != nil {
		t.Errorf("got %v, %v while another has it; want neither", second, err)
	}
	if got := PID(path); got != os.Getpid() {
		t.Errorf("process %d has it, want %d", got, os.Getpid())
	}
	if err := first.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the file is there after Remove: %v", err)
	}
	again, err := Try(path)
	if err != nil || again == nil {
		t.Fatalf("got %v, %v after Remove; want the lock", again, err)
	}
	if err := again.Remove(); err != nil {
		t.Error(err)
	}
}

// Remove takes the file away that others may be opening.
func TestOneHasTheLockAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.lock")
	var inside, most atomic.Int32
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for taken := 0; taken < 50; {
				l, err := Try(path)
				if err != nil {
					continue // on Windows, while another removes it
				}
				if l == nil {
					continue
				}
				taken++
				most.Store(max(most.Load(), inside.Add(1)))
				inside.Add(-1)
				if err := l.Remove(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d had the lock at once", most.Load())
	}
}

func TestLockInAFolderThatIsNotThere(t *testing.T) {
	if l, err := Try(filepath.Join(t.TempDir(), "gone", "a.lock")); err == nil || l != nil {
		t.Errorf("got %v, %v; want an error", l, err)
	}
}
