//go:build !purego

package simd

import (
	"sync"
	"unsafe"
)

// bf16AMX needs AMX-BF16 and AVX512-BF16 (Intel Sapphire Rapids and later).
//
// A panel of its Packed is [depth/2][16][2]: pairs of two columns of W side by
// side, depth being the columns and zeros up to a multiple of bf16Depth. What rows
// past n hold is undefined.
var bf16AMX = &bf16Kernels{
	pack: packBF16, packColumns: packColumnsBF16,
	gemm: gemmBF16AMX, gemmAddTransposed: gemmAddTransposedBF16AMX,
}

const (
	bf16Depth = 32 // of k, which a tile takes at once
	bf16Side  = 32 // rows and columns of y, which the kernel computes at once
	// bf16Gap separates rows of x by a cache line more than their length, which
	// is a multiple of many: a tile's rows would share few sets of the cache.
	bf16Gap = 32
)

func depthBF16(k int) int { return max(roundUp(k, bf16Depth), bf16Depth) }

// resetPairs makes room for the pairs of W, and the zeros behind the last.
func (w *Packed) resetPairs() {
	depth := depthBF16(w.k)
	size := roundUp(w.n, panelWidth) * depth
	if cap(w.pairs) < size {
		w.pairs = make([]uint16, size)
	}
	w.pairs = w.pairs[:size]
	for i := 0; i < w.n; i += panelWidth {
		clear(w.pairPanel(i)[w.k/2*2*panelWidth:])
	}
}

// pairPanel returns the panel that starts at row i, a multiple of panelWidth.
func (w *Packed) pairPanel(i int) []uint16 {
	depth := depthBF16(w.k)
	return w.pairs[i*depth : (i+panelWidth)*depth]
}

func packBF16(w *Packed, src []float32, ld int) {
	depth := depthBF16(w.k)
	rows := make([]uint16, panelWidth*depth)
	for i := 0; i < w.n; i += panelWidth {
		count := min(panelWidth, w.n-i)
		for r := range count {
			roundRow(rows[r*depth:(r+1)*depth], src[(i+r)*ld:(i+r)*ld+w.k])
		}
		transposeAVX2(words(w.pairPanel(i)), panelWidth, words(rows), depth/2, count, depth/2)
	}
}

func packColumnsBF16(w *Packed, at int, src []float32, count, ld int) {
	if at%2 == 1 && count > 0 {
		w.setColumn(at, src)
		at, count, src = at+1, count-1, src[min(ld, len(src)):]
	}
	for i := 0; i < w.n; i += panelWidth {
		zipRows(w.pairPanel(i)[at*panelWidth:], panelWidth, src[min(i, len(src)):], ld, count/2, min(panelWidth, w.n-i))
	}
	if count%2 == 1 {
		w.setColumn(at+count-1, src[(count-1)*ld:])
	}
}

// setColumn leaves the other column of the pair alone: another goroutine may be
// setting it.
func (w *Packed) setColumn(k int, src []float32) {
	for i := 0; i < w.n; i += panelWidth {
		panel := w.pairPanel(i)[k/2*2*panelWidth:]
		for r := range min(panelWidth, w.n-i) {
			panel[2*r+k%2] = bf16(src[i+r])
		}
	}
}

// words is x as elements of 32 bits, to be moved only.
func words(x []uint16) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x)/2)
}

// roundRow writes src in bfloat16 to dst, and zeros to what dst is longer.
func roundRow(dst []uint16, src []float32) {
	n := len(src) &^ (bf16Depth - 1)
	if n > 0 {
		roundBF16Asm(&dst[0], &src[0], n)
	}
	for i := n; i < len(src); i++ {
		dst[i] = bf16(src[i])
	}
	clear(dst[len(src):])
}

// zipRows writes pairs of rows of src, of so many columns, side by side: row
// 2t+h of column c to dst[2(t·ldd+c)+h].
func zipRows(dst []uint16, ldd int, src []float32, lds, pairs, columns int) {
	c := 0
	for ; c+panelWidth <= columns && pairs > 0; c += panelWidth {
		zipRowsAsm(&dst[2*c], ldd, &src[c], lds, pairs)
	}
	for ; c < columns; c++ {
		for t := range 2 * pairs {
			dst[2*(t/2*ldd+c)+t%2] = bf16(src[t*lds+c])
		}
	}
}

// bf16Scratch is room for x in bfloat16.
type bf16Scratch struct{ x, turned []uint16 }

var bf16Scratches = sync.Pool{New: func() any { return new(bf16Scratch) }}

func sized16(x *[]uint16, n int) []uint16 {
	if cap(*x) < n {
		*x = make([]uint16, n)
	}
	return (*x)[:n]
}

