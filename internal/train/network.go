package train

import (
	"github.com/hunch-search/hunch/internal/bert"
)

// network computes embeddings and gradients of batches.
type network struct {
	config        bert.Config
	params, grads modelParams
	layers        []layer
	attn          attention
	slabTokens    int
	keep          int64 // tokens whose activations are kept from one pass to the other

	pool
	scratch []scratch // of each thread
	kept    []activations
	spare   activations // of a slab that is not kept
	back    backprop
}

func newNetwork(c bert.Config, weights []float32, threads int, memory int64, bf16 bool) *network {
	n := &network{
		config: c, params: over(c, weights), grads: over(c, make([]float32, len(weights))),
		attn:       attention{heads: c.Heads, width: c.HiddenSize},
		slabTokens: defaultSlabTokens,
		keep:       memory / activationBytes(c),
		pool:       pool{threads}, scratch: make([]scratch, threads),
	}
	for _, p := range n.params.layers {
		n.layers = append(n.layers, newLayer(p, bf16))
	}
	for i := range n.back.inputs {
		n.back.inputs[i] = newInputs(bf16)
	}
	return n
}

// pack lays out the weights after they changed.
func (n *network) pack() {
	n.run(4*len(n.layers), func(_, i int) {
		l := &n.layers[i/4]
		[]*linear{&l.down, &l.up, &l.qkv, &l.attnOut}[i%4].pack()
	})
}

// forward writes the embeddings of texts, [len(texts), hidden], and returns the
// slabs that it cut them into, with activations for those that are kept.
func (n *network) forward(embeddings []float32, texts [][]int32, drop dropout) []slab {
	slabs := plan(texts, n.slabTokens)
	kept := n.affordable(slabs)
	n.kept = append(n.kept, make([]activations, max(0, kept-len(n.kept)))...)
	for i := range kept {
		n.prepare(&slabs[i], &n.kept[i])
	}
	n.forwardSlabs(embeddings, slabs[:kept], drop)
	for i := kept; i < len(slabs); i++ {
		n.forwardAgain(embeddings, &slabs[i], drop)
		slabs[i].acts = nil
	}
	return slabs
}

// affordable is how many slabs' activations can be kept: all of them, or as many
// as leave room for one that is not.
func (n *network) affordable(slabs []slab) int {
	var total, tokens int64
	for i := range slabs {
		total += int64(slabs[i].tokens)
	}
	if total <= n.keep {
		return len(slabs)
	}
	for i := range slabs {
		if tokens += int64(slabs[i].tokens); tokens > n.keep-int64(n.slabTokens) {
			return i
		}
	}
	return len(slabs)
}

func (n *network) prepare(s *slab, acts *activations) {
	acts.grow(n.config, s.tokens)
	s.acts = acts
}

// forwardAgain computes one slab in the memory that those which are not kept
// share.
func (n *network) forwardAgain(embeddings []float32, s *slab, drop dropout) {
	n.prepare(s, &n.spare)
	n.forwardSlabs(embeddings, []slab{*s}, drop)
}

func (n *network) forwardSlabs(embeddings []float32, slabs []slab, drop dropout) {
	type task struct {
		slab *slab
		item
	}
	var tasks []task
	for i := range slabs {
		for _, it := range slabs[i].items {
			tasks = append(tasks, task{&slabs[i], it})
		}
	}
	n.run(len(tasks), func(worker, i int) {
		n.forwardItem(embeddings, tasks[i].slab, tasks[i].item, &n.scratch[worker], drop)
	})
}

func (n *network) forwardItem(embeddings []float32, s *slab, it item, w *scratch, drop dropout) {
	width := n.config.HiddenSize
	at := n.place(s, it, drop)
	keep := s.acts.embedded.rows(it.from, it.to, width)
	for _, t := range at.texts {
		n.params.embedForward(t.rows(keep.x, it.from, width), t.ids)
	}
	standardize(keep, at.eps)
	x := sized(&w.states, len(keep.x))
	n.embedded(x, keep.x, at)
	for i := range n.layers {
		at.layer = i
		n.layers[i].forward(x, s.acts.layers[i].rows(it, n.config), w, at)
	}
	for i := range at.texts {
		t := &at.texts[i]
		t.length = poolForward(row(embeddings, t.index, width), t.rows(x, it.from, width), n.config.Pooling)
	}
}

// embedded computes the input of the first layer from the normalised sum.
func (n *network) embedded(x, sum []float32, at place) {
	n.params.norm.forward(x, sum)
	at.dropHidden(x, embeddingSite)
}

// input computes the input of layer i of an item from what the forward pass
// kept.
func (n *network) input(x []float32, i int, s *slab, it item, at place) {
	if i == 0 {
		n.embedded(x, s.acts.embedded.rows(it.from, it.to, n.config.HiddenSize).x, at)
		return
	}
	n.layers[i-1].ffnNorm.forward(x, s.acts.layers[i-1].ffnNorm.rows(it.from, it.to, n.config.HiddenSize).x)
}

func (n *network) place(s *slab, it item, drop dropout) place {
	return place{
		texts: s.texts[it.firstText:it.lastText], from: it.from,
		drop: drop, attn: n.attn, eps: n.config.LayerNormEps,
	}
}

func row(x []float32, i, width int) []float32 { return x[i*width : (i+1)*width] }
