package rank

import (
	"cmp"
	"slices"
)

// rrfK is the constant of the paper.
const rrfK = 60

// Fuse orders candidates by reciprocal rank fusion of vectors and words
// (Cormack, Clarke and Büttcher, SIGIR 2009), which has nothing to learn: each
// source that knows a candidate adds 1/(60 + place). It is what [Order] is held
// against.
func Fuse(candidates []Candidate) []Result {
	results := make([]Result, len(candidates))
	for i := range results {
		results[i].Candidate = i
	}
	for _, source := range []func(*Candidate) (float64, bool){
		func(c *Candidate) (float64, bool) { return c.Cosine, c.HasVector },
		func(c *Candidate) (float64, bool) { return c.Words, c.Words > 0 },
	} {
		for place, i := range places(candidates, source) {
			results[i].Score += 1 / float64(rrfK+1+place)
		}
	}
	sortResults(results, candidates)
	return results
}

// places returns the candidates that a source knows, best first.
func places(candidates []Candidate, source func(*Candidate) (float64, bool)) []int {
	var order []int
	for i := range candidates {
		if _, ok := source(&candidates[i]); ok {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := &candidates[a], &candidates[b]
		xs, _ := source(x)
		ys, _ := source(y)
		return cmp.Or(cmp.Compare(ys, xs), cmp.Compare(x.Path, y.Path), cmp.Compare(x.StartLine, y.StartLine))
	})
	return order
}
