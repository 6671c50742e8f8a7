// What training needs of the matrix product beyond inference: sums over several
// batches, and a right-hand side that is an activation, packed part by part.

package simd

// GemmAdd computes y += x @ W^T: x[m, k] with stride ldx, W[n, k] packed,
// y[m, n] with stride ldy. y must not overlap x.
func GemmAdd(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	if m == 0 || w.n == 0 || w.k == 0 {
		return
	}
	switch {
	case ldx < w.k || ldy < w.n:
		panic("simd: GemmAdd stride shorter than a row")
	case len(x) < (m-1)*ldx+w.k:
		panic("simd: GemmAdd input shorter than its shape")
	case len(y) < (m-1)*ldy+w.n:
		panic("simd: GemmAdd output shorter than its shape")
	}
	active.gemmAdd(y, ldy, x, ldx, m, w)
}

// Reset gives W the shape [n, k] and reuses its memory; its content is then
// undefined until every column was set by [Packed.PackColumns].
func (w *Packed) Reset(n, k int) { w.reset(n, k) }

// PackColumns sets the columns at, at+1 … of W to the rows of src[count, n],
// which stand ld elements apart: W's part of a transpose. Calls for separate
// columns may run concurrently.
func (w *Packed) PackColumns(at int, src []float32, count, ld int) {
	if at < 0 || count < 0 || at+count > w.k {
		panic("simd: PackColumns outside the matrix")
	}
	for i := 0; i < w.n; i += panelWidth {
		panel, width := w.panel(i)[at*panelWidth:], min(panelWidth, w.n-i)
		for c := range count {
			dst := (*[panelWidth]float32)(panel[c*panelWidth:])
			if row := src[c*ld+i : c*ld+i+width]; width == panelWidth {
				*dst = [panelWidth]float32(row)
			} else {
				clear(dst[copy(dst[:], row):])
			}
		}
	}
}

func gemmAddGeneric(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	for j := 0; j < w.n; j += panelWidth {
		panel, width := w.panel(j), min(panelWidth, w.n-j)
		for i := range m {
			var sums [panelWidth]float32
			out, row := y[i*ldy+j:i*ldy+j+width], x[i*ldx:i*ldx+w.k]
			copy(sums[:], out)
			addProducts((*[8]float32)(sums[:8]), row, panel)
			if width > 8 {
				addProducts((*[8]float32)(sums[8:]), row, panel[min(8, len(panel)):])
			}
			copy(out, sums[:])
		}
	}
}
