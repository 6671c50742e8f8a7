package bert

import (
	"math"

	"github.com/hunch-search/hunch/internal/simd"
)

// ffnRows is how many tokens pass what follows attention together, so that
// their 1,536 numbers each stay in the second-level cache: a multiple of the rows
// that most kernels compute at once, 5, 6 or 12.
const ffnRows = 60

// layer replaces e.hidden by the output of one transformer layer:
//
//	x = LayerNorm(x + Attention(x)·Wo + bo)
//	x = LayerNorm(x + GELU(x·W1 + b1)·W2 + b2)
func (e *Encoder) layer(l *layer, texts [][]int32) {
	e.linear(e.qkv, e.hidden, l.qkv)
	e.attend(texts)
	width := e.model.Config.HiddenSize
	for at := 0; at < len(e.hidden); at += ffnRows * width {
		end := min(at+ffnRows*width, len(e.hidden))
		e.feedForward(l, e.hidden[at:end], e.context[at:end])
	}
}

// feedForward replaces the rows of hidden, whose attention is in context.
func (e *Encoder) feedForward(l *layer, hidden, context []float32) {
	c := e.model.Config
	project := e.project[:len(hidden)]
	e.linear(project, context, l.attnOut)
	e.addNorm(hidden, project, l.attnNorm)

	inner := e.inner[:len(hidden)/c.HiddenSize*c.Intermediate]
	e.linear(inner, hidden, l.up)
	simd.GELU(inner)
	e.linear(project, inner, l.down)
	e.addNorm(hidden, project, l.ffnNorm)
}

// linear sets y to x @ W^T + b.
func (e *Encoder) linear(y, x []float32, l linear) {
	if l.int8 != nil {
		in, out := l.int8.Cols(), l.int8.Rows()
		e.rows.Quantize(x, in, len(x)/in, in)
		simd.GemmInt8(y, out, &e.rows, l.int8)
		return
	}
	in, out := l.w.Cols(), l.w.Rows()
	simd.Gemm(y, out, x, in, len(x)/in, l.w, l.b)
}

// addNorm adds y to x and normalises each token.
func (e *Encoder) addNorm(x, y []float32, n norm) {
	width := len(n.gamma)
	for at := 0; at < len(x); at += width {
		simd.AddLayerNorm(x[at:at+width], y[at:at+width],
			n.gamma, n.beta, float32(e.model.Config.LayerNormEps))
	}
}

// attention is the working memory of one head on one text.
type attention struct {
	scores       []float32 // [len, len]
	keys, values simd.Packed
}

// attend fills e.context from e.qkv. Each head of each text is
// softmax(Q·Kᵀ/√d)·V (Vaswani et al. 2017, section 3.2.1).
func (e *Encoder) attend(texts [][]int32) {
	width, heads := e.model.Config.HiddenSize, e.model.Config.Heads
	start := 0
	for _, ids := range texts {
		for h := range heads {
			e.head(start, len(ids), h*width/heads, width/heads)
		}
		start += len(ids)
	}
}

// head computes the head whose columns begin at col, for the n tokens that
// begin at start.
func (e *Encoder) head(start, n, col, dim int) {
	width := e.model.Config.HiddenSize
	stride := 3 * width
	q := e.qkv[start*stride+col:]
	k, v := q[width:], q[2*width:]

	resize(&e.scores, n*n)
	e.keys.Pack(k, n, dim, stride)
	simd.Gemm(e.scores, n, q, stride, n, &e.keys, nil)
	scale := float32(1 / math.Sqrt(float64(dim)))
	for i := range n {
		simd.Softmax(e.scores[i*n:(i+1)*n], scale)
	}
	e.values.PackTransposed(v, dim, n, stride)
	simd.Gemm(e.context[start*width+col:], width, e.scores, n, n, &e.values, nil)
}
