package train

import (
	"math"

	"github.com/hunch-search/hunch/internal/bert"
)

// poolForward writes a text's embedding, the mean m of its tokens' states (or
// the state of the first, [CLS]) scaled to length 1: e = m/|m|. It returns |m|.
func poolForward(e, states []float32, p bert.Pooling) (length float32) {
	width := len(e)
	tokens := pooled(len(states)/width, p)
	clear(e)
	for t := range tokens {
		add(e, states[t*width:(t+1)*width])
	}
	var squares float64
	for i := range e {
		e[i] /= float32(tokens)
		squares += float64(e[i]) * float64(e[i])
	}
	length = float32(math.Sqrt(squares))
	if length > 0 {
		scale(e, 1/length)
	}
	return length
}

// poolBackward writes the gradient for the states, given that for e:
//
//	dm = (de - e·(e·de)) / |m|,  and each of the tokens pooled gets dm/tokens
func poolBackward(d, e, de []float32, length float32, p bert.Pooling) {
	width := len(e)
	tokens := pooled(len(d)/width, p)
	clear(d)
	if length == 0 {
		return
	}
	var along float64
	for i := range e {
		along += float64(e[i]) * float64(de[i])
	}
	first := d[:width]
	for i := range first {
		first[i] = (de[i] - e[i]*float32(along)) / (length * float32(tokens))
	}
	for t := 1; t < tokens; t++ {
		copy(d[t*width:(t+1)*width], first)
	}
}

// pooled is how many of a text's tokens, from the first, make its embedding.
func pooled(tokens int, p bert.Pooling) int {
	if p == bert.CLSPooling {
		return 1
	}
	return tokens
}
