package simd

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"
)

// atPageEnd copies x to where what is behind it cannot be read.
func atPageEnd[T byte | int8 | float32](t *testing.T, x []T) []T {
	t.Helper()
	width := int(unsafe.Sizeof(x[0]))
	page := syscall.Getpagesize()
	size := roundUp(len(x)*width, page)
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
	moved := unsafe.Slice((*T)(unsafe.Pointer(&mem[size-len(x)*width])), len(x))
	copy(moved, x)
	return moved
}

// Tiles have more rows than may be left.
func TestGemmInt8ReadsNothingBehindItsInput(t *testing.T) {
	each(t, func(t *testing.T, kern kernels) {
		for _, m := range []int{1, 6, 31, 32, 33, 64, 94, 96} {
			c := newInt8Case(rand.New(rand.NewPCG(7, 2)), m, 48, 64)
			var x Int8Rows
			x.quantize(&kern, c.x, c.k, c.m, c.k)
			w := c.linear(kern)
			x.data, w.data = atPageEnd(t, x.data), atPageEnd(t, w.data)
			gemmInt8(&kern, make([]float32, c.m*c.n), c.n, &x, w)
		}
	})
}

func TestGemmReadsNothingBehindItsInput(t *testing.T) {
	each(t, func(t *testing.T, kern kernels) {
		r := rand.New(rand.NewPCG(8, 2))
		for _, m := range []int{1, 2, 3, 5, 6, 13} {
			for _, k := range []int{1, 3, 4, 7, 193} {
				const n = 48
				x, w := atPageEnd(t, random(r, m*k)), Pack(random(r, n*k), n, k, k)
				w.data = atPageEnd(t, w.data)
				kern.gemm(atPageEnd(t, make([]float32, m*n)), n, x, k, m, w, nil)
			}
		}
	})
}

func TestBF16ReadsNothingBehindItsInput(t *testing.T) {
	eachBF16(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(8, 3))
		const n = 48
		for _, m := range []int{1, 5, 32, 33} {
			for _, k := range []int{1, 2, 31, 32, 35, 64} {
				y, w := atPageEnd(t, make([]float32, m*n)), &Packed{BF16: true}
				w.Pack(atPageEnd(t, random(r, n*k)), n, k, k)
				Gemm(y, n, atPageEnd(t, random(r, m*k)), k, m, w, nil)
				w.PackTransposed(atPageEnd(t, random(r, k*n)), n, k, n)
				GemmAddTransposed(y, n, atPageEnd(t, random(r, k*m)), m, m, w)
			}
		}
	})
}

// What goes through registers of eight must not read a whole one at the end.
func TestVectorsReadNothingBehindThem(t *testing.T) {
	each(t, func(t *testing.T, k kernels) {
		r := rand.New(rand.NewPCG(9, 2))
		for _, n := range sizes[1:] {
			x, z := atPageEnd(t, random(r, n)), atPageEnd(t, random(r, n))
			k.add(x, z)
			k.addSum(x, z)
			k.affine(x, 0.5, 2, z, z)
			k.scale(x, 0.5)
			k.squares(x, 0.5)
			k.dot(x, z)
			k.gelu(x)
			k.expSum(x, 1, k.max(x))
			a := atPageEnd(t, make([]int8, 5*n))
			b := a[4*n:]
			k.dotInt8(b, b)
			k.dotInt8Rows(make([]int32, 5), b, a, []uint32{4, 3, 4, 2, 4})
			new(Int8Rows).quantize(&k, x, n, 1, n)
		}
	})
}
