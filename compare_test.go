package hunch

import (
	"fmt"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
)

// evaluation is one of queries named by their texts, of which only MRR counts.
func evaluation(texts string, mrr ...float64) *Evaluation {
	e := &Evaluation{Protocol: "p", Split: "s", Data: texts, texts: strings.Fields(texts)}
	_, e.groups = dataset.Distinct(e.texts)
	for _, v := range mrr {
		e.per = append(e.per, eval.Metrics{MRR: v})
	}
	return e
}

// Of three queries that all gain, 2 of 8 choices of signs are as far from 0; of
// four, two of which have the same text, no fewer.
func TestCompare(t *testing.T) {
	a := evaluation("x y z z", 0, 0.25, 0.5, 0.5)
	b := evaluation("x y z z", 0.5, 0.75, 1, 1)
	c, err := Compare(a, b, "mrr", "recall@1")
	if err != nil {
		t.Fatal(err)
	}
	if c.Queries != 4 || c.Distinct != 3 || c.Tests != 2 || len(c.PerQuery) != 4 || c.Permutations != 10_000 {
		t.Errorf("got %+v", c)
	}
	mrr, recall := c.Differences[0], c.Differences[1]
	if mrr.A != 0.3125 || mrr.B != 0.8125 || mrr.Difference != 0.5 || *mrr.CI95 != [2]float64{0.5, 0.5} || mrr.Better != 4 {
		t.Errorf("got %+v", mrr)
	}
	if math.Abs(mrr.P-0.25) > 0.02 || mrr.PHolm != 2*mrr.P {
		t.Errorf("p is %g, corrected %g, want about 0.25 and twice that", mrr.P, mrr.PHolm)
	}
	if recall.Difference != 0 || recall.P != 1 || recall.PHolm != 1 || recall.Equal != 4 {
		t.Errorf("got %+v", recall)
	}
	if q := c.PerQuery[1]; q.Query != "y" || q.Gain("mrr") != 0.5 || len(q.A) != 2 {
		t.Errorf("got %+v", q)
	}
	reverse, err := Compare(b, a)
	if err != nil || len(reverse.Differences) != 6 || reverse.Differences[4].Difference != -0.5 || reverse.Differences[4].Worse != 4 {
		t.Errorf("the other way: got %+v, %v", reverse, err)
	}
}

func TestCompareOfOneQuery(t *testing.T) {
	for _, texts := range []string{"x", "x x"} {
		mrr := make([]float64, len(strings.Fields(texts)))
		c, err := Compare(evaluation(texts, mrr...), evaluation(texts, slices.Repeat([]float64{1}, len(mrr))...), "mrr")
		if err != nil || c.Differences[0].CI95 != nil || c.Differences[0].P != 1 || c.Differences[0].Difference != 1 {
			t.Errorf("%s: got %+v, %v, want a difference, and no more than that", texts, c, err)
		}
	}
}

func TestCompareOfOtherData(t *testing.T) {
	a := evaluation("x y", 0, 1)
	for _, b := range []*Evaluation{evaluation("x z", 0, 1), evaluation("x", 0)} {
		if c, err := Compare(a, b); err == nil {
			t.Errorf("got %+v of %q and %q", c, a.Data, b.Data)
		}
	}
}

func TestCorrectCountsAll(t *testing.T) {
	list := []*Comparison{
		{Differences: []Difference{{P: 0.03}, {P: 0.01}}},
		{Differences: []Difference{{P: 0.02}}},
	}
	Correct(list)
	got := []float64{list[0].Differences[0].PHolm, list[0].Differences[1].PHolm, list[1].Differences[0].PHolm}
	if want := []float64{0.04, 0.03, 0.04}; !slices.Equal(got, want) || list[0].Tests != 3 || list[1].Tests != 3 {
		t.Errorf("got %v of %d tests, want %v of 3", got, list[0].Tests, want)
	}
}

func TestCompareRepos(t *testing.T) {
	repos := func(data string, scores ...float64) *ReposEvaluation {
		e := &RepoEvaluation{Name: "r", scores: scores}
		for range scores {
			e.labelled.Queries = append(e.labelled.Queries, dataset.RepoQuery{Text: string(rune('a' + len(e.labelled.Queries)))})
		}
		return &ReposEvaluation{Data: data, Repositories: []*RepoEvaluation{e}}
	}
	c, err := CompareRepos(repos("d", 0.5, 1), repos("d", 1, 0.5))
	if err != nil || len(c.Differences) != 1 {
		t.Fatalf("got %+v, %v", c, err)
	}
	d := c.Differences[0]
	if d.Metric != "ndcg@10" || d.A != 0.75 || d.Difference != 0 || d.Better != 1 || d.Worse != 1 || d.P != 1 {
		t.Errorf("got %+v", d)
	}
	if q := c.PerQuery[1]; q.Repository != "" || q.Query != "b" || q.Gain("ndcg@10") != -0.5 {
		t.Errorf("got %+v", q)
	}
	if c, err := CompareRepos(repos("d", 1), repos("e", 1)); err == nil {
		t.Errorf("got %+v of other labels", c)
	}
}

func TestMissingLabels(t *testing.T) {
	s, l := labelledRepo(t)
	if got := MissingLabels(l, s.dir); !slices.Equal(got, []MissingLabel{{"elsewhere/a.go", ""}, {"src/lib/a.go", "3 lines, not 10"}}) {
		t.Errorf("got %q, want what is neither in the repository nor in the labelled folder, and lines behind the end", got)
	}
	there := l.Queries[0].Targets[0].Path
	content, err := os.ReadFile(filepath.Join(s.dir, there))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Count(strings.TrimSuffix(string(content), "\n"), "\n") + 1
	l.Queries = []dataset.RepoQuery{
		{Text: "a", Targets: []dataset.Target{{Path: "gone.go"}, {Path: there}, {Path: there, Start: lines, End: lines}}},
		{Text: "b", Targets: []dataset.Target{{Path: "sub/gone.go"}, {Path: "gone.go"}, {Path: path.Dir(there)}}},
		{Text: "c", Targets: []dataset.Target{{Path: there, Start: lines, End: lines + 9}}},
	}
	want := []MissingLabel{
		{"gone.go", ""}, {"sub/gone.go", ""}, {path.Dir(there), "a folder"},
		{there, fmt.Sprintf("%d lines, not %d", lines, lines+9)},
	}
	if got := MissingLabels(l, s.dir); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
