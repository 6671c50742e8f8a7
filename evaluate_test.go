package hunch

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
)

func testdata(t testing.TB) string {
	dir := os.Getenv("HUNCH_TESTDATA")
	if dir == "" {
		t.Skip("HUNCH_TESTDATA is not set: the base model and CoSQA are not here")
	}
	return dir
}

// shipped is what the embedded model gives, in int8; docs/model.md.
var shipped = map[string]eval.Metrics{
	"webquery":       {RecallAt1: 0.2022, RecallAt10: 0.6914, RecallAt100: 0.9692, MRRAt10: 0.3492, MRR: 0.3631, NDCGAt10: 0.4308},
	"webquery-dedup": {RecallAt1: 0.2524, RecallAt10: 0.7763, RecallAt100: 0.9780, MRRAt10: 0.6421, MRR: 0.6465, NDCGAt10: 0.6157},
	"cosqa-dev":      {RecallAt1: 0.5000, RecallAt10: 0.9200, RecallAt100: 0.9980, MRRAt10: 0.6391, MRR: 0.6437, NDCGAt10: 0.7073},
	"cosqa-test":     {RecallAt1: 0.5340, RecallAt10: 0.9260, RecallAt100: 0.9960, MRRAt10: 0.6652, MRR: 0.6686, NDCGAt10: 0.7282},
	"coir":           {RecallAt1: 0.1642, RecallAt10: 0.6785, RecallAt100: 0.9760, MRRAt10: 0.2937, MRR: 0.3078, NDCGAt10: 0.3834},
}

// TestCoSQA is the proof of the whole engine: every figure of the reference
// implementation, on every protocol, from the base model's float32 weights; and
// the embedded model's own, within what processors differ by.
func TestCoSQA(t *testing.T) {
	if testing.Short() {
		t.Skip("embeds 7,800 texts with full models, twice")
	}
	dir := testdata(t)
	data, err := dataset.OpenCoSQA(filepath.Join(dir, "cosqa"))
	if err != nil {
		t.Fatal(err)
	}
	golden := readGolden(t, filepath.Join(dir, "golden", "cosqa_baseline.json"))
	base, err := OpenModel(filepath.Join(dir, "models", "all-MiniLM-L6-v2"), "")
	if err != nil {
		t.Fatal(err)
	}
	model, err := DefaultModel()
	if err != nil {
		t.Fatal(err)
	}
	fp32, embedded := &Evaluator{Model: base}, &Evaluator{Model: model}
	for _, tt := range []struct{ golden, protocol, split string }{
		{"webquery", "webquery", "test"},
		{"webquery-dedup", "webquery-dedup", "test"},
		{"cosqa-dev", "cosqa", "dev"},
		{"cosqa-test", "cosqa", "test"},
		{"coir", "coir", "test"},
	} {
		t.Run(tt.golden, func(t *testing.T) {
			task, err := data.Task(tt.protocol, tt.split)
			if err != nil {
				t.Fatal(err)
			}
			within(t, "float32", 0.0010, evaluate(t, fp32, task), golden[tt.golden])
			// Processors round a little differently: four of 500 queries, or 0.008,
			// are the most that was seen.
			within(t, "embedded", 0.01, evaluate(t, embedded, task), shipped[tt.golden])
		})
	}
}

func readGolden(t *testing.T, path string) map[string]eval.Metrics {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var golden map[string]eval.Metrics
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	return golden
}

func evaluate(t *testing.T, e *Evaluator, task *dataset.Task) eval.Metrics {
	t.Helper()
	r, err := e.Evaluate(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s (%s) in %.1f s: %+v", r.Model, r.Precision, r.Seconds, r.Metrics)
	return r.Metrics
}

func within(t *testing.T, name string, limit float64, got, want eval.Metrics) {
	t.Helper()
	if want == (eval.Metrics{}) {
		t.Fatal("no golden figures")
	}
	for _, m := range []struct {
		metric    string
		got, want float64
	}{
		{"recall@1", got.RecallAt1, want.RecallAt1},
		{"recall@10", got.RecallAt10, want.RecallAt10},
		{"recall@100", got.RecallAt100, want.RecallAt100},
		{"mrr@10", got.MRRAt10, want.MRRAt10},
		{"mrr", got.MRR, want.MRR},
		{"ndcg@10", got.NDCGAt10, want.NDCGAt10},
	} {
		if d := math.Abs(m.got - m.want); !(d <= limit) {
			t.Errorf("%s: %s is %.4f, want %.4f ± %.4f", name, m.metric, m.got, m.want, limit)
		}
	}
}

// The graph must find what the exact ranking finds, or nearly.
func TestApproximateRankingIsNearTheExactOne(t *testing.T) {
	task := &dataset.Task{Protocol: "made up", Split: "test"}
	for i := range 400 {
		text := fmt.Sprintf("func read%d() { write(%d) }", i*i, i*37%1000)
		task.Corpus = append(task.Corpus, text)
		if i%10 == 0 {
			task.Queries = append(task.Queries, fmt.Sprintf("read%d write %d", i*i, i*37%1000))
			task.Relevant = append(task.Relevant, []int{i})
			task.Groups = append(task.Groups, i/10)
		}
	}
	run := func(approximate bool) *Evaluation {
		e := &Evaluator{Model: smallModel(), Approximate: approximate}
		r, err := e.Evaluate(t.Context(), task)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	exact, ann := run(false), run(true)
	if exact.Ranking != "exact" || ann.Ranking != "hnsw" {
		t.Errorf("rankings %q and %q", exact.Ranking, ann.Ranking)
	}
	if exact.Metrics.RecallAt100 == 0 {
		t.Error("the exact ranking finds nothing: the test says nothing")
	}
	within(t, "hnsw", 0.05, ann.Metrics, exact.Metrics)
	if again := run(true); again.Metrics != ann.Metrics {
		t.Errorf("another run gives %+v, not %+v", again.Metrics, ann.Metrics)
	}
}

// The gain is told from the same queries, drawn together: where every query
// gains the same, there is no doubt about it, however much they differ.
func TestGainIsPaired(t *testing.T) {
	of := func(protocol string, mrr ...float64) *Evaluation {
		e := &Evaluation{Protocol: protocol}
		for _, v := range mrr {
			e.per = append(e.per, eval.Metrics{MRR: v})
		}
		return e
	}
	gain, interval, err := of("a", 0.5, 0.75, 1).Gain(of("a", 0.25, 0.5, 0.75))
	if err != nil || gain.MRR != 0.25 || interval.MRR != [2]float64{0.25, 0.25} || gain.NDCGAt10 != 0 {
		t.Errorf("got %v, %v, %v; want 0.25 and no wider", gain.MRR, interval.MRR, err)
	}
	gain, interval, err = of("a", 0, 1).Gain(of("a", 1, 0))
	if err != nil || gain.MRR != 0 || interval.MRR != [2]float64{-1, 1} {
		t.Errorf("got %v, %v, %v; want 0 and all that there is", gain.MRR, interval.MRR, err)
	}
	for _, other := range []*Evaluation{of("b", 1), of("a")} {
		if _, _, err := of("a", 1).Gain(other); err == nil {
			t.Errorf("compared with %s of %d queries", other.Protocol, len(other.per))
		}
	}
}
