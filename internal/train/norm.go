package train

import "math"

// normParams are those of layer normalisation (Ba, Kiros and Hinton 2016):
//
//	x̂ = (x - mean(x)) / √(var(x) + ε),  y = x̂·γ + β
//
// where mean and (biased) variance are those of one token.
type normParams struct{ gamma, beta []float32 }

// normed is what a normalisation keeps for its backward pass, row-major.
type normed struct {
	x   []float32 // x̂ [tokens, width]
	inv []float32 // 1/√(var + ε) [tokens]
}

func (n normed) rows(from, to, width int) normed {
	return normed{n.x[from*width : to*width], n.inv[from:to]}
}

// standardize replaces each row of keep.x by its x̂.
func standardize(keep normed, eps float64) {
	width := len(keep.x) / len(keep.inv)
	for i := range keep.inv {
		row := keep.x[i*width : (i+1)*width]
		mean := sum(row) / float32(width)
		var squares float32
		for j, v := range row {
			d := v - mean
			row[j] = d
			squares += d * d
		}
		inv := float32(1 / math.Sqrt(float64(squares)/float64(width)+eps))
		for j := range row {
			row[j] *= inv
		}
		keep.inv[i] = inv
	}
}

// forward computes y = x̂·γ + β.
func (p normParams) forward(y, x []float32) {
	width := len(p.gamma)
	for len(x) > 0 {
		row, out, beta := x[:width], y[:width], p.beta[:width]
		for j, g := range p.gamma {
			out[j] = row[j]*g + beta[j]
		}
		x, y = x[width:], y[width:]
	}
}

// backward replaces the gradient for y by that for x and adds those of γ and β
// to grad:
//
//	dβ = Σ dy,  dγ = Σ dy·x̂,  dx̂ = dy·γ
//	dx = (dx̂ - mean(dx̂) - x̂·mean(dx̂·x̂)) / √(var + ε)
func (p normParams) backward(d []float32, keep normed, grad normParams) {
	width := len(p.gamma)
	for i, inv := range keep.inv {
		p.backwardRow(d[i*width:(i+1)*width], keep.x[i*width:(i+1)*width], inv, grad)
	}
}

func (p normParams) backwardRow(d, x []float32, inv float32, grad normParams) {
	n := len(p.gamma)
	d, x, dg, db := d[:n], x[:n], grad.gamma[:n], grad.beta[:n]
	var total, along float32
	for j, g := range p.gamma {
		dy := d[j]
		db[j] += dy
		dg[j] += dy * x[j]
		dx := dy * g
		d[j] = dx
		total += dx
		along += dx * x[j]
	}
	mean, slope := total/float32(n), along/float32(n)
	for j := range d {
		d[j] = (d[j] - mean - x[j]*slope) * inv
	}
}
