package hunch

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/hunch-search/hunch/internal/rank"
)

// rankingTree has a file for each reason to come first.
var rankingTree = map[string]string{
	"retry.go":            "package a\n\nfunc Retry() {}\n",
	"words.txt":           "retry retry retry\n",
	"other.go":            "package a\n\nfunc other() {}\n",
	"docs/retry.md":       "# Retry\n\nwhat a retry is\n",
	"tests/retry_test.go": "package a\n\nfunc TestRetry() { Retry() }\n",
}

func TestRankers(t *testing.T) {
	s := newSandbox(t, rankingTree)
	r := s.update()
	orders := map[Ranker][]string{}
	for _, ranker := range Rankers() {
		a, err := r.Search(t.Context(), Query{Text: "Retry", TopK: 10, Ranker: ranker})
		if err != nil {
			t.Fatal(err)
		}
		last := math.Inf(1)
		for _, f := range a.Results {
			orders[ranker] = append(orders[ranker], f.Path)
			if f.Score > last {
				t.Errorf("%s: %s scores %g behind %g", ranker, f.Path, f.Score, last)
			}
			last = f.Score
		}
	}
	if got := orders[Hybrid][0]; got != "retry.go" {
		t.Errorf("hybrid: %s comes first, want retry.go", got)
	}
	for _, ranker := range []Ranker{Hybrid, Dense, RRF} {
		if len(orders[ranker]) != len(rankingTree) {
			t.Errorf("%s: %d results, want all %d", ranker, len(orders[ranker]), len(rankingTree))
		}
	}
	if slices.Contains(orders[BM25], "other.go") || len(orders[BM25]) != len(rankingTree)-1 {
		t.Errorf("bm25: got %q, want all that have the word", orders[BM25])
	}
}

func TestParseRanker(t *testing.T) {
	for name, want := range map[string]Ranker{"": Hybrid, "hybrid": Hybrid, "dense": Dense, "bm25": BM25, "rrf": RRF} {
		if got, err := ParseRanker(name); got != want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", name, got, err, want)
		}
	}
	if _, err := ParseRanker("best"); err == nil || err.Error() != `unknown ranker "best", want one of hybrid, dense, bm25, rrf` {
		t.Errorf("got %v", err)
	}
}

func TestExplanationAddsUp(t *testing.T) {
	s := newSandbox(t, rankingTree)
	a, err := s.update().Search(t.Context(), Query{Text: "Retry", TopK: 10, Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	first := a.Results[0]
	for _, f := range a.Results {
		e := f.Explain
		sum := e.Repeat
		for _, s := range e.Signals {
			sum += s.Share
		}
		if math.Abs(sum-e.Sum) > 1e-9 {
			t.Errorf("%s: shares add up to %g, the sum is %g", f.Path, sum, e.Sum)
		}
		if e.Answer != first.Explain.Answer || f.Score > e.Answer {
			t.Errorf("%s: score %g of an answer's %g, that of the first is %g", f.Path, f.Score, e.Answer, first.Explain.Answer)
		}
		want := rank.Learned().Answer.Slope * (e.Sum - first.Explain.Sum)
		if got := math.Log(f.Score / first.Score); math.Abs(got-want) > 1e-6 {
			t.Errorf("%s: logarithm of the score is %g to the first's, want %g", f.Path, got, want)
		}
	}
}

func TestThreshold(t *testing.T) {
	s := newSandbox(t, rankingTree)
	r := s.update()
	search := func(q Query) *Answer {
		q.Text, q.TopK = "Retry", 10
		a, err := r.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	all := search(Query{Threshold: new(float64)})
	if len(all.Results) != len(rankingTree) || all.LeftOut != 0 {
		t.Fatalf("threshold 0: %d results, %d left out, want all", len(all.Results), all.LeftOut)
	}
	second := all.Results[1].Score
	if got := search(Query{Threshold: &second}); len(got.Results) != 2 || got.LeftOut != len(rankingTree)-2 {
		t.Errorf("threshold of the second: %d results, %d left out", len(got.Results), got.LeftOut)
	}
}

func TestNothingRelevant(t *testing.T) {
	results := []Result{{Score: 0.01}, {Score: 0.001}}
	zero := 0.0
	for _, tt := range []struct {
		name   string
		q      Query
		answer float64
		want   int
	}{
		{"an answer is probable", Query{}, 0.5, 2},
		{"none is", Query{}, LeastAnswer / 2, 0},
		{"none is, but all are wanted", Query{Threshold: &zero}, LeastAnswer / 2, 2},
	} {
		if got := tt.q.above(slices.Clone(results), tt.answer); len(got) != tt.want {
			t.Errorf("%s: %d results, want %d", tt.name, len(got), tt.want)
		}
	}
}

func TestNamedFileComesFirst(t *testing.T) {
	tree := maps.Clone(rankingTree)
	tree["deep/er/docs/test/words.txt"] = "something else\n"
	s := newSandbox(t, tree)
	r := s.update()
	for query, want := range map[string]string{
		"words.txt":                    "words.txt",
		"docs/retry.md":                "docs/retry.md",
		"where is test/words.txt:1":    "deep/er/docs/test/words.txt",
		"retry in tests/retry_test.go": "tests/retry_test.go",
		"./other.go":                   "other.go",
	} {
		a, err := r.Search(t.Context(), Query{Text: query, TopK: 1})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Results) == 0 || a.Results[0].Path != want {
			t.Errorf("%q: got %+v, want %s first", query, a.Results, want)
		}
	}
}

func TestResultIsCalledWhatWasAskedFor(t *testing.T) {
	s := newSandbox(t, map[string]string{"limits.go": "package a\n\nconst (\n\tmaxTries = 3\n\tmaxWait = 9\n)\n"})
	a, err := s.update().Search(t.Context(), Query{Text: "maxWait"})
	if err != nil {
		t.Fatal(err)
	}
	if f := a.Results[0]; f.Symbol != "maxWait" || !slices.Equal(f.Symbols, []string{"maxWait", "maxTries"}) {
		t.Errorf("got %q and %q", f.Symbol, f.Symbols)
	}
}

func TestBestOfFile(t *testing.T) {
	tree := map[string]string{"b.md": "# Retry\n\nretry once\n"}
	var long strings.Builder
	for i := range 60 {
		fmt.Fprintf(&long, "# Retry %d\n\n%s\n\n", i, strings.Repeat("retry and retry again ", 40))
	}
	tree["a.md"] = long.String()
	a, err := newSandbox(t, tree).update().Search(t.Context(), Query{Text: "retry", TopK: 2, BestOfFile: true})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range a.Results {
		paths = append(paths, f.Path)
	}
	if slices.Sort(paths); !slices.Equal(paths, []string{"a.md", "b.md"}) {
		t.Errorf("got %q, want each file once", paths)
	}
}
