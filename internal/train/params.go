package train

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/safetensors"
)

// param is one trained tensor: its place among all parameters.
type param struct {
	name   string // as transformers' BertModel names it, without "bert."
	shape  []int
	at, n  int
	decays bool // weight decay applies: not to norms and biases
}

// layout lists the parameters in the order in which one long slice holds
// them. Query, key and value stand behind each other, so that they are one
// matrix [3·hidden, hidden].
type layout []param

func newLayout(c bert.Config) layout {
	var l layout
	hidden, inner := c.HiddenSize, c.Intermediate
	l.add("embeddings.word_embeddings.weight", true, c.VocabSize, hidden)
	l.add("embeddings.position_embeddings.weight", true, c.MaxPositions, hidden)
	l.add("embeddings.token_type_embeddings.weight", true, c.TypeVocabSize, hidden)
	l.norm("embeddings.LayerNorm", hidden)
	for i := range c.Layers {
		at := fmt.Sprintf("encoder.layer.%d.", i)
		l.linear(hidden, hidden, at+"attention.self.query", at+"attention.self.key", at+"attention.self.value")
		l.linear(hidden, hidden, at+"attention.output.dense")
		l.norm(at+"attention.output.LayerNorm", hidden)
		l.linear(inner, hidden, at+"intermediate.dense")
		l.linear(hidden, inner, at+"output.dense")
		l.norm(at+"output.LayerNorm", hidden)
	}
	return l
}

func (l *layout) add(name string, decays bool, shape ...int) {
	n := 1
	for _, s := range shape {
		n *= s
	}
	*l = append(*l, param{name, shape, l.size(), n, decays})
}

func (l *layout) linear(out, in int, modules ...string) {
	for _, m := range modules {
		l.add(m+".weight", true, out, in)
	}
	for _, m := range modules {
		l.add(m+".bias", false, out)
	}
}

func (l *layout) norm(name string, n int) {
	l.add(name+".weight", false, n)
	l.add(name+".bias", false, n)
}

// size is the number of values of all parameters.
func (l layout) size() int {
	if len(l) == 0 {
		return 0
	}
	last := l[len(l)-1]
	return last.at + last.n
}

// modelParams is a long slice in the order of a layout, as its parts: weights,
// or equally their gradients.
type modelParams struct {
	flat                    []float32
	words, positions, types []float32
	norm                    normParams
	layers                  []layerParams
}

type layerParams struct {
	qkv, attnOut, up, down linearParams
	attnNorm, ffnNorm      normParams
}

// over cuts flat, which has the layout's size, into its parts.
func over(c bert.Config, flat []float32) modelParams {
	cut := cutter{flat}
	hidden, inner := c.HiddenSize, c.Intermediate
	p := modelParams{
		flat:      flat,
		words:     cut.next(c.VocabSize * hidden),
		positions: cut.next(c.MaxPositions * hidden),
		types:     cut.next(c.TypeVocabSize * hidden),
		norm:      cut.norm(hidden),
		layers:    make([]layerParams, c.Layers),
	}
	for i := range p.layers {
		l := &p.layers[i]
		l.qkv = cut.linear(3*hidden, hidden)
		l.attnOut = cut.linear(hidden, hidden)
		l.attnNorm = cut.norm(hidden)
		l.up = cut.linear(inner, hidden)
		l.down = cut.linear(hidden, inner)
		l.ffnNorm = cut.norm(hidden)
	}
	return p
}

type cutter struct{ rest []float32 }

func (c *cutter) next(n int) []float32 {
	part := c.rest[:n:n]
	c.rest = c.rest[n:]
	return part
}

func (c *cutter) linear(out, in int) linearParams {
	return linearParams{out: out, in: in, w: c.next(out * in), b: c.next(out)}
}

func (c *cutter) norm(n int) normParams { return normParams{c.next(n), c.next(n)} }

// load reads the parameters out of f, which may name them with or without the
// prefix "bert.". A tensor that is missing, has another shape, or is not
// finite float32 is an error that names it.
func (l layout) load(f *safetensors.File) ([]float32, error) {
	prefix := tensorPrefix(f)
	flat := make([]float32, l.size())
	for _, p := range l {
		info, ok := f.Info(prefix + p.name)
		switch {
		case !ok:
			return nil, fmt.Errorf("tensor %q is missing", prefix+p.name)
		case !slices.Equal(info.Shape, p.shape):
			return nil, fmt.Errorf("tensor %q has shape %v, want %v", info.Name, info.Shape, p.shape)
		case info.DType == safetensors.I8:
			return nil, fmt.Errorf("tensor %q is int8: train from the float32 model that it was made of", info.Name)
		}
		x, err := f.Float32s(info.Name)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(x, notFinite); i >= 0 {
			return nil, fmt.Errorf("tensor %q: element %d is %v, want a finite number", info.Name, i, x[i])
		}
		copy(flat[p.at:], x)
	}
	return flat, nil
}

func tensorPrefix(f *safetensors.File) string {
	if _, ok := f.Info("bert.embeddings.word_embeddings.weight"); ok {
		return "bert."
	}
	return ""
}

func notFinite(v float32) bool {
	return math.Float32bits(v)&0x7f800000 == 0x7f800000
}

// others are the tensors of f that are not trained, as they are.
func (l layout) others(f *safetensors.File) ([]safetensors.Tensor, error) {
	prefix := tensorPrefix(f)
	var others []safetensors.Tensor
	for _, name := range f.Names() {
		own := strings.TrimPrefix(name, prefix)
		if slices.ContainsFunc(l, func(p param) bool { return p.name == own }) {
			continue
		}
		info, _ := f.Info(name)
		data, err := f.Bytes(name)
		if err != nil {
			return nil, err
		}
		others = append(others, safetensors.Tensor{Name: own, DType: info.DType, Shape: info.Shape, Data: slices.Clone(data)})
	}
	return others, nil
}

// tensors are the parameters over the memory of flat.
func (l layout) tensors(flat []float32) []safetensors.Tensor {
	var tensors []safetensors.Tensor
	for _, p := range l {
		tensors = append(tensors, safetensors.Tensor{
			Name: p.name, DType: safetensors.F32, Shape: p.shape, Data: floatBytes(flat[p.at : p.at+p.n]),
		})
	}
	return tensors
}
