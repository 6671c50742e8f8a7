package train

import (
	"math"
	"slices"

	"github.com/hunch-search/hunch/internal/simd"
)

// adamW is the optimiser of Loshchilov and Hutter 2019 ("Decoupled Weight Decay
// Regularization", algorithm 2). With the gradient g of step t, counted from 1:
//
//	m = β1·m + (1-β1)·g,  v = β2·v + (1-β2)·g²
//	w = w - lr·λ·w - lr · (m/(1-β1ᵗ)) / (√(v/(1-β2ᵗ)) + ε)
type adamW struct {
	m, v   []float32
	decay  float64 // λ
	clip   float64 // largest norm of the gradients, 0 for any
	chunks []chunk
}

const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

// chunk is a part of one parameter: what a thread takes at a time.
type chunk struct {
	from, to int
	decays   bool
}

// chunkSize values are a chunk. Sums over all parameters go by chunks, so that
// it is a part of the result.
const chunkSize = 1 << 16

func newAdamW(l layout, c Config) *adamW {
	o := &adamW{
		m: make([]float32, l.size()), v: make([]float32, l.size()),
		decay: c.WeightDecay, clip: c.Clip,
	}
	for _, p := range l {
		for from := p.at; from < p.at+p.n; from += chunkSize {
			o.chunks = append(o.chunks, chunk{from, min(from+chunkSize, p.at+p.n), p.decays})
		}
	}
	return o
}

// norm returns the Euclidean norm of all gradients together.
func (o *adamW) norm(grads []float32, p pool) float64 {
	sums := make([]float64, len(o.chunks))
	p.run(len(o.chunks), func(_, i int) {
		sums[i] = squares(grads[o.chunks[i].from:o.chunks[i].to])
	})
	var total float64
	for _, s := range sums {
		total += s
	}
	return math.Sqrt(total)
}

// squares sums in float32 only so far that its rounding does not matter.
func squares(x []float32) (total float64) {
	for part := range slices.Chunk(x, 1<<12) {
		total += float64(simd.Dot(part, part))
	}
	return total
}

// step changes the weights by gradients of the given norm, which it scales down
// to the largest allowed (Pascanu, Mikolov and Bengio 2013), and clears the
// gradients.
func (o *adamW) step(weights, grads []float32, t int, lr, norm float64, p pool) {
	a := simd.AdamW{
		Grad:  1,
		Beta1: beta1, Rest1: 1 - beta1, Beta2: beta2, Rest2: 1 - beta2, Epsilon: epsilon,
		Root: float32(1 / math.Sqrt(1-math.Pow(beta2, float64(t)))),
		LR:   float32(lr / (1 - math.Pow(beta1, float64(t)))),
	}
	if o.clip > 0 && norm > o.clip {
		a.Grad = float32(o.clip / (norm + 1e-6)) // as torch.nn.utils.clip_grad_norm_
	}
	p.run(len(o.chunks), func(_, i int) {
		c, a := o.chunks[i], a
		a.Shrink = 1
		if c.decays {
			a.Shrink = float32(1 - lr*o.decay)
		}
		a.Step(weights[c.from:c.to], grads[c.from:c.to], o.m[c.from:c.to], o.v[c.from:c.to])
	})
}
