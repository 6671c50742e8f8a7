package train

import "github.com/hunch-search/hunch/internal/simd"

// linearParams are those of y = x @ W^T + b: w[out, in], b[out].
type linearParams struct {
	out, in int
	w, b    []float32
}

// linear is the layer with its weights laid out for the two products that run
// over W. They are laid out anew after each change of the weights.
type linear struct {
	linearParams
	forwardW  simd.Packed // W
	backwardW simd.Packed // W^T
}

func newLinear(p linearParams, bf16 bool) linear {
	return linear{p, simd.Packed{BF16: bf16}, simd.Packed{BF16: bf16}}
}

func (l *linear) pack() {
	l.forwardW.Pack(l.w, l.out, l.in, l.in)
	l.backwardW.PackTransposed(l.w, l.in, l.out, l.in)
}

// forward computes y[n, out] = x[n, in] @ W^T + b.
func (l *linear) forward(y, x []float32) {
	simd.Gemm(y, l.out, x, l.in, len(x)/l.in, &l.forwardW, l.b)
}

// backward computes the gradient for x, dx = dy @ W.
func (l *linear) backward(dx, dy []float32) {
	simd.Gemm(dx, l.in, dy, l.out, len(dy)/l.out, &l.backwardW, nil)
}

// addBackward adds the gradient for x to dx.
func (l *linear) addBackward(dx, dy []float32) {
	simd.GemmAdd(dx, l.in, dy, l.out, len(dy)/l.out, &l.backwardW)
}

// gradRows is how many rows of a weight's gradient are computed at once: few
// enough that threads share a weight evenly, and a multiple of what the kernels
// take, 48 and in bfloat16 32.
const gradRows = 96

// gradTasks is the number of calls of [linearParams.addGrad] that make the whole
// gradient.
func (l linearParams) gradTasks() int { return (l.out+gradRows-1)/gradRows + 1 }

// addGrad adds one task's share of the parameters' gradients to l, over all
// tokens of a slab: dW += dy^T @ x, and with the last task db += the sum of dy
// over the tokens. x holds the inputs [in, tokens] packed, dy is [tokens, out].
func (l linearParams) addGrad(task int, dy []float32, x *simd.Packed) {
	from := task * gradRows
	if from < l.out {
		simd.GemmAddTransposed(l.w[from*l.in:], l.in, dy[from:], l.out, min(gradRows, l.out-from), x)
		return
	}
	for ; len(dy) > 0; dy = dy[l.out:] {
		add(l.b, dy[:l.out])
	}
}

func sum(x []float32) float32 {
	var s0, s1, s2, s3 float32
	for len(x) >= 4 {
		s0 += x[0]
		s1 += x[1]
		s2 += x[2]
		s3 += x[3]
		x = x[4:]
	}
	for _, v := range x {
		s0 += v
	}
	return (s0 + s2) + (s1 + s3)
}
