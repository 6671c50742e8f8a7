package simd

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestGemmAddAgreesWithFloat64(t *testing.T) {
	ms := []int{1, 2, 5, 8, 11, 12, 13, 25, 48, 241}
	ns := []int{1, 8, 15, 16, 17, 32, 33, 86}
	ks := []int{0, 1, 32, 191, 193, 400}
	each(t, func(t *testing.T, kern kernels) {
		r := rand.New(rand.NewPCG(20, 1))
		for _, m := range ms {
			for _, n := range ns {
				for _, k := range ks {
					testGemmAdd(t, kern, r, m, n, k)
				}
			}
		}
	})
}

func testGemmAdd(t *testing.T, kern kernels, r *rand.Rand, m, n, k int) {
	t.Helper()
	ldx, ldy := k+r.IntN(4), n+r.IntN(20)
	x, w := random(r, (m-1)*ldx+k), random(r, n*k)
	y, outer := guarded(random(r, (m-1)*ldy+n))
	before := slices.Clone(y)
	kern.gemmAdd(y, ldy, x, ldx, m, Pack(w, n, k, k))
	checkCanaries(t, outer, len(y))
	for i := range y {
		row, col := i/ldy, i%ldy
		want := float64(before[i])
		bound := math.Abs(want)
		for c := range k {
			if col < n {
				p := float64(x[row*ldx+c]) * float64(w[col*k+c])
				want += p
				bound += math.Abs(p)
			}
		}
		bound *= float64(k+2) * 0x1p-24
		if col >= n {
			bound = 0 // the gap behind a row is left alone
		}
		if got := float64(y[i]); !(math.Abs(got-want) <= bound) {
			t.Fatalf("m=%d n=%d k=%d: y[%d,%d] = %v, want %v ± %v", m, n, k, row, col, got, want, bound)
		}
	}
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
	implementations[1].gemmAdd(want, n, x, k, m, w)
	for _, kern := range implementations[2:] {
		got := slices.Clone(start)
		kern.gemmAdd(got, n, x, k, m, w)
		if !slices.Equal(got, want) {
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
