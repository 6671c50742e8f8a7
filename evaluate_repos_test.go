package hunch

import (
	"bytes"
	"errors"
	"maps"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
)

const madeUpRevision = "0123456789abcdef0123456789abcdef01234567"

// labelledRepo is a repository around the folder that is labelled. Each file is
// one chunk, so that all of them are results, each at a rank of its own.
func labelledRepo(t *testing.T) (*sandbox, dataset.LabelledRepo) {
	s := newSandbox(t, map[string]string{
		".git/HEAD":          madeUpRevision + "\n",
		".git/objects/x":     "",
		".git/refs/x":        "",
		".gitignore":         "ignored.go\n",
		"src/lib/a.go":       "package lib\n\nfunc A() {}\n",
		"src/lib/sub/b.go":   "package sub\n\nfunc B() {}\n",
		"src/lib/sub/c.go":   "package sub\n\nfunc C() {}\n",
		"src/lib/ignored.go": "package lib\n\nfunc Ignored() {}\n",
		"outside.go":         "package main\n\nfunc Outside() {}\n",
	})
	target := func(paths ...string) (list []dataset.Target) {
		for _, p := range paths {
			list = append(list, dataset.Target{Path: p})
		}
		return list
	}
	return s, dataset.LabelledRepo{
		Name: "made-up", Language: "go", Revision: madeUpRevision, Root: "src/lib",
		Queries: []dataset.RepoQuery{
			{Text: "all files", Category: "all", Targets: target("src/lib/a.go", "src/lib/sub/b.go", "src/lib/sub/c.go")},
			{Text: "relative to the root", Category: "all", Targets: target("a.go", "sub/b.go", "sub/c.go")},
			{Text: "where is it read", Category: "one", Targets: target("src/lib/sub/b.go")},
			{Text: "not indexed", Category: "none", Targets: target("outside.go", "src/lib/ignored.go", "elsewhere/a.go")},
			{Text: "no such lines", Category: "none", Targets: []dataset.Target{{Path: "src/lib/a.go", Start: 9, End: 10}}},
		},
	}
}

