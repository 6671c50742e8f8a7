package index

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hunch-search/hunch/internal/lock"
)

var errDisk = errors.New("no space left (a test)")

// failing counts the steps that a writer takes on disk and fails from the one
// numbered at. A crash fails everything from there on, cleaning up included, as
// death does; else only the one step fails, and half of a write gets through.
func failing(at int, crash bool) (d disk, steps *int) {
	steps = new(int)
	step := func() error {
		*steps++
		if *steps == at || (crash && *steps > at) {
			return errDisk
		}
		return nil
	}
	return disk{
		create: func(path string) (outFile, error) {
			if err := step(); err != nil {
				return nil, err
			}
			f, err := realDisk.create(path)
			return &failingFile{f, step}, err
		},
		rename: func(from, to string) error {
			if err := step(); err != nil {
				return err
			}
			return realDisk.rename(from, to)
		},
		remove: func(path string) error {
			if err := step(); err != nil {
				return err
			}
			return realDisk.remove(path)
		},
		syncDir: func(dir string) error {
			if err := step(); err != nil {
				return err
			}
			return realDisk.syncDir(dir)
		},
	}, steps
}

type failingFile struct {
	outFile
	step func() error
}

func (f *failingFile) Write(p []byte) (int, error) {
	if err := f.step(); err != nil {
		n, _ := f.outFile.Write(p[:len(p)/2])
		return n, err
	}
	return f.outFile.Write(p)
}

func (f *failingFile) WriteAt(p []byte, off int64) (int, error) {
	if err := f.step(); err != nil {
		n, _ := f.outFile.WriteAt(p[:len(p)/2], off)
		return n, err
	}
	return f.outFile.WriteAt(p, off)
}

func (f *failingFile) Sync() error { return errors.Join(f.step(), f.outFile.Sync()) }

// change makes one commit's worth of changes, merging included.
func change(t *testing.T, w *Writer, m model) model {
	m = maps.Clone(m)
	rng := rand.New(rand.NewPCG(99, 99))
	m.add(t, w, randomDocument(rng, "dir/0/2.go"))
	m.add(t, w, randomDocument(rng, "another"))
	w.Remove("dir/2/3.go")
	delete(m, "dir/2/3.go")
	return m
}

// TestCrashAtEveryStep ends a commit before each of its steps on disk. The
// index must then be what it was, or what it was to be, and the next writer
// must find it so and clean up.
func TestCrashAtEveryStep(t *testing.T) {
	for _, crash := range []bool{true, false} {
		for at := 1; ; at++ {
			dir := t.TempDir()
			before := build(t, dir, 12, maxSegments)
			w := newWriter(t, dir)
			d, steps := failing(at, crash)
			w.disk = d
			after := change(t, w, before)
			err := w.Commit(t.Context())
			if *steps < at {
				if err != nil {
					t.Fatal(err)
				}
				if at < 10 {
					t.Errorf("a commit takes only %d steps", at)
				}
				break
			}
			what := fmt.Sprintf("step %d fails, crash %v", at, crash)
			want := after
			if ix, openErr := Open(dir); openErr != nil {
				t.Fatalf("%s: %v", what, openErr)
			} else {
				if ix.Generation() == maxSegments {
					want = before
				}
				if err == nil && ix.Generation() == maxSegments {
					t.Errorf("%s: no error, but nothing is committed", what)
				}
				ix.Close()
			}
			want.check(t, dir)
			if !crash && err != nil {
				checkTidy(t, dir, w, what)
				w.disk = realDisk
				commit(t, w) // nothing was lost: the same commit again
				after.check(t, dir)
			}
			w.Close()
			w = newWriter(t, dir)
			checkTidy(t, dir, w, what)
			commit(t, w)
			change(t, w, want)
			commit(t, w)
			after.check(t, dir)
			w.Close()
		}
	}
}

// checkTidy looks for files that do not count.
func checkTidy(t *testing.T, dir string, w *Writer, what string) {
	t.Helper()
	segments, others := names(t, dir)
	if len(segments) != len(w.views) || len(others) != 2 {
		t.Errorf("%s: %d segments of which %d count, other files %v", what, len(segments), len(w.views), others)
	}
}

