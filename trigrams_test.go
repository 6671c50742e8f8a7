package hunch

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// With an index only the files are read that may match.
func TestLinesReadOnlyWhatMayMatch(t *testing.T) {
	s := newSandbox(t, map[string]string{"a.txt": "the Retry of it\n", "b.txt": "something else\n", "c.txt": "re\ntry\n"})
	s.settle()
	s.update()
	r := s.open()
	ix := s.openIndex(r)
	g, err := r.newGrep(Query{Regexp: `(?i)re[t]ry\b`}, ix)
	if err != nil {
		t.Fatal(err)
	}
	var read []string
	for task, err := range g.run(t.Context(), g.walk) {
		if err != nil {
			t.Fatal(err)
		}
		read = append(read, task.Path)
	}
	if want := []string{"a.txt"}; !slices.Equal(read, want) {
		t.Errorf("read %q, want %q", read, want)
	}
}

func TestIndexWithoutTrigramsGetsThemAndEmbedsNothing(t *testing.T) {
	s := newSandbox(t, tree)
	s.update()
	s.settle()
	s.forget("TRIG")
	if ix := s.openIndex(s.open()); !ix.LacksWords() {
		t.Fatal("the trigrams were not forgotten")
	}
	if got, want := grepped(t, s.open(), Query{Regexp: `func|def`}), wantLines(tree, `func|def`); !slices.Equal(got, want) {
		t.Errorf("without trigrams got %v, want %v", got, want)
	}
	s.update()
	if s.embedded != 0 {
		t.Errorf("embedded %d chunks, all of which are in the cache", s.embedded)
	}
	ix := s.openIndex(s.open())
	if ix.LacksWords() {
		t.Error("the index still lacks trigrams")
	}
	may, err := ix.MayMatch([][]string{{"no file has it"}})
	if err != nil || may == nil {
		t.Errorf("got %v, error %v, want a filter", may, err)
	}
	for path := range may { // a file without chunks is not worth another update
		if f, _ := ix.Lookup(path); f.Chunks > 0 {
			t.Errorf("%s may match", path)
		}
	}
}

// A file that got another text without another size and time is what the walk
// cannot know of where the system tells no time of change; elsewhere it is found.
func TestLinesOfAFileThatKeepsItsSizeAndTime(t *testing.T) {
	s := newSandbox(t, map[string]string{"a.txt": "one line\n"})
	s.settle()
	s.update()
	file := filepath.Join(s.dir, "a.txt")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	s.settle()
	s.write("a.txt", "two line\n")
	if err := os.Chtimes(file, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("the system does not tell when a file was changed")
	}
	if got := grepped(t, s.open(), Query{Regexp: "two"}); len(got) != 1 {
		t.Errorf("got %v, want the line", got)
	}
}
