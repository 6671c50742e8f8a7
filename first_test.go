package hunch

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/source"
)

// limited updates with a limit that is over, for the encoder, once so many chunks
// are embedded.
func (s *sandbox) limited(r *Repository, q Query, limit time.Duration, enough int) (Coverage, error) {
	s.t.Helper()
	began := time.Now()
	s.events.Progress = func(p Progress) {
		if p.Embedded-p.Kept >= enough {
			time.Sleep(time.Until(began.Add(limit + limit/8)))
		}
	}
	defer func() { s.events.Progress = nil }()
	return r.Update(s.t.Context(), UpdateOptions{Limit: &limit, Query: &q})
}

// Where there is no time to embed all, what matches the query best is embedded, the
// words of the rest are found, and the next update goes on from there.
func TestFirstAnswer(t *testing.T) {
	files := manyFiles()
	files["z/zebra.txt"] = "where stripes come from\n"
	s := newSandbox(t, files)
	r := s.open()
	q := Query{Text: "where do the stripes come from"}
	c, err := s.limited(r, q, 2*time.Second, 1)
	if !errors.Is(err, context.DeadlineExceeded) || c.Chunks != len(files) || c.Unread != 0 || c.Complete {
		t.Fatalf("coverage %+v, error %v; want all of %d files read", c, err, len(files))
	}
	if c.Embedded == 0 || c.Embedded > firstCandidates {
		t.Errorf("%d of %d chunks are embedded, want some of the best", c.Embedded, c.Chunks)
	}
	a, err := r.Search(t.Context(), q)
	if err != nil || len(a.Results) == 0 || a.Results[0].Path != "z/zebra.txt" || a.Coverage != c {
		t.Errorf("got %+v, error %v; want zebra.txt first", a, err)
	}
	q.Ranker = Dense
	if a, err := r.Search(t.Context(), q); err != nil || len(a.Results) == 0 || a.Results[0].Path != "z/zebra.txt" {
		t.Errorf("the vectors find %+v, error %v; want zebra.txt to have been embedded", a, err)
	}
	if a, err := r.Search(t.Context(), Query{Text: "number 433"}); err != nil || len(a.Results) == 0 || a.Results[0].Path != "f433.txt" {
		t.Errorf("the words find %+v, error %v; want f433.txt", a, err)
	}
	before := c.Embedded
	r = s.update()
	if want := len(files) - before; s.embedded != want {
		t.Errorf("the next update embedded %d chunks, want the other %d", s.embedded, want)
	}
	s.equalsFreshIndex(r)
}

