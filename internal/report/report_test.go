package report

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/eval"
)

func TestLossCurveOfFewSteps(t *testing.T) {
	for _, losses := range [][]float32{{0}, {0, 0}, {2.5, 1}} {
		svg, err := LossCurve(losses)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"<title>Training loss</title>", "kernels<", ">step<", ">loss, nats<", ">running mean<"} {
			if !strings.Contains(string(svg), want) {
				t.Errorf("%v: %s is not there", losses, want)
			}
		}
		if s := string(svg); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") || strings.Contains(s, ">-") {
			t.Errorf("%v: a place that is none, or a scale below 0: %s", losses, s)
		}
	}
}

func TestRankBins(t *testing.T) {
	var found []hunch.Found
	for _, rank := range []float64{1, 1.4, 2, 3.4, 10, 10.5, 30, 100, 101, 1000, 1001} {
		found = append(found, hunch.Found{Rank: rank})
	}
	if got, want := rankBins(found), []int{2, 2, 1, 2, 1, 2, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if names := binNames(); len(names) != len(RankBins)+1 || names[0] != "1" || names[1] != "2–3" || names[6] != "> 1000" {
		t.Errorf("got names %q", names)
	}
}

func TestTexts(t *testing.T) {
	for got, want := range map[string]string{
		thousands(-1234567): "-1,234,567", thousands(999): "999", counted(1, "query"): "1 query",
		counted(2046, "query"): "2,046 queries", counted(0, "step"): "0 steps",
		signed(0.00001): "0.0000", signed(-0.5): "−0.5000", signed(0.25): "+0.2500",
		pValue(0.0001): "< 0.001", pValue(0.0464): "0.046", rankText(2.5): "2.5", rankText(6267): "6,267",
		metricName("ndcg@10"): "nDCG@10", duration(0.31): "0.3 s", duration(119): "119 s", duration(600): "10 min",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if code, more := firstLines("a\n\tb\nc\nd\n\n", 2); code != "a\n    b" || more != 2 {
		t.Errorf("got %q and %d more", code, more)
	}
	if code, more := firstLines("a\nb\nc\n", 2); code != "a\nb\nc" || more != 0 { // one line more is not worth a remark
		t.Errorf("got %q and %d more", code, more)
	}
}

// TestStateComputesOnce: what is kept is taken, unless it depended on something
// else, is damaged, or another build computed it.
func TestStateComputesOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "report")
	s, err := openState(dir)
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	get := func(key string) []int {
		t.Helper()
		v, _, _, err := once(s, "value", key, func() ([]int, error) { calls++; return []int{calls}, nil })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	file := filepath.Join(dir, stateFolder, "value.json")
	for i, step := range []struct {
		before func()
		key    string
		want   int
	}{
		{func() {}, "a", 1},
		{func() {}, "a", 1},
		{func() {}, "b", 2},
		{func() { os.Truncate(file, 10) }, "b", 3},
		{func() { os.WriteFile(file, []byte(`{"key":"b","value":"text"}`), 0o644) }, "b", 4},
		{func() {}, "b", 4},
		{func() { replace(t, file, "[4]", "[9]") }, "b", 5},
		{func() { replace(t, file, "[5]", "null") }, "b", 6},
		{func() { s.program = "another build" }, "b", 7},
		{func() { s.program = program() }, "b", 8},
		{func() { s.forget("value") }, "b", 9},
		{func() {}, "b", 9},
	} {
		step.before()
		if got := get(step.key); got[0] != step.want {
			t.Errorf("step %d: got value %d, want %d", i, got[0], step.want)
		}
	}
	failed := errors.New("failed")
	if _, _, _, err := once(s, "other", "a", func() (int, error) { return 0, failed }); !errors.Is(err, failed) {
		t.Errorf("got %v, want the error", err)
	}
	if _, err := os.Stat(filepath.Join(dir, stateFolder, "other.json")); err == nil {
		t.Error("a failure was kept")
	}
	if _, err := openState(dir); err != nil {
		t.Errorf("its own folder: %v", err)
	}
}

func replace(t *testing.T, file, old, new string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(data), old) {
		t.Fatalf("no %s in %s, %v", old, data, err)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(data), old, new)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestProgramIsTheBuild: it is of the executable's content, so that builds of one
// version differ.
func TestProgramIsTheBuild(t *testing.T) {
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := program(), sum(data); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestStateLeavesOtherFoldersAlone(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := openState(dir); err == nil || !strings.Contains(err.Error(), "has files that are no report's") {
		t.Errorf("got %v", err)
	}
	if _, err := openState(filepath.Join(dir, "thesis.txt")); err == nil {
		t.Error("a file was taken for a folder")
	}
	closed := filepath.Join(dir, "closed")
	if err := os.Mkdir(closed, 0o555); err != nil || os.Getuid() == 0 {
		return // root may write anywhere
	}
	if _, err := openState(filepath.Join(closed, "report")); err == nil {
		t.Error("a folder that cannot be made was opened")
	}
}

func TestWriteReplacesWhole(t *testing.T) {
	s, err := openState(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	text := func(v string, err error) func(io.Writer) error {
		return func(w io.Writer) error { io.WriteString(w, v); return err }
	}
	if err := s.write("a/b.txt", text("one", nil)); err != nil {
		t.Fatal(err)
	}
	if err := s.write("a/b.txt", text("tw", errors.New("disk full"))); err == nil {
		t.Fatal("got no error")
	}
	data, err := os.ReadFile(filepath.Join(s.dir, "a/b.txt"))
	if err != nil || string(data) != "one" {
		t.Errorf("got %q, %v, want what was there", data, err)
	}
	if list, _ := os.ReadDir(filepath.Join(s.dir, "a")); len(list) != 1 {
		t.Errorf("%d files are left", len(list))
	}
}

// TestSweep: what a killed run left goes, what another one writes just now stays.
func TestSweep(t *testing.T) {
	s, err := openState(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	old, young := filepath.Join(s.dir, stateFolder, ".a.json.1.tmp"), filepath.Join(s.dir, ".b.json.2.tmp")
	for _, name := range []string{old, young, filepath.Join(s.dir, "c.json")} {
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	for name, at := range map[string]time.Time{old: began.Add(-time.Minute), young: began.Add(time.Minute)} {
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	s.sweep(began)
	if _, err := os.Stat(old); err == nil {
		t.Error("what is older than the run is there")
	}
	if list, _ := os.ReadDir(s.dir); len(list) != 3 {
		t.Errorf("%d entries are left, want 3", len(list))
	}
}

// TestClock: what was known already costs no time, and says nothing of the speed.
func TestClock(t *testing.T) {
	var told []Progress
	c := clock{tell: func(p Progress) { told = append(told, p) }}
	c.plan("a", 10)
	c.plan("b", 30)
	c.plan("c", 60)
	last := func() Progress { return told[len(told)-1] }
	c.begin("a", 0)
	c.begin("b", 0)
	if p := last(); p.Share != 0.1 || p.Left != 0 {
		t.Errorf("a was known: got %+v", p)
	}
	c.at(1, 3)
	c.start = time.Now().Add(-10 * time.Second)
	c.at(2, 3)
	if p := last(); p.Task != "b" || p.Share != 0.3 || p.Left < 34*time.Second || p.Left > 36*time.Second {
		t.Errorf("20 of 90 in 10 s: got %+v, want 35 s", p)
	}
	c.at(3, 3)
	c.begin("c", 0)
	if p := last(); p.Share != 0.4 {
		t.Errorf("got %+v", p)
	}
}

// small is a report with made-up figures of every kind.
func small() (*Report, []picture) {
	m := eval.Metrics{RecallAt1: 0.1, RecallAt10: 0.2, RecallAt100: 0.3, MRRAt10: 0.4, MRR: 0.5, NDCGAt10: 0.6}
	r := &Report{Schema: 1, Version: "1", Training: &Training{Folder: "elsewhere"}, Run: RunInfo{Made: "now", Machine: Machine{OS: "plan9", Arch: "mips", Cores: 2, Threads: 1, Kernels: "generic"}}}
	for _, role := range []string{Base, Tuned, Shipped} {
		r.Models = append(r.Models, Model{Role: role, Name: "model <" + role + ">", Fingerprint: "0123456789abcdef"})
	}
	for _, n := range setNames {
		s := &Set{Protocol: n.protocol, Split: n.split, Docstrings: n.docstrings, Queries: 1, Distinct: 1, Corpus: 2, Ceiling: eval.Metrics{RecallAt1: 0.5}}
		for _, role := range []string{Base, Tuned, Shipped} {
			s.Results = append(s.Results, Result{role, "exact", m, nil, []int{1, 0, 0, 0, 0, 0, 0}})
		}
		r.Sets = append(r.Sets, s)
	}
	r.Index = []Index{{"webquery", "test", 1, &hunch.IndexFigures{M: 16}}}
	r.Live = []Live{{"what & why", []Hit{{Document: 1, Cosine: 0.5, code: "if a < b: # </pre><script>"}}}}
	r.Comparisons = []*hunch.Comparison{{
		Protocol: "cosqa", Split: "dev", Docstring: "kept", A: hunch.Compared{Name: Base}, B: hunch.Compared{Name: Tuned},
		Differences: []hunch.Difference{{Metric: "mrr", Difference: 0.25, P: 1, PHolm: 1}},
	}, {
		Protocol: "cosqa", Split: "dev", Docstring: "kept", A: hunch.Compared{Name: Tuned}, B: hunch.Compared{Name: Shipped}, Tests: 7,
		Differences: []hunch.Difference{{Metric: "ndcg@10", Difference: -0.125, P: 0.001, PHolm: 0.01}},
	}}
	return r, nil
}

// TestPage: a page of one query claims no interval, and code stays text.
func TestPage(t *testing.T) {
	r, pictures := small()
	page, err := r.html(pictures)
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	for _, want := range []string{
		"no interval: too few queries", "too few queries</td>", "if a &lt; b: # &lt;/pre&gt;&lt;script&gt;", "what &amp; why",
		"model &lt;base&gt;", "prefers-color-scheme: dark", "@media print", "elsewhere; its folder tells how",
		"corrected for the 7 tests", `class="down best">−0.1250<`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	for _, not := range []string{"<script", "src=", "@import", "url(", "http:", "https:", `class="quick"`, "ZgotmplZ", "<no value>"} {
		if strings.Contains(text, not) {
			t.Errorf("%q is on the page", not)
		}
	}
	// Of a model trained elsewhere nobody knows how it was.
	for _, not := range []string{"after one epoch of fine-tuning", "One epoch of fine-tuning", "The pairs are CoSQA", ", training "} {
		if strings.Contains(text, not) {
			t.Errorf("%q is told of a model that was trained elsewhere", not)
		}
	}
	r.Training.Pairs, r.Seeds.Training = 9014, 1
	r.Training.Quick, r.Training.Steps = true, 64
	if page, err = r.html(pictures); err != nil || strings.Count(string(page), "quick: 64 steps only") < 8 {
		t.Errorf("a quick report is marked %d times, %v", strings.Count(string(page), "quick: 64 steps only"), err)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

// TestPageShowsWhatItCounts: all tests that are corrected for stand in the table,
// figures stand with their intervals, and plots with their sample sizes.
func TestPageShowsWhatItCounts(t *testing.T) {
	r, pictures := small()
	in := &eval.Intervals{NDCGAt10: [2]float64{0.55, 0.65}}
	s := r.set("webquery", "test", "kept")
	s.Results[0].CI95 = in
	s.Results = append(s.Results, Result{Base, "hnsw", s.Results[0].Metrics, &eval.Intervals{NDCGAt10: [2]float64{0.51, 0.61}}, nil})
	r.Notebook = []Notebook{{What: "after one epoch", Role: Tuned, Ours: s.Results[0].Metrics, CI95: &eval.Intervals{NDCGAt10: [2]float64{0.52, 0.62}}, Inside: 1}}
	r.Training = &Training{Quick: true, Steps: 64, Pairs: 2048, Commit: "fedcba9876543210", Threads: 2, Seconds: 30, Resumed: true, Losses: []float32{1}}
	for _, c := range r.Comparisons {
		stripped := *c
		stripped.Docstring = "stripped"
		r.Comparisons = append(r.Comparisons, &stripped)
	}
	page, err := r.html(pictures)
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	for want, times := range map[string]int{
		"cosqa dev, docstrings stripped<small>": 1, "cosqa dev, docstrings stripped</th>": 1, "Of 2 figures 0 rose": 1,
		"0.550 – 0.650": 3, "0.510 – 0.610": 1, "0.520 – 0.620": 1,
		"<small>1 queries, 2 functions</small>": 13, "webquery-dedup test: 1 queries over 2;": 2,
		"1 of the notebook's three figures after one epoch lies in": 1, `95% intervals of ours <span class="quick">`: 1, "30 s on 2 threads since it was resumed, by commit <span class=\"num\">fedcba987654<": 1,
	} {
		if got := strings.Count(text, want); got != times {
			t.Errorf("%q stands %d times, want %d", want, got, times)
		}
	}
}

// TestPictures: a plot has its words and no colour that stands for another.
func TestPictures(t *testing.T) {
	r, _ := small()
	for _, draw := range []func() (picture, error){
		func() (picture, error) { return figuresPlot(r, "a", "ndcg@10", Base, Tuned) },
		func() (picture, error) { return ranksPlot(r.Sets[0], "b", Base, Tuned) },
		func() (picture, error) { return gainsPlot([]float64{0.5, 0, -0.25}, "c", "set", "mrr") },
		func() (picture, error) { return gainsPlot(nil, "d", "set", "mrr") },
	} {
		p, err := draw()
		if err != nil {
			t.Fatal(err)
		}
		p.sample, p.machine = "n = 3 < 4 queries", "a machine"
		if file := p.standalone(); !strings.Contains(file, ">n = 3 &lt; 4 queries<") || !strings.Contains(file, ">a machine<") {
			t.Errorf("%s does not tell sample and machine: %s", p.name, file)
		}
		for kind, svg := range map[string]string{"inline": p.inline(), "standalone": p.standalone()} {
			if strings.Contains(svg, "NaN") || strings.Contains(svg, "#0") || !strings.Contains(svg, p.title) {
				t.Errorf("%s %s: %s", p.name, kind, svg)
			}
		}
		if strings.Contains(p.inline(), "font-family") || strings.Contains(p.inline(), "width=\"326") {
			t.Errorf("%s has type or size of its own: %.300s", p.name, p.inline())
		}
	}
}
