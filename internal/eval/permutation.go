package eval

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// PValues has for each figure how likely a difference as large as the one that
// was measured is, in either direction, where there is none.
type PValues Metrics

// Permute tests whether the mean of each figure of gains differs from 0, by a
// paired randomisation test (Fisher, 1935; Smucker, Allan and Carterette, CIKM
// 2007): gains are the differences of two systems on the same queries, and if
// neither were better each could as well have the other sign. Of samples draws
// of such signs, those count whose mean is as far from 0 as that of gains; the
// draw that was measured counts, too, so that p = (count+1)/(samples+1) and is
// never 0 (Phipson and Smyth, 2010).
//
// Queries that share a number in groups, as for [Bootstrap], get the same sign.
// All figures are tested with the same draws. The same arguments give the same
// values. Without queries they are 1, as they are for a single group: it is as
// far from 0 with either sign.
func Permute(gains []Metrics, groups []int, samples int, seed uint64) PValues {
	if groups != nil && len(groups) != len(gains) {
		panic(fmt.Sprintf("eval: %d groups for %d queries", len(groups), len(gains)))
	}
	units := unitsOf(gains, groups)
	far := farAs(units)
	rng := rand.New(rand.NewPCG(seed, 1)) // other numbers than the bootstrap's
	count := [numMetrics]int{}
	for range samples {
		sum := flipped(units, rng)
		for i := range count {
			if math.Abs(sum[i]) >= far[i] {
				count[i]++
			}
		}
	}
	var p [numMetrics]float64
	for i := range p {
		p[i] = float64(count[i]+1) / float64(max(samples, 0)+1)
	}
	return PValues(metricsOf(p))
}

// flipped sums up the units, each with a sign drawn for it.
func flipped(units []unit, rng *rand.Rand) (sum [numMetrics]float64) {
	var bits uint64
	for u := range units {
		if u%64 == 0 {
			bits = rng.Uint64()
		}
		sign := float64(int(bits&1)*2 - 1)
		bits >>= 1
		for i, v := range units[u].sum {
			sum[i] += sign * v
		}
	}
	return sum
}

// farAs is how far from 0 the sums are, less what rounding can take from one
// that is equal but was added up with other signs.
func farAs(units []unit) (far [numMetrics]float64) {
	var size [numMetrics]float64
	for u := range units {
		for i, v := range units[u].sum {
			far[i] += v
			size[i] += math.Abs(v)
		}
	}
	for i := range far {
		far[i] = math.Abs(far[i]) - size[i]*float64(len(units))*0x1p-52
	}
	return far
}

// Holm corrects p-values for their number (Holm, 1979): where none of the
// differences is real, the chance that any of the values returned is below 0.05
// is at most 0.05. They are in the order of p, and at most 1.
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	corrected, least := make([]float64, len(p)), 0.0
	for rank, i := range order {
		// A larger value is never judged smaller than one before it.
		least = max(least, min(1, p[i]*float64(len(p)-rank)))
		corrected[i] = least
	}
	return corrected
}
