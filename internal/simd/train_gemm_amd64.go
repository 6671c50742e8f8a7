//go:build !purego

package simd

func gemmAddAVX2(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	gemmAddBlocked(y, ldy, x, ldx, m, w, false)
}

// gemmAddAVX512 gives the same bits as gemmAddAVX2.
func gemmAddAVX512(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	gemmAddBlocked(y, ldy, x, ldx, m, w, true)
}

// gemmAddBlocked is gemmBlocked with sums that start from y.
func gemmAddBlocked(y []float32, ldy int, x []float32, ldx, m int, w *Packed, wide bool) {
	for k0 := 0; k0 < w.k; k0 += kBlock {
		for i0 := 0; i0 < m; i0 += mBlock {
			rows := min(mBlock, m-i0)
			for j := 0; j < w.n; {
				p := panelProduct{
					k:   min(kBlock, w.k-k0),
					b:   w.data[j*w.k+k0*panelWidth:],
					ldx: ldx, ldy: ldy, next: w.k * panelWidth,
					width: min(panelWidth, w.n-j),
					add:   true,
					wide:  wide,
				}
				if wide && w.n-j >= 2*panelWidth && rows >= pairRows {
					p.width = 2 * panelWidth
				}
				p.run(y[i0*ldy+j:], x[i0*ldx+k0:], rows)
				j += p.width
			}
		}
	}
}
