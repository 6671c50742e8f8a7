package bert

import (
	"context"
	"fmt"
	"math"

	"github.com/hunch-search/hunch/internal/simd"
)

// Encoder computes embeddings with a model. It owns the working memory, which
// grows with the batch up to some megabytes and is then reused: one goroutine
// uses it at a time.
type Encoder struct {
	model *Model

	// Activations of all tokens of the batch, row-major.
	hidden  []float32 // [tokens, hidden]
	qkv     []float32 // [tokens, 3·hidden]
	context []float32 // [tokens, hidden]
	// And of ffnRows tokens.
	project []float32 // [ffnRows, hidden]
	inner   []float32 // [ffnRows, intermediate]

	rows simd.Int8Rows // the input of a quantised layer
	attention

	// trace, when set, sees the hidden states after the embeddings (0) and
	// after each layer (1 …). Tests compare them with the reference.
	trace func(layer int, hidden []float32)
}

// NewEncoder returns an encoder with no memory allocated yet.
func (m *Model) NewEncoder() *Encoder { return &Encoder{model: m} }

// Encode writes the embeddings of texts to dst, [len(texts), hidden]
// row-major. A text is its token ids with the special tokens; it must have at
// least one and at most MaxPositions of them, each below VocabSize, else the
// error names it and nothing is written. ctx is looked at once a layer; when it
// has ended, its error is returned and dst means nothing.
func (e *Encoder) Encode(ctx context.Context, dst []float32, texts [][]int32) error {
	c := e.model.Config
	if len(dst) != len(texts)*c.HiddenSize {
		panic("bert: Encode with a destination of another size than the texts need")
	}
	for i, ids := range texts {
		if err := c.CheckText(ids); err != nil {
			return fmt.Errorf("text %d: %w", i, err)
		}
	}
	for len(texts) > 0 {
		n, tokens := group(texts)
		if err := e.encode(ctx, dst[:n*c.HiddenSize], texts[:n], tokens); err != nil {
			return err
		}
		dst, texts = dst[n*c.HiddenSize:], texts[n:]
	}
	return nil
}

// groupTokens is how many tokens go through the layers together, at most and
// unless one text has more: enough for the kernels, and a bound on the memory.
const groupTokens = 1024

// group returns how many of the texts come next, and their tokens.
func group(texts [][]int32) (n, tokens int) {
	for n < len(texts) && (n == 0 || tokens+len(texts[n]) <= groupTokens) {
		tokens += len(texts[n])
		n++
	}
	return n, tokens
}

func (e *Encoder) encode(ctx context.Context, dst []float32, texts [][]int32, tokens int) error {
	e.grow(tokens)
	e.embed(texts)
	for i := range e.model.layers {
		if err := ctx.Err(); err != nil {
			return err
		}
		e.traceLayer(i)
		e.layer(&e.model.layers[i], texts)
	}
	e.traceLayer(len(e.model.layers))
	e.pool(dst, texts)
	return nil
}

// CheckText returns an error unless the token ids are those of a text that the
// model takes.
func (c Config) CheckText(ids []int32) error {
	if len(ids) == 0 || len(ids) > c.MaxPositions {
		return fmt.Errorf("%d tokens, want 1 to %d", len(ids), c.MaxPositions)
	}
	for i, id := range ids {
		if id < 0 || int(id) >= c.VocabSize {
			return fmt.Errorf("token %d has id %d, want 0 to %d", i, id, c.VocabSize-1)
		}
	}
	return nil
}

func (e *Encoder) grow(tokens int) {
	c := e.model.Config
	resize(&e.hidden, tokens*c.HiddenSize)
	resize(&e.qkv, tokens*3*c.HiddenSize)
	resize(&e.context, tokens*c.HiddenSize)
	resize(&e.project, ffnRows*c.HiddenSize)
	resize(&e.inner, ffnRows*c.Intermediate)
}

// resize gives x the length n; its content is then undefined.
func resize(x *[]float32, n int) {
	if cap(*x) < n {
		*x = make([]float32, n)
	}
	*x = (*x)[:n]
}

// embed sums word, position and type embeddings and normalises them.
func (e *Encoder) embed(texts [][]int32) {
	m, width := e.model, e.model.Config.HiddenSize
	at := 0
	for _, ids := range texts {
		for pos, id := range ids {
			row, other := e.hidden[at:at+width], e.project[:width]
			m.words.row(int(id), row)
			m.positions.row(pos, other)
			simd.Add(row, other)
			simd.AddLayerNorm(row, m.types, m.norm.gamma, m.norm.beta, float32(m.Config.LayerNormEps))
			at += width
		}
	}
}

// pool writes each text's embedding, scaled to length 1.
func (e *Encoder) pool(dst []float32, texts [][]int32) {
	width := e.model.Config.HiddenSize
	at := 0
	for i, ids := range texts {
		text, v := e.hidden[at:at+len(ids)*width], dst[i*width:(i+1)*width]
		at += len(text)
		copy(v, text)
		if e.model.Config.Pooling == MeanPooling {
			for text = text[width:]; len(text) > 0; text = text[width:] {
				simd.Add(v, text[:width])
			}
		}
		// The length of the mean is that of the sum up to a factor, which the
		// normalisation takes out.
		Normalize(v)
	}
}

// Normalize scales v to length 1; a zero vector stays zero.
func Normalize(v []float32) {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum > 0 {
		simd.Scale(v, float32(1/math.Sqrt(sum)))
	}
}

func (e *Encoder) traceLayer(i int) {
	if e.trace != nil {
		e.trace(i, e.hidden)
	}
}
