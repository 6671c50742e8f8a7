package vector

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// oddVectors are sets of [n, 8] at which graphs break.
func oddVectors() map[string][][]float32 {
	rng := rand.New(rand.NewPCG(34, 1))
	zeros := func(n int) (vs [][]float32) {
		for range n {
			vs = append(vs, make([]float32, 8))
		}
		return vs
	}
	tight := func(n int) (vs [][]float32) { // all in one direction, nearly
		for range n {
			v := []float32{9, 9, 9, 9, 9, 9, 9, 9}
			v[rng.IntN(8)] += float32(rng.NormFloat64()) * 0.1
			vs = append(vs, v)
		}
		return vs
	}
	islands := func(n int) (vs [][]float32) { // clusters with nothing between them
		for i := range n {
			v := make([]float32, 8)
			v[i%8] = float32(1 - 2*(i/8%2))
			v[(i+1)%8] = float32(rng.NormFloat64()) * 0.01
			vs = append(vs, v)
		}
		return vs
	}
	arc := func(n int) (vs [][]float32) { // a line, in order
		for i := range n {
			angle := 3 * float64(i) / float64(n)
			vs = append(vs, []float32{float32(math.Cos(angle)), float32(math.Sin(angle)), 0, 0, 0, 0, 0, 0})
		}
		return vs
	}
	equal := slices.Repeat([][]float32{{1, 2, 3, 4, 5, 6, 7, 8}}, 800)
	return map[string][][]float32{
		"none":                 nil,
		"one":                  cloud(rng, 1, 8),
		"two":                  cloud(rng, 2, 8),
		"three":                cloud(rng, 3, 8),
		"two equal":            equal[:2],
		"one zero":             zeros(1),
		"a batch":              cloud(rng, batchRows, 8),
		"a batch and one":      cloud(rng, batchRows+1, 8),
		"all equal":            equal,
		"all zero":             zeros(700),
		"each twice":           slices.Repeat(cloud(rng, 500, 8), 2),
		"many equal, then not": slices.Concat(equal, cloud(rng, 700, 8)),
		"zeros between":        slices.Concat(cloud(rng, 500, 8), zeros(500), cloud(rng, 500, 8)),
		"tight":                tight(700),
		"islands":              islands(700),
		"arc":                  arc(700),
		"topics":               topics(rng, 1500, 8),
	}
}

func TestHNSWStructure(t *testing.T) {
	for name, vs := range oddVectors() {
		m := matrixOf(t, vs, 8)
		for _, c := range []HNSWConfig{{}, {M: 2, EfConstruction: 2}, {M: 5, EfConstruction: 20, Seed: 9}} {
			t.Run(fmt.Sprintf("%s/M=%d", name, c.M), func(t *testing.T) {
				t.Parallel()
				h := buildHNSW(t, m, c, 2)
				checkLinks(t, h)
				if got := reachable(h); got != m.Len() {
					t.Errorf("%d of %d vectors can be reached from the entry point", got, m.Len())
				}
				checkTwins(t, h)
			})
		}
	}
}

// checkLinks holds every list against the bounds of the paper.
func checkLinks(t *testing.T, h *HNSW) {
	t.Helper()
	twins := map[uint32]bool{}
	for row := range h.matrix.Len() {
		if to := h.next(row); to >= 0 {
			twins[uint32(to)] = true
		}
	}
	for level, l := range h.layers {
		want := h.config.M
		if level == 0 {
			want *= 2
		}
		if l.width != want {
			t.Errorf("level %d has room for %d links, want %d", level, l.width, want)
		}
		if level > 0 && (l.n == 0 || l.n > h.layers[level-1].n) {
			t.Errorf("level %d has %d vectors, the one below %d", level, l.n, h.layers[level-1].n)
		}
		for id := range uint32(l.n) {
			links := l.linksOf(id)
			size := len(links)
			if end := slices.Index(links, none); end >= 0 {
				size = end
			}
			seen := map[uint32]bool{id: true}
			for i, to := range links {
				switch {
				case i >= size && to != none:
					t.Fatalf("level %d, %d: link %d behind the end of %v", level, id, i, links)
				case i < size && int(to) >= l.n:
					t.Fatalf("level %d, %d: link to %d of %d", level, id, to, l.n)
				case i < size && seen[to]:
					t.Fatalf("level %d, %d: a link twice or to itself in %v", level, id, links)
				}
				seen[to] = true
			}
			if level == 0 && (size == 0) != (twins[id] || len(twins) == l.n-1) {
				t.Errorf("vector %d has %d links", id, size)
			}
		}
	}
}

