//go:build !purego

package simd

func gemmAddAVX2(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	gemmAddBlocked(y, ldy, x, ldx, m, w, false)
}

// gemmAddAVX512 gives the same bits as gemmAddAVX2.
func gemmAddAVX512(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	gemmAddBlocked(y, ldy, x, ldx, m, w, true)
}

func gemmAddTransposedAVX2(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	gemmAddTransposed(y, ldy, x, ldx, m, w, false)
}

// gemmAddTransposedAVX512 gives the same bits as gemmAddTransposedAVX2.
func gemmAddTransposedAVX512(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	gemmAddTransposed(y, ldy, x, ldx, m, w, true)
}

// gemmAddBlocked is gemmBlocked with sums that start from y.
func gemmAddBlocked(y []float32, ldy int, x []float32, ldx, m int, w *Packed, wide bool) {
	for k0 := 0; k0 < w.k; k0 += kBlock {
		for i0 := 0; i0 < m; i0 += mBlock {
			addPanels(y[i0*ldy:], ldy, x[i0*ldx+k0:], ldx, min(mBlock, m-i0), w, k0, wide)
		}
	}
}

// transposedRows is how many rows of y gemmAddTransposed takes at a time: with
// kBlock columns they are 36 KiB of x.
const transposedRows = 48

// gemmAddTransposed turns a block of x round before its products, while it is in
// the first-level cache.
func gemmAddTransposed(y []float32, ldy int, x []float32, ldx, m int, w *Packed, wide bool) {
	var block [transposedRows * kBlock]float32
	for i0 := 0; i0 < m; i0 += transposedRows {
		rows := min(transposedRows, m-i0)
		for k0 := 0; k0 < w.k; k0 += kBlock {
			transposeAVX2(block[:], kBlock, x[k0*ldx+i0:], ldx, min(kBlock, w.k-k0), rows)
			addPanels(y[i0*ldy:], ldy, block[:], kBlock, rows, w, k0, wide)
		}
	}
}

// addPanels adds the products of m rows of x with kBlock columns of W, from k0.
func addPanels(y []float32, ldy int, x []float32, ldx, m int, w *Packed, k0 int, wide bool) {
	for j := 0; j < w.n; {
		p := panelProduct{
			k:   min(kBlock, w.k-k0),
			b:   w.data[j*w.k+k0*panelWidth:],
			ldx: ldx, ldy: ldy, next: w.k * panelWidth,
			width: min(panelWidth, w.n-j),
			add:   true,
			wide:  wide,
		}
		if wide && w.n-j >= 2*panelWidth && m >= pairRows {
			p.width = 2 * panelWidth
		}
		p.run(y[j:], x, m)
		j += p.width
	}
}
