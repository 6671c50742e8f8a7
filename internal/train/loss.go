package train

import (
	"math"

	"github.com/hunch-search/hunch/internal/simd"
)

// ranking is the multiple-negatives ranking loss (Henderson et al. 2017,
// "Efficient Natural Language Response Suggestion for Smart Reply", section
// 4.4; InfoNCE): each query is to find its code among all codes of the batch.
// With s = scale·cos,
//
//	L = mean over i of -log( exp s(i,i) / Σj exp s(i,j) )
//
// where j runs over the codes of all pairs and the given negatives, less those
// that are the same code as i's (mask). The symmetric loss is the mean of L and
// the same from each code to all queries.
type ranking struct {
	scale     float32
	symmetric bool
}

// loss returns the loss of a batch and writes the gradient for its
// embeddings, [queries + candidates, width]. Candidate i < queries is query i's
// code; masked tells which others do not count against a query.
func (r ranking) loss(d, embeddings []float32, queries, width int, masked func(query, candidate int) bool) float64 {
	n := len(embeddings)/width - queries
	q, c := embeddings[:queries*width], embeddings[queries*width:]
	scores := make([]float32, queries*n)
	simd.Gemm(scores, n, q, width, queries, simd.Pack(c, n, width, width), nil)
	simd.Scale(scores, r.scale)
	for i := range queries {
		for j := range n {
			if j != i && masked(i, j) {
				scores[i*n+j] = float32(math.Inf(-1))
			}
		}
	}
	ds := make([]float32, len(scores))
	total := r.towards(ds, scores, queries, n)
	simd.Scale(ds, r.scale)

	simd.Gemm(d[:queries*width], width, ds, n, queries, packTransposed(c, width, n), nil)
	t := make([]float32, len(ds))
	simd.Transpose(t, queries, ds, n, queries, n)
	simd.Gemm(d[queries*width:], width, t, queries, n, packTransposed(q, width, queries), nil)
	return total
}

// towards returns the loss and writes its gradient for the scores to ds.
func (r ranking) towards(ds, scores []float32, queries, n int) float64 {
	weight := 1 / float64(queries)
	if r.symmetric {
		weight /= 2
	}
	var total float64
	for i := range queries {
		total += crossEntropy(ds[i*n:], scores[i*n:], n, 1, i, weight)
	}
	for j := range queries {
		if r.symmetric {
			total += crossEntropy(ds[j:], scores[j:], queries, n, j, weight)
		}
	}
	return total
}

// crossEntropy returns weight times -log softmax(s)[target] over n scores,
// which stand stride apart, and adds its gradient weight·(softmax(s) - 1[target])
// to ds.
func crossEntropy(ds, s []float32, n, stride, target int, weight float64) float64 {
	peak := math.Inf(-1)
	for j := range n {
		peak = math.Max(peak, float64(s[j*stride]))
	}
	var total float64
	for j := range n {
		total += math.Exp(float64(s[j*stride]) - peak)
	}
	for j := range n {
		p := math.Exp(float64(s[j*stride])-peak) / total
		if j == target {
			p--
		}
		ds[j*stride] += float32(weight * p)
	}
	return weight * (peak + math.Log(total) - float64(s[target*stride]))
}

func packTransposed(src []float32, n, k int) *simd.Packed {
	p := new(simd.Packed)
	p.PackTransposed(src, n, k, n)
	return p
}
