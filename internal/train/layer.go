package train

import (
	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/simd"
)

// layer is one transformer layer, as transformers' BertLayer computes it:
//
//	h = LayerNorm(x + dropout(Attention(x)·Woᵀ + bo))
//	y = LayerNorm(h + dropout(GELU(h·W1ᵀ + b1)·W2ᵀ + b2))
type layer struct {
	qkv, attnOut, up, down linear
	attnNorm, ffnNorm      normParams
}

func newLayer(p layerParams, bf16 bool) layer {
	return layer{
		qkv: newLinear(p.qkv, bf16), attnOut: newLinear(p.attnOut, bf16),
		up: newLinear(p.up, bf16), down: newLinear(p.down, bf16),
		attnNorm: p.attnNorm, ffnNorm: p.ffnNorm,
	}
}

// inputs are the inputs of a layer's linear parts over a whole slab, packed
// [in, tokens] for the gradients of the weights.
type inputs struct{ qkv, attnOut, up, down simd.Packed }

func newInputs(bf16 bool) inputs {
	p := simd.Packed{BF16: bf16}
	return inputs{p, p, p, p}
}

func (in *inputs) reset(c bert.Config, tokens int) {
	for _, n := range []int{roomFor(tokens), tokens} {
		in.qkv.Reset(c.HiddenSize, n)
		in.attnOut.Reset(c.HiddenSize, n)
		in.up.Reset(c.HiddenSize, n)
		in.down.Reset(c.Intermediate, n)
	}
}

// scratch is the working memory of one thread.
type scratch struct {
	states, project, inner, gelu []float32 // of an item
	attention                    attentionScratch
}

// place is where in the batch a computation happens, which is what dropout
// depends on.
type place struct {
	texts []text // of the item
	from  int    // the item's first token in the slab
	layer int
	drop  dropout
	attn  attention
	eps   float64
}

// The sites of dropout, of which each text has its own random numbers: the
// embeddings, and in each layer attention's output, the feed-forward network's
// and each head's probabilities.
const embeddingSite = 0

func (p place) site(within int) int { return 1 + p.layer*(p.attn.heads+2) + within }

// dropHidden applies the dropout at a site to x, [tokens, width] of the item.
func (p place) dropHidden(x []float32, site int) {
	for _, t := range p.texts {
		p.drop.apply(t.rows(x, p.from, p.attn.width), t.index, site)
	}
}

func (p place) dropHead(t text) func([]float32, int) {
	return func(x []float32, head int) { p.drop.apply(x, t.index, p.site(2+head)) }
}

// rows is the text's part of x, [tokens, width] of the item whose first token is
// from.
func (t text) rows(x []float32, from, width int) []float32 {
	return x[(t.from-from)*width : (t.from-from+len(t.ids))*width]
}

// forward replaces the states x of an item, [tokens, hidden], by the layer's
// output, and keeps in a what backward needs.
func (l *layer) forward(x []float32, a layerActivations, s *scratch, at place) {
	width := at.attn.width
	project := sized(&s.project, len(x))
	l.qkv.forward(a.qkv, x)
	for _, t := range at.texts {
		at.attn.forward(t.rows(a.context, at.from, width), t.rows(a.qkv, at.from, 3*width), &s.attention, at.dropHead(t))
	}
	l.attnOut.forward(project, a.context)
	at.dropHidden(project, at.site(0))
	addNorm(a.attnNorm, x, project, at)
	l.attnNorm.forward(x, a.attnNorm.x)

	inner := sized(&s.inner, len(a.inner))
	l.up.forward(a.inner, x)
	geluForward(inner, a.inner)
	l.down.forward(project, inner)
	at.dropHidden(project, at.site(1))
	addNorm(a.ffnNorm, x, project, at)
	l.ffnNorm.forward(x, a.ffnNorm.x)
}

// addNorm keeps the normalised sum of x and residual.
func addNorm(keep normed, x, residual []float32, at place) {
	copy(keep.x, x)
	add(keep.x, residual)
	standardize(keep, at.eps)
}

// backward replaces d, the gradient for the layer's output, by that for its
// input, which is x. It takes the place of the activations with the gradients
// for the outputs of the linear parts (for the query, key and value in qkv, for
// attention's output in context, in inner, and for the feed-forward network's
// output in ffnNorm.x) and packs their inputs into in, so that afterwards
// addGrad can sum the weights' gradients over all items. Those of the norms
// are added to grads.
func (l *layer) backward(d, x []float32, a layerActivations, in *inputs, grads *normGrads, s *scratch, at place) {
	width := at.attn.width
	l.ffnNorm.backward(d, a.ffnNorm, grads.ffn)
	dOut := a.ffnNorm.x
	copy(dOut, d)
	at.dropHidden(dOut, at.site(1))

	dInner := sized(&s.inner, len(a.inner))
	l.down.backward(dInner, dOut)
	gelu := sized(&s.gelu, len(a.inner))
	geluBackward(gelu, a.inner, dInner)
	at.pack(&in.down, gelu)

	states := sized(&s.project, len(d))
	l.attnNorm.forward(states, a.attnNorm.x)
	at.pack(&in.up, states)
	l.up.addBackward(d, a.inner)

	l.attnNorm.backward(d, a.attnNorm, grads.attn)
	at.pack(&in.attnOut, a.context)
	dAttn := a.context
	copy(dAttn, d)
	at.dropHidden(dAttn, at.site(0))

	dContext := sized(&s.project, len(d))
	l.attnOut.backward(dContext, dAttn)
	for _, t := range at.texts {
		at.attn.backward(t.rows(a.qkv, at.from, 3*width), t.rows(dContext, at.from, width), &s.attention, at.dropHead(t))
	}
	at.pack(&in.qkv, x)
	l.qkv.addBackward(d, a.qkv)
}

// pack writes the item's inputs of a linear part, x[tokens, w.Rows()].
func (p place) pack(w *simd.Packed, x []float32) {
	w.PackColumns(p.from, x, len(x)/w.Rows(), w.Rows())
}

// normGrads are one item's gradients for a layer's norms, summed over items in
// order afterwards.
type normGrads struct{ attn, ffn normParams }

// gradTasks is the number of tasks of all linear parts, and one for the norms.
func (p layerParams) gradTasks() int {
	return p.qkv.gradTasks() + p.attnOut.gradTasks() + p.up.gradTasks() + p.down.gradTasks() + 1
}

// addGrad adds one task's share of the gradients over a slab's tokens to p,
// after backward has seen all items.
func (p layerParams) addGrad(task int, a *layerActivations, in *inputs, norms []normGrads) {
	for _, part := range []struct {
		p  linearParams
		dy []float32
		x  *simd.Packed
	}{
		{p.down, a.ffnNorm.x, &in.down},
		{p.up, a.inner, &in.up},
		{p.qkv, a.qkv, &in.qkv},
		{p.attnOut, a.context, &in.attnOut},
	} {
		if task < part.p.gradTasks() {
			part.p.addGrad(task, part.dy, part.x)
			return
		}
		task -= part.p.gradTasks()
	}
	for _, g := range norms {
		p.attnNorm.add(g.attn)
		p.ffnNorm.add(g.ffn)
	}
}

func (p normParams) add(q normParams) {
	add(p.gamma, q.gamma)
	add(p.beta, q.beta)
}
