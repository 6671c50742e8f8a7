package hunch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hunch-search/hunch/internal/bert/berttest"
)

// smallModel has random weights: its answers mean nothing, but they are the
// same every time.
var smallModel = sync.OnceValue(func() *Model {
	dir, err := os.MkdirTemp("", "hunch-test-model")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := berttest.WriteFolder(dir, 1); err != nil {
		panic(err)
	}
	m, err := OpenModel(dir, "")
	if err != nil {
		panic(err)
	}
	return m
})

// sandbox is a tree and the place of its index.
type sandbox struct {
	t        *testing.T
	dir      string
	place    string
	events   Events
	embedded int // chunks that the last update embedded
}

func newSandbox(t *testing.T, files map[string]string) *sandbox {
	s := &sandbox{t: t, dir: t.TempDir(), place: t.TempDir()}
	for name, content := range files {
		s.write(name, content)
	}
	return s
}

// write gives the file a time in the past, as if it had been there a while, and
// a different one each time.
func (s *sandbox) write(name, content string) {
	s.t.Helper()
	file := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		s.t.Fatal(err)
	}
	clock = clock.Add(time.Second)
	if err := os.Chtimes(file, clock, clock); err != nil {
		s.t.Fatal(err)
	}
}

// settle waits until the system can tell a change of any file from the last one.
func (s *sandbox) settle() { time.Sleep(100 * time.Millisecond) }

var clock = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func (s *sandbox) open() *Repository {
	s.t.Helper()
	s.embedded = 0
	events := s.events
	events.Progress = func(p Progress) {
		s.embedded = p.Embedded - p.Kept
		if s.events.Progress != nil {
			s.events.Progress(p)
		}
	}
	r, err := Open(s.dir, Options{Model: smallModel(), IndexDir: s.place, Threads: 2, Events: events})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// update brings the index up to date and returns the repository.
func (s *sandbox) update() *Repository {
	s.t.Helper()
	r := s.open()
	c, err := r.Update(s.t.Context(), UpdateOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	if c.Embedded != c.Chunks {
		s.t.Errorf("embedded %d of %d chunks", c.Embedded, c.Chunks)
	}
	return r
}

const answerText = "where is the file read"

func pathOf(line string) string { return line[:strings.IndexByte(line, ':')] }

// answer is all that a search can return, in a form to compare: PATH:LINES SCORE.
func (s *sandbox) answer(r *Repository, q Query) []string {
	s.t.Helper()
	q.Text, q.TopK = answerText, 10_000
	a, err := r.Search(s.t.Context(), q)
	if err != nil {
		s.t.Fatal(err)
	}
	out := []string{}
	for _, f := range a.Results {
		out = append(out, fmt.Sprintf("%s:%d-%d %.5f", f.Path, f.StartLine, f.EndLine, f.Score))
	}
	return out
}

func (s *sandbox) equalsFreshIndex(r *Repository) {
	s.t.Helper()
	fresh := &sandbox{t: s.t, dir: s.dir, place: s.t.TempDir()}
	want := fresh.answer(fresh.update(), Query{})
	got := s.answer(r, Query{})
	slices.Sort(got) // equal scores may stand in another order
	slices.Sort(want)
	if !slices.Equal(got, want) {
		s.t.Errorf("answers differ from those of a fresh index:\ngot  %v\nwant %v", got, want)
	}
}

var tree = map[string]string{
	"a.go":        "package a\n\nfunc readFile() string { return \"file\" }\n",
	"sub/b.py":    "def write_file(path):\n    return path\n",
	"sub/c.txt":   "where is the file\n",
	".gitignore":  "ignored\n",
	"ignored":     "nothing to see\n",
	"binary.dat":  "\x00\x01",
	"sub/none.md": "\n\n",
}

func TestSecondUpdateEmbedsNothing(t *testing.T) {
	s := newSandbox(t, tree)
	s.settle()
	r := s.update()
	if s.embedded == 0 {
		t.Fatal("the first update embedded nothing")
	}
	before := dirState(t, r.IndexDir())
	r = s.update()
	if s.embedded != 0 {
		t.Errorf("the second update embedded %d chunks", s.embedded)
	}
	if after := dirState(t, r.IndexDir()); after != before {
		t.Errorf("the second update wrote:\nbefore %s\nafter  %s", before, after)
	}
	got := s.answer(r, Query{})
	for _, name := range []string{"ignored", "binary.dat", "none.md"} {
		if strings.Contains(fmt.Sprint(got), name) {
			t.Errorf("%s is among the results %v", name, got)
		}
	}
}

func dirState(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, e.Name(), info.Size(), info.ModTime().UnixNano())
	}
	return b.String()
}

