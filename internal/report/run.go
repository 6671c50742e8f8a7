package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
)

// QuickSteps is how many steps a quick report trains.
const QuickSteps = 64

// Config says what is reported. Data, Out, Base and Shipped are required.
type Config struct {
	Data *dataset.CoSQA
	Out  string
	// Base is a folder with float32 weights, with which the notebook's story
	// begins.
	Base string
	// Shipped is the model in use.
	Shipped *hunch.Model
	// Trained is a folder with a model to take for the fine-tuned one; "" trains
	// one, or takes the one that an earlier run of the same report trained.
	Trained string
	Quick   bool
	// ChangedData takes data that are not upstream's.
	ChangedData bool
	Threads     int // 0 means one for each processor

	// Note, if not nil, is told what begins, in a line. Progress is told how much
	// of all work is done, and of what is being done, in units of its own.
	Note     func(string)
	Progress func(Progress)
}

// Progress is how far a report has come.
type Progress struct {
	Task        string
	Done, Total int           // of the task
	Share       float64       // of the whole report, 0 to 1
	Left        time.Duration // of the whole report; 0 if nobody can tell yet
}

// setNames are the sets in the order in which they are reported.
var setNames = []struct{ protocol, split, docstrings string }{
	{"webquery", "test", "kept"},
	{"webquery", "test", "stripped"},
	{"webquery-dedup", "test", "kept"},
	{"cosqa", "dev", "kept"},
	{"cosqa", "test", "kept"},
	{"coir", "test", "kept"},
}

// hasHNSW are the sets that are ranked by a graph, too.
func hasHNSW(s *Set) bool {
	return s.Docstrings == "kept" && (s.Protocol == "webquery" || s.Protocol == "cosqa" && s.Split == "test")
}

// liveQuestions are our own, so that a page can show them with any data.
var liveQuestions = []string{
	"read a json file into a dictionary",
	"sort a list of dictionaries by one of their keys",
	"check whether a string is a valid email address",
}

// runner computes a report.
type runner struct {
	Config
	state  state
	report *Report
	tasks  []*dataset.Task // of report.Sets
	texts  *dataset.Task   // of the live queries: the distinct functions
	clock  clock
	// units are the results of each model on each set, with their queries'.
	units map[string]*unit
}

// unit is what one model does on one set.
type unit struct {
	Evaluation *hunch.Evaluation `json:"evaluation"`
	Per        []eval.Metrics    `json:"per_query"`
	HNSW       *hunch.Evaluation `json:"hnsw,omitempty"`
	Found      []hunch.Found     `json:"found"` // the first documents of each query
	// TREC has the files that were written beside, with their SHA-256.
	TREC map[string]string `json:"trec"`
}

const (
	shownDepth = 3   // documents of a query that examples may show
	runDepth   = 100 // of a query in the files of TREC
)

// Run computes what is not there yet, and writes the report into its folder.
func Run(ctx context.Context, c Config) (*Report, error) {
	began := time.Now()
	s, err := openState(c.Out)
	if err != nil {
		return nil, err
	}
	r := &runner{Config: c, state: s, units: map[string]*unit{}}
	if r.Note == nil {
		r.Note = func(string) {}
	}
	commit, modified := builtFrom()
	r.report = &Report{
		Schema: 1, Version: hunch.Version,
		Seeds: Seeds{Bootstrap: hunch.EvaluationSeed, Permutations: hunch.EvaluationSeed, HNSW: hunch.EvaluationSeed},
		Run:   RunInfo{Commit: commit, Modified: modified, Go: goVersion(), Machine: thisMachine(c.Threads), Seconds: map[string]float64{}},
	}
	for _, step := range []func(context.Context) error{r.readData, r.baseline, r.finetuned, r.shipped} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	if err := r.summarize(); err != nil {
		return nil, err
	}
	r.report.Run.Made = time.Now().UTC().Format(time.RFC3339)
	if err := r.write(); err != nil {
		return nil, err
	}
	s.sweep(began)
	return r.report, nil
}

