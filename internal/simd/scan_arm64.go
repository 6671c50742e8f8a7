//go:build !purego

package simd

// scanLanes and scanDot go row by row.

func scanLanes(dst []int32, q, rows []int8) {
	for i := range dst {
		dst[i] = dotInt8Lanes(q, rows[i*len(q):(i+1)*len(q)])
	}
}

func scanDot(dst []int32, q, rows []int8) {
	for i := range dst {
		dst[i] = dotInt8Dot(q, rows[i*len(q):(i+1)*len(q)])
	}
}
