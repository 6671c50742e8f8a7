//go:build !purego

package simd

func geluGradAVX2(y, u, d []float32) {
	n := whole(len(u))
	if n > 0 {
		geluGradAsm(&y[0], &u[0], &d[0], n)
	}
	if n < len(u) {
		var ty, tu, td [lanes]float32
		copy(tu[:], u[n:])
		copy(td[:], d[n:])
		geluGradAsm(&ty[0], &tu[0], &td[0], lanes)
		copy(y[n:], ty[:])
		copy(u[n:], tu[:])
	}
}

func dropoutAVX2(x []float32, d Dropout) {
	n := whole(len(x))
	if n > 0 {
		dropoutAsm(&x[0], n, &d)
	}
	dropoutFrom(n, x[n:], d)
}

func transposeAVX2(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	// A few rows at a time, so that their cache lines serve all columns.
	const block = 64
	r, c := whole(rows), whole(cols)
	for from := 0; from < r; from += block {
		for at := 0; at < c; at += lanes {
			transposeAsm(&dst[at*ldd+from], ldd, &src[from*lds+at], lds, min(block, r-from))
		}
	}
	if c < cols {
		transposeGeneric(dst[c*ldd:], ldd, src[c:], lds, rows, cols-c)
	}
	if r < rows && c > 0 {
		transposeGeneric(dst[r:], ldd, src[r*lds:], lds, rows-r, c)
	}
}

func copyRowsAVX2(panel, src []float32, ld, rows int) {
	if rows > 0 {
		copyRowsAsm(&panel[0], &src[0], ld, rows)
	}
}

func adamWAVX2(w, g, m, v []float32, a AdamW) {
	n := whole(len(w))
	if n > 0 {
		adamWAsm(&w[0], &g[0], &m[0], &v[0], n, &a)
	}
	adamWGeneric(w[n:], g[n:], m[n:], v[n:], a)
}

// Below, n counts elements, is above zero, and is a multiple of lanes.

//go:noescape
func geluGradAsm(y, u, d *float32, n int)

//go:noescape
func dropoutAsm(x *float32, n int, d *Dropout)

// transposeAsm transposes n rows of eight columns.
//
//go:noescape
func transposeAsm(dst *float32, ldd int, src *float32, lds, n int)

//go:noescape
func adamWAsm(w, grad, m, v *float32, n int, a *AdamW)

// copyRowsAsm copies rows of panelWidth elements, which stand ld apart.
//
//go:noescape
func copyRowsAsm(panel, src *float32, ld, rows int)