// readData reads and hashes all data before any work.
func (r *runner) readData(context.Context) error {
	files, err := r.Data.Files()
	if err != nil {
		return err
	}
	var changed []string
	for _, f := range files {
		if !f.Upstream {
			changed = append(changed, f.Name)
		}
	}
	r.report.Data, r.report.DataChanged = files, len(changed) > 0
	if len(changed) > 0 && !r.ChangedData {
		// One that cannot even be read has more to say.
		for _, n := range setNames {
			if _, err := r.Data.Task(n.protocol, n.split); err != nil {
				return err
			}
		}
		return fmt.Errorf("not what CoSQA's authors publish: %s; figures would compare with no others (hunch data pull cosqa gets them, --changed-data goes on)", strings.Join(changed, ", "))
	}
	for _, n := range setNames {
		t, err := r.Data.Task(n.protocol, n.split)
		if err != nil {
			return err
		}
		if n.protocol == "cosqa" {
			r.texts = t
		}
		if n.docstrings == "stripped" {
			t = t.StripDocstrings()
		}
		ceiling, err := hunch.Ceiling(t)
		if err != nil {
			return err
		}
		distinct, _ := dataset.Distinct(t.Queries)
		r.tasks = append(r.tasks, t)
		r.report.Sets = append(r.report.Sets, &Set{
			Protocol: n.protocol, Split: n.split, Docstrings: n.docstrings, Queries: len(t.Queries), Distinct: len(distinct),
			Corpus: len(t.Corpus), Data: t.Hash(), Ceiling: ceiling,
		})
	}
	return r.plan()
}

// baseline is parts 1 and 2: the base model's index, live queries and figures.
func (r *runner) baseline(ctx context.Context) error {
	m, err := hunch.OpenModel(r.Base, "fp32")
	if err != nil {
		return err
	}
	r.addModel(Base, m, "")
	e := r.evaluator(m)
	r.Note("part 1 of 3: index and live queries")
	if err := r.live(ctx, e); err != nil {
		return err
	}
	for i, s := range r.report.Sets {
		if hasHNSW(s) {
			if err := r.index(ctx, e, i); err != nil {
				return err
			}
		}
	}
	r.Note("part 2 of 3: the base model on every protocol")
	return r.measure(ctx, Base, e)
}

func (r *runner) shipped(ctx context.Context) error {
	r.addModel(Shipped, r.Shipped, "the model in use")
	r.Note("part 3 of 3: the shipped model beside both")
	return r.measure(ctx, Shipped, r.evaluator(r.Shipped))
}

func (r *runner) addModel(role string, m *hunch.Model, note string) {
	i := m.Info()
	r.report.Models = append(r.report.Models, Model{
		role, i.Name, i.Fingerprint, i.Weights, i.Precision, i.Dim, i.Layers, i.Heads, i.Intermediate, i.Vocabulary, i.MaxTokens, i.Pooling, i.Bytes, note,
	})
}

func (r *runner) evaluator(m *hunch.Model) *hunch.Evaluator {
	return &hunch.Evaluator{Model: m, Threads: r.Threads, Progress: r.clock.embedded}
}

// live asks our own questions of the distinct functions.
func (r *runner) live(ctx context.Context, e *hunch.Evaluator) error {
	m := r.report.model(Base)
	key := keyOf("live", m.Fingerprint, m.Precision, r.texts.Hash(), liveQuestions)
	r.clock.begin("live queries", len(r.texts.Corpus))
	list, seconds, _, err := once(r.state, "live", key, func() ([]Live, error) {
		var list []Live
		for _, question := range liveQuestions {
			found, err := e.Nearest(ctx, question, r.texts.Corpus, 3)
			if err != nil {
				return nil, err
			}
			l := Live{Question: question}
			for _, f := range found {
				l.Hits = append(l.Hits, Hit{Document: f.Document + 1, Cosine: f.Score})
			}
			list = append(list, l)
		}
		return list, nil
	})
	if err != nil {
		return err
	}
	for i := range list {
		for j := range list[i].Hits {
			h := &list[i].Hits[j]
			h.code = r.texts.Corpus[h.Document-1]
		}
	}
	r.report.Live, r.report.Run.Seconds["live queries"] = list, seconds
	return nil
}

func (r *runner) index(ctx context.Context, e *hunch.Evaluator, at int) error {
	s, t, m := r.report.Sets[at], r.tasks[at], r.report.model(Base)
	name := "index of " + s.Name()
	r.clock.begin(name, 0)
	f, seconds, _, err := once(r.state, fileName(name), keyOf("index", m.Fingerprint, m.Precision, s.Data), func() (*hunch.IndexFigures, error) {
		return e.IndexFigures(ctx, t)
	})
	if err != nil {
		return err
	}
	r.report.Run.Seconds[name] = seconds
	r.report.Index = append(r.report.Index, Index{s.Protocol, s.Split, s.Queries, f})
	return nil
}

