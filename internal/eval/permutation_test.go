package eval

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPermuteAgainstEnumeration: of few units every choice of signs can be
// tried, and the share of those as far from 0 is the value that samples come
// near to.
func TestPermuteAgainstEnumeration(t *testing.T) {
	tests := []struct {
		name   string
		gains  []float64
		groups []int
		want   float64
	}{
		{"all the same way", []float64{1, 1, 1, 1, 1}, nil, 2.0 / 32},
		{"all the other way", []float64{-1, -1, -1, -1, -1}, nil, 2.0 / 32},
		{"one against", []float64{1, 1, 1, 1, -1}, nil, 12.0 / 32}, // |sum| >= 3: 5+1 of each side
		{"nothing", []float64{0, 0, 0}, nil, 1},
		{"balanced", []float64{1, -1, 1, -1}, nil, 1},
		{"zeros tell nothing", []float64{1, 0, 1, 0, 1, 0}, nil, 2.0 / 8},
		{"sizes", []float64{3, 2, 1}, nil, 2.0 / 8},
		{"sizes, one against", []float64{3, 2, -1}, nil, 4.0 / 8}, // 6, 4 and their negatives
		{"pairs have one sign", []float64{1, 1, 1, 1, 1, 1}, []int{0, 0, 1, 1, 2, 2}, 2.0 / 8},
		{"pairs apart in the list", []float64{1, 1, 1, 1, 1, 1}, []int{5, 7, 9, 9, 7, 5}, 2.0 / 8},
		{"pairs that cancel", []float64{1, -1, 1, -1, 1}, []int{0, 0, 1, 1, 2}, 1},
		// 0.1+0.2 is not 0.3: sums that are equal must count as equal.
		{"rounding", []float64{0.1, 0.2, 0.3, -0.1, -0.2, -0.3, 0.1}, nil, 1},
		{"one unit", []float64{0.5}, nil, 1},
		{"none", nil, nil, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var gains []Metrics
			for _, g := range tt.gains {
				gains = append(gains, Metrics{g, g, g, g, g, -g})
			}
			if exact := everySign(tt.gains, tt.groups); exact != tt.want {
				t.Fatalf("enumeration gives %g, the table has %g", exact, tt.want)
			}
			got := Permute(gains, tt.groups, 20_000, 1)
			// Four standard errors.
			tol := 4*math.Sqrt(tt.want*(1-tt.want)/20_000) + 1.0/20_000
			for i, p := range Metrics(got).list() {
				if math.Abs(p-tt.want) > tol {
					t.Errorf("figure %d: got %g, want %g within %g", i, p, tt.want, tol)
				}
			}
		})
	}
}

// everySign tries every choice of signs. Gains are multiplied and rounded, so that
// sums are exact.
func everySign(gains []float64, groups []int) float64 {
	sums := map[int]int{}
	for q, g := range gains {
		group := q
		if groups != nil {
			group = groups[q]
		}
		sums[group] += int(math.Round(g * 10))
	}
	var units []int
	total := 0
	for _, s := range sums {
		units, total = append(units, s), total+s
	}
	count := 0
	for signs := range 1 << len(units) {
		sum := 0
		for i, u := range units {
			sum += u * (signs>>i&1*2 - 1)
		}
		if max(sum, -sum) >= max(total, -total) {
			count++
		}
	}
	return float64(count) / float64(int(1)<<len(units))
}

// TestPermuteMatchesTheNormal: of many units the sum over random signs is
// normal, so that the value is known from the two moments.
func TestPermuteMatchesTheNormal(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	gains := make([]Metrics, 500)
	var sum, squares float64
	for i := range gains {
		g := rng.NormFloat64() + 0.05
		gains[i].MRR = g
		sum, squares = sum+g, squares+g*g
	}
	want := math.Erfc(math.Abs(sum) / math.Sqrt(2*squares))
	got := Permute(gains, nil, 10_000, 42).MRR
	if want < 0.005 || want > 0.5 || math.Abs(got-want) > 0.01 {
		t.Errorf("got %g, want about %g", got, want)
	}
}

// TestPermuteUnderTheNull: where there is no difference, a value of at most 0.05
// comes in one of twenty cases.
func TestPermuteUnderTheNull(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	below := 0
	for trial := range 1000 {
		gains := make([]Metrics, 30)
		for i := range gains {
			gains[i].MRR = rng.NormFloat64()
		}
		if Permute(gains, nil, 199, uint64(trial)).MRR <= 0.05 {
			below++
		}
	}
	if below < 25 || below > 80 {
		t.Errorf("%d of 1,000 values are at most 0.05, want about 50", below)
	}
}

func TestPermuteIsNever0AndReproducible(t *testing.T) {
	gains := make([]Metrics, 200)
	for i := range gains {
		gains[i].MRR = 1
	}
	if got := Permute(gains, nil, 999, 3).MRR; got != 0.001 {
		t.Errorf("a certain difference: got %g, want 1 of 1,000", got)
	}
	if got := Permute(gains, nil, 0, 3).MRR; got != 1 {
		t.Errorf("no samples: got %g, want 1", got)
	}
	mixed := coins(50)
	for i := range mixed {
		mixed[i] = mixed[i].Minus(Metrics{MRR: 0.4})
	}
	if a, b := Permute(mixed, nil, 1000, 7), Permute(mixed, nil, 1000, 7); a != b {
		t.Errorf("same seed: got %v and %v", a, b)
	}
	if a, b := Permute(mixed, nil, 1000, 7), Permute(mixed, nil, 1000, 8); a == b {
		t.Error("another seed gave the same samples")
	}
}

func TestPermuteGroupsOfAnotherLength(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("got no panic for one group and two queries")
		}
	}()
	Permute(coins(2), []int{0}, 10, 1)
}

// TestHolm: the values are those of R's p.adjust(p, "holm").
func TestHolm(t *testing.T) {
	tests := []struct{ p, want []float64 }{
		{nil, []float64{}},
		{[]float64{0.04}, []float64{0.04}},
		{[]float64{0.01, 0.02, 0.03}, []float64{0.03, 0.04, 0.04}},
		{[]float64{0.03, 0.01, 0.02}, []float64{0.04, 0.03, 0.04}},
		{[]float64{0.01, 0.04, 0.03, 0.005}, []float64{0.03, 0.06, 0.06, 0.02}},
		{[]float64{0.5, 0.6}, []float64{1, 1}},
		{[]float64{0.02, 0.02, 0.02}, []float64{0.06, 0.06, 0.06}},
	}
	for _, tt := range tests {
		got := Holm(tt.p)
		if !slices.EqualFunc(got, tt.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-15 }) {
			t.Errorf("Holm(%v): got %v, want %v", tt.p, got, tt.want)
		}
	}
}

func BenchmarkPermute(b *testing.B) {
	queries := coins(1046)
	for b.Loop() {
		Permute(queries, nil, 10_000, 1)
	}
}
