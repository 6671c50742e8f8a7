//go:build !purego

package simd

import "golang.org/x/sys/cpu"

func machineKernels() []kernels {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return nil
	}
	found := []kernels{avx2}
	if cpu.X86.HasAVXVNNI {
		found = append(found, avxVNNI)
	}
	if !cpu.X86.HasAVX512F {
		return found
	}
	found = append(found, avx512)
	if cpu.X86.HasAVX512VNNI {
		found = append(found, avx512VNNI)
		if cpu.X86.HasAMXTile && cpu.X86.HasAMXInt8 && allowAMX() {
			found = append(found, amx)
		}
	}
	return found
}

// avxVNNI needs AVX-VNNI (Intel Alder Lake, AMD Zen 5 and later).
var avxVNNI = avx2.with("avxvnni", func(k *kernels) {
	k.flipWeights = 0
	k.quantize, k.gemmInt8 = byteRow(quantizeVNNI).quantize, int8VNNI.gemm
	k.scanInt8 = scanVNNI.scan
})

// avx512 needs AVX-512F (Intel Skylake-X, AMD Zen 4 and later).
var avx512 = avx2.with("avx512", func(k *kernels) {
	k.gemm, k.gelu, k.expSum = gemmAVX512, geluAVX512, expSumAVX512
	k.gemmAdd, k.gemmAddTransposed = gemmAddAVX512, gemmAddTransposedAVX512
})

// avx512VNNI needs AVX-512 VNNI (Intel Ice Lake, AMD Zen 4 and later).
var avx512VNNI = avx512.with("avx512vnni", func(k *kernels) {
	k.flipWeights = 0
	k.quantize, k.gemmInt8 = byteRow(quantizeVNNI512).quantize, int8VNNI512.gemm
	k.scanInt8 = scanVNNI512.scan
})

// amx needs AMX-INT8 (Intel Sapphire Rapids and later).
var amx = avx512VNNI.with("amx", func(k *kernels) {
	k.gemmInt8 = int8AMX.gemm
	if cpu.X86.HasAMXBF16 && cpu.X86.HasAVX512BF16 && cpu.X86.HasAVX512BW {
		k.bf16 = bf16AMX
	}
})
