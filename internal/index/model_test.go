package index

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hunch-search/hunch/internal/vector"
)

// This file is the simple model that the index is compared with: a map.

const testDim = 8

var testMeta = Meta{Root: "/src/\xffproject\n", Model: "model-1", Precision: "int8", Template: 3, Dim: testDim, Tool: "test"}

// document is a file with its chunks.
type document struct {
	file   File
	chunks []ChunkRecord
}

// embedded is how many chunks have a vector.
func (d document) embedded() int {
	n := 0
	for _, c := range d.chunks {
		if c.Vector != nil {
			n++
		}
	}
	return n
}

type model map[string]document

// randomDocument makes a file of up to six chunks; every one of its fields
// depends on rng. Files whose path ends in 7 have no vectors, and those that end
// in 3 some.
func randomDocument(rng *rand.Rand, path string) document {
	languages := []string{"go", "python", "", "c++"}
	d := document{file: File{
		Path: path, Size: rng.Int64N(1 << 40), ModTime: rng.Int64() - 1<<62,
		Hash: sha256.Sum256([]byte{byte(rng.Int())}), Language: languages[rng.IntN(len(languages))],
	}}
	line := 1
	for range rng.IntN(7) {
		c := ChunkRecord{Chunk: Chunk{StartLine: line, EndLine: line + rng.IntN(40), Tokens: rng.IntN(400), Flags: rng.Uint32()}}
		line = c.EndLine + 1
		c.Truncated = max(0, c.Tokens-256)
		for range rng.IntN(3) {
			c.Symbols = append(c.Symbols, strings.Repeat(string(rune('a'+rng.IntN(26))), rng.IntN(9)))
		}
		c.Vector, c.Scale = randomVector(rng)
		if strings.HasSuffix(path, "7") || strings.HasSuffix(path, "3") && rng.IntN(2) == 0 {
			c.Vector, c.Scale = nil, 0
		}
		c.Text = strings.Join([]string{"alpha", "beta", "gamma", "Retry.next()"}[rng.IntN(4):], " ")
		d.chunks = append(d.chunks, c)
		d.file.Text += c.Text + "\n"
	}
	return d
}

func randomVector(rng *rand.Rand) ([]int8, float32) {
	v := make([]float32, testDim)
	for i := range v {
		v[i] = float32(rng.NormFloat64())
	}
	q := make([]int8, testDim)
	scale, err := vector.Quantize(q, v)
	if err != nil {
		panic(err)
	}
	return q, scale
}

// compareWith reports the first difference between the index and the model, by
// every way to read an index.
func (want model) compareWith(ix *Index) error {
	got := slices.Collect(ix.Files())
	paths := slices.Sorted(maps.Keys(want))
	if len(got) != len(paths) {
		return fmt.Errorf("%d files, want %d", len(got), len(paths))
	}
	type place struct {
		path string
		line int
	}
	live := map[place]ChunkID{}
	embedded := 0
	for i, path := range paths {
		doc := want[path]
		doc.file.Text = "" // is not kept
		if got[i].File != doc.file || got[i].Chunks != len(doc.chunks) || got[i].Embedded != doc.embedded() {
			return fmt.Errorf("file %d is %+v, want %+v with %d of %d chunks embedded", i, got[i], doc.file, doc.embedded(), len(doc.chunks))
		}
		embedded += doc.embedded()
		if found, ok := ix.Lookup(path); !ok || found != got[i] {
			return fmt.Errorf("look-up of %q gives %+v", path, found)
		}
		if err := want.samePaths(ix, path[i%len(path):]); err != nil {
			return err
		}
		for j, c := range doc.chunks {
			id := got[i].FirstChunk + ChunkID(j)
			if have := ix.Chunk(id); fmt.Sprintf("%#v", have) != fmt.Sprintf("%#v", c.Chunk) {
				return fmt.Errorf("%q: chunk %d is %+v, want %+v", path, j, have, c.Chunk)
			}
			if f := ix.FileOf(id); f != got[i] {
				return fmt.Errorf("%q: chunk %d belongs to %+v", path, j, f)
			}
			live[place{path, c.StartLine}] = id
		}
	}
	hits, err := ix.Search([]float32{1, -2, 3, -4, 5, -6, 7, -8}, 1<<20, nil)
	if err != nil {
		return err
	}
	if len(hits) != embedded {
		return fmt.Errorf("search finds %d chunks, want %d", len(hits), embedded)
	}
	for _, h := range hits {
		p := place{ix.FileOf(h.Chunk).Path, ix.Chunk(h.Chunk).StartLine}
		if id, ok := live[p]; !ok || id != h.Chunk {
			return fmt.Errorf("search finds %+v, which is not in the index", p)
		}
		c := want[p.path].chunks
		i := slices.IndexFunc(c, func(c ChunkRecord) bool { return c.StartLine == p.line })
		if c[i].Vector == nil {
			return fmt.Errorf("search finds %+v, which has no vector", p)
		}
		if score := cosine(c[i]); score != h.Score {
			return fmt.Errorf("%+v has score %v, want %v", p, h.Score, score)
		}
	}
	for p, id := range live {
		c := want[p.path].chunks
		i := slices.IndexFunc(c, func(c ChunkRecord) bool { return c.StartLine == p.line })
		if score, err := ix.Score([]float32{1, -2, 3, -4, 5, -6, 7, -8}, []ChunkID{id}); err != nil || math.IsNaN(score[0]) != (c[i].Vector == nil) {
			return fmt.Errorf("%+v scores %v, error %v, with the vector %v", p, score, err, c[i].Vector)
		}
	}
	if err := sameScores(ix, hits); err != nil {
		return err
	}
	if err := want.compareTrigrams(ix); err != nil {
		return err
	}
	byLine := func(id ChunkID) ChunkRecord {
		c := want[ix.FileOf(id).Path].chunks
		return c[slices.IndexFunc(c, func(c ChunkRecord) bool { return c.StartLine == ix.Chunk(id).StartLine })]
	}
	if err := sameWords(ix, slices.Collect(maps.Values(live)), byLine); err != nil {
		return err
	}
	if s := ix.Stats(); s.Files != len(want) || s.Chunks != len(live) || s.Embedded != embedded {
		return fmt.Errorf("stats say %d files, %d chunks and %d embedded, want %d, %d and %d", s.Files, s.Chunks, s.Embedded, len(want), len(live), embedded)
	}
	return nil
}

