package index

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hunch-search/hunch/internal/lexical"
)

// sameWords holds searches for words against the texts and symbols of all live
// chunks.
func sameWords(ix *Index, live []ChunkID, record func(ChunkID) ChunkRecord) error {
	slices.Sort(live)
	for _, word := range []string{"alpha", "beta", "gamma", "next"} {
		q := lexical.ParseQuery(word)
		words, err := ix.Words(q)
		if err != nil {
			return err
		}
		hits, err := words.Search(1<<20, nil)
		if err != nil {
			return err
		}
		scored, err := words.Score(live)
		if err != nil || len(scored) != len(live) {
			return fmt.Errorf("%d of %d chunks have scores, error %v", len(scored), len(live), err)
		}
		found := map[ChunkID]WordHit{}
		for i, h := range hits {
			found[h.Chunk] = h
			if i > 0 && (hits[i-1].Score < h.Score || hits[i-1].Score == h.Score && hits[i-1].Chunk >= h.Chunk) {
				return fmt.Errorf("words find %+v before %+v", hits[i-1], h)
			}
		}
		for i, id := range live {
			has := strings.Contains(record(id).Text, word)
			h, ok := found[id]
			if ok != has {
				return fmt.Errorf("%q finds the chunk of %q: %v", word, record(id).Text, ok)
			}
			if !ok {
				h.Chunk = id
			}
			if scored[i] != h {
				return fmt.Errorf("a chunk scores %+v by itself and %+v in a search", scored[i], h)
			}
			delete(found, id)
		}
		if len(found) > 0 {
			return fmt.Errorf("%q finds %v, which are not in the index", word, found)
		}
	}
	return sameSymbols(ix, live, record)
}

func sameSymbols(ix *Index, live []ChunkID, record func(ChunkID) ChunkRecord) error {
	for _, name := range []string{"AAA", "b", "cc"} {
		hits, err := ix.FindSymbol(name, 1<<20, nil)
		if err != nil {
			return err
		}
		for _, id := range live {
			want := slices.ContainsFunc(record(id).Symbols, func(s string) bool { return strings.EqualFold(s, name) })
			if got := slices.Contains(hits, SymbolHit{id, true}); got != want {
				return fmt.Errorf("symbol %q finds a chunk of %q: %v", name, record(id).Symbols, got)
			}
		}
	}
	for f := range ix.Files() {
		if !f.Analysed {
			return fmt.Errorf("%q has no words", f.Path)
		}
	}
	if ix.LacksWords() {
		return fmt.Errorf("the index lacks words")
	}
	return nil
}

func wordDocument(path, text string, symbols ...string) document {
	v := make([]int8, testDim)
	v[0] = 127
	return document{File{Path: path}, []ChunkRecord{{Chunk{StartLine: 1, EndLine: 2, Symbols: symbols}, v, 1.0 / 127, text}}}
}

func wordHits(ix *Index, query string, keep func(FileInfo) bool) []WordHit {
	words, err := ix.Words(lexical.ParseQuery(query))
	if err != nil {
		return nil
	}
	hits, _ := words.Search(10, keep)
	return hits
}

func pathsOf(ix *Index, query string, keep func(FileInfo) bool) []string {
	var paths []string
	for _, h := range wordHits(ix, query, keep) {
		paths = append(paths, ix.FileOf(h.Chunk).Path)
	}
	return paths
}

