package report

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"github.com/hunch-search/hunch/internal/eval"
)

// shownExamples is how many of a kind a page shows.
const shownExamples = 3

// notebookFigures are Recall@10, MRR@10 and nDCG@10 as the notebook has them, on
// WebQueryTest's pairs with copies kept, by an approximate index.
var notebookFigures = []Notebook{
	{What: "before training", Role: Base, Notebook: eval.Metrics{RecallAt10: 0.5899, MRRAt10: 0.2959, NDCGAt10: 0.3654}},
	{What: "after one epoch", Role: Tuned, Notebook: eval.Metrics{RecallAt10: 0.6577, MRRAt10: 0.3376, NDCGAt10: 0.4140}},
}

// beside puts the notebook's figures beside ours of the same set.
func (r *runner) beside() []Notebook {
	s := r.report.set("webquery", "test", "kept")
	list := slices.Clone(notebookFigures)
	for i := range list {
		n := &list[i]
		exact := s.result(n.Role, "exact")
		n.Ours, n.OursHNSW, n.CI95 = exact.Metrics, s.result(n.Role, "hnsw").Metrics, exact.CI95
		if exact.CI95 == nil {
			continue
		}
		theirs, intervals := n.Notebook.Named(), exact.CI95.Named()
		for _, name := range []string{"recall@10", "mrr@10", "ndcg@10"} {
			if in := intervals[name]; theirs[name] >= in[0] && theirs[name] <= in[1] {
				n.Inside++
			}
		}
	}
	return list
}

// examples picks queries of CoSQA's dev split: those of the test split are not
// for looking at.
func (r *runner) examples() {
	const protocol, split = "cosqa", "dev"
	at := slices.IndexFunc(r.report.Sets, func(s *Set) bool { return s.Protocol == protocol && s.Split == split })
	t, name := r.tasks[at], r.report.Sets[at].Name()
	base, tuned := r.units[Base+" "+name], r.units[Tuned+" "+name]
	example := func(q int) Example {
		right := t.Relevant[q][0]
		e := Example{
			Query: t.Queries[q], ID: fmt.Sprintf("q%d", q+1), Right: fmt.Sprintf("d%d", right+1),
			Rank: base.Found[q].Rank, After: tuned.Found[q].Rank, right: t.Corpus[right],
		}
		if best := base.Found[q].Best; len(best) > 0 {
			e.first = t.Corpus[best[0].Document]
		}
		if best := tuned.Found[q].Best; len(best) > 0 {
			e.firstAfter = t.Corpus[best[0].Document]
		}
		return e
	}
	order := make([]int, len(t.Queries))
	pick := func(less func(a, b int) int, keep func(q int) bool) (list []Example) {
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, less)
		for _, q := range order {
			if len(list) < shownExamples && keep(q) {
				list = append(list, example(q))
			}
		}
		return list
	}
	score := func(q int) float32 { return base.Found[q].Best[0].Score }
	gain := func(q int) float64 { return tuned.Per[q].NDCGAt10 - base.Per[q].NDCGAt10 }
	ranks := func(q int) float64 { return tuned.Found[q].Rank / base.Found[q].Rank }
	r.report.Examples = Examples{
		Protocol: protocol, Split: split,
		Hits: pick(func(a, b int) int { return cmp.Compare(score(b), score(a)) },
			func(q int) bool { return base.Found[q].Rank == 1 }),
		Misses: pick(func(a, b int) int { return cmp.Compare(base.Found[b].Rank, base.Found[a].Rank) },
			func(q int) bool { return base.Found[q].Rank > 10 }),
		Gained: pick(func(a, b int) int { return cmp.Or(cmp.Compare(gain(b), gain(a)), cmp.Compare(ranks(a), ranks(b))) },
			func(q int) bool { return gain(q) > 1e-9 }),
		Lost: pick(func(a, b int) int { return cmp.Or(cmp.Compare(gain(a), gain(b)), cmp.Compare(ranks(b), ranks(a))) },
			func(q int) bool { return gain(q) < -1e-9 }),
	}
}

// gainsOf are the differences of one figure, the largest first.
func (r *runner) gainsOf(a, b, set, metric string) []float64 {
	for _, c := range r.report.Comparisons {
		if c.A.Name == a && c.B.Name == b && c.Protocol+" "+c.Split == set && c.Docstring == "kept" {
			var list []float64
			for _, q := range c.PerQuery {
				list = append(list, q.Gain(metric))
			}
			sort.Sort(sort.Reverse(sort.Float64Slice(list)))
			return list
		}
	}
	return nil
}
