package simd

import "math"

// The quantised product. A linear layer's weights are int8 with one scale for
// each output channel; its input is quantised when it is known, each row
// (token) to the 256 steps between its least and its largest value:
//
//	w[c][k] ≈ scale[c]·u[c][k]            u in [-128, 127]
//	x[r][k] ≈ step[r]·q[r][k] + low[r]    q in [0, 255]
//
// so that, with exact sums of integers,
//
//	y[r][c] = step[r]·scale[c]·Σ q·u  +  low[r]·scale[c]·Σ u  +  bias[c]
//
// The integers are the same on every machine. Only the last line, in float32,
// may round differently.

const (
	// int8Cols is the number of columns whose weights are laid out together.
	int8Cols = 16
	// kPad, rowPad and colPad are what the lengths of rows, the number of rows
	// and the number of columns are rounded up to in memory, so that a kernel
	// may compute whole tiles. They are the tiles of AMX: 64 bytes deep, two of
	// 16 rows or columns side by side.
	kPad, rowPad, colPad = 64, 32, 32
	// tallest is the most rows of the other kernels' tiles, which start at
	// multiples of their height and read all their rows.
	tallest = 12
	// behind is how many bytes kernels may read behind the last panel.
	behind = 2
)

// maxInt8Cols keeps the sums, at most 255·128 a step, within 32 bits.
const maxInt8Cols = (1<<31 - 1) / (255 * 128)

// Int8Linear is a linear layer y = x @ W^T + bias, quantised, laid out for the
// active kernels: panels of 16 columns, each stored as [k/group][16][group]
// int8. It is read-only while a product uses it.
type Int8Linear struct {
	n, k, group       int
	data              []int8
	totals            []int32   // [n, padded]: Σu
	scale, sums, bias []float32 // [n, padded]; sums is scale·Σu
}

// Rows returns n, the length of an output row.
func (w *Int8Linear) Rows() int { return w.n }

// Cols returns k, the length of an input row, at most 65,793.
func (w *Int8Linear) Cols() int { return w.k }

// NewInt8Linear lays out W[n, k], whose row i is row(i): k integers and their
// scale. bias has length n, or is nil.
func NewInt8Linear(n, k int, bias []float32, row func(i int) ([]int8, float32)) *Int8Linear {
	return newInt8Linear(&active, n, k, bias, row)
}

func newInt8Linear(kern *kernels, n, k int, bias []float32, row func(i int) ([]int8, float32)) *Int8Linear {
	switch {
	case n < 0 || k < 0 || k > maxInt8Cols:
		panic("simd: NewInt8Linear of a size that cannot be")
	case bias != nil && len(bias) != n:
		panic("simd: NewInt8Linear with a bias of another length than the output row")
	}
	cols, depth := roundUp(n, colPad), roundUp(k, kPad)
	w := &Int8Linear{
		n: n, k: k, group: kern.group, data: make([]int8, cols*depth+behind),
		totals: make([]int32, cols),
		scale:  make([]float32, cols), sums: make([]float32, cols), bias: make([]float32, cols),
	}
	copy(w.bias, bias)
	w.pack(row, kern.flipWeights)
	return w
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }

// Int8Rows holds the quantised input of a linear layer, as the active kernels
// want it: most keep q, some q-128, one what [splitRows] says. The zero value is
// empty; its memory is reused. One goroutine writes it, any number read it.
type Int8Rows struct {
	m, k, ld  int // ld is the bytes of a row
	data      []byte
	step, low []float32 // [m, padded]
	split     splitRows // where data is not all of q
}

// byteRow quantises a row to the bytes of dst, and returns what they stand for.
type byteRow func(dst []byte, x []float32) (step, low float32)

func (f byteRow) quantize(q *Int8Rows, r int, x []float32) {
	q.step[r], q.low[r] = f(q.row(r), x)
}

func (q *Int8Rows) row(r int) []byte { return q.data[r*q.ld : (r+1)*q.ld] }

// Quantize replaces q by the m rows of k elements of x, which stand ldx apart.
func (q *Int8Rows) Quantize(x []float32, ldx, m, k int) {
	q.quantize(&active, x, ldx, m, k)
}

func (q *Int8Rows) quantize(kern *kernels, x []float32, ldx, m, k int) {
	switch {
	case m < 0 || k < 0 || ldx < k:
		panic("simd: Quantize of a size that cannot be")
	case m > 0 && len(x) < (m-1)*ldx+k:
		panic("simd: Quantize input shorter than its shape")
	}
	depth, rows := roundUp(k, kPad), max(roundUp(m, rowPad), m+tallest-1)
	q.m, q.k, q.ld = m, k, depth
	grow(&q.data, rows*q.ld)
	grow(&q.step, rows)
	grow(&q.low, rows)
	q.split.clear()
	for r := range m {
		kern.quantize(q, r, x[r*ldx:r*ldx+k])
	}
}

// grow gives x the length n; its content is then undefined.
func grow[T any](x *[]T, n int) {
	if cap(*x) < n {
		*x = make([]T, n)
	}
	*x = (*x)[:n]
}

// GemmInt8 computes y = x @ W^T + bias; y[m, n] has the stride ldy.
func GemmInt8(y []float32, ldy int, x *Int8Rows, w *Int8Linear) {
	gemmInt8(&active, y, ldy, x, w)
}

func gemmInt8(kern *kernels, y []float32, ldy int, x *Int8Rows, w *Int8Linear) {
	if x.m == 0 || w.n == 0 {
		return
	}
	if x.k != w.k {
		panic("simd: GemmInt8 of rows of different length")
	}
	checkRows("GemmInt8 output", len(y), x.m, w.n, ldy)
	kern.gemmInt8(y, ldy, x, w)
}

// affineRange returns the step between the 256 values from low to high, and
// how many steps there are in a unit. A range too narrow for that number to be
// a float32 counts as one value.
func affineRange(low, high float32) (step, inverse float32) {
	width := high - low
	if width < 255/math.MaxFloat32*2 {
		return 0, 0
	}
	return width / 255, 255 / width
}
