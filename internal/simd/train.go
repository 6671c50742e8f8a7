// Kernels of the backward pass and of the optimiser.

package simd

import "math"

// GELUBackward is given inputs u of [GELU] and gradients d for its outputs. It
// writes the outputs to y and replaces u by the gradients for u:
//
//	y = u·Φ(u),  u' = d·(Φ(u) + u·φ(u))
//
// with the normal distribution Φ and its density φ. All slices have the length
// of u. The absolute errors are below 1e-6 for |u| ≤ 10 and |d| ≤ 1.
func GELUBackward(y, u, d []float32) {
	if len(y) != len(u) || len(d) != len(u) {
		panic("simd: GELUBackward of vectors of different length")
	}
	active.geluGrad(y, u, d)
}

// Dropout is a choice of values to drop. Value i of a row is dropped, that is
// set to 0, if Hash(i) is below Threshold, and else multiplied by Scale.
type Dropout struct {
	Key0, Key1 uint32
	Threshold  uint32 // the share of values to drop, times 2^32
	Scale      float32
}

// Apply drops values of x. It gives the same bits on every machine.
func (d Dropout) Apply(x []float32) { active.dropout(x, d) }

// Hash is the 32-bit finaliser of Ellis ("lowbias32", Prospecting for Hash
// Functions, 2018) over a counter, with a second key between its rounds.
func (d Dropout) Hash(i uint32) uint32 {
	x := i + d.Key0
	x ^= x >> 16
	x *= 0x7feb352d
	x += d.Key1
	x ^= x >> 15
	x *= 0x846ca68b
	x ^= x >> 16
	return x
}

// Transpose computes dst = src^T: src[rows, cols] with stride lds,
// dst[cols, rows] with stride ldd. They must not overlap.
func Transpose(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	if rows == 0 || cols == 0 {
		return
	}
	switch {
	case lds < cols || ldd < rows:
		panic("simd: Transpose stride shorter than a row")
	case len(src) < (rows-1)*lds+cols:
		panic("simd: Transpose input shorter than its shape")
	case len(dst) < (cols-1)*ldd+rows:
		panic("simd: Transpose output shorter than its shape")
	}
	active.transpose(dst, ldd, src, lds, rows, cols)
}

// AdamW are the factors of one step of the optimiser AdamW (Loshchilov and
// Hutter 2019, algorithm 2), the corrections for the step's number included.
type AdamW struct {
	Grad         float32 // of the gradients, where they are clipped
	Beta1, Rest1 float32 // β1 and 1-β1
	Beta2, Rest2 float32 // β2 and 1-β2
	Root         float32 // of √v: 1/√(1-β2ᵗ)
	Epsilon      float32
	LR           float32 // lr/(1-β1ᵗ)
	Shrink       float32 // of the weights: 1 - lr·λ
}

// Step changes weights w by gradients g, with moments m and v, all equally
// long, and clears the gradients:
//
//	g = g·Grad,  m = β1·m + (1-β1)·g,  v = β2·v + (1-β2)·g²
//	w = w·Shrink - LR·m / (√v·Root + ε)
func (a AdamW) Step(w, g, m, v []float32) {
	if len(g) != len(w) || len(m) != len(w) || len(v) != len(w) {
		panic("simd: AdamW of vectors of different length")
	}
	active.adamW(w, g, m, v, a)
}

func geluGradGeneric(y, u, d []float32) {
	y, d = y[:len(u)], d[:len(u)]
	for i, v := range u {
		x := float64(v)
		phi := 0.5 * (1 + math.Erf(x/math.Sqrt2))
		y[i] = float32(x * phi)
		u[i] = float32(float64(d[i]) * (phi + x*math.Exp(-x*x/2)/(math.Sqrt2*math.SqrtPi)))
	}
}

func dropoutGeneric(x []float32, d Dropout) { dropoutFrom(0, x, d) }

func dropoutFrom(first int, x []float32, d Dropout) {
	for i := range x {
		// All ones where the hash is not below: no predictor could guess a
		// branch.
		keep := uint32(int64(uint64(d.Threshold)-uint64(d.Hash(uint32(first+i)))-1) >> 63)
		x[i] = math.Float32frombits(math.Float32bits(x[i]*d.Scale) & keep)
	}
}

func transposeGeneric(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	const block = 16
	for r0 := 0; r0 < rows; r0 += block {
		r1 := min(r0+block, rows)
		for c := range cols {
			out, at := dst[c*ldd+r0:c*ldd+r1], r0*lds+c
			for i := range out {
				out[i] = src[at]
				at += lds
			}
		}
	}
}

func adamWGeneric(w, g, m, v []float32, a AdamW) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i := range w {
		d := g[i] * a.Grad
		mean, square := a.Beta1*m[i]+a.Rest1*d, a.Beta2*v[i]+a.Rest2*d*d
		g[i], m[i], v[i] = 0, mean, square
		w[i] = w[i]*a.Shrink - a.LR*mean/(float32(math.Sqrt(float64(square)))*a.Root+a.Epsilon)
	}
}
