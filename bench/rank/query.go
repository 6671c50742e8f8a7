package main

import (
	"cmp"
	"path"
	"slices"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/eval"
	"github.com/hunch-search/hunch/internal/rank"
)

// query is a sample made ready for training and measuring.
type query struct {
	hunch.RankSample
	files   []rank.File
	right   []bool // by file: it has a target
	targets []eval.Span
	spans   []eval.Span // by candidate
}

func prepare(all []hunch.RankSample) []*query {
	var list []*query
	for _, s := range all {
		q := &query{RankSample: s}
		q.files = rank.Files(rank.NewQuery(s.Text, s.Terms), s.Candidates)
		for _, t := range s.Targets {
			q.targets = append(q.targets, eval.Span{Path: t.Path, Start: t.Start, End: t.End})
		}
		for _, c := range s.Candidates {
			q.spans = append(q.spans, eval.Span{Path: path.Join(s.Root, c.Path), Start: c.StartLine, End: c.EndLine})
		}
		for _, f := range q.files {
			whole := eval.Span{Path: path.Join(s.Root, f.Path)}
			q.right = append(q.right, eval.FileNDCG([]eval.Span{whole}, q.targets) > 0)
		}
		list = append(list, q)
	}
	return list
}

// judge is nDCG@10 of an order of candidates.
func (q *query) judge(order []int) float64 {
	var results []eval.Span
	for _, c := range order[:min(len(order), 10)] {
		results = append(results, q.spans[c])
	}
	return eval.FileNDCG(results, q.targets)
}

func (q *query) ranked(w *rank.Weights) float64 {
	return q.judge(numbers(rank.OrderFiles(w, q.files, q.Candidates, 1)))
}

// by orders the candidates by a figure, those of 0 last.
func (q *query) by(figure func(int) float64) []int {
	order := make([]int, len(q.Candidates))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(figure(b), figure(a)) })
	return order
}

func (q *query) vectors() []int { return q.by(func(i int) float64 { return q.Candidates[i].Cosine }) }
func (q *query) words() []int   { return q.by(func(i int) float64 { return q.Candidates[i].Words }) }

func (q *query) fused() []int { return numbers(rank.Fuse(q.Candidates)) }

func numbers(results []rank.Result) []int {
	var order []int
	for _, r := range results {
		order = append(order, r.Candidate)
	}
	return order
}

// spread puts the first chunk of each file before all second ones, and so on.
func (q *query) spread(order []int) []int {
	seen := map[string]int{}
	turn := make([]int, len(q.Candidates))
	for _, c := range order {
		turn[c] = seen[q.Candidates[c].Path]
		seen[q.Candidates[c].Path]++
	}
	out := slices.Clone(order)
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(turn[a], turn[b]) })
	return out
}
