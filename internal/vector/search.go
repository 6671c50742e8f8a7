package vector

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/hunch-search/hunch/internal/simd"
)

// Hit is one vector that [Search] found.
type Hit struct {
	Matrix int     // which of the matrices, as they were passed
	Row    int     // which vector of it
	Score  float64 // cosine of the query and the quantised vector, -1 to 1; higher is better
}

const (
	minCandidates  = 100
	blockRows      = 512     // rows a worker takes at a time
	bytesPerWorker = 1 << 20 // below this a goroutine costs more than it saves
)

// Search returns the k vectors of highest cosine with the query, best first;
// equal scores in the order of the matrices and rows. It returns fewer than k
// where there are fewer vectors.
//
// The scan multiplies int8 by int8 and keeps max(4k, 100) candidates, which
// are scored again with the query in float32. The scan's error is bounded by
// the distance of the query to its int8 form (Cauchy-Schwarz), so Search knows
// whether a vector outside the candidates could belong to the result; only
// then does it scan a second time and score again whatever could. The result
// is therefore exact: the order of the float32 query over all int8 vectors,
// the same for every number of threads and on every machine. (For matrices
// whose scales were not made by [Quantize] the bound does not hold, and the
// result is the best of the candidates.)
//
// keep, if not nil, says which vectors count; it is called from several
// goroutines at once, and only for those that would enter the candidates.
//
// The error is [ErrNotFinite] for a query that holds NaN or an infinity. A
// zero query scores 0 with everything. A matrix of another length than the
// query's is the caller's mistake and panics.
func Search(query []float32, k int, keep func(matrix, row int) bool, ms ...Matrix) ([]Hit, error) {
	size, n := 0, 0
	for i, m := range ms {
		if m.Dim != len(query) || len(m.Data) != m.Dim*len(m.Scales) {
			panic(fmt.Sprintf("vector: Search: matrix %d is [%d, %d] with %d numbers, the query has %d",
				i, m.Len(), m.Dim, len(m.Data), len(query)))
		}
		size += len(m.Data)
		n += m.Len()
	}
	q, err := newProbe(query)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	if k = min(k, n); k <= 0 {
		return nil, nil
	}
	s := searcher{probe: q, keep: keep, matrices: ms,
		workers: max(1, min(runtime.GOMAXPROCS(0), size/bytesPerWorker))}
	return s.search(k, n), nil
}

// Scorer scores single vectors against one query, as [Search] would.
type Scorer struct{ probe probe }

// NewScorer prepares a query, with the errors of [Search].
func NewScorer(query []float32) (*Scorer, error) {
	p, err := newProbe(query)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	return &Scorer{p}, nil
}

// Score returns the cosine of the query and a row of a matrix, whose Dim must be
// the query's length.
func (s *Scorer) Score(m Matrix, row int) float64 { return s.probe.exact(m.Row(row), m.Scales[row]) }

// probe is a query made ready: as it came, and as int8 for the scan.
type probe struct {
	float []float32
	inv   float64 // 1/‖float‖, 0 for a zero query
	int8  []int8
	scale float64
	slack float64 // |exact - approx| is at most this for any unit vector
}

func newProbe(v []float32) (probe, error) {
	p := probe{float: v, int8: make([]int8, len(v))}
	scale, err := Quantize(p.int8, v)
	if err != nil || scale == 0 {
		return p, err
	}
	var norm2 float64
	for _, x := range v {
		norm2 += float64(x) * float64(x)
	}
	p.inv, p.scale = 1/math.Sqrt(norm2), float64(scale)
	var dist2 float64
	for i, x := range v {
		d := float64(x)*p.inv - float64(p.int8[i])*p.scale
		dist2 += d * d
	}
	// 1e-6 covers the rounding of the row's scale to float32 (2⁻²⁴) and the sums here.
	p.slack = math.Sqrt(dist2)*(1+1e-6) + 1e-6
	return p, nil
}

// approx is the scan's score, from the product of the int8 query and row.
func (p *probe) approx(dot int32, scale float32) float64 {
	return float64(dot) * p.scale * float64(scale)
}

