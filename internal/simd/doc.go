// Package simd holds the numeric kernels of the engine: float32 matrix
// product and dot product, int8 dot product, softmax, GELU and layer
// normalisation.
//
// Every kernel exists in plain Go and, where the processor allows, in
// assembly. The implementations are listed in one table (see kernels.go); the
// best that the machine can run is chosen once, at start, and one test runs
// every implementation against a float64 reference. Building with the tag
// purego leaves the assembly out; GODEBUG=cpu.avx2=off leaves it unused, and on
// arm64 GODEBUG=cpu.asimd=off.
//
// Matrices are row-major float32 slices with an explicit stride. Dimensions
// that do not fit their slices are a caller's mistake and panic. All functions
// are safe for concurrent use on separate outputs, allocate nothing, and give
// the same bits for the same row whatever the other rows are.
package simd