// reachable counts what the links of level 0 lead to from the entry point.
func reachable(h *HNSW) int {
	l := h.layers[0]
	if l.n == 0 {
		return 0
	}
	queue := []uint32{0}
	if len(h.layers) > 1 {
		queue[0] = h.layers[1].rows[0]
	}
	seen := map[uint32]bool{queue[0]: true}
	for len(queue) > 0 {
		from := queue[0]
		queue = queue[1:]
		for _, to := range l.linksOf(from) {
			if to != none && !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
		for row := h.next(int(from)); row >= 0; row = h.next(row) {
			seen[uint32(row)] = true
		}
	}
	return len(seen)
}

// checkTwins holds the chains of equal vectors against the vectors.
func checkTwins(t *testing.T, h *HNSW) {
	t.Helper()
	last := map[string]int{}
	for row := h.matrix.Len() - 1; row >= 0; row-- {
		v := fmt.Sprint(h.matrix.Row(row))
		want, ok := last[v]
		if !ok {
			want = -1
		}
		if got := h.next(row); got != want {
			t.Fatalf("the next vector that equals %d is %d, want %d", row, got, want)
		}
		last[v] = row
	}
}

// TestHNSWFindsOddVectors: wherever there are equal scores, the best score of
// all must be found, and a vector must find itself or an equal one.
func TestHNSWFindsOddVectors(t *testing.T) {
	for name, vs := range oddVectors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := buildHNSW(t, matrixOf(t, vs, 8), HNSWConfig{}, 1)
			missed, asked := 0, 0
			for i := 0; i < len(vs); i += 1 + len(vs)/100 {
				want, err1 := Search(vs[i], 1, nil, h.matrix)
				got, err2 := h.Search(vs[i], 1, 0, nil)
				if err := errors.Join(err1, err2); err != nil || len(got) != 1 {
					t.Fatalf("row %d: got %v, error %v", i, got, err)
				}
				if asked++; got[0].Score != want[0].Score {
					missed++
				}
			}
			if missed*50 > asked {
				t.Errorf("%d of %d vectors do not find themselves", missed, asked)
			}
		})
	}
}

func TestHNSWLinksAreMostlyMutual(t *testing.T) {
	vs := topics(rand.New(rand.NewPCG(35, 1)), 2000, 32)
	l := buildHNSW(t, matrixOf(t, vs, 32), HNSWConfig{}, 2).layers[0]
	links, mutual := 0, 0
	for id := range uint32(l.n) {
		for _, to := range l.linksOf(id) {
			if to == none {
				break
			}
			links++
			if slices.Contains(l.linksOf(to), id) {
				mutual++
			}
		}
	}
	if share := float64(mutual) / float64(links); share < 0.7 {
		t.Errorf("%.2f of the links have one back, want at least 0.7", share)
	}
}

func TestHNSWDoesNotDependOnThreads(t *testing.T) {
	m := matrixOf(t, topics(rand.New(rand.NewPCG(36, 1)), 1200, 16), 16)
	want := hnswBytes(t, buildHNSW(t, m, HNSWConfig{Seed: 5}, 1))
	for _, threads := range []int{0, 2, 3, 8} {
		if got := hnswBytes(t, buildHNSW(t, m, HNSWConfig{Seed: 5}, threads)); !bytes.Equal(got, want) {
			t.Errorf("%d threads give another graph than one", threads)
		}
	}
	if bytes.Equal(hnswBytes(t, buildHNSW(t, m, HNSWConfig{Seed: 6}, 1)), want) {
		t.Error("another seed gives the same graph")
	}
}

// TestHNSWIsTheSameOnEveryMachine pins the bytes of a graph. They change with
// the layout or the algorithm, never with the processor.
func TestHNSWIsTheSameOnEveryMachine(t *testing.T) {
	rng := rand.New(rand.NewPCG(37, 1))
	vs := make([][]float32, 1000)
	for i := range vs {
		vs[i] = make([]float32, 20)
		for j := range vs[i] {
			vs[i][j] = float32(rng.IntN(201) - 100)
		}
	}
	h := buildHNSW(t, matrixOf(t, vs, 20), HNSWConfig{M: 8, EfConstruction: 40, Seed: 1}, 2)
	const want = "704928ec2dd39cec"
	if got := fmt.Sprintf("%x", sha256.Sum256(hnswBytes(t, h)))[:16]; got != want {
		t.Errorf("the graph's SHA-256 starts with %s, want %s", got, want)
	}
}

func TestDrawLevelThinsOutByM(t *testing.T) {
	for _, m := range []int{2, 16, maxM} {
		const n = 200_000
		var counts [maxLevel + 1]int
		for row := range n {
			counts[drawLevel(3, row, m)]++
		}
		left := n
		for level := range maxLevel {
			left -= counts[level]
			want := float64(n) * math.Pow(float64(m), -float64(level+1))
			if math.Abs(float64(left)-want) > 5*math.Sqrt(want)+1 {
				t.Errorf("M=%d: %d rows above level %d, want about %.0f", m, left, level, want)
			}
		}
	}
}

func TestHNSWConfigErrors(t *testing.T) {
	for _, c := range []HNSWConfig{{M: 1}, {M: -3}, {M: maxM + 1}, {EfConstruction: -1}, {M: 20, EfConstruction: 19}} {
		if h, err := BuildHNSW(t.Context(), Matrix{Dim: 4}, c, 1, nil); err == nil {
			t.Errorf("%+v: got a graph with %+v, want an error", c, h.Config())
		}
	}
	h := buildHNSW(t, Matrix{Dim: 4}, HNSWConfig{}, 1)
	if got, want := h.Config(), (HNSWConfig{M: 16, EfConstruction: 128}); got != want {
		t.Errorf("the zero value means %+v, want %+v", got, want)
	}
}

// countdown is a context that is cancelled when it has been asked often enough.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestHNSWBuildIsCancelled(t *testing.T) {
	m := matrixOf(t, cloud(rand.New(rand.NewPCG(38, 1)), 4*batchRows, 8), 8)
	for batches := range 4 {
		ctx := &countdown{t.Context(), batches}
		if h, err := BuildHNSW(ctx, m, HNSWConfig{}, 2, nil); h != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled after %d batches: got %v, error %v", batches, h, err)
		}
	}
	if _, err := BuildHNSW(&countdown{t.Context(), 4}, m, HNSWConfig{}, 2, nil); err != nil {
		t.Errorf("not cancelled: error %v", err)
	}
}
