package simd

import "math"

// generic is plain Go: what runs where there is no assembly, and what the
// assembly is tested beside.
var generic = kernels{
	name:              "generic",
	dot:               dotGeneric,
	dotInt8:           dotInt8Generic,
	dotInt8Rows:       dotInt8RowsGeneric,
	scanInt8:          scanInt8Generic,
	gemm:              gemmGeneric,
	gemmAdd:           gemmAddGeneric,
	gemmAddTransposed: gemmAddTransposedGeneric,
	gelu:              geluGeneric,
	expSum:            expSumGeneric,
	max:               maxGeneric,
	scale:             scaleGeneric,
	add:               addGeneric,
	addSum:            addSumGeneric,
	squares:           squaresGeneric,
	affine:            affineGeneric,
	group:             4,
	quantize:          byteRow(quantizeGeneric).quantize,
	gemmInt8:          gemmInt8Generic,
	geluGrad:          geluGradGeneric,
	dropout:           dropoutGeneric,
	transpose:         transposeGeneric,
	copyRows:          copyRowsGeneric,
	adamW:             adamWGeneric,
}

// dotGeneric keeps four sums, which the processor adds in parallel.
func dotGeneric(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i := range a {
		s0 += a[i] * b[i]
	}
	return (s0 + s2) + (s1 + s3)
}

func dotInt8Generic(a, b []int8) int32 {
	b = b[:len(a)]
	var s int32
	for i, v := range a {
		s += int32(v) * int32(b[i])
	}
	return s
}

func gemmGeneric(y []float32, ldy int, x []float32, ldx, m int, w *Packed, bias []float32) {
	for j := 0; j < w.n; j += panelWidth {
		panel, width := w.panel(j), min(panelWidth, w.n-j)
		for i := range m {
			var sums [panelWidth]float32
			if bias != nil {
				copy(sums[:], bias[j:j+width])
			}
			row := x[i*ldx : i*ldx+w.k]
			addProducts((*[8]float32)(sums[:8]), row, panel)
			if width > 8 {
				addProducts((*[8]float32)(sums[8:]), row, panel[min(8, len(panel)):])
			}
			copy(y[i*ldy+j:i*ldy+j+width], sums[:])
		}
	}
}

// addProducts adds row @ b to eight sums, where b is [k, 8] with rows
// panelWidth apart. Eight sums are what stays in registers.
func addProducts(sums *[8]float32, row, b []float32) {
	s0, s1, s2, s3, s4, s5, s6, s7 := sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7]
	for k, v := range row {
		w := (*[8]float32)(b[k*panelWidth:])
		s0 += v * w[0]
		s1 += v * w[1]
		s2 += v * w[2]
		s3 += v * w[3]
		s4 += v * w[4]
		s5 += v * w[5]
		s6 += v * w[6]
		s7 += v * w[7]
	}
	*sums = [8]float32{s0, s1, s2, s3, s4, s5, s6, s7}
}

func geluGeneric(x []float32) {
	for i, v := range x {
		x[i] = float32(0.5 * float64(v) * (1 + math.Erf(float64(v)/math.Sqrt2)))
	}
}

func expSumGeneric(x []float32, scale, shift float32) float32 {
	var sum float32
	for i, v := range x {
		e := float32(math.Exp(float64(scale*v - shift)))
		x[i] = e
		sum += e
	}
	return sum
}

func maxGeneric(x []float32) float32 {
	m := x[0]
	for _, v := range x[1:] {
		m = max(m, v)
	}
	return m
}

func scaleGeneric(x []float32, by float32) {
	for i := range x {
		x[i] *= by
	}
}

func addGeneric(y, x []float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] += x[i]
	}
}

func addSumGeneric(x, r []float32) float32 {
	r = r[:len(x)]
	var sum float32
	for i := range x {
		x[i] += r[i]
		sum += x[i]
	}
	return sum
}

func squaresGeneric(x []float32, mean float32) float32 {
	var sum float32
	for _, v := range x {
		d := v - mean
		sum += d * d
	}
	return sum
}

func affineGeneric(x []float32, mean, inv float32, gamma, beta []float32) {
	gamma, beta = gamma[:len(x)], beta[:len(x)]
	for i, v := range x {
		x[i] = (v-mean)*inv*gamma[i] + beta[i]
	}
}
