package eval

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Bootstrap gives the 95% interval of each figure's mean by the percentile
// bootstrap (Efron, 1979): the middle 95% of the means of samples data sets
// drawn from the queries with replacement. 10,000 samples settle the third
// decimal. The same arguments give the same intervals.
//
// Queries that depend on each other, such as two with the same text, share a
// number in groups, and are drawn together. A nil groups draws each by itself;
// any other has one number for each query. Fewer than two that are drawn tell
// nothing of what others would be like: there is no interval, and the result is
// nil.
func Bootstrap(queries []Metrics, groups []int, samples int, seed uint64) *Intervals {
	if groups != nil && len(groups) != len(queries) {
		panic(fmt.Sprintf("eval: %d groups for %d queries", len(groups), len(queries)))
	}
	units := unitsOf(queries, groups)
	if len(units) < 2 || samples < 1 {
		return nil
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	var means [numMetrics][]float64
	for range samples {
		var drawn unit
		for range units {
			drawn.add(&units[rng.IntN(len(units))])
		}
		for i, sum := range drawn.sum {
			means[i] = append(means[i], sum/drawn.queries)
		}
	}
	return intervalsOf(means)
}

// unit is what is drawn as one: the sums over a group's queries.
type unit struct {
	sum     [numMetrics]float64
	queries float64
}

func (u *unit) add(v *unit) {
	for i := range u.sum {
		u.sum[i] += v.sum[i]
	}
	u.queries += v.queries
}

// unitsOf sums up each group, in order of first appearance.
func unitsOf(queries []Metrics, groups []int) []unit {
	var units []unit
	at := map[int]int{}
	for q, m := range queries {
		group := q
		if groups != nil {
			group = groups[q]
		}
		i, ok := at[group]
		if !ok {
			i = len(units)
			at[group] = i
			units = append(units, unit{})
		}
		units[i].add(&unit{m.list(), 1})
	}
	return units
}

func intervalsOf(means [numMetrics][]float64) *Intervals {
	var v [numMetrics][2]float64
	for i, list := range means {
		slices.Sort(list)
		v[i] = [2]float64{quantile(list, 0.025), quantile(list, 0.975)}
	}
	return &Intervals{v[0], v[1], v[2], v[3], v[4], v[5]}
}

// quantile interpolates between the two nearest values of a sorted list.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	low := math.Floor(at)
	i := int(low)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-low)*(sorted[i+1]-sorted[i])
}
