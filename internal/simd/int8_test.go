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
	return newInt8Linear(kern.group, c.n, c.k, c.bias, func(i int) ([]int8, float32) {
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

// The largest sums: all weights and all inputs at their ends, which
// instructions that saturate get wrong.
func TestGemmInt8DoesNotSaturate(t *testing.T) {
	each(t, func(t *testing.T, kern kernels) {
		for _, weight := range []int8{-128, 127} {
			c := newInt8Case(rand.New(rand.NewPCG(2, 2)), 33, 32, 1536)
			for i := range c.x {
				c.x[i] = 1
			}
			for r := range c.m {
				c.x[r*c.k+r] = 0 // all but one are 255 steps above the least
			}
			for i := range c.w {
				c.w[i] = weight
			}
			testGemmInt8(t, kern, new(Int8Rows), c, c.n)
		}
	})
}

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
			dst := make([]byte, roundUp(n, kPad)*kern.inputBytes)
			for i := range dst {
				dst[i] = 77
			}
			step, low := kern.quantize(dst, x)
			if step != wantStep || low != wantLow {
				t.Fatalf("n=%d: step %v and low %v, want %v and %v", n, step, low, wantStep, wantLow)
			}
			for i := range len(dst) / kern.inputBytes {
				got, rest := dst[i*kern.inputBytes], dst[i*kern.inputBytes+1:(i+1)*kern.inputBytes]
				if i < n && got^kern.flip != want[i] || i >= n && got != 0 || len(rest) == 1 && rest[0] != 0 {
					t.Fatalf("n=%d: element %d is %d, %v", n, i, got, rest)
				}
			}
		}
	})
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
			dst := make([]byte, kPad*kern.inputBytes)
			step, low := kern.quantize(dst, x)
			for i, v := range x {
				got := float64(step)*float64(dst[i*kern.inputBytes]^kern.flip) + float64(low)
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
		step, low := kern.quantize(make([]byte, kPad*kern.inputBytes), x)
		if y := step + low; !math.IsInf(float64(y), 0) && y == y {
			t.Errorf("step %v and low %v, want one of them not finite", step, low)
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
				c := newInt8Case(r, s.m, s.n, s.k)
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
			x, dst := random(rand.New(rand.NewPCG(6, 2)), 1536), make([]byte, 1536*kern.inputBytes)
			b.SetBytes(4 * 1536)
			for b.Loop() {
				kern.quantize(dst, x)
			}
		})
	}
}
