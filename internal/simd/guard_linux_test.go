package simd

import (
	"math/rand/v2"
	"syscall"
	"testing"
)

// atPageEnd copies b to where the next byte cannot be read.
func atPageEnd(t *testing.T, b []byte) []byte {
	t.Helper()
	page := syscall.Getpagesize()
	size := roundUp(len(b), page)
	mem, err := syscall.Mmap(-1, 0, size+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(mem); err != nil {
			t.Error(err)
		}
	})
	if err := syscall.Mprotect(mem[size:], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	at := size - copy(mem[size-len(b):size], b)
	return mem[at:size:size]
}

// Tiles have more rows than may be left.
func TestGemmInt8ReadsNothingBehindItsInput(t *testing.T) {
	each(t, func(t *testing.T, kern kernels) {
		for _, m := range []int{1, 6, 31, 32, 33, 64, 94, 96} {
			c := newInt8Case(rand.New(rand.NewPCG(7, 2)), m, 48, 64)
			var x Int8Rows
			x.quantize(&kern, c.x, c.k, c.m, c.k)
			x.data = atPageEnd(t, x.data)
			gemmInt8(&kern, make([]float32, c.m*c.n), c.n, &x, c.linear(kern))
		}
	})
}
