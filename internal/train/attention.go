package train

import (
	"math"

	"github.com/hunch-search/hunch/internal/simd"
)

// attention is multi-head self-attention within each text (Vaswani et al. 2017,
// section 3.2), with dropout on the probabilities:
//
//	S = Q·Kᵀ/√dim,  P = softmax(S) by rows,  D = dropout(P),  C = D·V
//
// P is not kept for the backward pass but computed again: it grows with the
// square of the text, and costs little.
type attention struct {
	heads, width int // dim = width/heads
}

// attentionScratch is the working memory for one head of one text.
type attentionScratch struct {
	p, d, t []float32   // [n, n]
	k, v, c simd.Packed // operands
}

// forward computes C[n, width] of a text from its qkv[n, 3·width].
func (a attention) forward(c, qkv []float32, s *attentionScratch, drop func(p []float32, head int)) {
	n, stride, dim := len(c)/a.width, 3*a.width, a.width/a.heads
	for h := range a.heads {
		col := h * dim
		a.probabilities(qkv[col:], n, s)
		drop(s.p, h)
		s.v.PackTransposed(qkv[col+2*a.width:], dim, n, stride)
		simd.Gemm(c[col:], a.width, s.p, n, n, &s.v, nil)
	}
}

// probabilities computes P of the head whose queries begin at q[0].
func (a attention) probabilities(q []float32, n int, s *attentionScratch) {
	stride, dim := 3*a.width, a.width/a.heads
	sized(&s.p, n*n)
	s.k.Pack(q[a.width:], n, dim, stride)
	simd.Gemm(s.p, n, q, stride, n, &s.k, nil)
	for i := range n {
		simd.Softmax(s.p[i*n:(i+1)*n], a.scale())
	}
}

func (a attention) scale() float32 {
	return float32(1 / math.Sqrt(float64(a.width/a.heads)))
}

// backward replaces qkv by its gradient, given that of C:
//
//	dV = Dᵀ·dC,  dD = dC·Vᵀ,  dP = dropout(dD)
//	dS = P·(dP - Σ dP·P by rows)
//	dQ = dS·K/√dim,  dK = dSᵀ·Q/√dim
func (a attention) backward(qkv, dc []float32, s *attentionScratch, drop func(p []float32, head int)) {
	n, stride, dim := len(dc)/a.width, 3*a.width, a.width/a.heads
	for h := range a.heads {
		col := h * dim
		q, k, v, dc := qkv[col:], qkv[col+a.width:], qkv[col+2*a.width:], dc[col:]
		a.probabilities(q, n, s)
		sized(&s.d, n*n)
		sized(&s.t, n*n)

		s.v.Pack(v, n, dim, stride)
		simd.Gemm(s.d, n, dc, a.width, n, &s.v, nil)
		drop(s.d, h)
		softmaxBackward(s.d, s.p, n, a.scale())

		drop(s.p, h)
		simd.Transpose(s.t, n, s.p, n, n, n)
		s.c.PackTransposed(dc, dim, n, a.width)
		simd.Gemm(v, stride, s.t, n, n, &s.c, nil)

		s.v.PackTransposed(q, dim, n, stride)
		s.k.PackTransposed(k, dim, n, stride)
		simd.Gemm(q, stride, s.d, n, n, &s.k, nil)
		simd.Transpose(s.t, n, s.d, n, n, n)
		simd.Gemm(k, stride, s.t, n, n, &s.v, nil)
	}
}

// softmaxBackward replaces each row of d, the gradient for the probabilities p,
// by that for the products before they were scaled: scale·p·(d - Σ d·p).
func softmaxBackward(d, p []float32, n int, scale float32) {
	for i := range n {
		d, p := d[i*n:(i+1)*n], p[i*n:(i+1)*n]
		along := simd.Dot(d, p)
		for j, v := range p {
			d[j] = scale * v * (d[j] - along)
		}
	}
}
