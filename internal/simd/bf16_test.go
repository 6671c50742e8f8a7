package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// eachBF16 runs a test with every implementation in use that this machine has.
func eachBF16(t *testing.T, f func(t *testing.T)) {
	before := active
	defer func() { active = before }()
	each(t, func(t *testing.T, k kernels) {
		active = k
		f(t)
	})
}

func TestBF16IsTheNearestUpperHalf(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		in   float32
		want uint16
	}{
		{0, 0}, {float32(math.Copysign(0, -1)), 0x8000}, {1, 0x3f80}, {-2, 0xc000},
		{1 + 0x1p-8, 0x3f80},           // between two: the even one
		{1 + 3*0x1p-8, 0x3f82},         // the same, upwards
		{1 + 0x1p-8 + 0x1p-20, 0x3f81}, // a little above
		{math.MaxFloat32, 0x7f80}, {inf, 0x7f80}, {-inf, 0xff80},
		{0x1p-126, 0x0080}, {0x1p-127, 0}, {-0x1p-140, 0x8000},
		{math.Float32frombits(0x7f800001), 0x7fc0}, {math.Float32frombits(0xffffffff), 0xffff},
	} {
		if got := bf16(c.in); got != c.want {
			t.Errorf("bf16(%v) = %#x, want %#x", c.in, got, c.want)
		}
	}
}

// In blocks, with the ends of blocks and rows, odd and even.
func TestBF16ProductsAgreeWithFloat64(t *testing.T) {
	eachBF16(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(41, 1))
		for _, m := range []int{1, 2, 31, 32, 33, 97} {
			for _, n := range []int{1, 16, 17, 32, 33, 70} {
				for _, k := range []int{0, 1, 2, 31, 32, 33, 129, 400} {
					testBF16(t, r, m, n, k)
				}
			}
		}
	})
}

func testBF16(t *testing.T, r *rand.Rand, m, n, k int) {
	t.Helper()
	ldx, ldt, ldw, ldy := k+r.IntN(4), m+r.IntN(4), k+r.IntN(3), n+r.IntN(20)
	x, start, bias := random(r, (m-1)*ldx+k), random(r, (m-1)*ldy+n), random(r, n)
	w := random(r, (n-1)*ldw+k)
	transposed, turnedW := make([]float32, max(0, (k-1)*ldt+m)), make([]float32, k*n)
	for c := range k {
		for i := range m {
			transposed[c*ldt+i] = x[i*ldx+c]
		}
		for i := range n {
			turnedW[c*n+i] = w[i*ldw+c]
		}
	}
	tight := make([]float32, n*k)
	for i := range n {
		copy(tight[i*k:(i+1)*k], w[i*ldw:])
	}
	shortX, shortW := make([]float32, len(x)), make([]float32, len(tight))
	roundBF16(shortX, x)
	roundBF16(shortW, tight)
	want, bound := productSum(start, ldy, shortX, ldx, shortW, m, n, k)
	fresh := slices.Clone(start)
	for i := range m {
		copy(fresh[i*ldy:i*ldy+n], bias)
	}
	wantFresh, boundFresh := productSum(fresh, ldy, shortX, ldx, shortW, m, n, k)

	packed := []*Packed{{BF16: true}, {BF16: true}, {BF16: true}}
	packed[0].Pack(w, n, k, ldw)
	packed[1].PackTransposed(turnedW, n, k, n)
	packed[2].Pack(random(r, 300*90), 300, 90, 90) // what was there before must not matter
	packed[2].Reset(n, k)
	cut := [4]int{0, k / 3, k/3 + k/2, k}
	for _, part := range []int{2, 0, 1} {
		from, to := cut[part], cut[part+1]
		packed[2].PackColumns(from, turnedW[from*n:], to-from, n)
	}
	for i, p := range packed {
		check := func(what string, want, bound []float64, run func(y []float32)) {
			t.Helper()
			y, outer := guarded(start)
			run(y)
			checkCanaries(t, outer, len(y))
			for at := range y {
				if at%ldy >= n {
					if y[at] != start[at] {
						t.Fatalf("%s, m=%d n=%d k=%d: wrote behind a row", what, m, n, k)
					}
					continue
				}
				if got := float64(y[at]); !(math.Abs(got-want[at]) <= bound[at]) {
					t.Fatalf("%s, packed %d, m=%d n=%d k=%d: y[%d,%d] = %v, want %v ± %v", what, i, m, n, k, at/ldy, at%ldy, got, want[at], bound[at])
				}
			}
		}
		check("Gemm", wantFresh, boundFresh, func(y []float32) { Gemm(y, ldy, x, ldx, m, p, bias) })
		check("GemmAdd", want, bound, func(y []float32) { GemmAdd(y, ldy, x, ldx, m, p) })
		check("GemmAddTransposed", want, bound, func(y []float32) { GemmAddTransposed(y, ldy, transposed, ldt, m, p) })
	}
}

// A loss that is no number must not become one on the way.
func TestBF16KeepsNaN(t *testing.T) {
	eachBF16(t, func(t *testing.T) {
		for _, k := range []int{33, 64} {
			for at := range k {
				x, w := make([]float32, k), make([]float32, 16*k)
				x[at] = float32(math.NaN())
				p := &Packed{BF16: true}
				p.Pack(w, 16, k, k)
				y := make([]float32, 16)
				Gemm(y, 16, x, k, 1, p, nil)
				for i, v := range y {
					if v == v {
						t.Fatalf("k=%d, NaN at %d: y[%d] = %v, want NaN", k, at, i, v)
					}
				}
			}
		}
	})
}

func BenchmarkBF16(b *testing.B) {
	if !HasBF16() {
		b.Skip("this machine has no faster products in bfloat16")
	}
	r := rand.New(rand.NewPCG(1, 1))
	for _, s := range []struct{ m, k, n int }{{256, 384, 1152}, {256, 384, 384}, {256, 384, 1536}, {256, 1536, 384}} {
		x, y := random(r, s.m*s.k), make([]float32, s.m*s.n)
		for _, short := range []bool{false, true} {
			w := &Packed{BF16: short}
			w.Pack(random(r, s.n*s.k), s.n, s.k, s.k)
			ops := 2 * float64(s.m) * float64(s.k) * float64(s.n)
			b.Run(fmt.Sprintf("gemm/bf16=%v/%dx%dx%d", short, s.m, s.k, s.n), func(b *testing.B) {
				for b.Loop() {
					Gemm(y, s.n, x, s.k, s.m, w, nil)
				}
				reportSpeed(b, ops, 0, "GFLOP/s")
			})
		}
	}
	const tokens, rows = 2048, 96
	for _, s := range []struct{ in, out int }{{384, 1152}, {384, 1536}, {1536, 384}} {
		dy, x, dw := random(r, tokens*s.out), random(r, tokens*s.in), make([]float32, rows*s.in)
		for _, short := range []bool{false, true} {
			w := &Packed{BF16: short}
			w.PackTransposed(x, s.in, tokens, s.in)
			ops := 2 * float64(tokens) * rows * float64(s.in)
			b.Run(fmt.Sprintf("weights/bf16=%v/%dx%d", short, s.out, s.in), func(b *testing.B) {
				for b.Loop() {
					GemmAddTransposed(dw, s.in, dy, s.out, rows, w)
				}
				reportSpeed(b, ops, 0, "GFLOP/s")
			})
		}
	}
}
