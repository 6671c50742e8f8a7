package index

import (
	"math"
	"testing"

	"github.com/hunch-search/hunch/internal/lexical"
)

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
	got, err := ix.Rarity(lexical.ParseQuery("common rare missing"))
	if err != nil || len(got) != 3 {
		t.Fatal(got, err)
	}
	for i, df := range []float64{2, 1, 0} {
		if want := math.Log(1 + (2-df+0.5)/(df+0.5)); math.Abs(got[i]-want) > 1e-12 {
			t.Errorf("a term of %g in 2 chunks: got %g, want %g", df, got[i], want)
		}
	}
}
