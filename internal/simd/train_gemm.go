// What training needs of the matrix product beyond inference: sums over several
// batches, and a right-hand side that is an activation, packed part by part.

package simd

// GemmAdd computes y += x @ W^T: x[m, k] with stride ldx, W[n, k] packed,
// y[m, n] with stride ldy. y must not overlap x.
func GemmAdd(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	if m == 0 || w.n == 0 || w.k == 0 {
		return
	}
	checkRows("GemmAdd input", len(x), m, w.k, ldx)
	checkRows("GemmAdd output", len(y), m, w.n, ldy)
	if w.BF16 {
		gemmAddBF16(y, ldy, x, ldx, m, w)
		return
	}
	active.gemmAdd(y, ldy, x, ldx, m, w)
}

// GemmAddTransposed computes y += x^T @ W^T: x[k, m] with stride ldx, W[n, k]
// packed, y[m, n] with stride ldy. y must not overlap x.
func GemmAddTransposed(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	if m == 0 || w.n == 0 || w.k == 0 {
		return
	}
	checkRows("GemmAddTransposed input", len(x), w.k, m, ldx)
	checkRows("GemmAddTransposed output", len(y), m, w.n, ldy)
	if w.BF16 {
		gemmAddTransposedBF16(y, ldy, x, ldx, m, w)
		return
	}
	active.gemmAddTransposed(y, ldy, x, ldx, m, w)
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
	if w.paired() {
		active.bf16.packColumns(w, at, src, count, ld)
		return
	}
	// A few columns at a time, so that the lines of src are read once and those
	// of W written once.
	const block = 16
	for from := 0; from < count; from += block {
		columns := min(block, count-from)
		for i := 0; i < w.n; i += panelWidth {
			panel := w.panel(i)[(at+from)*panelWidth : (at+from+columns)*panelWidth]
			copyRows(panel, src[from*ld+i:], ld, columns, min(panelWidth, w.n-i))
			if w.BF16 {
				roundBF16(panel, panel)
			}
		}
	}
}

// copyRows writes rows of up to panelWidth elements to a panel.
func copyRows(panel, src []float32, ld, rows, width int) {
	if width == panelWidth {
		active.copyRows(panel, src, ld, rows)
		return
	}
	for r := range rows {
		dst := panel[r*panelWidth : (r+1)*panelWidth]
		clear(dst[copy(dst, src[r*ld:r*ld+width]):])
	}
}

func copyRowsGeneric(panel, src []float32, ld, rows int) {
	for r := range rows {
		copy(panel[r*panelWidth:(r+1)*panelWidth], src[r*ld:])
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

func gemmAddTransposedGeneric(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	row := make([]float32, w.k)
	for i := range m {
		for k := range row {
			row[k] = x[k*ldx+i]
		}
		gemmAddGeneric(y[i*ldy:], ldy, row, w.k, 1, w)
	}
}
