package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/hunch-search/hunch/internal/rank"
)

// worst prints the n queries that the held-out weights answer worst, with the
// files that came first.
func (r *report) worst(w io.Writer, n int) {
	scores := r.line(learned).scores
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[a], scores[b]) })
	for _, i := range order[:min(n, len(order))] {
		q := r.queries[i]
		fmt.Fprintf(w, "\n%.3f %s: %q wants", scores[i], q.Repo, q.Text)
		for _, t := range q.Targets {
			fmt.Fprintf(w, " %s", t.Path)
		}
		fmt.Fprintln(w)
		r.explain(w, q)
	}
}

// explain prints the first files and the right ones, by the weights of all
// repositories, with what sets them apart from the first.
func (r *report) explain(w io.Writer, q *query) {
	order := make([]int, len(q.files))
	scores := make([]float64, len(q.files))
	for i := range q.files {
		order[i], scores[i] = i, r.weights.Sum(&q.files[i].Row)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	for place, i := range order {
		if place >= 4 && !q.right[i] {
			continue
		}
		mark := ' '
		if q.right[i] {
			mark = '*'
		}
		fmt.Fprintf(w, "  %c%2d %6.2f %s:", mark, place+1, scores[i], q.files[i].Path)
		for s, x := range q.files[i].Row {
			if d := r.weights.Signal[s] * (x - q.files[order[0]].Row[s]); math.Abs(d) > 0.2 {
				fmt.Fprintf(w, " %s%+.1f", rank.Signals[s].Name, d)
			}
		}
		fmt.Fprintln(w)
	}
}
