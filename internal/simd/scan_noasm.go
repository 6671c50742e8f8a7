//go:build purego || !amd64

package simd

func readAll(x []int8) uint64 { return readAllGeneric(x) }
