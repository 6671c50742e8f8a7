//go:build (amd64 || arm64) && !purego

package simd

import "unsafe"

// int8Tile is a piece of a product: rows of x times one panel of weights, or
// two. The assembly knows its layout.
type int8Tile struct {
	x                 *byte
	ldx               int // bytes
	w                 *int8
	next              int      // bytes from a panel to the next
	steps             int      // of k, in what a kernel takes at once
	scale, sums, bias *float32 // of the columns
	totals            *int32   // of the columns
	step, low         *float32 // of the rows
	y                 *float32
	ldy               int      // bytes
	rows              int      // that y has
	sum               *int32   // room for [32, 32] numbers, at a multiple of 64 bytes
	outliers          *outlier // of the rows
	fours             int      // how many times four they are
	zero, base        *int32   // of the rows
	ahead             *int8    // what of the next panels to ask for; on amd64
	pace              int      // bytes of it in a step
}

// int8Kernel names a tile in assembly: calls by name, in run, let the tile stay
// on the stack.
type int8Kernel struct {
	rows, cols int // of y; AMX takes any number of rows
	depth      int // of k at once
	name       tileName
}

type tileName int

func (k int8Kernel) gemm(y []float32, ldy int, x *Int8Rows, w *Int8Linear) {
	if w.k == 0 {
		gemmInt8Generic(y, ldy, x, w)
		return
	}
	depth := roundUp(w.k, kPad)
	var sum [32*32 + 15]int32
	t := int8Tile{ldx: x.ld, next: depth * int8Cols, steps: depth / k.depth, sum: aligned(&sum)}
	t.pace = share(cacheLine, (x.m+k.rows-1)/k.rows)
	for j := 0; j < w.n; j += k.cols {
		ahead := (j + k.cols) * depth
		t.w, t.scale, t.sums, t.bias = &w.data[j*depth], &w.scale[j], &w.sums[j], &w.bias[j]
		t.totals = &w.totals[j]
		if w.n-j < k.cols {
			k.narrow(t, y[j:], ldy, x, w.n-j)
			return
		}
		for r := 0; r < x.m; r += k.rows {
			t.take(x, r, k.rows)
			t.y, t.ldy = &y[r*ldy+j], 4*ldy
			t.ahead = &w.data[min(ahead, len(w.data)-1)]
			ahead += t.pace * t.steps
			k.run(&t)
		}
	}
}

// narrow goes by way of a full tile where y has fewer columns than a kernel.
func (k int8Kernel) narrow(t int8Tile, y []float32, ldy int, x *Int8Rows, width int) {
	var full [rowPad * colPad]float32
	t.y, t.ldy = &full[0], 4*colPad
	t.ahead, t.pace = t.w, 0
	rows := min(k.rows, rowPad)
	for r := 0; r < x.m; r += rows {
		t.take(x, r, rows)
		k.run(&t)
		for i := range t.rows {
			at := (r + i) * ldy
			copy(y[at:at+width], full[i*colPad:])
		}
	}
}

// take sets the rows from r on.
func (t *int8Tile) take(x *Int8Rows, r, rows int) {
	t.x, t.step, t.low, t.rows = &x.data[r*x.ld], &x.step[r], &x.low[r], min(rows, x.m-r)
	x.split.take(t, r)
}

// take sets what the rows from r on have, a multiple of splitHeight.
func (s *splitRows) take(t *int8Tile, r int) {
	if len(s.starts) == 0 {
		return
	}
	from, to := s.starts[r/splitHeight], s.starts[r/splitHeight+1]
	t.zero, t.base, t.fours = &s.zero[r], &s.base[r], (to-from)/4
	if t.fours > 0 {
		t.outliers = &s.outliers[from]
	}
}

// aligned returns the first element at a multiple of 64 bytes.
func aligned(sum *[32*32 + 15]int32) *int32 {
	at := uintptr(unsafe.Pointer(&sum[0])) / 4 % 16
	return &sum[(16-at)%16]
}

// rangeOf looks at the first n elements, a multiple of lanes, by assembly.
func rangeOf(x []float32, n int) (step, low, inverse float32) {
	if len(x) == 0 {
		return 0, 0, 0
	}
	low, high := x[0], x[0]
	if n > 0 {
		low, high = rangeAsm(&x[0], n)
	}
	for _, v := range x[n:] {
		low, high = min(low, v), max(high, v)
	}
	step, inverse = affineRange(low, high)
	return step, low, inverse
}

// n counts elements, is above zero, and is a multiple of lanes.
//
//go:noescape
func rangeAsm(x *float32, n int) (low, high float32)
