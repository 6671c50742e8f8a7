package main

// First answers: where nothing is embedded, words and names lead to candidates, the
// best of which get vectors while there is time.

import (
	"fmt"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/rank"
)

// firstRepeat is the weight of the same name in the search.
const firstRepeat = 1

// addFirst measures what so many vectors give, by weights that were made without
// the query's repository.
func (r *report) addFirst(fitted map[string]rank.Row) {
	for _, n := range []int{0, 10, 25, 50, 100, 150, 1000} {
		name := fmt.Sprintf("first answer, best %d embedded", n)
		switch n {
		case 0:
			name = "first answer, none embedded"
		case 1000:
			name = "first answer, all candidates embedded"
		}
		r.add(name, func(q *query) float64 {
			w := rank.Weights{Signal: fitted[q.Repo], Repeat: firstRepeat, Answer: rank.Answer{Slope: 1}}
			first := q.first(&w, n)
			w.Repeat = repeat
			return first.ranked(&w)
		})
	}
}

// first is the query with the candidates of a first answer, of which the best n
// by the weights have vectors.
func (q *query) first(w *rank.Weights, n int) *query {
	s := q.RankSample
	s.Candidates = nil
	for _, c := range q.First {
		c.Cosine, c.HasVector = 0, false
		s.Candidates = append(s.Candidates, c)
	}
	order := rank.Order(w, rank.NewQuery(s.Text, s.Terms), s.Candidates, 1)
	for _, result := range order[:min(n, len(order))] {
		c := q.First[result.Candidate]
		s.Candidates[result.Candidate] = c
	}
	return prepare([]hunch.RankSample{s})[0]
}