func TestUpdateFollowsTheTree(t *testing.T) {
	for _, tt := range []struct {
		name     string
		change   func(s *sandbox)
		embedded int
	}{
		{"new", func(s *sandbox) { s.write("new.go", "package a\n") }, 1},
		{"changed", func(s *sandbox) { s.write("a.go", "package a\n\nfunc other() {}\n") }, 1},
		{"same size", func(s *sandbox) { s.write("sub/c.txt", "where is the tree\n") }, 1},
		{"touched", func(s *sandbox) { s.write("a.go", tree["a.go"]) }, 0},
		{"removed", func(s *sandbox) { os.Remove(filepath.Join(s.dir, "a.go")) }, 0},
		{"emptied", func(s *sandbox) { s.write("a.go", "") }, 0},
		{"renamed", func(s *sandbox) { os.Rename(filepath.Join(s.dir, "a.go"), filepath.Join(s.dir, "b.go")) }, 1},
		{"ignored", func(s *sandbox) { s.write(".hunchignore", "*.py\n.hunchignore\n") }, 0},
		{"a folder in the place of a file", func(s *sandbox) {
			os.Remove(filepath.Join(s.dir, "a.go"))
			s.write("a.go/x.go", "package x\n")
		}, 1},
		{"all gone", func(s *sandbox) {
			for name := range tree {
				os.Remove(filepath.Join(s.dir, name))
			}
		}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSandbox(t, tree)
			s.update()
			tt.change(s)
			r := s.update()
			if s.embedded != tt.embedded {
				t.Errorf("embedded %d chunks, want %d", s.embedded, tt.embedded)
			}
			s.equalsFreshIndex(r)
			s.update()
			if s.embedded != 0 {
				t.Errorf("the update after that embedded %d chunks", s.embedded)
			}
		})
	}
}

// A file that changes again within the granularity of its time, and keeps its
// size, must be noticed.
func TestRecentFileIsComparedByContent(t *testing.T) {
	s := newSandbox(t, nil)
	now := time.Now()
	for _, content := range []string{"one word\n", "two word\n"} {
		s.write("x.txt", content)
		if err := os.Chtimes(filepath.Join(s.dir, "x.txt"), now, now); err != nil {
			t.Fatal(err)
		}
		s.update()
		if s.embedded != 1 {
			t.Errorf("%q: embedded %d chunks, want 1", content, s.embedded)
		}
	}
}

// manyFiles is a tree that takes several commits.
func manyFiles() map[string]string {
	files := map[string]string{}
	for i := range 2 * commitChunks {
		files[fmt.Sprintf("f%03d.txt", i)] = fmt.Sprintf("the file number %d\n", i)
	}
	return files
}

func TestInterruptedUpdateKeepsItsWork(t *testing.T) {
	s := newSandbox(t, manyFiles())
	ctx, cancel := context.WithCancel(t.Context())
	s.events.Progress = func(p Progress) {
		if p.Embedded == 300 {
			cancel()
		}
	}
	r := s.open()
	c, err := r.Update(ctx, UpdateOptions{})
	if !errors.Is(err, context.Canceled) || c.Embedded < 300 || c.Embedded >= c.Chunks || c.Chunks != len(manyFiles()) {
		t.Fatalf("got %+v, error %v", c, err)
	}
	if got := len(s.answer(r, Query{Ranker: Dense})); got != c.Embedded {
		t.Errorf("%d results by their vectors, but %d chunks embedded", got, c.Embedded)
	}
	if got := len(s.answer(r, Query{})); got != c.Chunks {
		t.Errorf("%d results by their words, but %d chunks", got, c.Chunks)
	}
	a, err := r.Search(t.Context(), Query{Text: "file"})
	if err != nil || a.Coverage != c {
		t.Errorf("the answer's coverage is %+v, want %+v (error %v)", a.Coverage, c, err)
	}
	s.events.Progress = nil
	r = s.update()
	if want := c.Chunks - c.Embedded; s.embedded != want {
		t.Errorf("the next update embedded %d chunks, want %d", s.embedded, want)
	}
	s.equalsFreshIndex(r)
}

