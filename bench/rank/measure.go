package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/hunch-search/hunch/internal/eval"
	"github.com/hunch-search/hunch/internal/rank"
)

// What the tables of docs/ranking.md settled.
const (
	penalty = 0.01
	repeat  = 3.0
	// named is the weight of path-named: more than all else adds up to. The
	// labelled queries name no paths, so that it cannot be learned from them.
	named = 20.0
)

// report is what was measured.
type report struct {
	queries []*query // labelled
	foreign []*query
	lines   []line
	weights *rank.Weights
	small   []*query // of small trees, labelled and foreign
	answers []answers
}

// line is a way to rank and its figures.
type line struct {
	name   string
	scores []float64 // by query
}

// learned is the name of the line of the whole ranker.
const learned = "**learned**"

func measure(all, small []*query, quick, signals bool) *report {
	r := &report{small: small}
	for _, q := range all {
		if len(q.targets) > 0 {
			r.queries = append(r.queries, q)
		} else {
			r.foreign = append(r.foreign, q)
		}
	}
	queries := r.queries
	r.add("vectors", func(q *query) float64 { return q.judge(q.vectors()) })
	r.add("vectors, spread", func(q *query) float64 { return q.judge(q.spread(q.vectors())) })
	r.add("words", func(q *query) float64 { return q.judge(q.words()) })
	r.add("words, spread", func(q *query) float64 { return q.judge(q.spread(q.words())) })
	r.add("RRF", func(q *query) float64 { return q.judge(q.fused()) })
	r.add("RRF, spread", func(q *query) float64 { return q.judge(q.spread(q.fused())) })
	whole := learner{l2: penalty}
	fitted := heldOut(queries, whole)
	r.addLearned(learned, fitted, repeat)
	r.weights = &rank.Weights{Signal: whole.fit(queries, rank.Row{}), Repeat: repeat}
	r.weights.Signal[rank.PathNamed] = named
	r.weights.Answer = r.calibrate(fitted)
	r.addFirst(fitted)
	if signals {
		for i, s := range rank.Signals {
			r.addLearned("without "+s.Name, heldOut(queries, learner{func(j int) bool { return i != j }, penalty}), repeat)
		}
	}
	if quick {
		return r
	}
	for _, group := range groups() {
		without := learner{func(i int) bool { return rank.Signals[i].Group != group }, penalty}
		r.addLearned("without "+group, heldOut(queries, without), repeat)
	}
	for _, group := range groups() {
		only := learner{func(i int) bool { return rank.Signals[i].Group == group }, penalty}
		r.addLearned("only "+group, heldOut(queries, only), repeat)
	}
	for _, l2 := range []float64{0.001, 0.003, 0.03, 0.1} {
		r.addLearned(fmt.Sprintf("penalty %g, not %g", l2, penalty), heldOut(queries, learner{l2: l2}), repeat)
	}
	for _, other := range []float64{0, 0.5, 1, 2, 5} {
		r.addLearned(fmt.Sprintf("repeat %g, not %g", other, repeat), fitted, other)
	}
	return r
}

// addLearned ranks each query by the weights that were made without its
// repository.
func (r *report) addLearned(name string, fitted map[string]rank.Row, repeat float64) {
	r.add(name, func(q *query) float64 {
		return q.ranked(&rank.Weights{Signal: fitted[q.Repo], Repeat: repeat, Answer: rank.Answer{Slope: 1}})
	})
}

func (r *report) add(name string, score func(*query) float64) {
	l := line{name: name}
	for _, q := range r.queries {
		l.scores = append(l.scores, score(q))
	}
	r.lines = append(r.lines, l)
}

func groups() []string {
	var list []string
	for _, s := range rank.Signals {
		if !slices.Contains(list, s.Group) {
			list = append(list, s.Group)
		}
	}
	return list
}

// heldOut returns for each repository the weights that the others give.
func heldOut(queries []*query, l learner) map[string]rank.Row {
	start := l.fit(queries, rank.Row{})
	fitted := map[string]rank.Row{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for repo := range byRepo(queries) {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			others := slices.DeleteFunc(slices.Clone(queries), func(q *query) bool { return q.Repo == repo })
			row := l.fit(others, start)
			mu.Lock()
			defer mu.Unlock()
			fitted[repo] = row
		})
	}
	wg.Wait()
	return fitted
}

func byRepo(queries []*query) map[string][]int {
	m := map[string][]int{}
	for i, q := range queries {
		m[q.Repo] = append(m[q.Repo], i)
	}
	return m
}

// interval is the 95% interval of a mean over queries, by drawing repositories
// with replacement; NaN for fewer than two.
func (r *report) interval(values []float64) [2]float64 {
	scores, groups := make([]eval.Metrics, len(values)), make([]int, len(values))
	repos := byRepo(r.queries)
	for i, name := range slices.Sorted(maps.Keys(repos)) {
		for _, q := range repos[name] {
			scores[q].NDCGAt10, groups[q] = values[q], i
		}
	}
	in := eval.Bootstrap(scores, groups, 10_000, 42)
	if in == nil {
		return [2]float64{math.NaN(), math.NaN()}
	}
	return in.NDCGAt10
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(max(len(values), 1))
}

func (r *report) line(name string) line {
	i := slices.IndexFunc(r.lines, func(l line) bool { return l.name == name })
	return r.lines[i]
}

func (r *report) print(w io.Writer) {
	base := r.line(learned)
	categories := map[string][]int{}
	for i, q := range r.queries {
		categories[q.Category] = append(categories[q.Category], i)
	}
	names := slices.Sorted(maps.Keys(categories))
	fmt.Fprintf(w, "| ranking | nDCG@10 | 95%% interval | against learned | %s |\n|---|---|---|---|%s\n", strings.Join(names, " | "), strings.Repeat("---|", len(names)))
	for _, l := range r.lines {
		ci := r.interval(l.scores)
		diff := make([]float64, len(l.scores))
		for i, v := range l.scores {
			diff[i] = v - base.scores[i]
		}
		dci := r.interval(diff)
		fmt.Fprintf(w, "| %s | %.4f | %.3f to %.3f | %+.4f (%+.3f to %+.3f) |", l.name, mean(l.scores), ci[0], ci[1], mean(diff), dci[0], dci[1])
		for _, c := range names {
			fmt.Fprintf(w, " %.3f |", mean(pick(l.scores, categories[c])))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
	r.printAnswers(w)
	repos := byRepo(r.queries)
	for _, name := range slices.Sorted(maps.Keys(repos)) {
		fmt.Fprintf(w, "%s %.3f  ", name, mean(pick(base.scores, repos[name])))
	}
	fmt.Fprintln(w)
}

func pick(values []float64, at []int) []float64 {
	var out []float64
	for _, i := range at {
		out = append(out, values[i])
	}
	return out
}

func (r *report) heading() string {
	l := r.line(learned)
	ci := r.interval(l.scores)
	return fmt.Sprintf(`The weights of the ranker. docs/ranking.md tells what they are; made by
  go run ./bench/rank --data DIR --repos DIR --out internal/rank/weights.txt
from %d queries of %d repositories. nDCG@10 of each repository by the others'
weights: %.4f (%.3f to %.3f).
`, len(r.queries), len(byRepo(r.queries)), mean(l.scores), ci[0], ci[1])
}
