//go:build !purego

package simd

import "golang.org/x/sys/cpu"

// scanGroup is the number of rows that the scans take at a time.
const scanGroup = 4

// scanKernel names a scan in assembly and how many elements it takes at once.
type scanKernel struct {
	step int
	run  func(dst *int32, q, rows *int8, n, stride, count int)
}

var (
	scanAVX2    = scanKernel{16, scanAVX2Asm}
	scanVNNI    = scanKernel{32, scanVNNIAsm}
	scanVNNI512 = scanKernel{64, scanVNNI512Asm}
)

// scan leaves to plain Go what is behind the last whole step of a row, and to
// the kernel for gathered rows what is behind the last whole group of rows.
func (k scanKernel) scan(dst []int32, q, rows []int8) {
	n, groups := len(q)&^(k.step-1), len(dst)&^(scanGroup-1)
	if n == 0 || groups == 0 {
		groups = 0
	} else {
		k.run(&dst[0], &q[0], &rows[0], n, len(q), groups)
		for i := 0; n < len(q) && i < groups; i++ {
			dst[i] += dotInt8Lanes(q[n:], rows[i*len(q)+n:(i+1)*len(q)])
		}
	}
	for i := groups; i < len(dst); i++ {
		dst[i] = dotInt8Lanes(q, rows[i*len(q):(i+1)*len(q)])
	}
}

func readAll(x []int8) uint64 {
	n := len(x) &^ 511
	var sum uint64
	switch {
	case n == 0 || !cpu.X86.HasAVX2:
		return readAllGeneric(x)
	case cpu.X86.HasAVX512F:
		sum = readAll512Asm(&x[0], n)
	default:
		sum = readAllAsm(&x[0], n)
	}
	return sum + readAllGeneric(x[n:])
}

// Below, rows lie stride apart, and of each the first n elements count: a
// multiple of the kernel's step above zero. count is a multiple of scanGroup
// above zero.

//go:noescape
func scanAVX2Asm(dst *int32, q, rows *int8, n, stride, count int)

//go:noescape
func scanVNNIAsm(dst *int32, q, rows *int8, n, stride, count int)

//go:noescape
func scanVNNI512Asm(dst *int32, q, rows *int8, n, stride, count int)

// n is a multiple of 512 above zero.

//go:noescape
func readAllAsm(x *int8, n int) uint64

//go:noescape
func readAll512Asm(x *int8, n int) uint64
