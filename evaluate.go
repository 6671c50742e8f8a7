package hunch

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"time"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
	"github.com/hunch-search/hunch/internal/model"
	"github.com/hunch-search/hunch/internal/simd"
)

// Evaluation is how well a model does on one protocol. Its JSON form is stable.
type Evaluation struct {
	Schema    int    `json:"schema"`
	Protocol  string `json:"protocol"`
	Split     string `json:"split"`
	Docstring string `json:"docstrings"` // "kept" or "stripped"
	Model     string `json:"model"`
	// Fingerprint is a hash of all that decides a vector of the model.
	Fingerprint string `json:"fingerprint"`
	Precision   string `json:"precision"`
	Ranking     string `json:"ranking"` // "exact" or "hnsw"
	Queries     int    `json:"queries"`
	Corpus      int    `json:"corpus"`
	// Data is a hash of queries, corpus and right answers: figures with the same
	// compare.
	Data    string       `json:"data_sha256"`
	Metrics eval.Metrics `json:"metrics"`
	// CI95 is nil for fewer than two distinct queries, which tell nothing of others.
	CI95    *eval.Intervals `json:"ci95"`
	Seconds float64         `json:"seconds"`

	per    []eval.Metrics // of each query
	groups []int
	texts  []string // of the queries
}

// Gain is by how much e is better than an evaluation of another model on the
// same task, and the 95% intervals of that: one that does not hold 0 tells that
// the difference is hardly chance. It draws queries with both of their figures,
// and so tells smaller differences than two intervals side by side. There are
// none for fewer than two distinct queries.
func (e *Evaluation) Gain(before *Evaluation) (eval.Metrics, *eval.Intervals, error) {
	gains, err := e.gains(before)
	if err != nil {
		return eval.Metrics{}, nil, err
	}
	return eval.Mean(gains), eval.Bootstrap(gains, e.groups, bootstrapSamples, bootstrapSeed), nil
}

// gains is the difference to an evaluation of the same task, query by query.
func (e *Evaluation) gains(before *Evaluation) ([]eval.Metrics, error) {
	if len(e.per) != len(before.per) || e.Protocol != before.Protocol || e.Split != before.Split || e.Data != before.Data {
		return nil, fmt.Errorf("%s %s and %s %s are not the same queries", e.Protocol, e.Split, before.Protocol, before.Split)
	}
	gains := make([]eval.Metrics, len(e.per))
	for i := range gains {
		gains[i] = e.per[i].Minus(before.per[i])
	}
	return gains, nil
}

// The parameters of bootstrap and permutations are fixed, so that the same
// ranking always gives the same interval.
const (
	bootstrapSamples = 10_000
	permutations     = 10_000
	bootstrapSeed    = EvaluationSeed
)

// EvaluationSeed draws the samples of intervals, the signs of permutations and
// the levels of graphs in all evaluations.
const EvaluationSeed = 42

// Evaluator scores a model on labelled data. It embeds each text once, however
// many protocols share it.
type Evaluator struct {
	Model   *Model
	Threads int // 0 means one for each processor
	// Approximate ranks by an HNSW graph over int8 vectors instead, to its first
	// 100 documents: what it misses has rank infinity.
	Approximate bool
	// Progress, if not nil, is told how many of the texts of the task at hand
	// are embedded.
	Progress func(done, total int)

	vectors map[string][]float32 // of documents
	queries map[string][]float32
}

// Evaluate ranks the task's whole corpus for each query by exact cosine of
// float32 vectors, unless Approximate is set.
func (e *Evaluator) Evaluate(ctx context.Context, t *dataset.Task) (*Evaluation, error) {
	start := time.Now()
	if err := e.embedTask(ctx, t); err != nil {
		return nil, err
	}
	judge, ranking := e.judge, "exact"
	if e.Approximate {
		judge, ranking = e.judgeApproximate, "hnsw"
	}
	per, err := judge(ctx, t)
	if err != nil {
		return nil, err
	}
	info := e.Model.Info()
	return &Evaluation{
		Schema: 1, Protocol: t.Protocol, Split: t.Split, Docstring: "kept",
		Model: info.Name, Fingerprint: info.Fingerprint, Precision: info.Precision, Ranking: ranking,
		Queries: len(t.Queries), Corpus: len(t.Corpus), Data: t.Hash(),
		Metrics: eval.Mean(per),
		CI95:    eval.Bootstrap(per, t.Groups, bootstrapSamples, bootstrapSeed),
		Seconds: time.Since(start).Seconds(),
		per:     per, groups: t.Groups, texts: t.Queries,
	}, nil
}

// embedTask embeds documents and queries, each in its own way: models may want
// another prompt before a query.
func (e *Evaluator) embedTask(ctx context.Context, t *dataset.Task) error {
	info := e.Model.Info()
	if info.QueryPrompt == info.DocumentPrompt {
		err := e.embed(ctx, t.Corpus, t.Queries)
		e.queries = e.vectors
		return err
	}
	if err := e.embed(ctx, t.Corpus); err != nil {
		return err
	}
	if e.queries == nil {
		e.queries = map[string][]float32{}
	}
	for _, text := range t.Queries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.queries[text] == nil {
			v, err := e.Model.EncodeQuery(text)
			if err != nil {
				return err
			}
			e.queries[text] = v
		}
	}
	return nil
}

// embed adds the vectors of texts that are not known yet.
func (e *Evaluator) embed(ctx context.Context, corpora ...[]string) error {
	if e.vectors == nil {
		e.vectors = map[string][]float32{}
	}
	var todo []string
	for _, texts := range corpora {
		for _, text := range texts {
			if _, ok := e.vectors[text]; !ok {
				e.vectors[text] = nil
				todo = append(todo, text)
			}
		}
	}
	done := 0
	err := model.Encode(ctx, e.Model, e.threads(), tagged(todo), func(text string, v model.Embedding) error {
		e.vectors[text] = v.Vector
		if done++; e.Progress != nil {
			e.Progress(done, len(todo))
		}
		return nil
	})
	if err != nil {
		e.vectors = nil // some are missing
	}
	return err
}

func tagged(texts []string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, text := range texts {
			if !yield(text, text) {
				return
			}
		}
	}
}

func (e *Evaluator) threads() int {
	if e.Threads <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return e.Threads
}

// judge scores every query. Copies of a text share one dot product, so that
// they tie exactly.
func (e *Evaluator) judge(ctx context.Context, t *dataset.Task) ([]eval.Metrics, error) {
	distinct, index := dataset.Distinct(t.Corpus)
	vectors := make([][]float32, len(distinct))
	for i, text := range distinct {
		vectors[i] = e.vectors[text]
	}
	once, scores := make([]float32, len(distinct)), make([]float32, len(t.Corpus))
	per := make([]eval.Metrics, len(t.Queries))
	for q, text := range t.Queries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		query := e.queries[text]
		for i, v := range vectors {
			once[i] = simd.Dot(query, v)
		}
		for i, at := range index {
			scores[i] = once[at]
		}
		per[q] = eval.Judge(scores, t.Relevant[q], eval.TieTolerance)
	}
	return per, nil
}
