//go:build !purego

package simd

import "golang.org/x/sys/cpu"

func machineKernels() []kernels {
	if !cpu.ARM64.HasASIMD {
		return nil
	}
	if !cpu.ARM64.HasASIMDDP {
		return []kernels{neon}
	}
	return []kernels{neon, neonDot}
}

// neon needs what every 64-bit ARM processor has that Go's systems run on.
var neon = generic.with("neon", func(k *kernels) {
	k.dot, k.dotInt8, k.dotInt8Rows = dotLanes, dotInt8Lanes, dotInt8RowsLanes
	k.scanInt8 = scanLanes
	k.gemm, k.gelu, k.expSum, k.max = gemmTiles, geluLanes, expSumLanes, maxLanes
	k.scale, k.add, k.addSum = scaleLanes, addLanes, addSumLanes
	k.squares, k.affine = squaresLanes, affineLanes
	k.group, k.flip = 2, signed
	k.quantize, k.gemmInt8 = byteRow(quantizeSigned).quantize, int8NEON.gemm
})

// neonDot needs SDOT (Armv8.2 with FEAT_DotProd: Cortex-A55 and A75, Neoverse
// N1, Apple M1 and later).
var neonDot = neon.with("neondot", func(k *kernels) {
	k.dotInt8, k.scanInt8 = dotInt8Dot, scanDot
	k.group, k.gemmInt8 = 4, int8Dot.gemm
})

func dotInt8Dot(a, b []int8) int32 {
	n := len(a) &^ 15
	var s int32
	if n > 0 {
		s = dotInt8DotAsm(&a[0], &b[0], n)
	}
	return s + dotInt8Generic(a[n:], b[n:])
}

// dotInt8DotAsm takes a multiple of 16 elements, above zero.
//
//go:noescape
func dotInt8DotAsm(a, b *int8, n int) int32