// Segments of an older hunch have no words. Those of files that are added again
// get them, whatever is merged with what.
func TestSegmentsWithoutWords(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, dir)
	m := model{}
	for _, path := range []string{"a", "b", "c"} {
		m.add(t, w, wordDocument(path, "alpha "+path))
	}
	commit(t, w)
	w.views[0].lexical = nil // as of an older hunch
	m.add(t, w, wordDocument("b", "alpha b"))
	m.add(t, w, wordDocument("d", "alpha d"))
	w.Remove("c")
	commit(t, w) // merges what is left of the first segment
	ix, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := pathsOf(ix, "alpha", nil), []string{"b", "d"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	for path, want := range map[string]bool{"a": false, "b": true, "d": true} {
		if f, ok := ix.Lookup(path); !ok || f.Analysed != want {
			t.Errorf("%q is analysed: %v, want %v", path, f.Analysed, want)
		}
	}
	if !ix.LacksWords() {
		t.Error("the index does not lack the words of a")
	}
	ix.Close()
	m.add(t, w, wordDocument("a", "alpha a"))
	commit(t, w)
	if ix, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	if got := pathsOf(ix, "alpha", nil); len(got) != 3 || ix.LacksWords() {
		t.Errorf("found %q, want three files; the index lacks words: %v", got, ix.LacksWords())
	}
}

func TestWordsAreFiltered(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, dir)
	for i, path := range []string{"a.go", "b.py", "c.go"} {
		if err := w.Add(wordDocument(path, "alpha", "Alpha").file, wordDocument(path, "alpha", fmt.Sprintf("x%d.Alpha", i)).chunks); err != nil {
			t.Fatal(err)
		}
		commit(t, w)
	}
	ix, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	asked := map[string]int{}
	keep := func(f FileInfo) bool { asked[f.Path]++; return strings.HasSuffix(f.Path, ".go") }
	if got, want := pathsOf(ix, "alpha", keep), []string{"a.go", "c.go"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	for path, n := range asked {
		if n != 1 {
			t.Errorf("asked %d times about %q", n, path)
		}
	}
	hits, err := ix.FindSymbol("alpha", 10, keep)
	if err != nil || len(hits) != 2 || hits[0].Whole {
		t.Errorf("symbols: got %v, %v, want the ends of two", hits, err)
	}
	if hits, _ = ix.FindSymbol("X1.ALPHA", 10, nil); len(hits) != 1 || !hits[0].Whole {
		t.Errorf("a whole symbol: got %v", hits)
	}
}

// A section of another number of chunks is damage, however right its checksum.
func TestWordsOfAnotherSegment(t *testing.T) {
	var b lexical.Builder
	b.Add(lexical.Document{Content: "alpha"})
	s := &segment{chunks: 2}
	data := b.Bytes()
	if err := s.parseLexical(&reader{file: "f", tag: lexicalTag, data: data}); err == nil {
		t.Error("the words of one chunk open for two")
	}
	if err := s.parseLexical(&reader{file: "f", tag: lexicalTag, data: data[:10]}); err == nil {
		t.Error("ten bytes open")
	}
	data[len(data)-60]++ // the analyser's version
	s = &segment{chunks: 1}
	if err := s.parseLexical(&reader{file: "f", tag: lexicalTag, data: data}); err != nil || s.lexical != nil {
		t.Errorf("words of another analyser: got %v, want none and no error", err)
	}
}

// benchTexts are like chunks of code: some 80 words, a few of them rare.
var benchTexts = sync.OnceValue(func() []string {
	zipf := rand.NewZipf(rand.New(rand.NewPCG(3, 3)), 1.1, 2, 50_000)
	texts := make([]string, 5000)
	for i := range texts {
		var b strings.Builder
		for range 80 {
			fmt.Fprintf(&b, "w%d ", zipf.Uint64())
		}
		texts[i] = b.String()
	}
	return texts
})

func BenchmarkSearchWords50000(b *testing.B) {
	ix, err := Open(buildLarge(b, 1))
	if err != nil {
		b.Fatal(err)
	}
	defer ix.Close()
	q := lexical.ParseQuery("w3 w20 w400 w9000")
	for b.Loop() {
		words, err := ix.Words(q)
		if err != nil {
			b.Fatal(err)
		}
		if hits, err := words.Search(100, nil); err != nil || len(hits) != 100 {
			b.Fatal(len(hits), err)
		}
	}
}
