// Products in bfloat16: both sides are rounded to the upper half of a float32,
// eight bits of mantissa, and the sums are float32. It is how models are trained
// on processors and accelerators with matrix units (Kalamkar et al. 2019, "A
// Study of BFLOAT16 for Deep Learning Training").

package simd

import (
	"math"
	"sync"
)

// bf16Kernels are products in bfloat16 over a [Packed] of pairs. A machine
// without rounds to bfloat16 and multiplies in float32.
type bf16Kernels struct {
	// pack and packColumns fill w.pairs; see [Packed.Pack] and
	// [Packed.PackColumns].
	pack        func(w *Packed, src []float32, ld int)
	packColumns func(w *Packed, at int, src []float32, count, ld int)
	// gemm computes [Gemm], and with add [GemmAdd].
	gemm func(y []float32, ldy int, x []float32, ldx, m int, w *Packed, bias []float32, add bool)
	// gemmAddTransposed computes [GemmAddTransposed].
	gemmAddTransposed func(y []float32, ldy int, x []float32, ldx, m int, w *Packed)
}

// HasBF16 reports whether products in bfloat16 are faster here than in float32.
func HasBF16() bool { return active.bf16 != nil }

// bf16 returns the upper half of v, rounded to nearest even, as processors
// convert it: what is too small for a normal number is zero, and NaN stays NaN.
func bf16(v float32) uint16 {
	const quiet = 0x40
	u := math.Float32bits(v)
	switch magnitude := u &^ (1 << 31); {
	case magnitude > 0x7f800000:
		return uint16(u>>16) | quiet
	case magnitude < 0x00800000:
		return uint16(u >> 16 & 0x8000)
	}
	return uint16((u + 0x7fff + u>>16&1) >> 16)
}

// roundBF16 rounds src to bfloat16. dst may be src.
func roundBF16(dst, src []float32) {
	for i, v := range src {
		dst[i] = math.Float32frombits(uint32(bf16(v)) << 16)
	}
}

// rounded is room for an input that was rounded.
var rounded = sync.Pool{New: func() any { return new([]float32) }}

// withRounded calls product with the rows of x in bfloat16.
func withRounded(x []float32, ldx, rows, columns int, product func(x []float32, ldx int)) {
	room := rounded.Get().(*[]float32)
	defer rounded.Put(room)
	if cap(*room) < rows*columns {
		*room = make([]float32, rows*columns)
	}
	short := (*room)[:rows*columns]
	for r := range rows {
		roundBF16(short[r*columns:(r+1)*columns], x[r*ldx:r*ldx+columns])
	}
	product(short, columns)
}

func gemmBF16(y []float32, ldy int, x []float32, ldx, m int, w *Packed, bias []float32) {
	if active.bf16 != nil {
		active.bf16.gemm(y, ldy, x, ldx, m, w, bias, false)
		return
	}
	withRounded(x, ldx, m, w.k, func(x []float32, ldx int) { active.gemm(y, ldy, x, ldx, m, w, bias) })
}

func gemmAddBF16(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	if active.bf16 != nil {
		active.bf16.gemm(y, ldy, x, ldx, m, w, nil, true)
		return
	}
	withRounded(x, ldx, m, w.k, func(x []float32, ldx int) { active.gemmAdd(y, ldy, x, ldx, m, w) })
}

func gemmAddTransposedBF16(y []float32, ldy int, x []float32, ldx, m int, w *Packed) {
	if active.bf16 != nil {
		active.bf16.gemmAddTransposed(y, ldy, x, ldx, m, w)
		return
	}
	withRounded(x, ldx, w.k, m, func(x []float32, ldx int) { active.gemmAddTransposed(y, ldy, x, ldx, m, w) })
}
