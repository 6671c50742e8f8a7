package main

// Whether there is an answer at all, and how sure the best file is.

import (
	"fmt"
	"io"
	"math"

	"github.com/hunch-search/hunch/internal/rank"
)

// evidence is what tells whether a query has an answer: the highest cosine and
// the highest share of its words, and 1.
type evidence [3]float64

func (q *query) evidence() evidence {
	cosine, words := rank.Best(q.Candidates)
	return evidence{cosine, words, 1}
}

// fitAnswer is logistic regression of whether there is an answer. Both kinds of
// queries count the same, however many there are.
func fitAnswer(own, foreign []evidence) rank.Answer {
	w := make([]float64, 3)
	newton(w, func(w, gradient []float64, hessian [][]float64) float64 {
		loss := 0.0
		for kind, list := range [][]evidence{foreign, own} {
			weight := 0.5 / float64(len(list))
			for _, x := range list {
				z := w[0]*x[0] + w[1]*x[1] + w[2]*x[2]
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
	return rank.Answer{Cosine: w[0], Words: w[1], Level: w[2]}
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
	without := func(but string) rank.Answer {
		var own, foreign []evidence
		for _, q := range r.queries {
			if q.Repo != but {
				own = append(own, q.evidence())
			}
		}
		for _, q := range r.foreign {
			if q.Repo != but {
				foreign = append(foreign, q.evidence())
			}
		}
		return fitAnswer(own, foreign)
	}
	weights := map[string]*rank.Weights{}
	for repo := range byRepo(r.queries) {
		weights[repo] = &rank.Weights{Answer: without(repo)}
	}
	for _, q := range r.queries {
		r.answers.own = append(r.answers.own, weights[q.Repo].Exists(q.Candidates))
	}
	for _, q := range r.foreign {
		r.answers.foreign = append(r.answers.foreign, weights[q.Repo].Exists(q.Candidates))
	}
	a := without("")
	a.Slope = fitSlope(r.queries, fitted)
	return a
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

// print writes what thresholds cost and give.
func (a answers) print(w io.Writer) {
	fmt.Fprintln(w, "| answer's probability at least | own queries | foreign queries |")
	fmt.Fprintln(w, "|---|---|---|")
	for _, t := range []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7} {
		fmt.Fprintf(w, "| %.2f | %.1f%% | %.1f%% |\n", t, above(a.own, t), above(a.foreign, t))
	}
	fmt.Fprintln(w)
}
