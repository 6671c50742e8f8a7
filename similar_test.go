package hunch

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/source"
)

// readOnly puts a file into the index as it is before it is embedded.
func (s *sandbox) readOnly(r *Repository, path string) {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, path))
	if err != nil {
		s.t.Fatal(err)
	}
	w, err := index.NewWriter(s.t.Context(), r.dir, index.Config{Meta: r.meta})
	if err != nil {
		s.t.Fatal(err)
	}
	done := r.newWork(source.File{Path: path, Size: int64(len(text))}, text, sha256.Sum256(text))
	if err := errors.Join(w.Add(done.file, done.chunks), w.Commit(s.t.Context()), w.Close()); err != nil {
		s.t.Fatal(err)
	}
}

// The vector of an example is that of its chunk, whether the index has it or not.
func TestExampleIsTheSameWithAndWithoutAnIndex(t *testing.T) {
	s := newSandbox(t, tree)
	r := s.open()
	computed, err := r.Example(t.Context(), "a.go", 3, 3)
	if err != nil {
		t.Fatal(err)
	}
	s.settle()
	s.readOnly(r, "a.go")
	if f, ok := s.openIndex(r).Lookup("a.go"); !ok || f.Embedded == f.Chunks {
		t.Fatalf("the index has %+v", f)
	}
	read, err := r.Example(t.Context(), "a.go", 3, 3)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(read.vector, computed.vector) {
		t.Error("another vector where the index has the chunk without its vector")
	}
	r = s.update()
	indexed, err := r.Example(t.Context(), "a.go", 3, 3)
	if err != nil {
		t.Fatal(err)
	}
	if computed.StartLine != indexed.StartLine || computed.EndLine != indexed.EndLine {
		t.Errorf("got lines %d-%d without an index, %d-%d with one", computed.StartLine, computed.EndLine, indexed.StartLine, indexed.EndLine)
	}
	for i, x := range computed.vector {
		if d := x - indexed.vector[i]; d > 0.01 || d < -0.01 {
			t.Fatalf("number %d is %v without an index, %v with one", i, x, indexed.vector[i])
		}
	}
	a, err := r.Search(t.Context(), Query{Like: indexed, TopK: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Results) == 0 {
		t.Error("nothing is like it")
	}
	for _, f := range a.Results {
		if f.Path == indexed.Path && f.StartLine <= indexed.EndLine && f.EndLine >= indexed.StartLine {
			t.Errorf("%s:%d-%d is the example itself", f.Path, f.StartLine, f.EndLine)
		}
	}
}

func TestBadExamples(t *testing.T) {
	s := newSandbox(t, map[string]string{"a.txt": "one\ntwo\n", "empty.txt": "", "blank.txt": "\n\n", ".hunchignore": "out/\n", "out/b.txt": "three\n"})
	r := s.open()
	for _, tt := range []struct {
		path     string
		from, to int
		want     error
	}{
		{"none.txt", 1, 1, fs.ErrNotExist},
		{"a.txt", 3, 3, ErrNoSuchLine},
		{"a.txt", 0, 1, ErrNoSuchLine},
		{"a.txt", 2, 1, ErrNoSuchLine},
		{"empty.txt", 1, 1, ErrNoText},
		{"blank.txt", 1, 1, ErrNoText},
		{"out/b.txt", 1, 1, ErrNotSearched},
	} {
		if _, err := r.Example(t.Context(), tt.path, tt.from, tt.to); !errors.Is(err, tt.want) {
			t.Errorf("%s:%d-%d: got error %v, want %v", tt.path, tt.from, tt.to, err, tt.want)
		}
	}
	if _, err := r.Example(t.Context(), "../x", 1, 1); err == nil {
		t.Error("no error for a path outside")
	}
	e, err := r.Example(t.Context(), "a.txt", 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	e.model = "another"
	if _, err := s.update().Search(t.Context(), Query{Like: e}); err == nil {
		t.Error("no error for an example of another model")
	}
}

func TestCover(t *testing.T) {
	chunks := [][2]int{{2, 4}, {6, 6}, {9, 12}}
	for _, tt := range []struct{ from, to, first, last int }{
		{1, 1, 0, 0}, {2, 2, 0, 0}, {4, 4, 0, 0}, {5, 5, 1, 1}, {7, 8, 2, 2}, {3, 6, 0, 1}, {5, 9, 1, 2}, {1, 20, 0, 2}, {13, 13, 2, 2},
	} {
		first, last := cover(len(chunks), func(i int) (int, int) { return chunks[i][0], chunks[i][1] }, tt.from, tt.to)
		if first != tt.first || last != tt.last {
			t.Errorf("%d-%d: got %d to %d, want %d to %d", tt.from, tt.to, first, last, tt.first, tt.last)
		}
	}
}

func TestMergeOrdersByScoreAndDropsWhatIsThereTwice(t *testing.T) {
	one := &Answer{Root: "/src", Query: "q", Model: "m", Coverage: coverageOf(5, 4, 1), LeftOut: 1, Results: []Result{
		{Path: "sub/a.go", StartLine: 1, EndLine: 9, Score: 0.9}, {Path: "b.go", StartLine: 1, EndLine: 2, Score: 0.4}, {Path: "b.go", StartLine: 2, EndLine: 2, Score: 0.3},
	}}
	two := &Answer{Root: "/src/sub", Query: "q", Model: "m", Coverage: coverageOf(2, 2, 0), Results: []Result{
		{Path: "a.go", StartLine: 5, EndLine: 7, Score: 0.8}, {Path: "c.go", StartLine: 1, EndLine: 1, Score: 0.4}, {Path: "d.go", StartLine: 1, EndLine: 1, Score: 0.35},
	}}
	if got := Merge(1, one); got != one {
		t.Error("a single answer is another one")
	}
	got := Merge(4, one, two)
	var paths []string
	for _, r := range got.Results {
		paths = append(paths, r.Root+" "+r.Path)
	}
	if want := []string{"/src sub/a.go", "/src b.go", "/src/sub c.go", "/src/sub d.go"}; !slices.Equal(paths, want) {
		t.Errorf("got %q, want %q", paths, want)
	}
	if got.Coverage != (coverageOf(7, 6, 1)) || got.LeftOut != 1 || got.Query != "q" || got.Root != "" || len(got.Parts) != 2 || got.Parts[1].Root != "/src/sub" {
		t.Errorf("got %+v", got)
	}
	if len(Merge(0, one, two).Results) != DefaultTopK {
		t.Error("0 results are not the usual number")
	}
}
