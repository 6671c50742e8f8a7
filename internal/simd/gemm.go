package simd

// panelWidth is the number of output columns that a kernel computes at once:
// two AVX2 registers of eight, or four of NEON.
const panelWidth = 16

// Packed holds a matrix W[n, k] laid out for [Gemm]: panels of 16 rows, each
// panel stored k-major ([k][16]), so that a kernel reads it front to back. Rows
// past n are zero. A Packed is read-only while a Gemm uses it. With BF16 the
// layout may be another, see bf16_amd64.go.
type Packed struct {
	// BF16 makes products with W round both sides to bfloat16; sums stay float32.
	// It is set before W is laid out.
	BF16 bool

	n, k  int
	data  []float32
	pairs []uint16 // instead of data with BF16, where the machine multiplies it
}

// Rows returns n, the number of rows of W.
func (w *Packed) Rows() int { return w.n }

// Cols returns k, the number of columns of W.
func (w *Packed) Cols() int { return w.k }

// Pack lays out W[n, k], whose rows stand ld elements apart.
func Pack(w []float32, n, k, ld int) *Packed {
	p := new(Packed)
	p.Pack(w, n, k, ld)
	return p
}

// PackRows lays out a W[n, k] whose rows are written on demand by row, in
// order, so that a quantised matrix never exists in float32 beside its packed
// form.
func PackRows(n, k int, row func(i int, dst []float32)) *Packed {
	p := new(Packed)
	p.reset(n, k)
	rows := make([]float32, panelWidth*k)
	for i := 0; i < n; i += panelWidth {
		count := min(panelWidth, n-i)
		for r := range count {
			row(i+r, rows[r*k:(r+1)*k])
		}
		packPanel(p.panel(i), rows, count, k, k)
	}
	return p
}

// Pack replaces p by W[n, k] and reuses its memory.
func (w *Packed) Pack(src []float32, n, k, ld int) {
	w.reset(n, k)
	if w.paired() {
		active.bf16.pack(w, src, ld)
		return
	}
	for i := 0; i < n; i += panelWidth {
		packPanel(w.panel(i), src[i*ld:], min(panelWidth, n-i), k, ld)
	}
	if w.BF16 {
		roundBF16(w.data, w.data)
	}
}

// paired tells which way W is laid out.
func (w *Packed) paired() bool { return w.BF16 && active.bf16 != nil }

// PackTransposed replaces p by the transpose of src[k, n], whose rows stand
// ld elements apart, and reuses its memory.
func (w *Packed) PackTransposed(src []float32, n, k, ld int) {
	w.reset(n, k)
	if w.paired() {
		active.bf16.packColumns(w, 0, src, k, ld)
		return
	}
	for i := 0; i < n; i += panelWidth {
		panel, width := w.panel(i), min(panelWidth, n-i)
		if k > 0 {
			copyRows(panel, src[i:], ld, k, width)
		}
	}
	if w.BF16 {
		roundBF16(w.data, w.data)
	}
}

func (w *Packed) reset(n, k int) {
	if n < 0 || k < 0 {
		panic("simd: negative matrix size")
	}
	w.n, w.k = n, k
	if w.paired() {
		w.resetPairs()
		return
	}
	size := (n + panelWidth - 1) / panelWidth * panelWidth * k
	if cap(w.data) < size {
		w.data = make([]float32, size)
	}
	w.data = w.data[:size]
}

// panel returns the panel that starts at row i, a multiple of panelWidth.
func (w *Packed) panel(i int) []float32 {
	return w.data[i*w.k : (i+panelWidth)*w.k]
}

func packPanel(dst, src []float32, rows, k, ld int) {
	if rows < panelWidth {
		clear(dst)
	}
	if k > 0 {
		active.transpose(dst, panelWidth, src, ld, rows, k)
	}
}

// Gemm computes y = x @ W^T + bias: x[m, k] with stride ldx, W[n, k] packed,
// bias[n] or nil, y[m, n] with stride ldy. y must not overlap x.
func Gemm(y []float32, ldy int, x []float32, ldx, m int, w *Packed, bias []float32) {
	if m == 0 || w.n == 0 {
		return
	}
	checkRows("Gemm input", len(x), m, w.k, ldx)
	checkRows("Gemm output", len(y), m, w.n, ldy)
	if bias != nil && len(bias) != w.n {
		panic("simd: Gemm bias of another length than the output row")
	}
	if w.BF16 {
		gemmBF16(y, ldy, x, ldx, m, w, bias)
		return
	}
	active.gemm(y, ldy, x, ldx, m, w, bias)
}

// checkRows panics unless length elements hold rows, above zero, of so many
// columns that stand ld apart.
func checkRows(what string, length, rows, columns, ld int) {
	if ld < columns {
		panic("simd: " + what + " with a stride shorter than a row")
	}
	if length < (rows-1)*ld+columns {
		panic("simd: " + what + " shorter than its shape")
	}
}
