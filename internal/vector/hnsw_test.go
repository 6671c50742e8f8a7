package vector

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// topics are vectors as sentence embeddings lie: clusters of different sizes,
// each spread over a few directions of its own.
func topics(rng *rand.Rand, n, dim int) [][]float32 {
	const directions = 10
	count := n/50 + 1
	centres, spreads := make([][]float32, count), make([][][]float32, count)
	for i := range centres {
		centres[i] = randomVector(rng, dim)
		for range directions {
			spreads[i] = append(spreads[i], randomVector(rng, dim))
		}
	}
	vs := make([][]float32, n)
	for i := range vs {
		topic := min(rng.IntN(count), rng.IntN(count))
		vs[i] = slices.Clone(centres[topic])
		for _, d := range spreads[topic] {
			x := float32(rng.NormFloat64()) * 0.25
			for j := range d {
				vs[i][j] += x * d[j]
			}
		}
		for j := range vs[i] {
			vs[i][j] += float32(rng.NormFloat64()) * 0.2
		}
	}
	return vs
}

func cloud(rng *rand.Rand, n, dim int) (vs [][]float32) {
	for range n {
		vs = append(vs, randomVector(rng, dim))
	}
	return vs
}

func buildHNSW(t testing.TB, m Matrix, c HNSWConfig, threads int) *HNSW {
	t.Helper()
	h, err := BuildHNSW(t.Context(), m, c, threads, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func hnswBytes(t testing.TB, h *HNSW) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := h.WriteTo(&b)
	if err != nil || n != int64(b.Len()) || n != h.Size() {
		t.Fatalf("WriteTo: %d bytes written, %d said, error %v, want %d", b.Len(), n, err, h.Size())
	}
	return b.Bytes()
}

// recall is the share of the k true neighbours that are found. What is found
// must have the scores of the exact search.
func recall(t *testing.T, h *HNSW, queries [][]float32, k, ef int, keep func(row int) bool) float64 {
	t.Helper()
	found, all := 0, 0
	for _, q := range queries {
		want, err := Search(q, k, keepRow(keep), h.matrix)
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.Search(q, k, ef, keep)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) || !slices.IsSortedFunc(got, compare) {
			t.Fatalf("got %d hits %v, want %d in order", len(got), got, len(want))
		}
		rows := map[Hit]bool{}
		for _, hit := range want {
			rows[hit] = true
		}
		for _, hit := range got {
			if rows[hit] {
				found++
			}
		}
		all += len(want)
	}
	return float64(found) / float64(all)
}

func TestHNSWRecall(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute under the race detector; the tests of the structure run there")
	}
	rng := rand.New(rand.NewPCG(30, 1))
	halves := func(row int) bool { return row%2 == 0 }
	tests := []struct {
		name    string
		vectors [][]float32 // the last hundred are queries
		config  HNSWConfig
		ef      int
		keep    func(row int) bool
		want    float64
	}{
		{"topics", topics(rng, 8100, 64), HNSWConfig{}, 0, nil, 0.99},
		{"topics, wider walk", topics(rng, 5100, 64), HNSWConfig{}, 200, nil, 0.999},
		{"topics, half deleted", topics(rng, 5100, 64), HNSWConfig{}, 0, halves, 0.99},
		{"few links", topics(rng, 5100, 64), HNSWConfig{M: 4, EfConstruction: 40}, 100, nil, 0.95},
		{"no structure", cloud(rng, 3100, 32), HNSWConfig{}, 100, nil, 0.97},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := len(tt.vectors) - 100
			h := buildHNSW(t, matrixOf(t, tt.vectors[:n], len(tt.vectors[0])), tt.config, 2)
			if got := recall(t, h, tt.vectors[n:], 10, tt.ef, tt.keep); got < tt.want {
				t.Errorf("recall@10 is %.4f, want at least %v", got, tt.want)
			}
			w := newWalk(h.matrix)
			q, _ := newProbe(tt.vectors[n])
			w.aim(q.int8, float32(q.scale))
			h.find(w, 64, n, nil)
			if len(w.touched) > n/2 {
				t.Errorf("a walk met %d of %d vectors, so this tests no graph", len(w.touched), n)
			}
		})
	}
}

func TestHNSWFilter(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 1))
	vs := topics(rng, 4020, 32)
	h := buildHNSW(t, matrixOf(t, vs[:4000], 32), HNSWConfig{}, 2)
	tests := []struct {
		name string
		keep func(row int) bool
		want float64
	}{
		{"all", func(int) bool { return true }, 0.97},
		{"most", func(row int) bool { return row%10 > 0 }, 0.97},
		{"one in fifty", func(row int) bool { return row%50 == 7 }, 0.97},
		{"three", func(row int) bool { return row%1500 == 9 }, 1},
		{"none", func(int) bool { return false }, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kept := 0
			for row := range 4000 {
				if tt.keep(row) {
					kept++
				}
			}
			for _, q := range vs[4000:] {
				got, err := h.Search(q, 10, 0, tt.keep)
				if err != nil || len(got) != min(10, kept) {
					t.Fatalf("got %v, error %v, want %d hits", got, err, min(10, kept))
				}
				for _, hit := range got {
					if !tt.keep(hit.Row) {
						t.Errorf("row %d is not kept", hit.Row)
					}
				}
			}
			if kept == 0 {
				return
			}
			if got := recall(t, h, vs[4000:], 10, 0, tt.keep); got < tt.want {
				t.Errorf("recall@10 is %.4f, want at least %v", got, tt.want)
			}
		})
	}
}

