package train

import (
	"cmp"
	"slices"

	"github.com/hunch-search/hunch/internal/bert"
)

const (
	// itemTokens is where an item ends: the rows that the matrix product takes
	// at once (see simd), and few enough that threads share a slab evenly.
	itemTokens = 256
	// defaultSlabTokens bounds the memory for gradients on their way: 21 KB a
	// token for MiniLM.
	defaultSlabTokens = 2048
)

// text is one text of a batch.
type text struct {
	index  int // in the batch: queries, then codes, then given negatives
	ids    []int32
	from   int     // its first token's place in the slab
	length float32 // of the pooled vector before it was normalised
}

// item is a run of a slab's texts, and of its tokens.
type item struct{ firstText, lastText, from, to int } // lastText and to excluded

// slab is a part of a batch with the activations of its texts.
type slab struct {
	texts  []text
	items  []item
	tokens int
	acts   *activations // nil if they are not kept
}

// activations are what the forward pass leaves for the backward pass: the
// normalised sums, from which the states follow, and the inputs of what is not
// linear.
type activations struct {
	embedded normed
	layers   []layerActivations
}

type layerActivations struct {
	qkv      []float32 // [tokens, 3·hidden]
	context  []float32 // [tokens, hidden]
	attnNorm normed
	inner    []float32 // before GELU [tokens, intermediate]
	ffnNorm  normed
}

// roomFor is the number of tokens to make room for where a slab has so many: the
// same for most slabs, so that memory is seldom given up for a little more.
func roomFor(tokens int) int {
	const step = defaultSlabTokens / 4
	return (tokens + step - 1) / step * step
}

// grow makes room for the slab's tokens; what it held is then undefined.
func (a *activations) grow(c bert.Config, tokens int) {
	a.resize(c, roomFor(tokens))
	a.resize(c, tokens)
}

func (a *activations) resize(c bert.Config, tokens int) {
	resizeNormed(&a.embedded, tokens, c.HiddenSize)
	if a.layers == nil {
		a.layers = make([]layerActivations, c.Layers)
	}
	for i := range a.layers {
		l := &a.layers[i]
		sized(&l.qkv, tokens*3*c.HiddenSize)
		sized(&l.context, tokens*c.HiddenSize)
		sized(&l.inner, tokens*c.Intermediate)
		resizeNormed(&l.attnNorm, tokens, c.HiddenSize)
		resizeNormed(&l.ffnNorm, tokens, c.HiddenSize)
	}
}

// activationBytes is the size of the activations of one token.
func activationBytes(c bert.Config) int64 {
	layer := 6*c.HiddenSize + c.Intermediate + 2
	return 4 * (int64(c.Layers)*int64(layer) + int64(c.HiddenSize) + 1)
}

func resizeNormed(n *normed, tokens, width int) {
	sized(&n.x, tokens*width)
	sized(&n.inv, tokens)
}

// rows is the part of one item.
func (l *layerActivations) rows(it item, c bert.Config) layerActivations {
	h, from, to := c.HiddenSize, it.from, it.to
	return layerActivations{
		qkv:      l.qkv[from*3*h : to*3*h],
		context:  l.context[from*h : to*h],
		attnNorm: l.attnNorm.rows(from, to, h),
		inner:    l.inner[from*c.Intermediate : to*c.Intermediate],
		ffnNorm:  l.ffnNorm.rows(from, to, h),
	}
}

// plan cuts the texts of a batch into slabs of at most slabTokens, or one text.
// The longest come first, so that threads finish together.
func plan(texts [][]int32, slabTokens int) []slab {
	order := make([]text, len(texts))
	for i, ids := range texts {
		order[i] = text{index: i, ids: ids}
	}
	slices.SortStableFunc(order, func(a, b text) int { return cmp.Compare(len(b.ids), len(a.ids)) })
	var slabs []slab
	for _, t := range order {
		if n := len(slabs); n == 0 || slabs[n-1].tokens+len(t.ids) > slabTokens {
			slabs = append(slabs, slab{})
		}
		slabs[len(slabs)-1].add(t)
	}
	return slabs
}

func (s *slab) add(t text) {
	t.from = s.tokens
	s.texts = append(s.texts, t)
	s.tokens += len(t.ids)
	if n := len(s.items); n > 0 && s.tokens-s.items[n-1].from <= itemTokens {
		s.items[n-1].lastText++
		s.items[n-1].to = s.tokens
		return
	}
	s.items = append(s.items, item{len(s.texts) - 1, len(s.texts), t.from, s.tokens})
}

// sized gives x the length n, returns it, and keeps its memory if that is
// enough; the content is then undefined.
func sized(x *[]float32, n int) []float32 {
	if cap(*x) < n {
		*x = make([]float32, n)
	}
	*x = (*x)[:n]
	return *x
}
