package eval

import (
	"math"
	"math/rand/v2"
	"testing"
)

// coins are queries whose figures are all 0 or all 1, half of each on average.
func coins(n int) []Metrics {
	rng := rand.New(rand.NewPCG(3, 4))
	list := make([]Metrics, n)
	for i := range list {
		v := float64(rng.IntN(2))
		list[i] = Metrics{v, v, v, v, v, v}
	}
	return list
}

func width(in *Intervals) float64 { return in.MRR[1] - in.MRR[0] }

// TestBootstrapMatchesTheNormal: the mean of n coins has a standard error known
// in closed form.
func TestBootstrapMatchesTheNormal(t *testing.T) {
	queries := coins(500)
	p := Mean(queries).MRR
	want := 1.96 * math.Sqrt(p*(1-p)/500)
	got := Bootstrap(queries, nil, 10_000, 1)
	for _, in := range [][2]float64{got.RecallAt1, got.RecallAt10, got.RecallAt100, got.MRRAt10, got.MRR, got.NDCGAt10} {
		if math.Abs(in[0]-(p-want)) > 0.003 || math.Abs(in[1]-(p+want)) > 0.003 {
			t.Errorf("got %v, want about %v", in, []float64{p - want, p + want})
		}
	}
}

// TestBootstrapDrawsGroups: queries that always come together tell no more than
// one of them, so that the interval is wider by √2 than if they were drawn singly.
func TestBootstrapDrawsGroups(t *testing.T) {
	half := coins(300)
	var queries []Metrics
	var groups []int
	for i, m := range half {
		queries = append(queries, m, m)
		groups = append(groups, 1000-i, 1000-i)
	}
	grouped := width(Bootstrap(queries, groups, 10_000, 1))
	single := width(Bootstrap(queries, nil, 10_000, 1))
	if ratio := grouped / single; math.Abs(ratio-math.Sqrt2) > 0.06 {
		t.Errorf("groups widen the interval by %.3f, want about 1.414", ratio)
	}
	if want := width(Bootstrap(half, nil, 10_000, 1)); math.Abs(grouped-want) > 1e-12 {
		t.Errorf("interval of pairs is %g wide, want that of their halves, %g", grouped, want)
	}
}

// TestBootstrapWeighsGroupsBySize: the mean is over queries, not over groups.
func TestBootstrapWeighsGroupsBySize(t *testing.T) {
	// Whichever of the two are drawn, once or twice, a third of their queries is right.
	queries := []Metrics{{MRR: 1}, {MRR: 0}, {MRR: 0}, {MRR: 1}, {MRR: 1}, {MRR: 0}, {MRR: 0}, {MRR: 0}, {MRR: 0}}
	got := Bootstrap(queries, []int{0, 0, 0, 1, 1, 1, 1, 1, 1}, 100, 1)
	if third := 1.0 / 3; math.Abs(got.MRR[0]-third) > 1e-15 || math.Abs(got.MRR[1]-third) > 1e-15 {
		t.Errorf("groups of a third each: got %v, want 1/3", got.MRR)
	}
}

func TestBootstrapIsReproducible(t *testing.T) {
	queries := coins(50)
	if a, b := Bootstrap(queries, nil, 100, 7), Bootstrap(queries, nil, 100, 7); *a != *b {
		t.Errorf("same seed: got %v and %v", a, b)
	}
	if a, b := Bootstrap(queries, nil, 100, 7), Bootstrap(queries, nil, 100, 8); *a == *b {
		t.Error("another seed gave the same samples")
	}
}

// TestBootstrapOfLittle: one query says nothing of others.
func TestBootstrapOfLittle(t *testing.T) {
	one := Metrics{1, 1, 1, 1, 1, 1}
	for _, tt := range []struct {
		name    string
		queries []Metrics
		groups  []int
		samples int
	}{
		{"no query", nil, nil, 100},
		{"one query", []Metrics{one}, nil, 100},
		{"one query twice", []Metrics{one, {}}, []int{3, 3}, 100},
		{"no sample", []Metrics{one, {}}, nil, 0},
	} {
		if got := Bootstrap(tt.queries, tt.groups, tt.samples, 1); got != nil {
			t.Errorf("%s: got %v, want no interval", tt.name, *got)
		}
	}
	if got := Bootstrap([]Metrics{one, one}, nil, 1, 1); got == nil || got.MRR != [2]float64{1, 1} {
		t.Errorf("two queries, one sample: got %v, want [1 1]", got)
	}
}

func TestBootstrapGroupsOfAnotherLength(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("got no panic for one group and two queries")
		}
	}()
	Bootstrap(coins(2), []int{0}, 10, 1)
}

func TestQuantile(t *testing.T) {
	list := []float64{0, 1, 2, 3, 10}
	for q, want := range map[float64]float64{0: 0, 0.25: 1, 0.5: 2, 0.625: 2.5, 1: 10} {
		if got := quantile(list, q); got != want {
			t.Errorf("quantile %g: got %g, want %g", q, got, want)
		}
	}
}

func BenchmarkBootstrap(b *testing.B) {
	queries := coins(1046)
	for b.Loop() {
		Bootstrap(queries, nil, 10_000, 1)
	}
}
