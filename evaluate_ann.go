package hunch

import (
	"context"
	"math"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
	"github.com/hunch-search/hunch/internal/vector"
)

const (
	annDepth = 100 // results of a query, as deep as any cut-off of the metrics
	annSeed  = EvaluationSeed
)

// judgeApproximate scores every query by what a graph over the whole corpus,
// copies kept, finds for it: the set-up of the notebook that hunch began as.
// Which of several copies are found is then the graph's choice.
func (e *Evaluator) judgeApproximate(ctx context.Context, t *dataset.Task) ([]eval.Metrics, error) {
	graph, err := e.graph(ctx, t.Corpus)
	if err != nil {
		return nil, err
	}
	scores := make([]float32, len(t.Corpus))
	per := make([]eval.Metrics, len(t.Queries))
	for q, text := range t.Queries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		hits, err := graph.Search(e.queries[text], annDepth, 0, nil)
		if err != nil {
			return nil, err
		}
		for i := range scores {
			scores[i] = float32(math.NaN()) // ranks behind every number
		}
		for _, h := range hits {
			scores[h.Row] = float32(h.Score)
		}
		per[q] = eval.Judge(scores, t.Relevant[q], eval.TieTolerance)
	}
	return per, nil
}

func (e *Evaluator) graph(ctx context.Context, corpus []string) (*vector.HNSW, error) {
	m, err := e.quantized(corpus)
	if err != nil {
		return nil, err
	}
	return vector.BuildHNSW(ctx, m, vector.HNSWConfig{Seed: annSeed}, e.threads(), nil)
}