// With a regular expression, what it matches is read and embedded first.
func TestFirstAnswerWithRegexp(t *testing.T) {
	s := newSandbox(t, manyFiles())
	r := s.open()
	q := Query{Text: "the file number", Regexp: `number 433\b`}
	if c, err := s.limited(r, q, 2*time.Second, 1); !errors.Is(err, context.DeadlineExceeded) || c.Embedded == 0 || c.Complete {
		t.Fatalf("coverage %+v, error %v; want an end at the limit", c, err)
	}
	q.Ranker = Dense
	if a, err := r.Search(t.Context(), q); err != nil || len(a.Results) != 1 || a.Results[0].Path != "f433.txt" || r.Stale() {
		t.Errorf("the vectors find %+v, error %v; want f433.txt to have been embedded", a, err)
	}

	lowerBounds(t, 2000)
	p, err := r.plan(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	files, err := r.opts.source().Reader(r.root)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	u := &updater{Repository: r, files: files, unread: p.changed}
	if err := u.byPromise(t.Context(), q); err != nil || u.unread[0].Path != "f433.txt" || len(u.unread) != len(manyFiles()) {
		t.Errorf("error %v, first of %d is %s; want f433.txt", err, len(u.unread), u.unread[0].Path)
	}
}

// Half as much time again is taken if that does for all that is left.
func TestUpdateFinishesWhatIsAlmostDone(t *testing.T) {
	files := map[string]string{}
	for i := range 40 {
		files[fmt.Sprintf("f%02d.txt", i)] = fmt.Sprintf("the file number %d\n", i)
	}
	s := newSandbox(t, files)
	if c, err := s.limited(s.open(), Query{Text: "file"}, time.Second, 39); err != nil || !c.Complete {
		t.Errorf("got %+v, error %v; want all embedded", c, err)
	}
	s = newSandbox(t, manyFiles())
	if c, err := s.limited(s.open(), Query{Text: "file"}, time.Second, 1); !errors.Is(err, context.DeadlineExceeded) || c.Complete {
		t.Errorf("got %+v, error %v; want an end at the limit", c, err)
	}
}

// lower sets how much is little, for small trees to be treated as large ones.
func lowerBounds(t *testing.T, bytes int64) {
	floor, first := scanFloor, firstBytes
	scanFloor, firstBytes = bytes, bytes
	t.Cleanup(func() { scanFloor, firstBytes = floor, first })
}

// However an index came to be, in the end it answers as a fresh one.
func TestFirstAnswersLeadToTheFullOne(t *testing.T) {
	lowerBounds(t, 2000)
	rng := rand.New(rand.NewPCG(3, 9))
	files := map[string]string{}
	for i := range 300 {
		files[fmt.Sprintf("d%d/f%03d.txt", i%7, i)] = fmt.Sprintf("the file number %d, read by part %d\n", i, i%50)
	}
	s := newSandbox(t, files)
	pause := 20 * time.Millisecond // after each chunk: the first update has no time for all
	s.events.Progress = func(Progress) { time.Sleep(pause) }
	r := s.open()
	partial := 0
	for i := range 40 {
		limit := 2 * time.Second
		if i > 0 {
			limit, pause = time.Millisecond<<rng.IntN(9), time.Millisecond
		}
		c, err := r.Update(t.Context(), UpdateOptions{Limit: &limit, Query: &Query{Text: fmt.Sprintf("file number %d", rng.IntN(300))}})
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if (err == nil) != c.Complete {
			t.Fatalf("coverage %+v with error %v", c, err)
		}
		if 0 < c.Chunks && !c.Complete { // whether files or vectors are missing depends on the machine
			partial++
		}
		if _, err := r.Search(t.Context(), Query{Text: "part 7"}); err != nil {
			t.Fatal(err)
		}
		if i%5 == 0 {
			s.write(fmt.Sprintf("d0/new%d.txt", i), fmt.Sprintf("new file %d\n", i))
			s.write("d1/f001.txt", fmt.Sprintf("the first file, in form %d\n", i))
			os.Remove(filepath.Join(s.dir, fmt.Sprintf("d2/f%03d.txt", 2+7*i)))
		}
	}
	if partial == 0 {
		t.Error("no update ended in the middle")
	}
	s.events.Progress = nil
	s.equalsFreshIndex(s.update())
}

// An index has the same content whatever the threads.
func TestThreadsChangeNothing(t *testing.T) {
	s := newSandbox(t, manyFiles())
	var want []string
	for _, threads := range []int{1, 2, 7} {
		r, err := Open(s.dir, Options{Model: smallModel(), IndexDir: t.TempDir(), Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Update(t.Context(), UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
		got := s.answer(r, Query{})
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d threads: other answers than with one", threads)
		}
	}
}

// What the index has with another content is read before what was never seen.
func TestChangedFilesGoFirst(t *testing.T) {
	lowerBounds(t, 200)
	files := map[string]string{"old.txt": "nothing of it\n"}
	s := newSandbox(t, files)
	s.update()
	s.write("old.txt", "what changed\n")
	for i := range 50 {
		s.write(fmt.Sprintf("stripes%02d.txt", i), fmt.Sprintf("stripes, stripes and %d stripes\n", i))
	}
	r := s.open()
	if _, err := s.limited(r, Query{Text: "stripes"}, 2*time.Second, 1); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	a, err := r.Search(t.Context(), Query{Text: "what changed", TopK: 1})
	if err != nil || r.Stale() || len(a.Results) == 0 || a.Results[0].Path != "old.txt" {
		t.Errorf("got %+v, error %v, stale %v", a, err, r.Stale())
	}
}

// After an upgrade a search keeps to its limit, answers from what is there, and each
// file is read again once, by however many updates.
func TestUpgradeKeepsToTheLimit(t *testing.T) {
	for _, edited := range []bool{false, true} {
		s := newSandbox(t, manyFiles())
		s.update()
		s.settle()
		s.update()
		read := 0
		limit, began := 200*time.Millisecond, time.Now()
		s.events.Progress = func(p Progress) {
			if p.ToRead > 0 {
				read += 64
				time.Sleep(time.Until(began.Add(limit + limit/4)))
			}
		}
		if edited { // a commit that merges
			for i := range 400 {
				s.write(fmt.Sprintf("f%03d.txt", i), "another text\n")
			}
		}
		r := s.open()
		r.meta.Tool = "another version"
		q := Query{Text: "file"}
		for rounds, unread := 0, len(manyFiles()); ; rounds++ {
			began = time.Now()
			c, err := r.Update(t.Context(), UpdateOptions{Limit: &limit, Query: &q})
			if c.Chunks != len(manyFiles()) || c.Embedded < 64 || (err == nil) != c.Complete {
				t.Fatalf("coverage %+v, error %v; want all files searched", c, err)
			}
			if a, err := r.Search(t.Context(), Query{Text: "number 433"}); err != nil || len(a.Results) == 0 || a.Results[0].Path != "f433.txt" {
				t.Fatalf("got %+v, error %v; want f433.txt", a, err)
			}
			if c.Unread == 0 {
				if rounds < 3 {
					t.Errorf("all was read in %d rounds, want an end at the limit", rounds+1)
				}
				break
			}
			if c.Unread > unread {
				t.Fatalf("%d files unread, %d before", c.Unread, unread)
			}
			if c.Unread == unread {
				limit *= 2 // the machine is busy
			}
			unread = c.Unread
		}
		if read > len(manyFiles())+64 {
			t.Errorf("about %d files were read, want each of %d once", read, len(manyFiles()))
		}
		s.events.Progress = func(p Progress) {
			if p.ToRead > 0 {
				t.Error("files are read again")
			}
		}
		r = s.open()
		r.meta.Tool = "another version"
		if c, err := r.Update(t.Context(), UpdateOptions{}); err != nil || !c.Complete {
			t.Errorf("got %+v, error %v", c, err)
		}
		s.events.Progress = nil
		s.equalsFreshIndex(r)
	}
}

// What is read must be committed within the time, too.
func TestReadingLeavesTimeToCommit(t *testing.T) {
	s := newSandbox(t, manyFiles())
	r := s.open()
	p, err := r.plan(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := index.NewWriter(t.Context(), r.dir, index.Config{Meta: r.meta})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	files, err := r.opts.source().Reader(r.root)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	u := newUpdater(r, p, w, files)
	hour := deadline{limited: true, start: time.Now(), limit: time.Hour}
	u.slowest = commitTime{chunks: 100, took: time.Minute} // 100 minutes for 10,000, an hour for 6,000
	u.added = 5990
	if err := u.read(t.Context(), math.MaxInt64, hour); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want that of the deadline", err)
	}
	if read := len(manyFiles()) - len(u.unread); read < 5 || read > 10 {
		t.Errorf("%d files of a chunk were read, want about 10", read)
	}
	end := deadline{limited: true, start: hour.start, limit: 20 * time.Second}
	if got := u.beforeCommit(end).limit; got != 18*time.Second {
		t.Errorf("%v are left before the commit, want a tenth less than 20 s", got)
	}
	u.slowest.took = time.Second
	if got := u.beforeCommit(end).limit; got != 19*time.Second {
		t.Errorf("%v are left before the commit, want 19 s", got)
	}
	if got := u.slowest.of(10); got != time.Second {
		t.Errorf("a small commit takes %v, want a second", got)
	}
}

func TestDamagedIndexWithoutTime(t *testing.T) {
	s := newSandbox(t, tree)
	r := s.update()
	if err := os.WriteFile(filepath.Join(r.IndexDir(), "manifest.hnx"), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	limit := time.Duration(0)
	r = s.open()
	c, err := r.Update(t.Context(), UpdateOptions{Limit: &limit, Query: &Query{Text: answerText}})
	if !errors.Is(err, context.DeadlineExceeded) || c.Chunks != 0 || c.Unread == 0 {
		t.Errorf("got %+v, error %v", c, err)
	}
	if a, err := r.Search(t.Context(), Query{Text: answerText}); err != nil || len(a.Results) != 0 {
		t.Errorf("got %+v, error %v; want no results", a, err)
	}
	s.equalsFreshIndex(s.update())
}

// tree in memory for a scan.
type texts map[string]string

func (t texts) Raw(f source.File) ([]byte, error) {
	text, ok := t[f.Path]
	if !ok {
		return nil, os.ErrNotExist
	}
	return []byte(text), nil
}

func TestScanPutsThePromisingFirst(t *testing.T) {
	files := texts{
		"a/parser.go":      strings.Repeat("func parse(text string) {}\n", 9),
		"net/retry.go":     "// Retry waits longer each time.\nfunc delay() {}\n",
		"net/retries.py":   "def attempt(): pass\n",
		"net/client.go":    "func dial() { for range RETRIES { backoff() } }\n",
		"docs/retry.md":    "How retries back off.\n",
		"zoo/test_dial.py": "def test_dial(): retry()\n",
		"big.go":           strings.Repeat("var number = 1\n", 1000),
	}
	var list []changed
	for path, text := range files {
		list = append(list, changed{File: source.File{Path: path, Size: int64(len(text))}})
	}
	list = append(list, changed{File: source.File{Path: "gone.go", Size: 5}})
	var want []string
	for _, threads := range []int{1, 4} {
		s := newScan("where is the retry back-off computed", list)
		s.count(t.Context(), files, threads)
		var got []string
		for _, i := range s.order() {
			got = append(got, list[i].Path)
		}
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d threads: %q, want %q", threads, got, want)
		}
	}
	if want[0] != "net/retry.go" || !slices.Contains(want[1:3], "net/client.go") {
		t.Errorf("the order is %q, want retry.go and soon client.go", want)
	}
	for _, path := range []string{"a/parser.go", "big.go", "gone.go"} {
		if at := slices.Index(want, path); at < 5 {
			t.Errorf("%s is in place %d of %q", path, at, want)
		}
	}
}

// Without time to read, the paths tell.
func TestScanWithoutTime(t *testing.T) {
	list := []changed{{File: source.File{Path: "a.go"}}, {File: source.File{Path: "net/retry.go"}}, {File: source.File{Path: "z.go"}}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := newScan("retry policy", list)
	s.count(ctx, texts{}, 2)
	if got := s.order(); !slices.Equal(got, []int{1, 0, 2}) {
		t.Errorf("got order %v, want retry.go first", got)
	}
}
