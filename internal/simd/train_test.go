package simd

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestGemmAddAgreesWithFloat64(t *testing.T) {
	ms := []int{1, 2, 5, 11, 13, 49}
	ns := []int{1, 15, 16, 33, 86}
	ks := []int{0, 1, 191, 193, 400}
	r := rand.New(rand.NewPCG(20, 1))
	for _, m := range ms {
		for _, n := range ns {
			for _, k := range ks {
				testGemmAdd(t, r, m, n, k)
			}
		}
	}
	testGemmAdd(t, r, 250, 35, 40)
}

func testGemmAdd(t *testing.T, r *rand.Rand, m, n, k int) {
	t.Helper()
	ldx, ldt, ldy := k+r.IntN(4), m+r.IntN(4), n+r.IntN(20)
	x, w, start := random(r, (m-1)*ldx+k), random(r, n*k), random(r, (m-1)*ldy+n)
	transposed := make([]float32, max(0, (k-1)*ldt+m))
	for i := range m {
		for c := range k {
			transposed[c*ldt+i] = x[i*ldx+c]
		}
	}
	want, bound := productSum(start, ldy, x, ldx, w, m, n, k)
	check := func(name string, run func(y []float32)) {
		y, outer := guarded(start)
		run(y)
		checkCanaries(t, outer, len(y))
		for i := range y {
			if got := float64(y[i]); !(math.Abs(got-want[i]) <= bound[i]) {
				t.Fatalf("%s, m=%d n=%d k=%d: y[%d,%d] = %v, want %v ± %v", name, m, n, k, i/ldy, i%ldy, got, want[i], bound[i])
			}
		}
	}
	packed := Pack(w, n, k, k)
	for _, kern := range implementations {
		check(kern.name, func(y []float32) { kern.gemmAdd(y, ldy, x, ldx, m, packed) })
		check(kern.name+", transposed", func(y []float32) { kern.gemmAddTransposed(y, ldy, transposed, ldt, m, packed) })
	}
}

// productSum is start + x @ w^T in float64, with a bound on float32's error. The
// gaps behind rows stay exactly as they are.
func productSum(start []float32, ldy int, x []float32, ldx int, w []float32, m, n, k int) (want, bound []float64) {
	want, bound = make([]float64, len(start)), make([]float64, len(start))
	for i, v := range start {
		want[i] = float64(v)
	}
	for i := range m {
		for j := range n {
			at := i*ldy + j
			size := math.Abs(want[at])
			for c := range k {
				p := float64(x[i*ldx+c]) * float64(w[j*k+c])
				want[at] += p
				size += math.Abs(p)
			}
			bound[at] = size * float64(k+2) * 0x1p-24
		}
	}
	return want, bound
}

// Gradients must be the same wherever the training goes on.
func TestGemmAddGivesTheSameBitsInAssembly(t *testing.T) {
	if len(implementations) < 3 {
		t.Skip("this machine has one implementation in assembly or none")
	}
	r := rand.New(rand.NewPCG(21, 1))
	const m, n, k = 97, 86, 400
	x, w, start := random(r, m*k), Pack(random(r, n*k), n, k, k), random(r, m*n)
	want := slices.Clone(start)
	transposed := make([]float32, len(x))
	transposeGeneric(transposed, m, x, k, m, k)
	implementations[1].gemmAdd(want, n, x, k, m, w)
	for _, kern := range implementations[1:] {
		got, other := slices.Clone(start), slices.Clone(start)
		kern.gemmAdd(got, n, x, k, m, w)
		kern.gemmAddTransposed(other, n, transposed, m, m, w)
		if !slices.Equal(got, want) || !slices.Equal(other, want) {
			t.Errorf("%s: other bits than %s", kern.name, implementations[1].name)
		}
	}
}

func TestPackColumnsMakesATransposeInParts(t *testing.T) {
	r := rand.New(rand.NewPCG(22, 1))
	for _, n := range []int{1, 16, 35} {
		const k, ld = 21, 40
		src := random(r, k*ld)
		want := new(Packed)
		want.PackTransposed(src, n, k, ld)
		got := Pack(random(r, 100*k), 100, k, k)
		got.Reset(n, k)
		for _, part := range [][2]int{{7, 21}, {0, 3}, {3, 7}} {
			got.PackColumns(part[0], src[part[0]*ld:], part[1]-part[0], ld)
		}
		if got.Rows() != n || got.Cols() != k || !slices.Equal(got.data, want.data) {
			t.Errorf("n=%d: other than PackTransposed", n)
		}
	}
}

