package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/hunch-search/hunch/internal/rank"
)

func TestSolve(t *testing.T) {
	a := [][]float64{{4, 0, 0}, {2, 5, 0}, {1, 3, 6}}
	full := [3][3]float64{{4, 2, 1}, {2, 5, 3}, {1, 3, 6}}
	want := []float64{1, -2, 3}
	b := make([]float64, 3)
	for i := range b {
		for j := range b {
			b[i] += full[i][j] * want[j]
		}
	}
	solve(a, b)
	for i := range b {
		if math.Abs(b[i]-want[i]) > 1e-12 {
			t.Errorf("x[%d] is %g, want %g", i, b[i], want[i])
		}
	}
}

// made are queries whose right file was drawn by known weights.
func made(n int, weights rank.Row) []*query {
	rng := rand.New(rand.NewPCG(5, 6))
	var queries []*query
	for range n {
		q := new(query)
		best, top := 0, math.Inf(-1)
		for f := range 8 {
			var row rank.Row
			sum := -math.Log(-math.Log(rng.Float64())) // Gumbel noise makes the choice a logit
			for i := range 3 {
				row[i] = rng.NormFloat64()
				sum += weights[i] * row[i]
			}
			if sum > top {
				best, top = f, sum
			}
			q.files = append(q.files, rank.File{Row: row})
		}
		q.right = make([]bool, len(q.files))
		q.right[best] = true
		queries = append(queries, q)
	}
	return queries
}

func TestFitFindsTheWeightsThatMadeTheChoices(t *testing.T) {
	want := rank.Row{2, -1, 0}
	got := learner{}.fit(made(4000, want), rank.Row{})
	for i, w := range want {
		if math.Abs(got[i]-w) > 0.12 {
			t.Errorf("weight %d is %.3f, want %g", i, got[i], w)
		}
	}
}

func TestFitDoesNotDependOnTheStart(t *testing.T) {
	queries := made(100, rank.Row{1, 1, -1})
	l := learner{l2: 0.01}
	a, b := l.fit(queries, rank.Row{}), l.fit(queries, rank.Row{3, -3, 3})
	for i := range a {
		if math.Abs(a[i]-b[i]) > 1e-3 {
			t.Errorf("weight %d is %g from one start and %g from another", i, a[i], b[i])
		}
	}
}

func TestFitLeavesOutWhatIsNotUsed(t *testing.T) {
	got := learner{use: func(i int) bool { return i != 1 }, l2: 0.01}.fit(made(100, rank.Row{1, 1}), rank.Row{})
	if got[1] != 0 || got[0] <= 0 {
		t.Errorf("got %v, want the first and not the second", got[:3])
	}
}

func TestPenaltyHoldsBack(t *testing.T) {
	queries := made(100, rank.Row{2})
	loose, tight := learner{}.fit(queries, rank.Row{}), learner{l2: 10}.fit(queries, rank.Row{})
	if !(tight[0] > 0 && tight[0] < loose[0]/4) {
		t.Errorf("weight %g with a penalty, %g without", tight[0], loose[0])
	}
}