func (s *sandbox) evaluate(l dataset.LabelledRepo, warned *[]string) *RepoEvaluation {
	s.t.Helper()
	e, err := EvaluateRepo(s.t.Context(), l, s.dir, Dense, Options{
		Model: smallModel(), IndexDir: s.place, Threads: 2,
		Events: Events{Warning: func(err error) { *warned = append(*warned, err.Error()) }},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return e
}

func TestEvaluateRepo(t *testing.T) {
	s, l := labelledRepo(t)
	var warned []string
	got := s.evaluate(l, &warned)
	// The one file's figure follows from its rank in a search.
	repo, err := openFolder(filepath.Join(s.dir, "src", "lib"), Options{Model: smallModel(), IndexDir: s.place})
	if err != nil {
		t.Fatal(err)
	}
	a, err := repo.Search(t.Context(), Query{Text: "where is it read", TopK: 10})
	if err != nil {
		t.Fatal(err)
	}
	rank := 1 + slices.IndexFunc(a.Results, func(r Result) bool { return r.Path == "sub/b.go" })
	one := 1 / math.Log2(1+float64(rank))
	want := map[string]FileScore{"all": {2, 1}, "one": {1, one}, "none": {2, 0}}
	if !maps.Equal(got.Categories, want) {
		t.Errorf("categories are %v, want %v", got.Categories, want)
	}
	if mean := (2 + one) / 5; math.Abs(got.NDCG-mean) > 1e-12 || got.Queries != 5 {
		t.Errorf("nDCG@10 is %g over %d queries, want %g over 5", got.NDCG, got.Queries, mean)
	}
	if got.Chunks != 3 || got.Embedded != 3 || got.IndexSeconds <= 0 || got.Latency.P50 <= 0 || len(got.searches) != 5 {
		t.Errorf("got %+v, want 3 chunks, all embedded, and times", got)
	}
	if len(warned) > 0 {
		t.Errorf("warnings: %q", warned)
	}
	if again := s.evaluate(l, &warned); again.Embedded != 0 || again.Chunks != 3 || again.NDCG != got.NDCG {
		t.Errorf("second run: got %+v, want the same of the same index", again)
	}
}

func TestEvaluateRepoTellsOfAnotherCommit(t *testing.T) {
	s, l := labelledRepo(t)
	s.write(".git/HEAD", strings.Repeat("f", 40)+"\n")
	var warned []string
	s.evaluate(l, &warned)
	if len(warned) != 1 || !strings.Contains(warned[0], "made-up is at commit ffffffffffff, its labels are for 0123456789ab") {
		t.Errorf("got warnings %q", warned)
	}
	warned, l.Revision = nil, "" // of a user's own labels
	s.evaluate(l, &warned)
	if len(warned) != 2 || !strings.Contains(warned[0], `"outside.go", which no search looks through`) ||
		!strings.Contains(warned[1], `"src/lib/ignored.go", which no search looks through`) {
		t.Errorf("got warnings %q of labels for any commit, want one of each file that is not searched", warned)
	}
}

func TestEvaluateRepoOfNothing(t *testing.T) {
	s, l := labelledRepo(t)
	s.write("empty/.gitignore", "*\n")
	for _, root := range []string{"empty", "nowhere"} {
		l.Root = root
		e, err := EvaluateRepo(t.Context(), l, s.dir, Dense, Options{Model: smallModel(), IndexDir: s.place})
		if err == nil || !strings.Contains(err.Error(), root) {
			t.Errorf("%s: got %v, %v, want an error that names it", root, e, err)
		}
	}
}

func TestSummarizeRepos(t *testing.T) {
	ms := func(n ...int) (list []time.Duration) {
		for _, v := range n {
			list = append(list, time.Duration(v)*time.Millisecond)
		}
		return list
	}
	s := SummarizeRepos(smallModel(), Dense, []*RepoEvaluation{
		{Name: "a", Language: "go", Queries: 1, NDCG: 1, Chunks: 10, IndexSeconds: 1, searches: ms(5),
			Categories: map[string]FileScore{"x": {1, 1}}},
		{Name: "b", Language: "go", Queries: 3, NDCG: 0.2, Chunks: 20, IndexSeconds: 2, searches: ms(4, 1, 3),
			Categories: map[string]FileScore{"x": {1, 0.6}, "y": {2, 0}}},
	}, []string{"c"})
	near := func(name string, got FileScore, queries int, ndcg float64) {
		t.Helper()
		if got.Queries != queries || math.Abs(got.NDCG-ndcg) > 1e-12 {
			t.Errorf("%s: got %v, want %g over %d", name, got, ndcg, queries)
		}
	}
	near("all", FileScore{s.Queries, s.NDCG}, 4, 0.4)
	near("go", s.Languages["go"], 4, 0.4)
	near("x", s.Categories["x"], 2, 0.8)
	near("y", s.Categories["y"], 2, 0)
	if s.Labelled != 3 || len(s.Repositories) != 2 || s.Chunks != 30 || s.IndexSeconds != 3 || s.Latency != (Latency{3, 5}) {
		t.Errorf("got %+v", s)
	}
}

func TestLatency(t *testing.T) {
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(100-i)*time.Millisecond)
	}
	for _, tt := range []struct {
		searches []time.Duration
		want     Latency
	}{
		{nil, Latency{}},
		{hundred[:1], Latency{100, 100}},
		{hundred, Latency{50, 99}},
	} {
		if got := latencyOf(tt.searches); got != tt.want {
			t.Errorf("%d searches: got %v, want %v", len(tt.searches), got, tt.want)
		}
	}
}

var minedFiles = map[string]string{
	"wait/back off 5%.go": "package wait\n\n// Delay computes how long to sleep before another attempt.\nfunc Delay(n int) int {\n\treturn 1 << n\n}\n",
	"wait/other.go":       "package wait\n\nfunc Undocumented() {\n\tprintln(\"x\")\n}\n",
	"store.py":            "class Store:\n    def load(self):\n        \"\"\"Reads every record back from the disk.\"\"\"\n        return open('f')\n",
	"README.md":           "# Title\n\nSome words about the whole.\n",
}

func TestMineTask(t *testing.T) {
	s := newSandbox(t, minedFiles)
	task, err := MineTask(t.Context(), s.dir, MineOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"store.py:2:Store.load", "wait/back%20off%205%25.go:4:Delay"}; !slices.Equal(task.QueryIDs, want) {
		t.Fatalf("queries are %q, want %q", task.QueryIDs, want)
	}
	right := map[string][]string{}
	for q, id := range task.QueryIDs {
		for _, at := range task.Relevant[q] {
			right[id] = append(right[id], task.ChunkIDs[at])
			if strings.Contains(task.Corpus[at], task.Queries[q]) {
				t.Errorf("the documentation is in the corpus: %q", task.Corpus[at])
			}
		}
	}
	want := map[string][]string{
		"store.py:2:Store.load":             {"store.py:1-3"},
		"wait/back%20off%205%25.go:4:Delay": {"wait/back%20off%205%25.go:1-5"},
	}
	if !reflect.DeepEqual(right, want) {
		t.Errorf("right answers are %q, want %q", right, want)
	}
	if len(task.Corpus) != 4 || len(task.ChunkIDs) != 4 || task.Documented != 2 {
		t.Errorf("got %d chunks with ids %q and %d definitions, want one chunk of each of 4 files and 2",
			len(task.Corpus), task.ChunkIDs, task.Documented)
	}
}