// samePaths compares which files a path or the end of one names.
func (want model) samePaths(ix *Index, name string) error {
	var got, paths []string
	for _, f := range ix.FindPath(name, 1<<20, nil) {
		got = append(got, f.Path)
	}
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if strings.HasSuffix("/"+path, "/"+name) {
			paths = append(paths, path)
		}
	}
	if !slices.Equal(got, paths) {
		return fmt.Errorf("%q names %q, want %q", name, got, paths)
	}
	return nil
}

// sameScores holds approximate searches against all hits of the exact one: as
// many as there should be, and each of them as the exact one has it.
func sameScores(ix *Index, all []Hit) error {
	scores := map[ChunkID]float64{}
	for _, h := range all {
		scores[h.Chunk] = h.Score
	}
	for _, k := range []int{1, 3, 1 << 20} {
		hits, err := ix.SearchApproximate([]float32{1, -2, 3, -4, 5, -6, 7, -8}, k, nil)
		if err != nil || len(hits) != min(k, len(all)) {
			return fmt.Errorf("approximate search finds %d chunks, error %v, want %d", len(hits), err, min(k, len(all)))
		}
		for i, h := range hits {
			if score, ok := scores[h.Chunk]; !ok || score != h.Score {
				return fmt.Errorf("approximate search finds %+v, want score %v", h, score)
			}
			if i > 0 && (hits[i-1].Score < h.Score || hits[i-1].Score == h.Score && hits[i-1].Chunk >= h.Chunk) {
				return fmt.Errorf("approximate search finds %+v before %+v", hits[i-1], h)
			}
		}
	}
	return nil
}

// cosine is the score of a chunk for the query of compareWith.
func cosine(c ChunkRecord) float64 {
	m := vector.Matrix{Dim: testDim, Data: c.Vector, Scales: []float32{c.Scale}}
	hits, err := vector.Search([]float32{1, -2, 3, -4, 5, -6, 7, -8}, 1, nil, m)
	if err != nil {
		panic(err)
	}
	return hits[0].Score
}

// check opens the index in dir and compares it.
func (want model) check(t *testing.T, dir string) {
	t.Helper()
	ix, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	if err := want.compareWith(ix); err != nil {
		t.Fatal(err)
	}
}

func newWriter(t testing.TB, dir string) *Writer {
	t.Helper()
	w, err := NewWriter(context.Background(), dir, Config{Meta: testMeta})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

func (m model) add(t testing.TB, w *Writer, d document) {
	t.Helper()
	if err := w.Add(d.file, d.chunks); err != nil {
		t.Fatal(err)
	}
	m[d.file.Path] = d
}

func commit(t testing.TB, w *Writer) {
	t.Helper()
	if err := w.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// build makes an index of n commits with some dead files, and its model.
func build(t testing.TB, dir string, seed uint64, commits int) model {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 0))
	m := model{}
	w := newWriter(t, dir)
	for c := range commits {
		for i := range 6 {
			m.add(t, w, randomDocument(rng, fmt.Sprintf("dir/%d/%d.go", c, i)))
		}
		if c > 0 {
			m.add(t, w, randomDocument(rng, fmt.Sprintf("dir/%d/0.go", c-1)))
			w.Remove(fmt.Sprintf("dir/%d/1.go", c-1))
			delete(m, fmt.Sprintf("dir/%d/1.go", c-1))
		}
		commit(t, w)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return m
}

// names lists a folder.
func names(t testing.TB, dir string) (segments, others []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if s, _ := ownName(e.Name()); s {
			segments = append(segments, e.Name())
		} else {
			others = append(others, e.Name())
		}
	}
	return segments, others
}

func readFile(t testing.TB, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writeFile(t testing.TB, b []byte, path ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(path...), b, 0o600); err != nil {
		t.Fatal(err)
	}
}
