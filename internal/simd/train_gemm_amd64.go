//go:build !purego

package simd

func gemmAddAVX2(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	gemmBlocked(y, ldy, x, ldx, m, w, nil, true, false)
}

// gemmAddAVX512 gives the same bits as gemmAddAVX2.
func gemmAddAVX512(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	gemmBlocked(y, ldy, x, ldx, m, w, nil, true, true)
}

func gemmAddTransposedAVX2(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	gemmAddTransposed(y, ldy, x, ldx, m, w, false)
}

// gemmAddTransposedAVX512 gives the same bits as gemmAddTransposedAVX2.
func gemmAddTransposedAVX512(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	gemmAddTransposed(y, ldy, x, ldx, m, w, true)
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
			gemmPanels(y[i0*ldy:], ldy, block[:], kBlock, rows, w, k0, nil, true, wide)
		}
	}
}
