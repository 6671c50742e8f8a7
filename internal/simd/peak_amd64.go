//go:build !purego

package simd

// Each runs n rounds of a loop that does nothing but the one instruction; the
// benchmarks say how near to it the kernels come.

func peakFMA(n int)
func peakFMA512(n int)
func peakMaddubs(n int)
func peakVNNI(n int)
func peakVNNI512(n int)
func peakAMX(n int)
