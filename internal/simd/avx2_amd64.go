//go:build !purego

package simd

// avx2 needs AVX2 and FMA (Intel Haswell, AMD Zen and later).
var avx2 = kernels{
	name:              "avx2",
	dot:               dotLanes,
	dotInt8:           dotInt8Lanes,
	dotInt8Rows:       dotInt8RowsLanes,
	scanInt8:          scanAVX2.scan,
	gemm:              gemmTiles,
	gelu:              geluLanes,
	expSum:            expSumLanes,
	max:               maxLanes,
	scale:             scaleLanes,
	add:               addLanes,
	addSum:            addSumLanes,
	squares:           squaresLanes,
	affine:            affineLanes,
	gemmAdd:           gemmAddAVX2,
	group:             4,
	flipWeights:       0x80,
	quantize:          quantizeSplit,
	gemmInt8:          int8AVX2.gemm,
	geluGrad:          geluGradAVX2,
	dropout:           dropoutAVX2,
	transpose:         transposeAVX2,
	copyRows:          copyRowsAVX2,
	adamW:             adamWAVX2,
	gemmAddTransposed: gemmAddTransposedAVX2,
}
