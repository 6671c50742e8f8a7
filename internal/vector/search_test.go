package vector

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// bruteForce is the definition of [Search]: every cosine in float64, sorted.
func bruteForce(query []float32, k int, keep func(m, row int) bool, ms []Matrix) []Hit {
	var norm float64
	for _, x := range query {
		norm += float64(x) * float64(x)
	}
	var hits []Hit
	for mi, m := range ms {
		for row := range m.Len() {
			if keep != nil && !keep(mi, row) {
				continue
			}
			var dot float64
			for i, x := range m.Row(row) {
				dot += float64(query[i]) * float64(x)
			}
			score := 0.0
			if norm > 0 {
				score = dot * float64(m.Scales[row]) / math.Sqrt(norm)
			}
			hits = append(hits, Hit{mi, row, score})
		}
	}
	slices.SortStableFunc(hits, compare)
	return hits[:min(k, len(hits))]
}

// sameHits reports the first difference. Sums in another order differ by a few
// last bits, so places with scores that close may be swapped.
func sameHits(got, want []Hit) error {
	if len(got) != len(want) {
		return fmt.Errorf("got %d hits, want %d", len(got), len(want))
	}
	for i := range got {
		g, w := got[i], want[i]
		if math.Abs(g.Score-w.Score) > 1e-12 {
			return fmt.Errorf("hit %d is %v, want %v", i, g, w)
		}
		if i > 0 && compare(got[i-1], g) >= 0 {
			return fmt.Errorf("hits %d and %d out of order: %v, %v", i-1, i, got[i-1], g)
		}
	}
	return nil
}

func TestSearchEqualsBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	cloud := func(n, dim int) (vs [][]float32) {
		for range n {
			vs = append(vs, randomVector(rng, dim))
		}
		return vs
	}
	// Vectors so near each other that the int8 scan cannot tell them apart.
	cluster := func(n, dim int) (vs [][]float32) {
		centre := randomVector(rng, dim)
		for range n {
			v := slices.Clone(centre)
			for i := range v {
				v[i] += float32(rng.NormFloat64()) * 0.02
			}
			vs = append(vs, v)
		}
		return vs
	}
	odd := func(_, row int) bool { return row%2 == 1 }
	few := func(_, row int) bool { return row%97 == 0 }
	tests := []struct {
		name string
		dim  int
		sets [][][]float32
		keep func(m, row int) bool
	}{
		{"none", 8, nil, nil},
		{"empty matrices", 8, [][][]float32{nil, nil}, nil},
		{"one", 8, [][][]float32{cloud(1, 8)}, nil},
		{"random", 384, [][][]float32{cloud(3000, 384)}, nil},
		{"odd length", 13, [][][]float32{cloud(3000, 13)}, nil},
		{"several matrices", 64, [][][]float32{cloud(700, 64), nil, cloud(900, 64), cloud(5, 64)}, nil},
		{"filtered", 64, [][][]float32{cloud(1000, 64), cloud(1000, 64)}, odd},
		{"filtered to a few", 64, [][][]float32{cloud(3000, 64)}, few},
		{"cluster", 64, [][][]float32{cluster(2500, 64), cluster(2500, 64)}, nil},
		{"cluster filtered", 64, [][][]float32{cluster(5000, 64)}, odd},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var ms []Matrix
			for _, vs := range tt.sets {
				ms = append(ms, matrixOf(t, vs, tt.dim))
			}
			queries := [][]float32{randomVector(rng, tt.dim), make([]float32, tt.dim)}
			for _, vs := range tt.sets {
				if len(vs) > 0 {
					queries = append(queries, vs[len(vs)/2])
				}
			}
			for _, query := range queries {
				for _, k := range []int{0, 1, 10, 60, math.MaxInt} {
					got, err := Search(query, k, tt.keep, ms...)
					if err != nil {
						t.Fatal(err)
					}
					if err := sameHits(got, bruteForce(query, k, tt.keep, ms)); err != nil {
						t.Errorf("k=%d: %v", k, err)
					}
				}
			}
		})
	}
}

// TestSecondScanHappens makes sure that the tests above exercise it.
func TestSecondScanHappens(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	v := randomVector(rng, 64)
	var vs [][]float32
	for range 500 {
		vs = append(vs, v)
	}
	m := matrixOf(t, vs, 64)
	got, err := Search(randomVector(rng, 64), 5, nil, m)
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range got {
		if h.Row != i || h.Score != got[0].Score {
			t.Errorf("hit %d among equal vectors is %v, want row %d", i, h, i)
		}
	}
}

func TestSearchDoesNotDependOnThreads(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	var vs [][]float32
	for range 9000 {
		v := make([]float32, 384) // few distinct scores: many ties
		v[rng.IntN(4)] = 1
		v[rng.IntN(384)]++
		vs = append(vs, v)
	}
	m := matrixOf(t, vs, 384)
	query := randomVector(rng, 384)
	var want []Hit
	for _, threads := range []int{1, 2, 3, 8} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
		got, err := Search(query, 200, nil, m, m)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d threads give another result than one", threads)
		}
	}
}

func TestSearchBadQuery(t *testing.T) {
	m := matrixOf(t, [][]float32{{1, 2}}, 2)
	_, err := Search([]float32{1, float32(math.NaN())}, 1, nil, m)
	if !errors.Is(err, ErrNotFinite) {
		t.Errorf("query with NaN: error %v, want ErrNotFinite", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("query of another length does not panic")
		}
	}()
	Search([]float32{1}, 1, nil, m)
}

func BenchmarkQuantize(b *testing.B) {
	v := randomVector(rand.New(rand.NewPCG(11, 12)), 384)
	q := make([]int8, len(v))
	for b.Loop() {
		Quantize(q, v)
	}
}
