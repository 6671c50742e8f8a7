package main

// Whether there is an answer at all, and how sure the best file is.

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/hunch-search/hunch/internal/rank"
)

// evidence is what tells whether a query has an answer: the highest cosine, the
// highest share of its words, how few candidates there are, and 1.
type evidence [4]float64

func (q *query) evidence() evidence {
	cosine, words := rank.Best(q.Candidates)
	return evidence{cosine, words, rank.Fewness(len(q.Candidates)), 1}
}

// fitAnswer is logistic regression of whether there is an answer. Both kinds of
// queries count the same, however many there are.
func fitAnswer(own, foreign []evidence) rank.Answer {
	w := make([]float64, len(evidence{}))
	newton(w, func(w, gradient []float64, hessian [][]float64) float64 {
		loss := 0.0
		for kind, list := range [][]evidence{foreign, own} {
			weight := 0.5 / float64(len(list))
			for _, x := range list {
				z := 0.0
				for j := range x {
					z += w[j] * x[j]
				}
				p, y := 1/(1+math.Exp(-z)), float64(kind)
				loss += weight * (math.Log1p(math.Exp(-math.Abs(z))) + max(z, 0) - y*z)
				for j := range x {
					gradient[j] += weight * (p - y) * x[j]
					for k := 0; k <= j; k++ {
						hessian[j][k] += weight * p * (1 - p) * x[j] * x[k]
					}
				}
			}
		}
		return loss
	})
	return rank.Answer{Cosine: w[0], Words: w[1], Few: w[2], Level: w[3]}
}

// fitSlope scales the sums that held-out weights gave, so that a file's part of
// all is how often it is right.
func fitSlope(queries []*query, fitted map[string]rank.Row) float64 {
	var list []choice
	for _, q := range queries {
		w := rank.Weights{Signal: fitted[q.Repo]}
		for _, c := range choices([]*query{q}) {
			for i := range c.rows {
				c.rows[i] = rank.Row{w.Sum(&c.rows[i])}
			}
			list = append(list, c)
		}
	}
	w := []float64{1}
	newton(w, func(w, gradient []float64, hessian [][]float64) float64 {
		loss := 0.0
		for _, c := range list {
			rows := make([][]float64, len(c.rows))
			for i := range c.rows {
				rows[i] = c.rows[i][:1]
			}
			loss += one(rows, w, c.weight/float64(len(list)), gradient, hessian)
		}
		return loss
	})
	return w[0]
}

// answers is how probable an answer was held, for each query.
type answers struct{ own, foreign []float64 }

// calibrate fits the probabilities, and measures those of an answer on each
// repository by the others'.
func (r *report) calibrate(fitted map[string]rank.Row) rank.Answer {
	all := slices.Concat(r.queries, r.foreign, r.small)
	without := func(but string) rank.Answer {
		var own, foreign []evidence
		for _, q := range all {
			switch {
			case q.Repo == but:
			case len(q.targets) > 0:
				own = append(own, q.evidence())
			default:
				foreign = append(foreign, q.evidence())
			}
		}
		return fitAnswer(own, foreign)
	}
	weights := map[string]*rank.Weights{}
	for repo := range byRepo(r.queries) {
		weights[repo] = &rank.Weights{Answer: without(repo)}
	}
	r.answers = make([]answers, len(sizes))
	for _, q := range all {
		a := &r.answers[sizeOf(q)]
		if p := weights[q.Repo].Exists(q.Candidates); len(q.targets) > 0 {
			a.own = append(a.own, p)
		} else {
			a.foreign = append(a.foreign, p)
		}
	}
	a := without("")
	a.Slope = fitSlope(r.queries, fitted)
	return a
}

// sizes are kinds of trees by their candidates, of which there are as many as
// chunks until there are too many for that: less than this, and more than the
// one before.
var sizes = []int{20, 50, 100, math.MaxInt}

func sizeOf(q *query) int {
	return slices.IndexFunc(sizes, func(n int) bool { return len(q.Candidates) < n })
}

// above is the percentage of a list that is at least as large as a threshold.
func above(list []float64, threshold float64) float64 {
	n := 0
	for _, p := range list {
		if p >= threshold {
			n++
		}
	}
	return 100 * float64(n) / float64(max(len(list), 1))
}

// printAnswers writes what thresholds cost and give.
func (r *report) printAnswers(w io.Writer) {
	fmt.Fprint(w, "| answer's probability at least |")
	last := 0
	for i, n := range sizes {
		name := fmt.Sprintf("%d to %d chunks", last, n-1)
		if i == len(sizes)-1 {
			name = fmt.Sprintf("%d and more", last)
		}
		fmt.Fprintf(w, " %s: %d own queries | %d foreign |", name, len(r.answers[i].own), len(r.answers[i].foreign))
		last = n
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", 2*len(sizes)))
	for _, t := range []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7} {
		fmt.Fprintf(w, "| %.2f |", t)
		for _, a := range r.answers {
			fmt.Fprintf(w, " %.1f%% | %.1f%% |", above(a.own, t), above(a.foreign, t))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}