// exact is the final score: float32 query · int8 row. Each product is exact in
// float64 (24+7 bits), so a fused multiply-add gives the same sum as a plain
// one and the score does not depend on the machine. Four sums, for speed.
func (p *probe) exact(row []int8, scale float32) float64 {
	q := p.float
	row = row[:len(q)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(q); i += 4 {
		s0 += float64(q[i]) * float64(row[i])
		s1 += float64(q[i+1]) * float64(row[i+1])
		s2 += float64(q[i+2]) * float64(row[i+2])
		s3 += float64(q[i+3]) * float64(row[i+3])
	}
	for ; i < len(q); i++ {
		s0 += float64(q[i]) * float64(row[i])
	}
	return ((s0 + s1) + (s2 + s3)) * float64(scale) * p.inv
}

type searcher struct {
	probe
	keep     func(matrix, row int) bool
	matrices []Matrix
	workers  int
}

func (s *searcher) search(k, n int) []Hit {
	candidates := min(max(4*k, minCandidates), n)
	first := s.scan(candidates, s.approxBlock)
	found := first.hits
	all := candidates == n || !first.full()
	floor := 0.0 // no vector outside the candidates has a higher approx
	if !all {
		floor = first.worst().Score
	}
	for i, h := range found {
		m := s.matrices[h.Matrix]
		found[i].Score = s.exact(m.Row(h.Row), m.Scales[h.Row])
	}
	found = best(found, k)
	if all || floor+s.slack < found[k-1].Score {
		return found
	}
	sure := found[k-1].Score // k vectors score at least this
	second := s.scan(k, func(h *topK, b span, dots []int32) { s.exactBlock(h, b, dots, sure) })
	return best(second.hits, k)
}

// span is rows [lo, hi) of one matrix.
type span struct{ matrix, lo, hi int }

// scan deals the rows out to the workers, who multiply a block of them with the
// int8 query, and returns the n best of what visit offered.
func (s *searcher) scan(n int, visit func(h *topK, block span, dots []int32)) topK {
	var blocks []span
	for m, x := range s.matrices {
		for lo := 0; lo < x.Len(); lo += blockRows {
			blocks = append(blocks, span{m, lo, min(lo+blockRows, x.Len())})
		}
	}
	var next atomic.Int64
	work := func() topK {
		h := topK{limit: n}
		dots := make([]int32, blockRows)
		for i := next.Add(1) - 1; i < int64(len(blocks)); i = next.Add(1) - 1 {
			b := blocks[i]
			m := s.matrices[b.matrix]
			dots := dots[:b.hi-b.lo]
			simd.ScanInt8(dots, s.int8, m.Data[b.lo*m.Dim:b.hi*m.Dim])
			visit(&h, b, dots)
		}
		return h
	}
	if s.workers == 1 {
		return work()
	}
	heaps := make([]topK, s.workers)
	var wg sync.WaitGroup
	for w := range heaps {
		wg.Go(func() { heaps[w] = work() })
	}
	wg.Wait()
	for _, h := range heaps[1:] {
		for _, hit := range h.hits {
			heaps[0].offer(hit)
		}
	}
	return heaps[0]
}

func (s *searcher) approxBlock(h *topK, b span, dots []int32) {
	scales := s.matrices[b.matrix].Scales[b.lo:b.hi]
	floor := h.floor()
	for i, dot := range dots {
		score := s.approx(dot, scales[i])
		// Rows come to a worker in order, so an equal score loses to what is there.
		if score <= floor {
			continue
		}
		if row := b.lo + i; s.keep == nil || s.keep(b.matrix, row) {
			h.offer(Hit{b.matrix, row, score})
			floor = h.floor()
		}
	}
}

// exactBlock scores again every row that could still reach the score sure.
func (s *searcher) exactBlock(h *topK, b span, dots []int32, sure float64) {
	m := s.matrices[b.matrix]
	for i, dot := range dots {
		row := b.lo + i
		scale := m.Scales[row]
		if s.approx(dot, scale)+s.slack < max(sure, h.floor()) {
			continue
		}
		if s.keep == nil || s.keep(b.matrix, row) {
			h.offer(Hit{b.matrix, row, s.exact(m.Row(row), scale)})
		}
	}
}
