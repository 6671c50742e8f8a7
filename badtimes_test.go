package hunch

// Trees and indexes that do not keep still, and clocks that do not tell the time.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A file of the same size whose time is not later than what is indexed is
// noticed before a search shows it, whatever its time.
func TestRewritingIsNoticedWhateverTheTime(t *testing.T) {
	now := time.Now()
	for _, tt := range []struct {
		name          string
		before, after time.Time
		everywhere    bool // else only where the system tells when a file was changed
	}{
		{"older", now.Add(-time.Hour), now.Add(-2 * time.Hour), true},
		{"much older", now.Add(-time.Hour), time.Unix(0, 0), true},
		{"before 1970", now.Add(-time.Hour), time.Unix(-1e6, 5), true},
		{"from the future to the past", now.Add(24 * time.Hour), now.Add(-time.Hour), true},
		{"the same in the future", now.Add(24 * time.Hour), now.Add(24 * time.Hour), true},
		{"the same just now", now, now, true},
		{"the same in the past", now.Add(-time.Hour), now.Add(-time.Hour), false},
		{"the same in 1970", time.Unix(0, 0), time.Unix(0, 0), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !tt.everywhere && runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
				t.Skip("nothing tells")
			}
			s := newSandbox(t, map[string]string{"x.txt": "one word\n", "y.txt": "another\n"})
			file := filepath.Join(s.dir, "x.txt")
			if err := os.Chtimes(file, tt.before, tt.before); err != nil {
				t.Fatal(err)
			}
			s.settle()
			s.update()
			s.write("x.txt", "two word\n")
			if err := os.Chtimes(file, tt.after, tt.after); err != nil {
				t.Fatal(err)
			}
			r := s.update()
			if s.embedded != 1 {
				t.Errorf("embedded %d chunks, want 1", s.embedded)
			}
			s.equalsFreshIndex(r)
			if r.Stale() {
				t.Error("the search found more")
			}
		})
	}
}

// A time that was set anew, such as by a copy or a checkout, embeds nothing.
func TestTimesThatGoBackEmbedNothing(t *testing.T) {
	s := newSandbox(t, tree)
	s.update()
	for _, when := range []time.Time{time.Unix(0, 0), time.Now().Add(time.Hour), time.Now()} {
		for name := range tree {
			if err := os.Chtimes(filepath.Join(s.dir, name), when, when); err != nil {
				t.Fatal(err)
			}
		}
		r := s.update()
		if s.embedded != 0 {
			t.Errorf("%v: embedded %d chunks", when, s.embedded)
		}
		s.equalsFreshIndex(r)
	}
}

// A file that is rewritten all the time holds up nothing, and when it comes to
// rest the index has its last state.
func TestFileRewrittenWhileItIsIndexed(t *testing.T) {
	files := manyFiles()
	s := newSandbox(t, files)
	var stop atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; !stop.Load(); i++ {
			// The number of chunks changes with the content.
			text := fmt.Sprintf("state %d\n", i) + strings.Repeat(strings.Repeat("and a long line ", 60)+"\n\n", i%5)
			if err := os.WriteFile(filepath.Join(s.dir, "f100.txt"), []byte(text), 0o644); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 4 {
		r := s.open()
		c, err := r.Update(t.Context(), UpdateOptions{Query: &Query{Text: answerText}})
		if err != nil || c.Embedded != c.Chunks || c.Chunks < len(files)-1 {
			t.Errorf("got %+v, error %v", c, err)
		}
		if got := s.answer(r, Query{}); len(got) < len(files)-1 {
			t.Errorf("%d results, want those of the %d files that keep still", len(got), len(files)-1)
		}
	}
	stop.Store(true)
	wg.Wait()
	s.equalsFreshIndex(s.update())
}

// Whoever takes away the index while it is written gets an error, or an index
// that is whole, and the next update makes good what is lost.
func TestIndexTakenAwayWhileItIsWritten(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("open files cannot be removed")
	}
	for _, what := range []string{"all", "embeddings", "index"} {
		t.Run(what, func(t *testing.T) {
			s := newSandbox(t, manyFiles())
			taken := 0
			s.events.Progress = func(p Progress) {
				if p.Embedded != commitChunks+20 && p.Embedded != commitChunks/2 {
					return
				}
				entries, _ := os.ReadDir(s.place)
				for _, e := range entries {
					if e.IsDir() && (what == "all" || (e.Name() == "embeddings") == (what == "embeddings")) {
						if err := os.RemoveAll(filepath.Join(s.place, e.Name())); err != nil {
							t.Error(err)
						}
						taken++
					}
				}
			}
			r := s.open()
			c, err := r.Update(t.Context(), UpdateOptions{})
			switch {
			case taken == 0:
				t.Fatal("nothing was taken away")
			case what == "embeddings" && (err != nil || c.Embedded != c.Chunks):
				t.Errorf("got %+v, error %v, though only the embeddings are gone", c, err)
			case what != "embeddings" && !errors.Is(err, fs.ErrNotExist):
				t.Errorf("got %+v, error %v; want what is missing", c, err)
			}
			s.events = Events{}
			r = s.update()
			s.equalsFreshIndex(r)
		})
	}
}

// An index that is gone between update and search is no answer of "nothing".
func TestIndexTakenAwayBeforeTheSearch(t *testing.T) {
	for _, how := range []string{"removed", "emptied", "cut"} {
		s := newSandbox(t, tree)
		r := s.update()
		want := s.answer(r, Query{})
		files, err := filepath.Glob(filepath.Join(r.IndexDir(), "*.hnx"))
		if err != nil || len(files) < 2 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			switch how {
			case "removed":
				err = os.Remove(file)
			case "emptied":
				err = os.Truncate(file, 0)
			case "cut":
				err = os.Truncate(file, 100)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		a, err := r.Search(t.Context(), Query{Text: answerText})
		if !r.Stale() || err == nil || len(a.Results) > 0 || (how == "removed") != errors.Is(err, ErrIndexGone) {
			t.Errorf("%s: got %d results, error %v, stale: %v", how, len(a.Results), err, r.Stale())
		}
		if _, err := r.Update(t.Context(), UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
		if got := s.answer(r, Query{}); !slices.Equal(got, want) || r.Stale() {
			t.Errorf("%s: after another update got %v, want %v", how, got, want)
		}
	}
}
