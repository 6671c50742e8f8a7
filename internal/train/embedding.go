package train

import "github.com/hunch-search/hunch/internal/simd"

// embedForward writes the sum of word, position and type embeddings of a
// text's tokens (Devlin et al. 2018, section 3; texts are never pairs, so the
// type is 0) to x, [len(ids), width].
func (p modelParams) embedForward(x []float32, ids []int32) {
	width := len(p.norm.gamma)
	for pos, id := range ids {
		row := x[pos*width : (pos+1)*width]
		copy(row, p.words[int(id)*width:])
		add(row, p.positions[pos*width:(pos+1)*width])
		add(row, p.types[:width])
	}
}

// embedBackward adds the gradient d of that sum to those of the three tables,
// of which p holds the gradients.
func (p modelParams) embedBackward(d []float32, ids []int32) {
	width := len(p.norm.gamma)
	for pos, id := range ids {
		row := d[pos*width : (pos+1)*width]
		add(p.words[int(id)*width:(int(id)+1)*width], row)
		add(p.positions[pos*width:(pos+1)*width], row)
		add(p.types[:width], row)
	}
}

func add(y, x []float32) { simd.Add(y, x) }

func scale(x []float32, by float32) { simd.Scale(x, by) }
