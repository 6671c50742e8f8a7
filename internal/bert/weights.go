package bert

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/hunch-search/hunch/internal/safetensors"
	"github.com/hunch-search/hunch/internal/simd"
)

// Model holds the weights of an encoder. It does not change and is safe for
// concurrent use; the work is done by an [Encoder].
type Model struct {
	Config Config

	precision        Precision
	words, positions table
	types            []float32 // row 0 of the token types: texts are never pairs
	norm             norm
	layers           []layer
}

// layer is one transformer layer. Query, key and value are one matrix
// [3·hidden, hidden], so that they are one product.
type layer struct {
	qkv, attnOut, up, down linear
	attnNorm, ffnNorm      norm
}

// linear is y = x @ W^T + b, in float32 or, where int8 is set, quantised.
type linear struct {
	w    *simd.Packed
	b    []float32
	int8 *simd.Int8Linear
}

type norm struct{ gamma, beta []float32 }

// scaleSuffix names the float32 scales that stand beside an int8 tensor: row i
// of NAME is NAME_scale[i] times its integers.
const scaleSuffix = "_scale"

// Load takes the weights out of f, whose tensors have the names and shapes
// that transformers' BertModel saves, with or without the prefix "bert.".
// A tensor that is missing, or has another shape or type, or holds NaN or
// infinity, is an error that names it.
func Load(c Config, f *safetensors.File, p Precision) (*Model, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	l := loader{file: f}
	if _, ok := f.Info("bert." + wordEmbeddings); ok {
		l.prefix = "bert."
	}
	m := &Model{
		Config:    c,
		words:     l.table(wordEmbeddings, c.VocabSize, c.HiddenSize),
		positions: l.table("embeddings.position_embeddings.weight", c.MaxPositions, c.HiddenSize),
		norm:      l.norm("embeddings.LayerNorm", c.HiddenSize),
		layers:    make([]layer, c.Layers),
	}
	types := l.table(typeEmbeddings, c.TypeVocabSize, c.HiddenSize)
	if l.err != nil {
		return nil, l.err
	}
	m.precision = p.Resolve(m.words.ints != nil)
	l.int8 = m.precision == Int8
	m.types = make([]float32, c.HiddenSize)
	types.row(0, m.types)
	if err := m.loadLayers(l); err != nil {
		return nil, err
	}
	return m, nil
}

// loadLayers packs the layers side by side: it is most of what a start of the
// program takes.
func (m *Model) loadLayers(l loader) error {
	errs := make([]error, len(m.layers))
	var wg sync.WaitGroup
	for i := range m.layers {
		wg.Go(func() {
			own := l
			m.layers[i] = own.layer(m.Config, fmt.Sprintf("encoder.layer.%d.", i))
			errs[i] = own.err
		})
	}
	wg.Wait()
	return cmp.Or(errs...)
}

const (
	wordEmbeddings = "embeddings.word_embeddings.weight"
	typeEmbeddings = "embeddings.token_type_embeddings.weight"
)

// loader remembers the first error, so that the list of tensors reads as one.
type loader struct {
	file   *safetensors.File
	prefix string
	int8   bool // whether linear layers are quantised
	err    error
}

func (l *loader) layer(c Config, at string) layer {
	hidden, inner := c.HiddenSize, c.Intermediate
	return layer{
		qkv: l.linear(hidden, hidden,
			at+"attention.self.query", at+"attention.self.key", at+"attention.self.value"),
		attnOut:  l.linear(hidden, hidden, at+"attention.output.dense"),
		attnNorm: l.norm(at+"attention.output.LayerNorm", hidden),
		up:       l.linear(inner, hidden, at+"intermediate.dense"),
		down:     l.linear(hidden, inner, at+"output.dense"),
		ffnNorm:  l.norm(at+"output.LayerNorm", hidden),
	}
}

// linear stacks modules of [out, in] each into one.
func (l *loader) linear(out, in int, modules ...string) linear {
	var parts []table
	var bias []float32
	for _, name := range modules {
		parts = append(parts, l.table(name+".weight", out, in))
		bias = append(bias, l.vector(name+".bias", out)...)
	}
	if l.err != nil {
		return linear{}
	}
	if l.int8 {
		row := func(i int) ([]int8, float32) { return parts[i/out].quantised(i % out) }
		return linear{int8: simd.NewInt8Linear(out*len(parts), in, bias, row)}
	}
	w := simd.PackRows(out*len(parts), in, func(i int, dst []float32) {
		parts[i/out].row(i%out, dst)
	})
	return linear{w: w, b: bias}
}

func (l *loader) norm(name string, n int) norm {
	return norm{l.vector(name+".weight", n), l.vector(name+".bias", n)}
}

func (l *loader) vector(name string, n int) []float32 { return l.floats(name, n) }

// table reads a matrix of n rows, int8 with scales or float.
func (l *loader) table(name string, n, width int) table {
	t := table{width: width}
	info, ok := l.file.Info(l.prefix + name)
	if !ok || info.DType != safetensors.I8 {
		t.floats = l.floats(name, n, width)
		return t
	}
	if !l.shape(info, n, width) {
		return t
	}
	t.scales = l.floats(name+scaleSuffix, n)
	if l.err == nil {
		t.ints, l.err = l.file.Int8s(info.Name)
	}
	return t
}

func (l *loader) floats(name string, shape ...int) []float32 {
	if l.err != nil {
		return nil
	}
	info, ok := l.file.Info(l.prefix + name)
	if !ok {
		l.err = fmt.Errorf("tensor %q is missing", l.prefix+name)
		return nil
	}
	if !l.shape(info, shape...) {
		return nil
	}
	var x []float32
	if x, l.err = l.file.Float32s(info.Name); l.err != nil {
		return nil
	}
	if i := slices.IndexFunc(x, notFinite); i >= 0 {
		l.err = fmt.Errorf("tensor %q: element %d is %v, want a finite number", info.Name, i, x[i])
	}
	return x
}

func (l *loader) shape(info safetensors.Info, want ...int) bool {
	if l.err == nil && !slices.Equal(info.Shape, want) {
		l.err = fmt.Errorf("tensor %q has shape %v, want %v", info.Name, info.Shape, want)
	}
	return l.err == nil
}

func notFinite(v float32) bool {
	return math.Float32bits(v)&0x7f800000 == 0x7f800000
}

// table is a matrix whose rows are looked up: float32, or int8 with a scale a
// row.
type table struct {
	width  int
	floats []float32
	ints   []int8
	scales []float32
}

func (t table) row(i int, dst []float32) {
	at := i * t.width
	if t.ints == nil {
		copy(dst, t.floats[at:at+t.width])
		return
	}
	scale := t.scales[i]
	for j, v := range t.ints[at : at+t.width] {
		dst[j] = scale * float32(v)
	}
}

// quantised returns a row as integers and their scale.
func (t table) quantised(i int) ([]int8, float32) {
	at := i * t.width
	if t.ints != nil {
		return t.ints[at : at+t.width], t.scales[i]
	}
	row := make([]int8, t.width)
	return row, quantizeRow(row, t.floats[at:at+t.width])
}

// Precision is the arithmetic of the linear layers.
func (m *Model) Precision() Precision { return m.precision }

// Quantised reports whether the word embeddings, and so the weights, are int8.
func (m *Model) Quantised() bool { return m.words.ints != nil }

// isPooler tells the tensors of BertModel's pooler, which sentence encoders do
// not use.
func isPooler(name string) bool {
	return strings.HasPrefix(strings.TrimPrefix(name, "bert."), "pooler.")
}