func TestMineTaskOfMax(t *testing.T) {
	s := newSandbox(t, minedFiles)
	task, err := MineTask(t.Context(), s.dir, MineOptions{Max: 1})
	if err != nil || len(task.Queries) != 1 || len(task.Corpus) != 4 {
		t.Errorf("got %+v, %v, want 1 query over 4 chunks", task, err)
	}
}

func TestMineTaskWithoutDocumentation(t *testing.T) {
	s := newSandbox(t, map[string]string{"a.go": "package a\n\nfunc F() {}\n"})
	task, err := MineTask(t.Context(), s.dir, MineOptions{})
	if err == nil || !strings.Contains(err.Error(), "0 documented definitions in 1 files") {
		t.Errorf("got %v, %v, want an error that tells what was found", task, err)
	}
}

// TestMinedTrecFiles: from the two files follow the figures.
func TestMinedTrecFiles(t *testing.T) {
	s := newSandbox(t, minedFiles)
	s.write("wait/copy.go", minedFiles["wait/other.go"])
	task, err := MineTask(t.Context(), s.dir, MineOptions{})
	if err != nil {
		t.Fatal(err)
	}
	e := &Evaluator{Model: smallModel(), Threads: 2}
	got, err := e.EvaluateMined(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	if got.Protocol != "repo" || got.Split != "mined" || got.Docstring != "stripped" || got.Queries != 2 || got.Corpus != 5 {
		t.Errorf("got %+v", got)
	}
	var run, qrels bytes.Buffer
	if err := errors.Join(e.WriteRun(&run, task), task.WriteQrels(&qrels)); err != nil {
		t.Fatal(err)
	}
	r, err := eval.ReadRun(&run)
	if err != nil {
		t.Fatal(err)
	}
	q, err := eval.ReadQrels(&qrels)
	if err != nil {
		t.Fatal(err)
	}
	want := eval.Mean(slices.Collect(maps.Values(eval.Evaluate(q, r))))
	within(t, "from the files", 1e-9, got.Metrics, want)
}

func TestEscapeID(t *testing.T) {
	for name, want := range map[string]string{
		"a/b.go:1-2": "a/b.go:1-2",
		"a b\t%.go":  "a%20b%09%25.go",
		"ü\xff\x7f":  "%C3%BC%FF%7F",
	} {
		if got := escapeID(name); got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
	}
}

func TestBest(t *testing.T) {
	scores := []float32{0.1, 0.3, -1, 0.3, 0.2}
	for n, want := range map[int][]int{0: {}, 2: {1, 3}, 4: {1, 3, 4, 0}, 9: {1, 3, 4, 0, 2}} {
		if got := best(scores, n); !slices.Equal(got, want) {
			t.Errorf("%d of them: got %v, want %v", n, got, want)
		}
	}
}

func TestRankSamples(t *testing.T) {
	s, l := labelledRepo(t)
	samples, err := RankSamples(t.Context(), l, s.dir, []string{"asked elsewhere"}, Options{Model: smallModel(), IndexDir: s.place})
	if err != nil {
		t.Fatal(err)
	}
	if len(samples) != len(l.Queries)+1 {
		t.Fatalf("%d samples, want one for each of %d queries and the foreign one", len(samples), len(l.Queries))
	}
	for i, sample := range samples {
		var paths []string
		for _, c := range sample.Candidates {
			paths = append(paths, c.Path)
		}
		if want := []string{"a.go", "sub/b.go", "sub/c.go"}; !slices.Equal(paths, want) {
			t.Errorf("%q: candidates %q, want %q", sample.Text, paths, want)
		}
		if i < len(l.Queries) && len(sample.Targets) != len(l.Queries[i].Targets) {
			t.Errorf("%q: %d targets, want %d", sample.Text, len(sample.Targets), len(l.Queries[i].Targets))
		}
	}
	if last := samples[len(samples)-1]; last.Text != "asked elsewhere" || len(last.Targets) != 0 {
		t.Errorf("the foreign query is %q with %d targets", last.Text, len(last.Targets))
	}
}
