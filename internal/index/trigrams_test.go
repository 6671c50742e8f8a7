package index

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// compareTrigrams looks for words that have no trigram in common, so that a file
// that may have one has it.
func (want model) compareTrigrams(ix *Index) error {
	for _, word := range []string{"alpha", "GAMMA", "retry.next()", "omega"} {
		expected := map[string]bool{}
		for path, doc := range want {
			if strings.Contains(strings.ToLower(doc.file.Text), strings.ToLower(word)) {
				expected[path] = true
			}
		}
		got, err := ix.MayMatch([][]string{{word}})
		if err != nil {
			return err
		}
		if !maps.Equal(got, expected) && !(got == nil && len(want) == 0) {
			return fmt.Errorf("%q may be in %q, want %q", word, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(expected)))
		}
	}
	return nil
}

func TestVectorsAreThoseThatWereAdded(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, dir)
	vector := func(x int8) []int8 { return []int8{x, 0, 0, 0, 0, 0, 0, 0} }
	chunks := []ChunkRecord{
		{Chunk: Chunk{StartLine: 1, EndLine: 1}},
		{Chunk: Chunk{StartLine: 2, EndLine: 2}, Vector: vector(127), Scale: 1.0 / 127},
		{Chunk: Chunk{StartLine: 3, EndLine: 3}},
		{Chunk: Chunk{StartLine: 4, EndLine: 4}, Vector: vector(-127), Scale: 1.0 / 127},
	}
	if err := errors.Join(w.Add(File{Path: "a"}, chunks), w.Commit(t.Context()), w.Close()); err != nil {
		t.Fatal(err)
	}
	ix, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	f, _ := ix.Lookup("a")
	for i, c := range chunks {
		v, ok := ix.Vector(f.FirstChunk + ChunkID(i))
		if ok != (c.Vector != nil) {
			t.Fatalf("chunk %d: has a vector %v", i, ok)
		}
		if ok && (len(v) != testDim || v[0] != float32(c.Vector[0])*c.Scale) {
			t.Errorf("chunk %d: got %v of %v", i, v, c.Vector)
		}
	}
}

func TestWhatIsTooShortMayBeAnywhere(t *testing.T) {
	dir := t.TempDir()
	build(t, dir, 5, 2)
	ix, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	for _, needs := range [][][]string{nil, {{"ab"}}, {{"omega", "x"}}} {
		if got, err := ix.MayMatch(needs); got != nil || err != nil {
			t.Errorf("%q: got %v, error %v, want all", needs, got, err)
		}
	}
	if got, err := ix.MayMatch([][]string{{"x"}, {"omega"}}); len(got) != 0 || got == nil || err != nil {
		t.Errorf("got %v, error %v, want none", got, err)
	}
}
