package train

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/hunch-search/hunch/internal/bert/berttest"
)

func TestAdamWFollowsTheFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	c := berttest.Config()
	l := newLayout(c)
	config, err := Config{}.Meant()
	if err != nil {
		t.Fatal(err)
	}
	o, p := newAdamW(l, config), pool{2}
	weights := random(r, l.size())
	want, m, v := make([]float64, len(weights)), make([]float64, len(weights)), make([]float64, len(weights))
	for i, w := range weights {
		want[i] = float64(w)
	}
	for step := 1; step <= 3; step++ {
		grads := random(r, l.size())
		if step == 3 { // not to be clipped
			for i := range grads {
				grads[i] *= 1e-3
			}
		}
		norm := o.norm(grads, p)
		coefficient := min(1, 1/(norm+1e-6))
		for _, part := range l {
			for i := part.at; i < part.at+part.n; i++ {
				g, decay := float64(grads[i])*coefficient, 0.0
				if part.decays {
					decay = 0.01
				}
				m[i], v[i] = 0.9*m[i]+0.1*g, 0.999*v[i]+0.001*g*g
				mean, square := m[i]/(1-math.Pow(0.9, float64(step))), v[i]/(1-math.Pow(0.999, float64(step)))
				want[i] -= 0.1*decay*want[i] + 0.1*mean/(math.Sqrt(square)+1e-8)
			}
		}
		o.step(weights, grads, step, 0.1, norm, p)
		if slices.ContainsFunc(grads, func(g float32) bool { return g != 0 }) {
			t.Error("gradients are left after the step")
		}
	}
	for i, w := range want {
		if math.Abs(float64(weights[i])-w) > 2e-6 {
			t.Fatalf("weight %d: %v, want %v", i, weights[i], w)
		}
	}
}

func TestNormsAndBiasesDoNotDecay(t *testing.T) {
	for _, p := range newLayout(berttest.Config()) {
		if want := len(p.shape) == 2; p.decays != want {
			t.Errorf("%s %v: decays %v, want %v", p.name, p.shape, p.decays, want)
		}
	}
}

func TestLearningRateRisesAndFalls(t *testing.T) {
	for _, tt := range []struct {
		warmup float64
		steps  int
		want   []float64
	}{
		{0.2, 10, []float64{0, 0.5, 1, 7. / 8, 6. / 8, 5. / 8, 4. / 8, 3. / 8, 2. / 8, 1. / 8}},
		{0, 4, []float64{1, 3. / 4, 2. / 4, 1. / 4}},
		{0.1, 3, []float64{0, 1, 1. / 2}}, // a part of a step is a step
		{1, 2, []float64{0, 0.5}},
	} {
		s := newSchedule(Config{LR: 1, Warmup: tt.warmup}, tt.steps)
		for i, want := range tt.want {
			if got := s.rate(i); math.Abs(got-want) > 1e-12 {
				t.Errorf("warm-up %v of %d steps: step %d has rate %v, want %v", tt.warmup, tt.steps, i, got, want)
			}
		}
	}
}

func TestAverageIsTheMeanOfTheLastWeights(t *testing.T) {
	a := newAverage(Config{AverageFrom: 0.5, AverageEvery: 2}, 10, 1)
	for step := 1; step <= 10; step++ {
		a.see([]float32{float32(step * step)}, step, pool{1})
	}
	if want := float32(25+49+81) / 3; a.count != 3 || math.Abs(float64(a.mean[0]-want)) > 1e-4 {
		t.Errorf("mean %v of %d, want %v of 3", a.mean, a.count, want)
	}
}

func TestEachEpochTakesEveryPairOnceInItsOwnOrder(t *testing.T) {
	o := newOrder(make([]Pair, 70), Config{Batch: 32, Seed: 3})
	if o.stepsPerEpoch() != 3 || o.done(2) != 64 || o.done(3) != 70 || o.done(4) != 102 {
		t.Fatalf("%d steps an epoch, %d, %d, %d pairs after 2, 3, 4", o.stepsPerEpoch(), o.done(2), o.done(3), o.done(4))
	}
	var epochs [2][]int
	for step := range 6 {
		epochs[step/3] = append(epochs[step/3], o.step(step)...)
	}
	for i, e := range epochs {
		sorted := slices.Sorted(slices.Values(e))
		for j := range sorted {
			if sorted[j] != j {
				t.Fatalf("epoch %d does not take pair %d once", i, j)
			}
		}
	}
	if slices.Equal(epochs[0], epochs[1]) {
		t.Error("two epochs have one order")
	}
}

func TestBatchesAreOfOneGroupAsFarAsItFillsThem(t *testing.T) {
	pairs := make([]Pair, 100)
	for i := range pairs {
		pairs[i].Group = []string{"", "a", "a", "b"}[i%4] // 25, 50 and 25
	}
	o := newOrder(pairs, Config{Batch: 8, Seed: 3})
	pure, seen := 0, map[int]bool{}
	for step := range o.stepsPerEpoch() {
		batch := o.step(step)
		groups := map[string]bool{}
		for _, i := range batch {
			groups[pairs[i].Group] = true
			seen[i] = true
		}
		if len(groups) == 1 && len(batch) == 8 {
			pure++
		}
	}
	// Of the 12 full batches 3, 6 and 3 are of one group; 1, 2 and 1 pairs are left.
	if pure != 12 || len(seen) != 100 {
		t.Errorf("%d batches of one group, %d pairs in all, want 12 and 100", pure, len(seen))
	}
}