func gemmBF16AMX(y []float32, ldy int, x []float32, ldx, m int, w *Packed, bias []float32, add bool) {
	s := bf16Scratches.Get().(*bf16Scratch)
	defer bf16Scratches.Put(s)
	depth := depthBF16(w.k)
	lda := depth + bf16Gap
	a := sized16(&s.x, roundUp(m, bf16Side)*lda)
	for i := range m {
		roundRow(a[i*lda:i*lda+depth], x[i*ldx:i*ldx+w.k])
	}
	bf16Product{a, lda, w, bias, add}.run(y, ldy, m)
}

// gemmAddTransposedBF16AMX turns x round by pairs of its rows.
func gemmAddTransposedBF16AMX(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	s := bf16Scratches.Get().(*bf16Scratch)
	defer bf16Scratches.Put(s)
	depth := depthBF16(w.k)
	lda := depth + bf16Gap
	a := sized16(&s.x, roundUp(m, bf16Side)*lda)
	const block = 64 // pairs
	turned := sized16(&s.turned, 2*block*m)
	for k := 0; k < depth; k += 2 * block {
		pairs := min(block, (depth-k)/2)
		whole := min((w.k-k)/2, pairs)
		zipRows(turned, m, x[k*ldx:], ldx, whole, m)
		clear(turned[2*whole*m:])
		if whole < pairs && w.k%2 == 1 {
			for c := range m {
				turned[2*(whole*m+c)] = bf16(x[(w.k-1)*ldx+c])
			}
		}
		transposeAVX2(words(a[k:]), lda/2, words(turned), m, pairs, m)
	}
	bf16Product{a, lda, w, nil, true}.run(y, ldy, m)
}

// bf16Product is x in bfloat16, rows lda elements apart, times W.
type bf16Product struct {
	a    []uint16
	lda  int
	w    *Packed
	bias []float32
	add  bool
}

// bf16Tile is a piece of a product: blocks of 32 rows of a times two panels. The
// assembly knows its layout; strides are in bytes.
type bf16Tile struct {
	blocks int
	steps  int // of k, 32 at once
	a      *uint16
	lda    int
	b      *uint16
	next   int      // to the second panel
	init   *float32 // what the sums start from
	ldinit int
	y      *float32
	ldy    int
}

func (p bf16Product) run(y []float32, ldy, m int) {
	depth := depthBF16(p.w.k)
	for j := 0; j < p.w.n; j += bf16Side {
		var bias [bf16Side]float32
		if p.bias != nil {
			copy(bias[:], p.bias[j:])
		}
		t := bf16Tile{
			steps: depth / bf16Depth, lda: 2 * p.lda,
			b: &p.w.pairPanel(j)[0], init: &bias[0],
		}
		if j+panelWidth < p.w.n {
			t.next = 2 * panelWidth * depth
		}
		width, whole := min(bf16Side, p.w.n-j), 0
		if width == bf16Side {
			whole = m / bf16Side
		}
		if whole > 0 {
			t.blocks, t.a, t.y, t.ldy = whole, &p.a[0], &y[j], 4*ldy
			if p.add {
				t.init, t.ldinit = t.y, t.ldy
			}
			tileBF16AMX(&t)
		}
		for i := whole * bf16Side; i < m; i += bf16Side {
			p.edge(t, &bias, i, y[i*ldy+j:], ldy, min(bf16Side, m-i), width)
		}
	}
}

// edge goes by way of a full tile where y has fewer rows or columns.
func (p bf16Product) edge(t bf16Tile, bias *[bf16Side]float32, i int, y []float32, ldy, rows, width int) {
	var full [bf16Side * bf16Side]float32
	for r := range rows {
		if p.add {
			copy(full[r*bf16Side:], y[r*ldy:r*ldy+width])
		} else {
			copy(full[r*bf16Side:], bias[:])
		}
	}
	t.blocks, t.a = 1, &p.a[i*p.lda]
	t.y, t.ldy = &full[0], 4*bf16Side
	t.init, t.ldinit = t.y, t.ldy
	tileBF16AMX(&t)
	for r := range rows {
		copy(y[r*ldy:r*ldy+width], full[r*bf16Side:])
	}
}

//go:noescape
func tileBF16AMX(t *bf16Tile)

// roundBF16Asm converts n elements, a multiple of 32 above zero.
//
//go:noescape
func roundBF16Asm(dst *uint16, src *float32, n int)

// zipRowsAsm takes 16 columns of pairs of rows; ldd counts pairs.
//
//go:noescape
func zipRowsAsm(dst *uint16, ldd int, src *float32, lds, pairs int)