func TestUpdateEndsAtItsLimit(t *testing.T) {
	s := newSandbox(t, manyFiles())
	r := s.open()
	limit := time.Duration(0)
	c, err := r.Update(t.Context(), UpdateOptions{Limit: &limit})
	if want := (Coverage{Unread: len(manyFiles())}); !errors.Is(err, context.DeadlineExceeded) || c != want {
		t.Errorf("got %+v, error %v; want %+v", c, err, want)
	}
}

func TestUpdatesOfTwoProcessesAgree(t *testing.T) {
	s := newSandbox(t, manyFiles())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			r, err := Open(s.dir, Options{Model: smallModel(), IndexDir: s.place, Threads: 1})
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := r.Update(t.Context(), UpdateOptions{WaitForOther: true}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r := s.update()
	if s.embedded != 0 {
		t.Errorf("%d chunks were left", s.embedded)
	}
	s.equalsFreshIndex(r)
}

func TestUpdateDoesNotWaitUnlessAsked(t *testing.T) {
	s := newSandbox(t, manyFiles())
	var once sync.Once
	s.events.Progress = func(Progress) {
		once.Do(func() {
			other, err := Open(s.dir, Options{Model: smallModel(), IndexDir: s.place})
			if err != nil {
				t.Fatal(err)
			}
			c, err := other.Update(t.Context(), UpdateOptions{})
			busy, ok := errors.AsType[*BusyError](err)
			if !ok || busy.PID != os.Getpid() || c.Chunks != 0 || c.Unread != len(manyFiles()) {
				t.Errorf("got %+v, error %v; want the process that is writing", c, err)
			}
		})
	}
	s.update()
}

func TestDamagedIndexIsBuiltAgain(t *testing.T) {
	s := newSandbox(t, tree)
	r := s.update()
	want := s.answer(r, Query{})
	entries, err := os.ReadDir(r.IndexDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		file := filepath.Join(r.IndexDir(), e.Name())
		data, err := os.ReadFile(file)
		if err != nil || len(data) < 100 { // the lock
			continue
		}
		t.Run(e.Name(), func(t *testing.T) {
			data[len(data)/2] ^= 1
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			var warnings []string
			s.events.Warning = func(err error) { warnings = append(warnings, err.Error()) }
			got := s.answer(s.update(), Query{})
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if !strings.Contains(fmt.Sprint(warnings), e.Name()) || !strings.Contains(fmt.Sprint(warnings), "building the index again") {
				t.Errorf("warnings %q do not tell of %s", warnings, e.Name())
			}
		})
		return // the rebuilt index has other files
	}
	t.Fatal("no file to damage")
}

func TestResultsOfAChangedFileAreLeftOut(t *testing.T) {
	s := newSandbox(t, tree)
	s.update()
	s.write("a.go", "package a\n\n// other lines\nfunc other() {}\n")
	os.Remove(filepath.Join(s.dir, "sub/b.py"))
	var warnings []string
	s.events.Warning = func(err error) { warnings = append(warnings, err.Error()) }
	got := fmt.Sprint(s.answer(s.open(), Query{}))
	if strings.Contains(got, "a.go") || strings.Contains(got, "b.py") || !strings.Contains(got, "c.txt") {
		t.Errorf("got %s", got)
	}
	for _, want := range []string{"a.go", "changed", "b.py", "vanished"} {
		if !strings.Contains(fmt.Sprint(warnings), want) {
			t.Errorf("warnings %q lack %q", warnings, want)
		}
	}
}

func TestPiecesOfOneDefinitionAreOneResult(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("package a\n\nimport \"fmt\"\n\nfunc long() {\n")
	for i := range 200 {
		fmt.Fprintf(&b, "\tstep(%d, %q)\n\n", i, strings.Repeat(string(rune('a'+i*7%26)), 9+i*5%17))
	}
	b.WriteString("}\n\nfunc short() {}\n")
	s := newSandbox(t, map[string]string{"a.go": b.String()})
	r := s.update()
	a, err := r.Search(t.Context(), Query{Text: "step", TopK: 1000})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range a.Results {
		if f.Symbol == "long" {
			n++
			if f.StartLine != 5 || f.EndLine != 406 || !strings.HasPrefix(f.Content, "func long() {\n") || !strings.HasSuffix(f.Content, "\n}") {
				t.Errorf("got lines %d-%d, content %.20q … %q", f.StartLine, f.EndLine, f.Content, f.Content[max(0, len(f.Content)-20):])
			}
		}
	}
	if n != 1 {
		t.Errorf("%d results for long, want 1", n)
	}
}

// What a search finds out of step is put right by the next update, even if its
// size and time tell nothing.
func TestFileThatKeepsItsSizeAndTimeIsMended(t *testing.T) {
	s := newSandbox(t, map[string]string{"x.txt": "one word\n", "y.txt": "another\n"})
	r := s.update()
	file := filepath.Join(s.dir, "x.txt")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	s.write("x.txt", "two word\n")
	if err := os.Chtimes(file, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(s.answer(r, Query{})); strings.Contains(got, "x.txt") || !r.Stale() {
		t.Errorf("got %s, stale %v", got, r.Stale())
	}
	if _, err := r.Update(t.Context(), UpdateOptions{}); err != nil || r.Stale() {
		t.Errorf("update: error %v, stale %v", err, r.Stale())
	}
	s.equalsFreshIndex(r)
}

// A file whose content is refused is read once, not at every update.
func TestRefusedFileIsRemembered(t *testing.T) {
	s := newSandbox(t, map[string]string{"a.go": "// Code generated by x. DO NOT EDIT.\n\npackage a\n", "b.txt": "b\n"})
	s.settle()
	r := s.update()
	before := dirState(t, r.IndexDir())
	r = s.update()
	if after := dirState(t, r.IndexDir()); after != before {
		t.Errorf("the second update wrote:\nbefore %s\nafter  %s", before, after)
	}
	var skipped []string
	s.events.Skipped = func(path, reason string) { skipped = append(skipped, path+" "+reason) }
	s.update()
	if want := []string{"a.go generated"}; !slices.Equal(skipped, want) {
		t.Errorf("skipped %v, want %v", skipped, want)
	}
	s.events.Skipped = nil
	s.write("a.go", "package a\n\nfunc written() {}\n")
	s.equalsFreshIndex(s.update())
	s.write("a.go", "// Code generated by x. DO NOT EDIT.\n\npackage a\n")
	s.equalsFreshIndex(s.update())
}

// A folder that cannot be read keeps what the index has of it.
func TestUnreadableFolderIsKept(t *testing.T) {
	if os.Getuid() <= 0 {
		t.Skip("root reads everything, and Windows has other permissions")
	}
	s := newSandbox(t, tree)
	r := s.update()
	sub := filepath.Join(s.dir, "sub")
	for _, dir := range []string{sub, s.dir} {
		if err := os.Chmod(dir, 0o444); err != nil {
			t.Fatal(err)
		}
		_, err := r.Update(t.Context(), UpdateOptions{})
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if wantError := dir == s.dir; (err != nil) != wantError {
			t.Errorf("%s: error %v, want one: %v", dir, err, wantError)
		}
		s.equalsFreshIndex(r)
	}
}

func TestQueryFiltersFiles(t *testing.T) {
	s := newSandbox(t, tree)
	r := s.update()
	for _, tt := range []struct {
		name string
		q    Query
		want []string
	}{
		{"all", Query{}, []string{".gitignore", "a.go", "sub/b.py", "sub/c.txt"}},
		{"root", Query{Paths: []string{"."}}, []string{".gitignore", "a.go", "sub/b.py", "sub/c.txt"}},
		{"folder", Query{Paths: []string{"sub"}}, []string{"sub/b.py", "sub/c.txt"}},
		{"unclean folder", Query{Paths: []string{"./sub/"}}, []string{"sub/b.py", "sub/c.txt"}},
		{"no folder, but its beginning", Query{Paths: []string{"su"}}, nil},
		{"file and folder", Query{Paths: []string{"a.go", "sub"}}, []string{"a.go", "sub/b.py", "sub/c.txt"}},
		{"language", Query{Languages: []string{"py"}}, []string{"sub/b.py"}},
		{"include", Query{Include: []string{"*.go", "c.*"}}, []string{"a.go", "sub/c.txt"}},
		{"exclude", Query{Exclude: []string{"sub/", ".*"}}, []string{"a.go"}},
		{"all at once", Query{Paths: []string{"sub"}, Include: []string{"*.py", "*.go"}, Exclude: []string{"x"}}, []string{"sub/b.py"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, line := range s.answer(r, tt.q) {
				name, _, _ := strings.Cut(line, ":")
				if !slices.Contains(got, name) {
					got = append(got, name)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	for _, q := range []Query{{Text: " \n"}, {Text: "x", Languages: []string{"klingon"}}, {Text: "x", Include: []string{"["}}, {Text: "x", Paths: []string{"../y"}}, {Text: "x", Paths: []string{"/y"}}} {
		if _, err := r.Search(t.Context(), q); err == nil {
			t.Errorf("%+v: no error", q)
		}
	}
}

func TestContextWidensResultsWithinTheFile(t *testing.T) {
	s := newSandbox(t, map[string]string{"x.txt": "\n\none\n\n"})
	r := s.update()
	for _, tt := range []struct {
		before, after int
		want          string
	}{{0, 0, "3-3 \"one\""}, {1, 0, "2-3 \"\\none\""}, {9, 9, "1-4 \"\\n\\none\\n\""}} {
		a, err := r.Search(t.Context(), Query{Text: "one", Before: tt.before, After: tt.after})
		if err != nil || len(a.Results) != 1 {
			t.Fatalf("%d results, error %v", len(a.Results), err)
		}
		f := a.Results[0]
		if got := fmt.Sprintf("%d-%d %q", f.StartLine, f.EndLine, f.Content); got != tt.want {
			t.Errorf("%d before, %d after: got %s, want %s", tt.before, tt.after, got, tt.want)
		}
	}
}

func TestClearRemovesTheIndexOnly(t *testing.T) {
	s := newSandbox(t, tree)
	r := s.update()
	if err := r.Clear(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(r.IndexDir())); !os.IsNotExist(err) {
		t.Errorf("the index is still there (%v)", err)
	}
	if err := r.Clear(); err != nil {
		t.Errorf("clearing twice: %v", err)
	}
	status, err := r.Status()
	if err != nil || status.Exists {
		t.Errorf("status %+v, error %v", status, err)
	}
	want := s.answer(s.update(), Query{})
	if s.embedded != 0 {
		t.Errorf("%d chunks were embedded again, although they are in the cache", s.embedded)
	}
	if err := r.Clear(); err != nil {
		t.Fatal(err)
	}
	if err := ClearCache(s.place); err != nil {
		t.Fatal(err)
	}
	if got := s.answer(s.update(), Query{}); !slices.Equal(got, want) || s.embedded == 0 {
		t.Errorf("embedded anew %d chunks, got %v, want %v", s.embedded, got, want)
	}
}

// A branch that is left and entered again costs nothing, and neither does a
// clone.
func TestWhatWasEmbeddedOnceIsNotEmbeddedAgain(t *testing.T) {
	s := newSandbox(t, tree)
	s.update()
	s.write("a.go", "package a\n\nfunc branch() {}\n")
	s.write("new.txt", "on the branch alone\n")
	s.update()
	if s.embedded != 2 {
		t.Errorf("the branch embedded %d chunks, want 2", s.embedded)
	}
	s.write("a.go", tree["a.go"])
	os.Remove(filepath.Join(s.dir, "new.txt"))
	r := s.update()
	if s.embedded != 0 {
		t.Errorf("the way back embedded %d chunks", s.embedded)
	}
	s.equalsFreshIndex(r)

	clone := newSandbox(t, tree)
	clone.place = s.place
	r = clone.update()
	if clone.embedded != 0 {
		t.Errorf("the clone embedded %d chunks", clone.embedded)
	}
	clone.equalsFreshIndex(r)
}

func TestUpdateWithoutACacheWorks(t *testing.T) {
	s := newSandbox(t, tree)
	if err := os.WriteFile(filepath.Join(s.place, "embeddings"), []byte("in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	var warnings []string
	s.events.Warning = func(err error) { warnings = append(warnings, err.Error()) }
	r := s.update()
	if len(warnings) != 1 || !strings.Contains(warnings[0], "embeddings") {
		t.Errorf("warnings %q", warnings)
	}
	s.events.Warning = nil
	s.equalsFreshIndex(r)
}

// Old chunks of changed files are in the index, and are left out of the results.
func TestCoverageTellsWhatChanged(t *testing.T) {
	s := newSandbox(t, tree)
	s.settle()
	s.update()
	s.write("a.go", "package a\n\nfunc other() {}\n")
	r := s.open()
	limit := time.Duration(0)
	c, err := r.Update(t.Context(), UpdateOptions{Limit: &limit})
	if want := (Coverage{Chunks: 4, Embedded: 4, Unread: 1}); c != want || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %+v, error %v; want %+v and the deadline", c, err, want)
	}
	a, err := r.Search(t.Context(), Query{Text: "file"})
	if err != nil || a.Coverage != c || len(a.Results) != 3 {
		t.Errorf("the answer covers %+v with %d results, error %v; want %+v", a.Coverage, len(a.Results), err, c)
	}
}