func TestWhatIsKeptOfTheWeights(t *testing.T) {
	if got := blend([]float32{1, 2}, []float32{3, 10}, 0.25); got[0] != 1.5 || got[1] != 4 {
		t.Errorf("got %v, want 1.5 and 4", got)
	}
}

func TestDropoutKeepsItsShareAndTheMean(t *testing.T) {
	const n = 200_000
	ones := func(d dropout, text, site int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = 1
		}
		d.apply(x, text, site)
		return x
	}
	for _, rate := range []float32{0.1, 0.5} {
		d := newDropout(rate, 1, 1)
		x := ones(d, 2, 3)
		if !slices.Equal(x, ones(d, 2, 3)) {
			t.Error("asked twice, it drops others")
		}
		variance := float64(rate*(1-rate)) / n
		dropped := func(x []float32) (share float64) {
			for _, v := range x {
				if v == 0 {
					share += 1. / n
				} else if v != 1/(1-rate) {
					t.Fatalf("a value is scaled by %v, want %v", v, 1/(1-rate))
				}
			}
			return share
		}
		if got := dropped(x); math.Abs(got-float64(rate)) > 5*math.Sqrt(variance) {
			t.Errorf("%v of the values dropped, want %v", got, rate)
		}
		// Neighbours, and other steps, texts and sites, have nothing in common.
		for name, y := range map[string][]float32{
			"the next value": append(slices.Clone(x[1:]), x[0]),
			"64 values on":   append(slices.Clone(x[64:]), x[:64]...),
			"another step":   ones(newDropout(rate, 1, 2), 2, 3),
			"another seed":   ones(newDropout(rate, 2, 1), 2, 3),
			"another text":   ones(d, 3, 3),
			"another site":   ones(d, 2, 4),
		} {
			dropped(y)
			both := 0.
			for i := range x {
				if x[i] == 0 && y[i] == 0 {
					both += 1. / n
				}
			}
			want := float64(rate * rate)
			if math.Abs(both-want) > 5*math.Sqrt(want*(1-want)/n) {
				t.Errorf("rate %v: %v dropped here and in %s, want %v", rate, both, name, want)
			}
		}
	}
}

func TestSameCodeIsMasked(t *testing.T) {
	pairs := []Pair{
		{Code: Code{Key: "a"}, Negatives: []Code{{Key: "b"}, {}}},
		{Code: Code{Key: "b"}},
		{Code: Code{Key: "a"}},
		{Code: Code{}},
	}
	b := newBatch(pairs, []int{0, 1, 2, 3})
	if b.queries != 4 || len(b.texts) != 10 || len(b.keys) != 6 {
		t.Fatalf("%d queries, %d texts, %d candidates; want 4, 10, 6", b.queries, len(b.texts), len(b.keys))
	}
	masked := map[[2]int]bool{{0, 2}: true, {2, 0}: true, {1, 4}: true}
	for q := range 4 {
		for c := range 6 {
			if got, want := b.masked(q, c), masked[[2]int{q, c}]; q != c && got != want {
				t.Errorf("query %d, candidate %d: masked %v, want %v", q, c, got, want)
			}
		}
	}
}

func TestPlanHoldsEveryTextOnceWithinItsBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	texts := make([][]int32, 300)
	for i := range texts {
		texts[i] = make([]int32, 1+r.IntN(512))
	}
	seen := map[int]bool{}
	for _, s := range plan(texts, 2048) {
		at, next := 0, 0
		for _, it := range s.items {
			if it.from != at || it.firstText != next || it.to-it.from > itemTokens && it.lastText-it.firstText > 1 {
				t.Fatalf("item %+v after token %d and text %d", it, at, next)
			}
			for _, x := range s.texts[it.firstText:it.lastText] {
				if x.from != at || len(x.ids) != len(texts[x.index]) || seen[x.index] {
					t.Fatalf("text %d at token %d, want it once, at %d", x.index, x.from, at)
				}
				seen[x.index] = true
				at += len(x.ids)
			}
			if it.to != at {
				t.Fatalf("item %+v ends at token %d", it, at)
			}
			next = it.lastText
		}
		if s.tokens != at || next != len(s.texts) || at > 2048 {
			t.Fatalf("slab of %d tokens and %d texts, items have %d and %d", s.tokens, len(s.texts), at, next)
		}
	}
	if len(seen) != len(texts) {
		t.Errorf("%d texts, want %d", len(seen), len(texts))
	}
}

func TestKeptActivationsLeaveRoomForOneSlab(t *testing.T) {
	slabs := []slab{{tokens: 90}, {tokens: 100}, {tokens: 95}}
	for keep, want := range map[int64]int{285: 3, 284: 1, 190: 1, 189: 0, 290: 3, 0: 0} {
		n := network{slabTokens: 100, keep: keep}
		if got := n.affordable(slabs); got != want {
			t.Errorf("memory for %d tokens keeps %d slabs, want %d", keep, got, want)
		}
	}
}
