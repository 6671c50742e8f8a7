package index

import (
	"math"
	"slices"
	"testing"

	"github.com/hunch-search/hunch/internal/lexical"
)

// The words of a file that is gone count no more, although they are still there.
func TestWordsOfDeadFilesDoNotCount(t *testing.T) {
	dir, fresh := t.TempDir(), t.TempDir()
	stay := []document{wordDocument("a", "common rare"), wordDocument("b", "common and a longer text"), wordDocument("c", "other")}
	gone := wordDocument("d", "common rare rare", "Rare.common")
	w := newWriter(t, dir)
	for _, d := range append(stay, gone) {
		if err := w.Add(d.file, d.chunks); err != nil {
			t.Fatal(err)
		}
	}
	commit(t, w)
	w.Remove(gone.file.Path)
	commit(t, w)
	if len(w.views) != 1 || len(w.views[0].entry.dead) != 1 {
		t.Fatalf("%d segments, want one with a dead file", len(w.views))
	}
	v := newWriter(t, fresh)
	for _, d := range stay {
		if err := v.Add(d.file, d.chunks); err != nil {
			t.Fatal(err)
		}
	}
	commit(t, v)
	var answers [2][]WordHit
	for i, dir := range []string{dir, fresh} {
		ix, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer ix.Close()
		answers[i] = wordHits(ix, "common rare", nil)
	}
	if len(answers[0]) != 2 || !slices.Equal(answers[0], answers[1]) {
		t.Errorf("got %v, in a fresh index %v", answers[0], answers[1])
	}
}

// A term of a text, one in half of them and one in none, over two segments.
func TestRarity(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, dir)
	for _, d := range []document{wordDocument("a", "common rare"), wordDocument("b", "common")} {
		if err := w.Add(d.file, d.chunks); err != nil {
			t.Fatal(err)
		}
		commit(t, w)
	}
	ix, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	words, err := ix.Words(lexical.ParseQuery("common rare missing"))
	if err != nil {
		t.Fatal(err)
	}
	got := words.Rarity()
	if len(got) != 3 {
		t.Fatal(got)
	}
	for i, df := range []float64{2, 1, 0} {
		if want := math.Log(1 + (2-df+0.5)/(df+0.5)); math.Abs(got[i]-want) > 1e-12 {
			t.Errorf("a term of %g in 2 chunks: got %g, want %g", df, got[i], want)
		}
	}
}
