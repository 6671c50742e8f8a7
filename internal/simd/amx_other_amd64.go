//go:build !linux && !purego

package simd

// allowAMX: how other systems grant the tiles has not been tried.
func allowAMX() bool { return false }
