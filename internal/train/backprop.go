package train

import "github.com/hunch-search/hunch/internal/bert"

// backprop is the working memory of the backward pass through one slab.
//
// The pass goes by layers. In each phase the items of one layer are computed
// side by side with the weights' gradients of the layer above, which need all
// of its items: neither waits for the other, and the many small tasks of the
// second kind keep all threads busy to the end.
type backprop struct {
	states []float32 // gradient for the states between two layers [tokens, hidden]
	// Of the layer in work and the one above, by the parity of the layer.
	inputs [2]inputs
	norms  [2][]normGrads // by item
	embed  []normParams   // by item
}

// backward adds the gradients of all parameters to n.grads, given those for the
// embeddings. slabs are what forward returned for the same texts.
func (n *network) backward(embeddings, d []float32, slabs []slab, drop dropout) {
	for i := range slabs {
		if slabs[i].acts == nil {
			n.forwardAgain(embeddings, &slabs[i], drop)
		}
		n.backwardSlab(embeddings, d, &slabs[i], drop)
	}
}

func (n *network) backwardSlab(embeddings, d []float32, s *slab, drop dropout) {
	n.back.reset(n.config, s)
	for i := len(n.layers) - 1; i >= 0; i-- {
		above := n.gradTasks(i + 1)
		n.run(len(s.items)+above, func(worker, task int) {
			if task >= len(s.items) {
				n.addGrad(i+1, task-len(s.items), s)
				return
			}
			n.backwardItem(embeddings, d, i, task, s, &n.scratch[worker], drop)
		})
	}
	n.run(1+n.gradTasks(0), func(_, task int) {
		if task == 0 {
			n.embedGrad(s)
			return
		}
		n.addGrad(0, task-1, s)
	})
}

func (b *backprop) reset(c bert.Config, s *slab) {
	sized(&b.states, roomFor(s.tokens)*c.HiddenSize)
	sized(&b.states, s.tokens*c.HiddenSize)
	for i := range b.inputs {
		b.inputs[i].reset(c, s.tokens)
		for len(b.norms[i]) < len(s.items) {
			b.norms[i] = append(b.norms[i], normGrads{newNormParams(c), newNormParams(c)})
		}
	}
	for len(b.embed) < len(s.items) {
		b.embed = append(b.embed, newNormParams(c))
	}
}

func newNormParams(c bert.Config) normParams {
	return normParams{make([]float32, c.HiddenSize), make([]float32, c.HiddenSize)}
}

func (p normParams) clear() {
	clear(p.gamma)
	clear(p.beta)
}

func (n *network) gradTasks(layer int) int {
	if layer == len(n.layers) {
		return 0
	}
	return n.grads.layers[layer].gradTasks()
}

func (n *network) addGrad(layer, task int, s *slab) {
	n.grads.layers[layer].addGrad(task, &s.acts.layers[layer],
		&n.back.inputs[layer%2], n.back.norms[layer%2][:len(s.items)])
}

// backwardItem takes one item through one layer, and through what comes behind
// the last and before the first.
func (n *network) backwardItem(embeddings, dEmbeddings []float32, layer, i int, s *slab, w *scratch, drop dropout) {
	width, it := n.config.HiddenSize, s.items[i]
	at := n.place(s, it, drop)
	at.layer = layer
	d := n.back.states[it.from*width : it.to*width]
	if layer == len(n.layers)-1 {
		for _, t := range at.texts {
			poolBackward(t.rows(d, it.from, width), row(embeddings, t.index, width), row(dEmbeddings, t.index, width),
				t.length, n.config.Pooling)
		}
	}
	norms := &n.back.norms[layer%2][i]
	norms.attn.clear()
	norms.ffn.clear()
	x := sized(&w.states, len(d))
	n.input(x, layer, s, it, at)
	n.layers[layer].backward(d, x, s.acts.layers[layer].rows(it, n.config), &n.back.inputs[layer%2], norms, w, at)
	if layer == 0 {
		at.dropHidden(d, embeddingSite)
		n.back.embed[i].clear()
		n.params.norm.backward(d, s.acts.embedded.rows(it.from, it.to, width), n.back.embed[i])
	}
}

// embedGrad adds the gradients of the embedding tables and their norm. Texts
// share rows, so that one thread does it, in order.
func (n *network) embedGrad(s *slab) {
	for i := range s.items {
		n.grads.norm.add(n.back.embed[i])
	}
	for _, t := range s.texts {
		n.grads.embedBackward(t.rows(n.back.states, 0, n.config.HiddenSize), t.ids)
	}
}
