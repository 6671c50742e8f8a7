//go:build unix

package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// While somebody empties the cache folder all the time, a search finds what is
// there or ends with an error. It never says that there is nothing.
func TestCacheThatVanishesAllTheTime(t *testing.T) {
	files := map[string]string{}
	for _, c := range "abcdefghij" {
		files[string(c)+".txt"] = "text of " + string(c) + "\n"
	}
	p := newPlace(t, files)
	var stop atomic.Bool
	var pause atomic.Int64 // the longest between two times, some searches long
	pause.Store(int64(4 * time.Millisecond))
	var wg sync.WaitGroup
	wg.Go(func() {
		for !stop.Load() {
			entries, _ := os.ReadDir(p.index)
			for _, e := range entries {
				os.RemoveAll(filepath.Join(p.index, e.Name()))
			}
			time.Sleep(time.Duration(rand.Int64N(pause.Load())))
		}
	})
	answered := 0
	for range 200 {
		start := time.Now()
		stdout, stderr, code := command(t, "-l", "-k", "100", "text", p.tree)
		pause.Store(3 * int64(time.Since(start)))
		switch {
		case code == exitFound && strings.Count(stdout, "\n") == len(files):
			answered++
		case code == exitError && stdout == "" && strings.Contains(stderr, "hunch: "):
		default:
			t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
		}
	}
	stop.Store(true)
	wg.Wait()
	t.Logf("%d of 200 searches were answered", answered)
	if answered == 0 {
		t.Error("no search was answered")
	}
	// The last removal may have met a commit and left half of it, which is damage to
	// tell of.
	if stdout, stderr, code := command(t, "-l", "-k", "100", "text", p.tree); code != exitFound || strings.Count(stdout, "\n") != len(files) {
		t.Errorf("undisturbed: exit code %d\n%s%s", code, stdout, stderr)
	}
	found(t, "-l", "text", p.tree)
}
