//go:build purego || !(amd64 || arm64)

package simd

func machineKernels() []kernels { return nil }
