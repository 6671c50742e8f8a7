package hunch

import (
	"bytes"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
)

func TestFirstRankIsExpected(t *testing.T) {
	for _, tt := range []struct {
		name     string
		scores   []float32
		relevant []int
		want     float64
	}{
		{"first", []float32{3, 2, 1}, []int{0}, 1},
		{"last", []float32{3, 2, 1}, []int{2}, 3},
		{"the better of two", []float32{3, 2, 1}, []int{2, 1}, 2},
		{"one of two that tie", []float32{3, 2, 2}, []int{1}, 2.5},
		{"both of two that tie", []float32{3, 2, 2}, []int{1, 2}, 2},
		{"two of three that tie", []float32{2, 2, 2}, []int{0, 2}, 4.0 / 3},
	} {
		if got := firstRank(tt.scores, tt.relevant); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("%s: got %g, want %g", tt.name, got, tt.want)
		}
	}
}

// TestCeiling: the values were worked out by hand.
func TestCeiling(t *testing.T) {
	for _, tt := range []struct {
		name        string
		task        dataset.Task
		recall1     float64
		mrr, recall float64 // mrr, recall@10
	}{
		{"one answer", dataset.Task{Queries: []string{"q"}, Corpus: []string{"a", "b"}, Relevant: [][]int{{0}}, Groups: []int{0}}, 1, 1, 1},
		{"an answer with a copy", dataset.Task{Queries: []string{"q"}, Corpus: []string{"a", "b", "a"}, Relevant: [][]int{{0}}, Groups: []int{0}}, 0.5, 0.75, 1},
		{"copies go last", dataset.Task{Queries: []string{"q"}, Corpus: []string{"a", "a", "b"}, Relevant: [][]int{{0, 2}}, Groups: []int{0}}, 0.5, 1, 1},
		{"one query twice", dataset.Task{Queries: []string{"q", "q"}, Corpus: []string{"a", "b"}, Relevant: [][]int{{0}, {1}}, Groups: []int{0, 0}}, 0.5, 0.75, 1},
		// The single copy first: 1 + (1/2 + 1/3)/2, the other way (1 + 1/2)/2 + 1/3.
		{"one query twice, an answer with a copy", dataset.Task{Queries: []string{"q", "q"}, Corpus: []string{"a", "a", "b"}, Relevant: [][]int{{0}, {2}}, Groups: []int{0, 0}}, 0.5, (1 + 5.0/12) / 2, 1},
	} {
		got, err := Ceiling(&tt.task)
		if err != nil || math.Abs(got.RecallAt1-tt.recall1) > 1e-12 || math.Abs(got.MRR-tt.mrr) > 1e-12 || math.Abs(got.RecallAt10-tt.recall) > 1e-12 {
			t.Errorf("%s: got %+v, %v, want %g, %g, %g", tt.name, got, err, tt.recall1, tt.mrr, tt.recall)
		}
	}
}

// TestCeilingOfWebQueryTest: what is known about the set that most figures are
// quoted of.
func TestCeilingOfWebQueryTest(t *testing.T) {
	data, err := dataset.OpenCoSQA(filepath.Join(testdata(t), "cosqa"))
	if err != nil {
		t.Fatal(err)
	}
	task, err := data.Task("webquery", "test")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Ceiling(task)
	if err != nil || math.Abs(got.RecallAt10-0.981) > 0.001 || math.Abs(got.MRRAt10-0.665) > 0.001 || math.Abs(got.NDCGAt10-0.744) > 0.001 {
		t.Errorf("got %+v, %v, want 0.981, 0.665 and 0.744", got, err)
	}
}

// TestFind: ranks and runs are of the ranking that is evaluated.
func TestFind(t *testing.T) {
	task := &dataset.Task{
		Protocol: "p", Queries: []string{"read a file", "open"},
		Corpus:   []string{"def read(): pass", "def open(): pass", "def read(): pass", "def close(): pass"},
		Relevant: [][]int{{0}, {1, 3}}, Groups: []int{0, 1},
	}
	e := &Evaluator{Model: smallModel()}
	result, err := e.Evaluate(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	run := eval.Run{}
	var ranks []float64
	err = e.Find(t.Context(), task, 4, func(q int, f Found) error {
		ranks = append(ranks, f.Rank)
		AddToRun(run, q, f)
		return nil
	})
	if err != nil || len(ranks) != 2 || len(run["q1"]) != 4 {
		t.Fatalf("got %v, %v, %v", ranks, run, err)
	}
	var b bytes.Buffer
	if err := WriteTaskQrels(&b, task); err != nil || b.String() != "q1 0 d1 1\nq2 0 d2 1\nq2 0 d4 1\n" {
		t.Errorf("got %q, %v", b.String(), err)
	}
	qrels, err := eval.ReadQrels(&b)
	if err != nil {
		t.Fatal(err)
	}
	of := eval.Evaluate(qrels, run)
	for q, id := range []string{"q1", "q2"} {
		if got, want := of[id], result.Figures()[q]; math.Abs(got.MRR-want.MRR) > 1e-6 || math.Abs(got.NDCGAt10-want.NDCGAt10) > 1e-6 {
			t.Errorf("%s: the run gives %+v, the evaluation %+v", id, got, want)
		}
	}
	again := *result
	again.per, again.groups, again.texts = nil, nil, nil
	if err := again.Restore(task, result.Figures()); err != nil || !slices.Equal(again.per, result.per) {
		t.Errorf("restored: %v, %v", again.per, err)
	}
	other := *task
	other.Queries = []string{"read a file", "close"}
	if err := again.Restore(&other, result.Figures()); err == nil {
		t.Error("figures of other queries were taken")
	}
	figures, err := e.IndexFigures(t.Context(), task)
	if err != nil || figures.Vectors != 4 || figures.M != 16 || figures.Overlap < 0.99 {
		t.Errorf("got %+v, %v", figures, err)
	}
}