func TestGELUBackwardAgreesWithFloat64(t *testing.T) {
	each(t, func(t *testing.T, k kernels) {
		for _, n := range sizes {
			x, d := make([]float32, n), make([]float32, n)
			for i := range x {
				x[i] = -20 + 40*float32(i)/float32(max(n-1, 1))
				d[i] = float32(1-2*(i%2)) * float32(i%5) / 4
			}
			u, outerU := guarded(x)
			y, outerY := guarded(make([]float32, n))
			g, _ := guarded(d)
			k.geluGrad(y, u, g)
			checkCanaries(t, outerU, n)
			checkCanaries(t, outerY, n)
			for i := range x {
				v := float64(x[i])
				phi := 0.5 * (1 + math.Erf(v/math.Sqrt2))
				want := float64(d[i]) * (phi + v*math.Exp(-v*v/2)/math.Sqrt(2*math.Pi))
				if !(math.Abs(float64(y[i])-v*phi) <= 1e-6*max(1, math.Abs(v)/10)) {
					t.Errorf("GELU(%v) = %v, want %v", v, y[i], v*phi)
				}
				if !(math.Abs(float64(u[i])-want) <= 1e-6) {
					t.Errorf("%v·GELU'(%v) = %v, want %v", d[i], v, u[i], want)
				}
			}
		}
	})
}

func TestDropoutGivesTheSameBitsEverywhere(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 1))
	for _, d := range []Dropout{
		{Key0: 0xfffffff0, Key1: 12345, Threshold: 0x1999999a, Scale: 1 / 0.9},
		{Key0: 1, Key1: 0x80000001, Threshold: 0xc0000000, Scale: 4},
		{Threshold: 0, Scale: 1},
		{Threshold: math.MaxUint32, Scale: 1},
	} {
		for _, n := range sizes {
			x := random(r, n)
			want := make([]float32, n)
			for i := range x {
				if d.Hash(uint32(i)) >= d.Threshold {
					want[i] = x[i] * d.Scale
				}
			}
			each(t, func(t *testing.T, k kernels) {
				got, outer := guarded(x)
				k.dropout(got, d)
				checkCanaries(t, outer, n)
				for i := range want {
					if got[i] != want[i] {
						t.Fatalf("%+v, n=%d: value %d, %v, became %v, want %v", d, n, i, x[i], got[i], want[i])
					}
				}
			})
		}
	}
}

func TestTransposeMovesEveryElement(t *testing.T) {
	each(t, func(t *testing.T, k kernels) {
		r := rand.New(rand.NewPCG(24, 1))
		for _, rows := range []int{1, 7, 8, 9, 16, 17, 48} {
			for _, cols := range []int{1, 7, 8, 9, 16, 33} {
				lds, ldd := cols+r.IntN(5), rows+r.IntN(5)
				src := random(r, (rows-1)*lds+cols)
				dst, outer := guarded(make([]float32, (cols-1)*ldd+rows))
				k.transpose(dst, ldd, src, lds, rows, cols)
				checkCanaries(t, outer, len(dst))
				for i, got := range dst {
					want := float32(0)
					if i%ldd < rows {
						want = src[i%ldd*lds+i/ldd]
					}
					if got != want {
						t.Fatalf("%d×%d: dst[%d, %d] = %v, want %v", rows, cols, i/ldd, i%ldd, got, want)
					}
				}
			}
		}
	})
}

func TestAdamWAgreesWithFloat64(t *testing.T) {
	a := AdamW{Grad: 0.5, Beta1: 0.9, Rest1: 0.1, Beta2: 0.999, Rest2: 0.001, Root: 1.5, Epsilon: 1e-8, LR: 0.01, Shrink: 0.99}
	each(t, func(t *testing.T, k kernels) {
		r := rand.New(rand.NewPCG(25, 1))
		for _, n := range sizes {
			var parts, outers [4][]float32
			for i := range parts {
				parts[i], outers[i] = guarded(random(r, n))
			}
			w, g, m, v := parts[0], parts[1], parts[2], parts[3]
			want := make([][3]float64, n)
			for i := range want {
				v[i] *= v[i]
				d := float64(g[i]) * 0.5
				mean, square := 0.9*float64(m[i])+0.1*d, 0.999*float64(v[i])+0.001*d*d
				want[i] = [3]float64{0.99*float64(w[i]) - 0.01*mean/(math.Sqrt(square)*1.5+1e-8), mean, square}
			}
			k.adamW(w, g, m, v, a)
			for i := range outers {
				checkCanaries(t, outers[i], n)
			}
			for i, x := range want {
				for j, got := range []float32{w[i], m[i], v[i]} {
					if !(math.Abs(float64(got)-x[j]) <= 1e-6*(1+math.Abs(x[j]))) || g[i] != 0 {
						t.Fatalf("n=%d: value %d is w, m, v = %v, %v, %v and g = %v, want %v and 0", n, i, w[i], m[i], v[i], g[i], x)
					}
				}
			}
		}
	})
}
