//go:build purego || !amd64

package simd

// resetPairs is for machines with kernels for bfloat16.
func (w *Packed) resetPairs() {}
