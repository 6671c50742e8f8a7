package hunch

import (
	"context"
	"slices"
	"time"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/vector"
)

// IndexFigures tells what an index of a task's corpus is, copies kept, and what
// an approximate search of it costs and misses.
type IndexFigures struct {
	Vectors        int    `json:"vectors"`
	Dim            int    `json:"dim"`
	VectorBytes    int64  `json:"vector_bytes"`
	GraphBytes     int64  `json:"graph_bytes"`
	M              int    `json:"m"`
	EfConstruction int    `json:"ef_construction"`
	EfSearch       int    `json:"ef_search"`
	Seed           uint64 `json:"seed"`
	// Overlap is the share of the exact first ten that the graph finds among its
	// own, counted by scores, since copies stand for each other.
	Overlap float64 `json:"overlap@10"`
	// Measured times: these differ from run to run.
	BuildSeconds float64 `json:"build_seconds"`
	ExactMS      float64 `json:"exact_ms"` // of a query, the median
	GraphMS      float64 `json:"graph_ms"`
}

// IndexFigures builds the index that an approximate evaluation searches and runs
// the task's queries over it, both ways.
func (e *Evaluator) IndexFigures(ctx context.Context, t *dataset.Task) (*IndexFigures, error) {
	if err := e.embedTask(ctx, t); err != nil {
		return nil, err
	}
	start := time.Now()
	m, err := e.quantized(t.Corpus)
	if err != nil {
		return nil, err
	}
	graph, err := vector.BuildHNSW(ctx, m, vector.HNSWConfig{Seed: annSeed}, e.threads(), nil)
	if err != nil {
		return nil, err
	}
	c := graph.Config()
	f := &IndexFigures{
		Vectors: m.Len(), Dim: m.Dim, VectorBytes: int64(len(m.Data) + 4*len(m.Scales)), GraphBytes: graph.Size(),
		M: c.M, EfConstruction: c.EfConstruction, EfSearch: vector.DefaultEfSearch, Seed: annSeed,
		BuildSeconds: time.Since(start).Seconds(),
	}
	var exact, approximate []time.Duration
	for _, text := range t.Queries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		query := e.queries[text]
		start := time.Now()
		want, err := vector.Search(query, 10, nil, m)
		if err != nil {
			return nil, err
		}
		exact = append(exact, time.Since(start))
		start = time.Now()
		got, err := graph.Search(query, 10, 0, nil)
		if err != nil {
			return nil, err
		}
		approximate = append(approximate, time.Since(start))
		f.Overlap += overlap(want, got) / float64(len(t.Queries))
	}
	f.ExactMS, f.GraphMS = latencyOf(exact).P50, latencyOf(approximate).P50
	return f, nil
}

// overlap is the share of want that got has, by scores.
func overlap(want, got []vector.Hit) float64 {
	if len(want) == 0 {
		return 1
	}
	var left []float64
	for _, h := range got {
		left = append(left, h.Score)
	}
	found := 0
	for _, h := range want {
		if i := slices.Index(left, h.Score); i >= 0 {
			left = slices.Delete(left, i, i+1)
			found++
		}
	}
	return float64(found) / float64(len(want))
}

// quantized is the matrix of the corpus's vectors.
func (e *Evaluator) quantized(corpus []string) (vector.Matrix, error) {
	dim := e.Model.Dim()
	m := vector.Matrix{Dim: dim, Data: make([]int8, len(corpus)*dim), Scales: make([]float32, len(corpus))}
	for i, text := range corpus {
		scale, err := vector.Quantize(m.Row(i), e.vectors[text])
		if err != nil {
			return m, err
		}
		m.Scales[i] = scale
	}
	return m, nil
}
