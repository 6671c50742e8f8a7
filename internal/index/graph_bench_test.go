package index

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hunch-search/hunch/internal/vector"
)

// clusters draws vectors as sentence embeddings lie: around many centres, some
// drawn more often than others, spread over a few directions of each's own.
type clusters struct {
	rng     *rand.Rand
	centres [][]float32   // [topics, dim]
	spreads [][][]float32 // [topics, 10, dim]
}

func newClusters(topics, dim int) *clusters {
	c := &clusters{rng: rand.New(rand.NewPCG(41, 1))}
	for range topics {
		var spread [][]float32
		for range 10 {
			spread = append(spread, gauss(c.rng, dim, 1))
		}
		c.centres, c.spreads = append(c.centres, gauss(c.rng, dim, 1)), append(c.spreads, spread)
	}
	return c
}

func (c *clusters) draw() []float32 {
	topic := min(c.rng.IntN(len(c.centres)), c.rng.IntN(len(c.centres)))
	v := gauss(c.rng, len(c.centres[0]), 0.2)
	for i, x := range c.centres[topic] {
		v[i] += x
	}
	for _, d := range c.spreads[topic] {
		x := float32(c.rng.NormFloat64()) * 0.25
		for i := range v {
			v[i] += x * d[i]
		}
	}
	return v
}

// benchmarkIndex is one segment of n chunks, ten a file, without a graph.
func benchmarkIndex(b *testing.B, n, dim int) (dir string, meta Meta, queries [][]float32) {
	b.Helper()
	dir, meta = b.TempDir(), testMeta
	meta.Dim = dim
	w, err := NewWriter(b.Context(), dir, Config{Meta: meta})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	c := newClusters(n/50, dim)
	for f := range n / 10 {
		var chunks []ChunkRecord
		for i := range 10 {
			v := make([]int8, dim)
			scale, err := vector.Quantize(v, c.draw())
			if err != nil {
				b.Fatal(err)
			}
			chunks = append(chunks, ChunkRecord{Chunk{StartLine: 1 + i, EndLine: 1 + i}, v, scale, ""})
		}
		if err := w.Add(File{Path: fmt.Sprintf("%02d/file%d.go", f%100, f), Language: "go"}, chunks); err != nil {
			b.Fatal(err)
		}
	}
	commit(b, w)
	for range 300 {
		queries = append(queries, c.draw())
	}
	return dir, meta, queries
}

// BenchmarkGraphs is the table in docs/speed.md: an exact and an approximate
// search for 20 chunks, which is what a search for five results asks for. The
// largest takes minutes.
func BenchmarkGraphs(b *testing.B) {
	sizes := []int{10_000, 100_000, 300_000}
	if testing.Short() {
		sizes = sizes[:1]
	}
	const dim, k = 384, 20
	filters := []struct {
		name string
		keep func(FileInfo) bool
	}{
		{"all", nil},
		{"half", func(f FileInfo) bool { return f.Path < "50" }},
		{"hundredth", func(f FileInfo) bool { return strings.HasPrefix(f.Path, "07/") }},
	}
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir, meta, queries := benchmarkIndex(b, n, dim)
			w, err := NewWriter(b.Context(), dir, Config{Meta: meta})
			if err != nil {
				b.Fatal(err)
			}
			start := time.Now()
			buildGraphs(b, w, 1)
			b.Logf("a graph of %d vectors on one thread: %.0f/s", n, float64(n)/time.Since(start).Seconds())
			w.Close()
			ix, err := Open(dir)
			if err != nil {
				b.Fatal(err)
			}
			defer ix.Close()
			for _, f := range filters {
				b.Run("exact/"+f.name, func(b *testing.B) {
					best(b, queries, func(q []float32) { ix.Search(q, k, f.keep) })
				})
				b.Run("ann/"+f.name, func(b *testing.B) {
					best(b, queries, func(q []float32) { ix.SearchApproximate(q, k, f.keep) })
					b.ReportMetric(recallOf(b, ix, queries, k, f.keep), "recall")
				})
			}
		})
	}
}

// best reports the mean of each query's fastest run, which tells more than the
// mean of all on a machine that does other work too.
func best(b *testing.B, queries [][]float32, search func(query []float32)) {
	queries = queries[:20]
	fastest := slices.Repeat([]time.Duration{time.Hour}, len(queries))
	for b.Loop() {
		for i, q := range queries {
			start := time.Now()
			search(q)
			fastest[i] = min(fastest[i], time.Since(start))
		}
	}
	var sum time.Duration
	for _, d := range fastest {
		sum += d
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(sum)/float64(len(queries))/1e3, "µs/query")
}

func recallOf(b *testing.B, ix *Index, queries [][]float32, k int, keep func(FileInfo) bool) float64 {
	b.Helper()
	found, all := 0, 0
	for _, q := range queries {
		want, err := ix.Search(q, k, keep)
		if err != nil {
			b.Fatal(err)
		}
		got, err := ix.SearchApproximate(q, k, keep)
		if err != nil {
			b.Fatal(err)
		}
		for _, h := range got {
			if slices.Contains(want, h) {
				found++
			}
		}
		all += len(want)
	}
	return float64(found) / float64(all)
}
