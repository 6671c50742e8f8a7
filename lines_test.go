package hunch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hunch-search/hunch/internal/index"
)

// grepped lists what Lines finds as path:line.
func grepped(t *testing.T, r *Repository, q Query) []string {
	t.Helper()
	found := []string{}
	for result, err := range r.Lines(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range result.Matches {
			found = append(found, fmt.Sprintf("%s:%d", result.Path, m.Line))
		}
	}
	return found
}

// wantLines does the same with nothing but package regexp.
func wantLines(files map[string]string, expression string) []string {
	re := regexp.MustCompile(expression)
	found := []string{}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		n := 0
		for line := range strings.Lines(files[path]) {
			n++
			if re.MatchString(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")) {
				found = append(found, fmt.Sprintf("%s:%d", path, n))
			}
		}
	}
	return found
}

var lineExpressions = []string{`retry`, `(?i)RETRY`, `func \w+\(`, `^\s*$`, `a|b`, `\bend\b`, `[xyz]{2}`, `x+y`, `wait|(?:sleep|delay)\(`, ``, `nothing like it`, `(?i)kelvin`, `é`}

func randomLines(r *rand.Rand) string {
	words := []string{"retry", "Retry", "func next(", "end", "a", "b", "xx", "yz", "wait", "sleep(3)", "delay(", "é", "\u212aelvin", "", "\t"}
	var b strings.Builder
	for range r.IntN(12) {
		for range r.IntN(5) {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		b.WriteString([]string{"\n", "\r\n"}[r.IntN(2)])
	}
	return b.String() + "z"
}

// Whatever part of the tree is in the index as it is, was or is no more: the
// lines are those of the files.
func TestLinesAreCompleteWhateverIsIndexed(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	files := map[string]string{}
	for i := range 20 {
		files[fmt.Sprintf("dir%d/f%02d.txt", i%3, i)] = randomLines(r)
	}
	s := newSandbox(t, files)
	check := func(state string) {
		t.Helper()
		repo := s.open()
		for _, e := range lineExpressions {
			if got, want := grepped(t, repo, Query{Regexp: e}), wantLines(files, e); !slices.Equal(got, want) {
				t.Fatalf("%s: %q: got %v, want %v", state, e, got, want)
			}
		}
	}
	check("no index")
	s.settle()
	s.update()
	check("all indexed")
	for round := range 4 {
		for range 3 {
			path := slices.Sorted(maps.Keys(files))[r.IntN(len(files))]
			files[path] = randomLines(r)
			s.write(path, files[path])
		}
		added := fmt.Sprintf("dir%d/new%d.txt", round, round)
		files[added] = randomLines(r)
		s.write(added, files[added])
		check("changed")
		s.settle()
		s.update()
		check("indexed again")
	}
}

// A line is called by the innermost definition around it, not by what else is in
// its chunk.
func TestLinesHaveTheirSymbol(t *testing.T) {
	s := newSandbox(t, map[string]string{
		"a.go": "package a // x\n\nfunc first() { x() }\n\n// second has x.\nfunc second() {\n\tx()\n}\n\nvar last = x\n",
		"b.py": "x = 1\n\nclass Cart:\n    def add(self):\n        self.x()\n\n    def drop(self):\n        def x():\n            pass\n    y = x\n",
		"c.ipynb": `{"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": [
"def fit():\n",
"    x()\n"
]}], "metadata": {"kernelspec": {"language": "python"}}, "nbformat": 4}
`,
		"d.txt": "an x\n",
	})
	want := []string{
		"a.go 1  []", "a.go 3 first [first]", "a.go 5 second [second]", "a.go 7 second [second]", "a.go 10 last [last]",
		"b.py 1  []", "b.py 5 Cart.add [Cart.add Cart]", "b.py 8 Cart.drop.x [Cart.drop.x Cart.drop Cart]", "b.py 10 Cart [Cart]",
		"c.ipynb 3 fit [fit]", "d.txt 1  []",
	}
	for _, indexed := range []bool{false, true} {
		if indexed {
			s.settle()
			s.update()
		}
		var got []string
		for result, err := range s.open().Lines(t.Context(), Query{Regexp: `\bx\b`}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(result.Path, " ", result.StartLine, " ", result.Symbol, " ", result.Symbols))
		}
		if !slices.Equal(got, want) {
			t.Errorf("indexed %v: got\n%s\nwant\n%s", indexed, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestLinesEndEarly(t *testing.T) {
	s := newSandbox(t, manyFiles())
	for range s.open().Lines(t.Context(), Query{Regexp: "."}) {
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range s.open().Lines(ctx, Query{Regexp: "."}) {
		cancel()
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("got error %v, want that of the context", last)
	}
}

func TestLinesOfABadQuery(t *testing.T) {
	s := newSandbox(t, tree)
	for _, q := range []Query{{Regexp: "a("}, {Regexp: "a", Include: []string{"["}}, {Regexp: "a", Languages: []string{"klingon"}}, {Regexp: "a", Paths: []string{"../x"}}} {
		n := 0
		for _, err := range s.open().Lines(t.Context(), q) {
			if n++; err == nil {
				t.Errorf("%v: no error", q)
			}
		}
		if n != 1 {
			t.Errorf("%v: yielded %d times, want 1", q, n)
		}
	}
	_, err := s.update().Search(t.Context(), Query{Text: "read", Regexp: "a("})
	if _, ok := errors.AsType[*RegexpError](err); !ok {
		t.Errorf("Search: got error %v, want a RegexpError", err)
	}
}

func TestLinesWithoutARootAreAnError(t *testing.T) {
	s := newSandbox(t, tree)
	r := s.open()
	if err := os.RemoveAll(r.Root()); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range r.Lines(t.Context(), Query{Regexp: "."}) {
		if n++; err == nil {
			t.Error("no error")
		}
	}
	if n != 1 {
		t.Errorf("yielded %d times, want 1", n)
	}
}

// With a question, all results and only those have a line that matches, whatever
// orders them, and nothing that matches is missed.
func TestSearchIsNarrowedToWhatMatches(t *testing.T) {
	files := map[string]string{}
	for i := range 130 { // more than the candidates of one source
		files[fmt.Sprintf("f%03d.txt", i)] = fmt.Sprintf("the file number %d\n", i)
	}
	s := newSandbox(t, files)
	s.settle()
	r := s.update()
	for _, expression := range []string{`7$`, `(?i)FILE`, `no such line`} {
		want := map[string]bool{}
		re := regexp.MustCompile(expression)
		ix := s.openIndex(r)
		for f := range ix.Files() {
			text, err := os.ReadFile(r.Root() + "/" + f.Path)
			if err != nil {
				t.Fatal(err)
			}
			for i := range f.Chunks {
				c := ix.Chunk(f.FirstChunk + index.ChunkID(i))
				for _, line := range strings.Split(string(lines(text, c.StartLine, c.EndLine)), "\n") {
					if re.MatchString(line) {
						want[fmt.Sprintf("%s:%d", f.Path, c.StartLine)] = true
					}
				}
			}
		}
		zero := 0.0
		for _, ranker := range Rankers() {
			a, err := r.Search(t.Context(), Query{Text: "file content", Regexp: expression, TopK: 10_000, Ranker: ranker, Threshold: &zero})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			for _, result := range a.Results {
				got[fmt.Sprintf("%s:%d", result.Path, result.StartLine)] = true
				if len(result.Matches) == 0 {
					t.Errorf("%s, %q: %s:%d has no match", ranker, expression, result.Path, result.StartLine)
				}
			}
			if ranker != BM25 && !maps.Equal(got, want) { // words find only what has one
				t.Errorf("%s, %q: got %d results, want %d", ranker, expression, len(got), len(want))
			}
		}
	}
}
