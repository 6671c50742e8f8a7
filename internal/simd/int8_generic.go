package simd

import "math"

// quantizeGeneric writes a row as bytes and returns what they stand for. What
// is behind the row's end is zero.
func quantizeGeneric(dst []byte, x []float32) (step, low float32) {
	if len(x) == 0 {
		return 0, 0
	}
	low, high := x[0], x[0]
	for _, v := range x {
		low, high = min(low, v), max(high, v)
	}
	step, inverse := affineRange(low, high)
	for i, v := range x {
		dst[i] = quantum(v, low, inverse)
	}
	clear(dst[len(x):])
	return step, low
}

// quantum rounds to even, as the conversions of all processors do.
func quantum(v, low, inverse float32) uint8 {
	return uint8(min(math.RoundToEven(float64((v-low)*inverse)), 255))
}

func gemmInt8Generic(y []float32, ldy int, x *Int8Rows, w *Int8Linear) {
	depth := roundUp(w.k, kPad)
	for j := 0; j < w.n; j += int8Cols {
		panel, width := w.data[j*depth:(j+int8Cols)*depth], min(int8Cols, w.n-j)
		for r := range x.m {
			var sums [int8Cols]int32
			addInt8Products(&sums, x.data[r*x.ld:r*x.ld+depth], panel)
			out := y[r*ldy+j : r*ldy+j+width]
			for c := range out {
				out[c] = float32(sums[c])*(x.step[r]*w.scale[j+c]) + (x.low[r]*w.sums[j+c] + w.bias[j+c])
			}
		}
	}
}

// addInt8Products adds row @ panel to the sums, four steps of k at once.
func addInt8Products(sums *[int8Cols]int32, row []byte, panel []int8) {
	for len(row) >= 4 {
		q0, q1, q2, q3 := int32(row[0]), int32(row[1]), int32(row[2]), int32(row[3])
		u := (*[4 * int8Cols]int8)(panel)
		for c := range sums {
			sums[c] += q0*int32(u[4*c]) + q1*int32(u[4*c+1]) + q2*int32(u[4*c+2]) + q3*int32(u[4*c+3])
		}
		row, panel = row[4:], panel[4*int8Cols:]
	}
}
