//go:build !purego

package simd

func geluAVX512(x []float32) {
	if len(x) > 0 {
		gelu512Asm(&x[0], len(x))
	}
}

func expSumAVX512(x []float32, scale, shift float32) float32 {
	if len(x) == 0 {
		return 0
	}
	return expSum512Asm(&x[0], len(x), scale, shift)
}

// Below, n counts elements and is above zero.

//go:noescape
func gelu512Asm(x *float32, n int)

//go:noescape
func expSum512Asm(x *float32, n int, scale, shift float32) float32
