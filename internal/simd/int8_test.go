package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// int8Case is a product whose integers are known.
type int8Case struct {
	m, n, k int
	x       []float32
	w       []int8
	scale   []float32
	bias    []float32
}

// newNormalInt8Case has numbers spread as those of a model are.
func newNormalInt8Case(r *rand.Rand, m, n, k int) int8Case {
	c := newInt8Case(r, m, n, k)
	c.x = normal(r, m*k)
	for i := range c.w {
		c.w[i] = int8(min(max(40*r.NormFloat64(), -128), 127))
	}
	return c
}

func normal(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

func newInt8Case(r *rand.Rand, m, n, k int) int8Case {
	c := int8Case{m: m, n: n, k: k, x: random(r, m*k), w: make([]int8, n*k), scale: make([]float32, n)}
	for i := range c.w {
		c.w[i] = int8(r.IntN(256) - 128)
	}
	for i := range c.scale {
		c.scale[i] = r.Float32() / 64
	}
	if r.IntN(2) == 0 {
		c.bias = random(r, n)
	}
	return c
}

func (c int8Case) linear(kern kernels) *Int8Linear {
	return newInt8Linear(&kern, c.n, c.k, c.bias, func(i int) ([]int8, float32) {
		return c.w[i*c.k : (i+1)*c.k], c.scale[i]
	})
}

// quantized is a row as the reference quantises it.
type quantized struct {
	q         []byte
	step, low float32
}

func (c int8Case) row(r int) quantized {
	row := quantized{q: make([]byte, c.k)}
	row.step, row.low = quantizeGeneric(row.q, c.x[r*c.k:(r+1)*c.k])
	return row
}

// want computes an output from the integers of the reference, in float64, and
// how far from it float32 may be.
func (c int8Case) want(row quantized, col int) (y, bound float64) {
	var products, sum int64
	for i, v := range row.q {
		u := int64(c.w[col*c.k+i])
		products += int64(v) * u
		sum += u
	}
	scale := float64(c.scale[col])
	a, b := float64(row.step)*scale*float64(products), float64(row.low)*scale*float64(sum)
	if c.bias != nil {
		y = float64(c.bias[col])
	}
	return y + a + b, (math.Abs(a) + math.Abs(b) + math.Abs(y)) * 0x1p-21
}

func TestGemmInt8AgreesWithExactIntegers(t *testing.T) {
	ms := []int{1, 2, 3, 5, 6, 7, 11, 12, 13, 16, 17, 31, 32, 33, 61, 64, 65}
	ns := []int{1, 15, 16, 17, 31, 32, 33, 64, 96}
	ks := []int{0, 1, 3, 4, 31, 63, 64, 65, 200, 384}
	each(t, func(t *testing.T, kern kernels) {
		r := rand.New(rand.NewPCG(1, 2))
		var x Int8Rows // reused, and so not clean
		for _, m := range ms {
			for _, n := range ns {
				for _, k := range ks {
					testGemmInt8(t, kern, &x, newInt8Case(r, m, n, k), n+r.IntN(20))
				}
			}
		}
	})
}

func testGemmInt8(t *testing.T, kern kernels, x *Int8Rows, c int8Case, ldy int) {
	t.Helper()
	x.quantize(&kern, c.x, c.k, c.m, c.k)
	y, outer := guarded(make([]float32, (c.m-1)*ldy+c.n))
	gemmInt8(&kern, y, ldy, x, c.linear(kern))
	checkCanaries(t, outer, len(y))
	var row quantized
	for i, got := range y {
		r, col := i/ldy, i%ldy
		if col == 0 {
			row = c.row(r)
		}
		want, bound := 0.0, 0.0 // in the gaps between the rows
		if col < c.n {
			want, bound = c.want(row, col)
		}
		if !(math.Abs(float64(got)-want) <= bound) {
			t.Fatalf("m=%d n=%d k=%d: y[%d,%d] = %v, want %v ± %v", c.m, c.n, c.k, r, col, got, want, bound)
		}
	}
}

// The largest sums: weights and inputs at their ends, which instructions that
// saturate get wrong.
func TestGemmInt8DoesNotSaturate(t *testing.T) {
	weights := map[string]func(i int) int8{
		"least":    func(int) int8 { return -128 },
		"greatest": func(int) int8 { return 127 },
		"by turns": func(i int) int8 { return int8(i%2*255 - 128) },
		"in pairs": func(i int) int8 { return int8(i/2%2*255 - 128) },
	}
	inputs := map[string]func(r, i int) float32{
		"all but one":   func(r, i int) float32 { return float32(min(1, abs(i-r))) },
		"one":           func(r, i int) float32 { return float32(1 - min(1, abs(i-r))) },
		"by turns":      func(r, i int) float32 { return float32((i + r) % 2) },
		"in pairs":      func(r, i int) float32 { return float32((i + r) / 2 % 2) },
		"more and more": func(r, i int) float32 { return float32(i + r) },
	}
	each(t, func(t *testing.T, kern kernels) {
		for _, k := range []int{35, 48, 1536} {
			c := newInt8Case(rand.New(rand.NewPCG(2, 2)), 13, 32, k)
			for _, weight := range weights {
				for i := range c.w {
					c.w[i] = weight(i % k)
				}
				for _, input := range inputs {
					for i := range c.x {
						c.x[i] = input(i/k, i%k)
					}
					testGemmInt8(t, kern, new(Int8Rows), c, c.n)
				}
			}
		}
	})
}

func abs(i int) int { return max(i, -i) }

// A text's vector must not depend on the texts that share its batch.
func TestGemmInt8RowDoesNotDependOnOtherRows(t *testing.T) {
	each(t, func(t *testing.T, kern kernels) {
		c := newInt8Case(rand.New(rand.NewPCG(3, 2)), 53, 96, 200)
		w := c.linear(kern)
		all, one := make([]float32, c.m*c.n), make([]float32, c.n)
		var x Int8Rows
		x.quantize(&kern, c.x, c.k, c.m, c.k)
		gemmInt8(&kern, all, c.n, &x, w)
		for i := range c.m {
			x.quantize(&kern, c.x[i*c.k:], c.k, 1, c.k)
			gemmInt8(&kern, one, c.n, &x, w)
			if !slices.Equal(one, all[i*c.n:(i+1)*c.n]) {
				t.Fatalf("row %d alone differs from that in the batch", i)
			}
		}
	})
}

func TestQuantizeOnEveryMachineGivesTheSameNumbers(t *testing.T) {
	each(t, func(t *testing.T, kern kernels) {
		r := rand.New(rand.NewPCG(4, 2))
		for _, n := range sizes {
			x := random(r, n)
			want := make([]byte, n)
			wantStep, wantLow := quantizeGeneric(want, x)
			var rows Int8Rows // not clean
			grow(&rows.data, 64*roundUp(n, kPad))
			for i := range rows.data {
				rows.data[i] = 77
			}
			rows.quantize(&kern, x, n, 1, n)
			if rows.step[0] != wantStep || rows.low[0] != wantLow {
				t.Fatalf("n=%d: step %v and low %v, want %v and %v", n, rows.step[0], rows.low[0], wantStep, wantLow)
			}
			got := numbers(&kern, &rows, 0)
			for i, v := range got {
				if i < n && v != int(want[i]) || i >= n && v != 0 {
					t.Fatalf("n=%d: element %d is %d, want %d", n, i, v, append(want, make([]byte, kPad)...)[i])
				}
			}
		}
	})
}

// numbers returns q of a row, and what stands behind its end.
func numbers(kern *kernels, rows *Int8Rows, r int) []int {
	var q []int
	for i, v := range rows.row(r) {
		if i < rows.k {
			v ^= kern.flip
		}
		q = append(q, int(v))
	}
	s := &rows.split
	if len(s.starts) == 0 {
		return q
	}
	for i, v := range rows.row(r) {
		q[i] = int(int8(v))
		if i < rows.k {
			q[i] += int(s.zero[r])
		}
	}
	tile := r / splitHeight
	for _, o := range s.outliers[s.starts[tile]:s.starts[tile+1]] {
		if int(o.sums) == r%splitHeight*4*int8Cols {
			k := int(o.weights)/(4*int8Cols)*4 + int(o.weights)%(4*int8Cols)
			q[k] += int(o.pair[0])
			q[k+1] += int(o.pair[1])
		}
	}
	return q
}

func TestQuantizeIsWithinHalfAStep(t *testing.T) {
	each(t, func(t *testing.T, kern kernels) {
		for name, x := range map[string][]float32{
			"constant": {3, 3, 3, 3, 3, 3, 3, 3, 3},
			"one":      {-7},
			"far off":  {1000, 1000.001, 1000.002, 1000.25},
			"tiny":     {1e-38, 2e-38, -1e-38},
			"wide":     {-3e8, 5, 2e8},
		} {
			var rows Int8Rows
			rows.quantize(&kern, x, len(x), 1, len(x))
			q, step, low := numbers(&kern, &rows, 0), rows.step[0], rows.low[0]
			for i, v := range x {
				got := float64(step)*float64(q[i]) + float64(low)
				if !(math.Abs(got-float64(v)) <= 0.5001*float64(step)+1e-7*math.Abs(float64(v))+1e-36) {
					t.Errorf("%s: element %d is %v, want %v, step %v", name, i, got, v, step)
				}
			}
		}
	})
}

// A damaged model must show, on every machine.
func TestQuantizePassesInfinityOn(t *testing.T) {
	each(t, func(t *testing.T, kern kernels) {
		x := make([]float32, 20)
		x[3] = float32(math.Inf(1))
		var rows Int8Rows
		rows.quantize(&kern, x, len(x), 1, len(x))
		if y := rows.step[0] + rows.low[0]; !math.IsInf(float64(y), 0) && y == y {
			t.Errorf("step %v and low %v, want one of them not finite", rows.step[0], rows.low[0])
		}
	})
}

func TestWrongInt8ShapesPanic(t *testing.T) {
	w := NewInt8Linear(2, 2, nil, func(int) ([]int8, float32) { return []int8{1, 2}, 1 })
	var x, short Int8Rows
	x.Quantize(make([]float32, 6), 2, 3, 2)
	short.Quantize(make([]float32, 6), 2, 3, 1)
	for name, f := range map[string]func(){
		"bias":         func() { NewInt8Linear(2, 2, make([]float32, 1), nil) },
		"too long":     func() { NewInt8Linear(1, 70000, nil, nil) },
		"stride":       func() { GemmInt8(make([]float32, 6), 1, &x, w) },
		"short output": func() { GemmInt8(make([]float32, 5), 2, &x, w) },
		"row length":   func() { GemmInt8(make([]float32, 6), 2, &short, w) },
		"short input":  func() { x.Quantize(make([]float32, 5), 2, 3, 2) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

func BenchmarkGemmInt8(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 2))
	for _, kern := range implementations {
		peak := peakOf(kern.name, true)
		for _, s := range []struct{ m, k, n int }{
			{10, 384, 1152}, {128, 384, 384}, {128, 384, 1536}, {128, 1536, 384},
		} {
			b.Run(fmt.Sprintf("%s/%dx%dx%d", kern.name, s.m, s.k, s.n), func(b *testing.B) {
				c := newNormalInt8Case(r, s.m, s.n, s.k)
				w, y := c.linear(kern), make([]float32, s.m*s.n)
				var x Int8Rows
				x.quantize(&kern, c.x, c.k, c.m, c.k)
				for b.Loop() {
					gemmInt8(&kern, y, s.n, &x, w)
				}
				reportSpeed(b, 2*float64(s.m)*float64(s.k)*float64(s.n), peak, "Gop/s")
			})
		}
	}
}

func BenchmarkQuantize(b *testing.B) {
	for _, kern := range implementations {
		b.Run(kern.name, func(b *testing.B) {
			const m, k = 4, 384
			x := normal(rand.New(rand.NewPCG(6, 2)), m*k)
			b.SetBytes(4 * m * k)
			var rows Int8Rows
			for b.Loop() {
				rows.quantize(&kern, x, k, m, k)
			}
		})
	}
}
