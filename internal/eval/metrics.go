// Package eval scores rankings against known right answers: six metrics, their
// means over queries, and bootstrap intervals of those.
//
// A ranking comes as scores, higher is better, of a whole corpus ([Judge]) or of
// the documents that a run retrieved ([Evaluate]). The order of documents whose
// scores tie is nobody's choice, so each metric is its expectation over all
// orders of them: a figure does not depend on the order of a file, and a copy of
// the right answer takes its share of the credit. Without ties the values are
// those of trec_eval.
package eval

import "math"

// Metrics are the six figures of one query, or their means over many. Each lies
// between 0 and 1, higher is better; a document is right or it is not.
type Metrics struct {
	// RecallAt… is the share of the right answers among the first 1, 10 and
	// 100 documents.
	RecallAt1   float64 `json:"recall@1"`
	RecallAt10  float64 `json:"recall@10"`
	RecallAt100 float64 `json:"recall@100"`
	// MRRAt10 is 1/rank of the first right answer, or 0 where that rank is
	// beyond 10.
	MRRAt10 float64 `json:"mrr@10"`
	// MRR is 1/rank of the first right answer over the whole ranking.
	MRR float64 `json:"mrr"`
	// NDCGAt10 is the sum of 1/log₂(1+rank) over the right answers among the
	// first 10, as a share of the best sum possible (Järvelin and Kekäläinen,
	// TOIS 2002, with binary gain).
	NDCGAt10 float64 `json:"ndcg@10"`
}

// Intervals are [low, high] for each of the six figures.
type Intervals struct {
	RecallAt1   [2]float64 `json:"recall@1"`
	RecallAt10  [2]float64 `json:"recall@10"`
	RecallAt100 [2]float64 `json:"recall@100"`
	MRRAt10     [2]float64 `json:"mrr@10"`
	MRR         [2]float64 `json:"mrr"`
	NDCGAt10    [2]float64 `json:"ndcg@10"`
}

// MetricNames lists the six figures in the order in which they are reported.
func MetricNames() []string {
	return []string{"recall@1", "recall@10", "recall@100", "mrr@10", "mrr", "ndcg@10"}
}

// Named gives each figure by its name.
func (m Metrics) Named() map[string]float64 { return named(m.list()) }

// MetricsOf is the reverse of [Metrics.Named]; figures without a name in m are 0.
func MetricsOf(m map[string]float64) Metrics {
	var list [numMetrics]float64
	for i, name := range MetricNames() {
		list[i] = m[name]
	}
	return metricsOf(list)
}

// Named gives each value by the name of its figure.
func (p PValues) Named() map[string]float64 { return Metrics(p).Named() }

// Named gives each interval by the name of its figure.
func (in *Intervals) Named() map[string][2]float64 {
	return named([numMetrics][2]float64{in.RecallAt1, in.RecallAt10, in.RecallAt100, in.MRRAt10, in.MRR, in.NDCGAt10})
}

func named[T any](list [numMetrics]T) map[string]T {
	m := make(map[string]T, numMetrics)
	for i, name := range MetricNames() {
		m[name] = list[i]
	}
	return m
}

// numMetrics is the length of the list form, in which figures are added up.
const numMetrics = 6

func (m Metrics) list() [numMetrics]float64 {
	return [...]float64{m.RecallAt1, m.RecallAt10, m.RecallAt100, m.MRRAt10, m.MRR, m.NDCGAt10}
}

func metricsOf(v [numMetrics]float64) Metrics {
	return Metrics{v[0], v[1], v[2], v[3], v[4], v[5]}
}

// Minus is the difference of each figure, which may be below 0.
func (m Metrics) Minus(other Metrics) Metrics {
	a, b := m.list(), other.list()
	for i := range a {
		a[i] -= b[i]
	}
	return metricsOf(a)
}

// Mean is the mean of each figure over the queries, 0 without any.
func Mean(queries []Metrics) Metrics {
	var sum [numMetrics]float64
	for _, q := range queries {
		for i, v := range q.list() {
			sum[i] += v
		}
	}
	for i := range sum {
		sum[i] /= float64(max(len(queries), 1))
	}
	return metricsOf(sum)
}

// tie is a set of documents with the same score, in any order of which the
// ranking is equally likely. Only sets with a right answer are of interest.
type tie struct {
	above int // documents ranked before all of the set
	size  int
	right int // right answers among size, at least 1
}

// expect computes the expected metrics of a ranking, best set first, when there
// are total right answers, retrieved or not.
func expect(ties []tie, total int) Metrics {
	if total == 0 || len(ties) == 0 {
		return Metrics{}
	}
	var m Metrics
	for _, t := range ties {
		m.RecallAt1 += t.within(1)
		m.RecallAt10 += t.within(10)
		m.RecallAt100 += t.within(100)
		m.NDCGAt10 += t.gain(10)
	}
	m.RecallAt1 /= float64(total)
	m.RecallAt10 /= float64(total)
	m.RecallAt100 /= float64(total)
	ideal := tie{size: total, right: total}
	m.NDCGAt10 /= ideal.gain(10)
	m.MRR, m.MRRAt10 = ties[0].reciprocal(10)
	return m
}

// within is the expected number of the set's right answers among the first k
// documents: each stands at each of the set's places equally often.
func (t tie) within(k int) float64 {
	places := min(max(k-t.above, 0), t.size)
	return float64(t.right) * float64(places) / float64(t.size)
}

// gain is the set's expected part of the discounted cumulative gain at k.
func (t tie) gain(k int) float64 {
	var discounts float64
	for rank := t.above + 1; rank <= min(t.above+t.size, k); rank++ {
		discounts += 1 / math.Log2(1+float64(rank))
	}
	return discounts * float64(t.right) / float64(t.size)
}

// reciprocal is the expected 1/rank of the set's first right answer, over all
// ranks and counting those up to k alone.
//
// Of the C(n,r) ways to place r right answers among n documents, C(n-j,r-1) have
// the first at place j, so that p(1) = r/n and p(j+1) = p(j)·(n-j-r+1)/(n-j).
func (t tie) reciprocal(k int) (whole, atK float64) {
	p := float64(t.right) / float64(t.size)
	for j := 1; j <= t.size-t.right+1; j++ {
		rank := t.above + j
		whole += p / float64(rank)
		if rank <= k {
			atK = whole
		}
		p *= float64(t.size-j-t.right+1) / float64(t.size-j)
	}
	return whole, atK
}