func TestReadOnlyFolder(t *testing.T) {
	if os.Getuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("root may write anywhere, and Windows has no such mode")
	}
	dir := t.TempDir()
	m := build(t, dir, 13, 2)
	os.Chmod(dir, 0o500)
	defer os.Chmod(dir, 0o700)
	m.check(t, dir)
	w := newWriter(t, dir)
	change(t, w, m)
	if err := w.Commit(t.Context()); !errors.Is(err, os.ErrPermission) {
		t.Errorf("error %v", err)
	}
	m.check(t, dir)
}

// The environment of a test binary that is to be a writer.
const childEnv = "HUNCH_INDEX_TEST_CHILD"

func TestMain(m *testing.M) {
	walkShare = 8
	if dir := os.Getenv(childEnv); dir != "" {
		child(dir)
	}
	os.Exit(m.Run())
}

// child commits files n = 0, 1, 2 … of which the content follows from n, until
// it is killed.
func child(dir string) {
	w, err := NewWriter(context.Background(), dir, Config{Meta: testMeta, Wait: true})
	if err != nil {
		panic(err)
	}
	n := 0
	for range w.Files() {
		n++
	}
	for ; ; n++ {
		d := numbered(n)
		if err := w.Add(d.file, d.chunks); err != nil {
			panic(err)
		}
		if err := w.Commit(context.Background()); err != nil {
			panic(err)
		}
		if w.graphFloor = 20; n%3 == 0 {
			if err := w.BuildGraphs(context.Background(), 1, nil); err != nil {
				panic(err)
			}
		}
	}
}

func numbered(n int) document {
	return randomDocument(rand.New(rand.NewPCG(uint64(n), 7)), fmt.Sprintf("f%d", n))
}

// TestKill kills a writing process at random times. The lock must be free, the
// index the first n files for some n, and n must not go back.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(14, 14))
	have := 0
	// On a busy machine a process may need longer to come to a commit.
	for kills := 0; kills < 20 || have == 0 && kills < 200; kills++ {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(5+kills+rng.IntN(50)) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		w := newWriter(t, dir)
		want := model{}
		for range w.Files() {
			d := numbered(len(want))
			want[d.file.Path] = d
		}
		w.Close()
		if len(want) < have {
			t.Fatalf("%d files, had %d", len(want), have)
		}
		if have = len(want); have > 0 {
			want.check(t, dir)
		}
	}
	if have == 0 {
		t.Error("no process came to commit anything")
	}
	t.Logf("%d commits survived", have)
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, dir)
	var locked *LockedError
	if _, err := NewWriter(t.Context(), dir, Config{Meta: testMeta}); !errors.As(err, &locked) {
		t.Fatalf("a second writer: error %v", err)
	}
	if locked.PID != os.Getpid() || !strings.Contains(locked.Error(), strconv.Itoa(locked.PID)) {
		t.Errorf("the error names process %d, want %d", locked.PID, os.Getpid())
	}

	ctx, cancel := context.WithTimeout(t.Context(), 3*lockPoll)
	defer cancel()
	_, err := NewWriter(ctx, dir, Config{Meta: testMeta, Wait: true})
	if !errors.As(err, &locked) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting in vain: error %v", err)
	}

	closed := make(chan error)
	go func() {
		time.Sleep(2 * lockPoll)
		closed <- w.Close()
	}()
	second, err := NewWriter(t.Context(), dir, Config{Meta: testMeta, Wait: true})
	<-closed
	if err != nil {
		t.Fatalf("waiting for the lock: %v", err)
	}
	second.Close()

	writeFile(t, []byte("no number"), dir, lockName)
	if pid := lock.PID(filepath.Join(dir, lockName)); pid != 0 {
		t.Errorf("pid %d out of a spoilt lock file", pid)
	}
}

// TestAbortedWriter leaves the old view and no trace.
func TestAbortedWriter(t *testing.T) {
	dir := t.TempDir()
	before := build(t, dir, 15, 2)
	w := newWriter(t, dir)
	change(t, w, before)
	w.Close()
	before.check(t, dir)
}

// TestLeftoversGo puts the traces of a killed writer into the folder.
func TestLeftoversGo(t *testing.T) {
	dir := t.TempDir()
	build(t, dir, 16, 1)
	for _, name := range []string{segmentName(7), segmentName(8) + tempSuffix, manifestName + tempSuffix, "seg-7.hnx", "notes.tmp"} {
		writeFile(t, []byte("x"), dir, name)
	}
	newWriter(t, dir)
	for name, want := range map[string]bool{segmentName(7): false, segmentName(8) + tempSuffix: false,
		manifestName + tempSuffix: false, "seg-7.hnx": true, "notes.tmp": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
}
