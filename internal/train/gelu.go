package train

import "github.com/hunch-search/hunch/internal/simd"

// geluForward computes y = GELU(x) = x·Φ(x) (Hendrycks and Gimpel 2016, section
// 2), the exact form with Φ(x) = ½·(1 + erf(x/√2)).
func geluForward(y, x []float32) {
	copy(y, x)
	simd.GELU(y)
}

// geluBackward is given the input u and the gradient d for GELU(u). It writes
// GELU(u) to y and replaces u by the gradient for u:
//
//	GELU'(u) = Φ(u) + u·φ(u),  φ(u) = exp(-u²/2)/√(2π)
func geluBackward(y, u, d []float32) { simd.GELUBackward(y, u, d) }