// TestHNSWWalkGivesUpEarly: where hardly any row counts, few are met before the
// walk says so.
func TestHNSWWalkGivesUpEarly(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 2))
	vs := topics(rng, 6001, 16)
	h := buildHNSW(t, matrixOf(t, vs[:6000], 16), HNSWConfig{}, 2)
	const ef = 20
	for _, every := range []int{2, 200, 6001} {
		asked := 0
		hits, ok, err := h.Walk(vs[6000], 10, ef, func(row int) bool {
			asked++
			return row%every == 1
		})
		if wide := every == 2; err != nil || ok != wide || (len(hits) == 10) != wide {
			t.Errorf("one in %d counts: %d hits, %v, error %v", every, len(hits), ok, err)
		}
		if most := 6000 / 4; asked > most/2 {
			t.Errorf("one in %d counts: the walk met %d rows, want no more than half of %d", every, asked, most)
		}
	}
}

// TestHNSWReturnsAsManyAsThereAre asks for as many as there are: the
// walk may not reach them all, the answer has them.
func TestHNSWReturnsAsManyAsThereAre(t *testing.T) {
	for name, vs := range oddVectors() {
		h := buildHNSW(t, matrixOf(t, vs, 8), HNSWConfig{M: 2, EfConstruction: 4}, 1)
		got, err := h.Search(make([]float32, 8), math.MaxInt, 0, nil)
		if err != nil || len(got) != len(vs) {
			t.Errorf("%s: %d hits, error %v, want %d", name, len(got), err, len(vs))
		}
		for _, k := range []int{0, -1} {
			if got, err := h.Search(make([]float32, 8), k, 0, nil); len(got) != 0 || err != nil {
				t.Errorf("%s: k=%d: got %v, error %v, want nothing", name, k, got, err)
			}
		}
	}
}

func TestHNSWBadQuery(t *testing.T) {
	h := buildHNSW(t, matrixOf(t, [][]float32{{1, 2}}, 2), HNSWConfig{}, 1)
	if _, err := h.Search([]float32{1, float32(math.Inf(1))}, 1, 0, nil); !errors.Is(err, ErrNotFinite) {
		t.Errorf("query with an infinity: error %v, want ErrNotFinite", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("query of another length does not panic")
		}
	}()
	h.Search([]float32{1}, 1, 0, nil)
}

func TestHNSWSearchIsSafeForConcurrentUse(t *testing.T) {
	rng := rand.New(rand.NewPCG(32, 1))
	vs := topics(rng, 2000, 16)
	h := buildHNSW(t, matrixOf(t, vs, 16), HNSWConfig{}, 2)
	want := make([][]Hit, 50)
	for i := range want {
		want[i], _ = h.Search(vs[i], 10, 0, nil)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range want {
				if got, err := h.Search(vs[i], 10, 0, nil); err != nil || !slices.Equal(got, want[i]) {
					t.Errorf("query %d: got %v, error %v, want %v", i, got, err, want[i])
				}
			}
		})
	}
	wg.Wait()
}

func TestHNSWSearchAllocatesNothingThatGrows(t *testing.T) {
	rng := rand.New(rand.NewPCG(33, 1))
	vs := topics(rng, 2000, 16)
	h := buildHNSW(t, matrixOf(t, vs, 16), HNSWConfig{}, 1)
	w := newWalk(h.matrix) // which the pool keeps, but not under the race detector
	got := testing.AllocsPerRun(100, func() {
		q, _ := newProbe(vs[7])
		w.aim(q.int8, float32(q.scale))
		h.find(w, 64, 2000, nil)
		h.rescore(w, &q, 10, nil)
	})
	if got > 2 {
		t.Errorf("%v allocations, want 2: the query as int8, and the hits", got)
	}
}

func TestKeyOrdersByScoreAndID(t *testing.T) {
	scores := []float32{1, 0.5, math.SmallestNonzeroFloat32, 0, -math.SmallestNonzeroFloat32, -0.5, -1}
	var last key = math.MaxUint64
	for _, score := range scores {
		for _, id := range []uint32{0, 1, 77, maxRows - 1} {
			for _, flags := range []key{open | counted, counted, open, 0} {
				k := newKey(score, id, flags)
				if k >= last && flags == open|counted {
					t.Errorf("score %v, id %d: key %x, want below %x", score, id, k, last)
				}
				if k.score() != score || k.id() != id || k&3 != flags {
					t.Errorf("score %v, id %d, flags %b come back as %v, %d, %b", score, id, flags, k.score(), k.id(), k&3)
				}
				last = k
			}
		}
	}
}

func benchmarkVectors(n int) Matrix {
	const dim = 384
	rng := rand.New(rand.NewPCG(40, 1))
	m := Matrix{Dim: dim, Data: make([]int8, n*dim), Scales: make([]float32, n)}
	for i, v := range topics(rng, n, dim) {
		m.Scales[i], _ = Quantize(m.Row(i), v)
	}
	return m
}

func BenchmarkHNSWBuild(b *testing.B) {
	const n = 20_000
	m := benchmarkVectors(n)
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("%dx384/threads=%d", n, threads), func(b *testing.B) {
			for b.Loop() {
				buildHNSW(b, m, HNSWConfig{}, threads)
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "adds/s")
		})
	}
}

func BenchmarkHNSWSearch(b *testing.B) {
	const n = 20_000
	m := benchmarkVectors(n)
	h := buildHNSW(b, m, HNSWConfig{}, 2)
	queries := topics(rand.New(rand.NewPCG(40, 1)), 200, m.Dim)
	for _, ef := range []int{32, 64, 128} {
		b.Run(fmt.Sprintf("%dx384/ef=%d", n, ef), func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				h.Search(queries[i%len(queries)], 10, ef, nil)
				i++
			}
		})
	}
}