// measure evaluates a model on every set.
func (r *runner) measure(ctx context.Context, role string, e *hunch.Evaluator) error {
	m := r.report.model(role)
	for i, s := range r.report.Sets {
		t, name := r.tasks[i], role+" on "+s.Name()
		r.clock.begin(name, 0)
		key := keyOf("unit", m.Fingerprint, m.Precision, s.Data)
		compute := func() (*unit, error) { return r.compute(ctx, e, s, t, role) }
		u, seconds, known, err := once(r.state, fileName(name), key, compute)
		if err == nil && known && !r.hasTREC(u) {
			if err = r.state.forget(fileName(name)); err == nil {
				u, seconds, _, err = once(r.state, fileName(name), key, compute)
			}
		}
		if err != nil {
			return err
		}
		if err := u.Evaluation.Restore(t, u.Per); err != nil {
			return err
		}
		r.report.Run.Seconds[name] = seconds
		r.units[role+" "+s.Name()] = u
		s.Results = append(s.Results, Result{role, "exact", u.Evaluation.Metrics, u.Evaluation.CI95, rankBins(u.Found)})
		if u.HNSW != nil {
			s.Results = append(s.Results, Result{role, "hnsw", u.HNSW.Metrics, u.HNSW.CI95, nil})
		}
	}
	return nil
}

// compute evaluates, and writes the files of TREC beside.
func (r *runner) compute(ctx context.Context, e *hunch.Evaluator, s *Set, t *dataset.Task, role string) (*unit, error) {
	u := new(unit)
	var err error
	e.Approximate = false
	if u.Evaluation, err = e.Evaluate(ctx, t); err != nil {
		return nil, err
	}
	u.Evaluation.Docstring = s.Docstrings
	u.Per = u.Evaluation.Figures()
	if hasHNSW(s) {
		e.Approximate = true
		u.HNSW, err = e.Evaluate(ctx, t)
		if e.Approximate = false; err != nil {
			return nil, err
		}
	}
	run := eval.Run{}
	err = e.Find(ctx, t, runDepth, func(q int, f hunch.Found) error {
		hunch.AddToRun(run, q, f)
		f.Best = f.Best[:min(len(f.Best), shownDepth)]
		u.Found = append(u.Found, f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	qrels, ranking := "trec/"+fileName(s.Name())+".qrels", "trec/"+fileName(s.Name()+" "+role)+".run"
	if err = r.state.write(qrels, func(w io.Writer) error { return hunch.WriteTaskQrels(w, t) }); err != nil {
		return nil, err
	}
	if err = r.state.write(ranking, func(w io.Writer) error { return eval.WriteRun(w, run, "hunch-"+role) }); err != nil {
		return nil, err
	}
	u.TREC = map[string]string{qrels: r.state.sumOf(qrels), ranking: r.state.sumOf(ranking)}
	return u, nil
}

// hasTREC says whether the files that were written with a unit are still there.
func (r *runner) hasTREC(u *unit) bool {
	for name, sum := range u.TREC {
		if r.state.sumOf(name) != sum {
			return false
		}
	}
	return true
}

func fileName(name string) string {
	return strings.NewReplacer(", ", "-", " ", "-").Replace(name)
}

func rankBins(found []hunch.Found) []int {
	bins := make([]int, len(RankBins)+1)
	for _, f := range found {
		at, _ := slices.BinarySearch(RankBins, int(f.Rank+0.5))
		bins[at]++
	}
	return bins
}

// summarize is what needs the figures of several models.
func (r *runner) summarize() error {
	for _, pair := range [][2]string{{Base, Tuned}, {Base, Shipped}, {Tuned, Shipped}} {
		var family []*hunch.Comparison // each pair is a question of its own
		for _, s := range r.report.Sets {
			a, b := r.units[pair[0]+" "+s.Name()], r.units[pair[1]+" "+s.Name()]
			if a == nil || b == nil {
				return errors.New("a model was not measured on every set")
			}
			c, err := hunch.Compare(a.Evaluation, b.Evaluation)
			if err != nil {
				return err
			}
			c.A.Name, c.B.Name = pair[0], pair[1]
			family = append(family, c)
		}
		hunch.Correct(family)
		r.report.Comparisons = append(r.report.Comparisons, family...)
	}
	r.report.Notebook = r.beside()
	r.examples()
	return nil
}
