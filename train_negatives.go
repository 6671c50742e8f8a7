package hunch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/simd"
)

// The negatives of a pair are drawn from these ranks, counted from 0, of the codes
// that answer other queries: those before are too often right answers that nobody
// has labelled.
const (
	firstNegative = 5
	endNegatives  = 25

	// MostNegatives is how many can be mined for a pair.
	MostNegatives = endNegatives - firstNegative
)

// negativesStream makes the draw another than those of the batches.
const negativesStream = 1 << 32

// MineNegatives returns pairs with up to count hard negatives more for each that
// names no repository (the batches of those that do hold what is like them
// already), and how many that are in all. They are codes of such pairs, drawn by
// Recipe.Seed from the 6th to 25th in m's ranking of those that no pair has as an
// answer to the query. Of six codes or fewer there are none.
func (t *Trainer) MineNegatives(ctx context.Context, m *Model, pairs []TrainingPair, count int) (out []TrainingPair, mined int, err error) {
	if count < 0 || count > MostNegatives {
		return nil, 0, fmt.Errorf("%d negatives for a pair, want 0 to %d", count, MostNegatives)
	}
	p, err := t.newMiner(ctx, m, pairs)
	if err != nil {
		return nil, 0, err
	}
	r := rand.New(rand.NewPCG(t.Recipe.Seed, negativesStream))
	out = slices.Clone(pairs)
	for i := range out {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if out[i].Repo != "" {
			continue
		}
		near := p.near(&out[i])
		r.Shuffle(len(near), func(i, j int) { near[i], near[j] = near[j], near[i] })
		near = near[:min(count, len(near))]
		mined += len(near)
		for _, code := range near {
			out[i].Negatives = append(slices.Clip(out[i].Negatives), p.codes[code])
		}
	}
	return out, mined, nil
}

// miner holds what negatives are drawn from: the codes of pairs that name no
// repository.
type miner struct {
	codes   []string
	number  map[string]int       // of a code
	right   map[string][]int     // the codes that answer a query
	queries map[string][]float32 // their embeddings
	packed  *simd.Packed         // those of the codes
	scores  []float32            // of a query
}

func (t *Trainer) newMiner(ctx context.Context, m *Model, pairs []TrainingPair) (*miner, error) {
	p := &miner{number: map[string]int{}, right: map[string][]int{}}
	var queries []string
	for _, pair := range pairs {
		if pair.Repo != "" {
			continue
		}
		queries = append(queries, pair.Query)
		if _, ok := p.number[pair.Code]; !ok {
			p.number[pair.Code] = len(p.codes)
			p.codes = append(p.codes, pair.Code)
		}
	}
	for _, pair := range pairs {
		if n, ok := p.number[pair.Code]; ok {
			p.right[pair.Query] = append(p.right[pair.Query], n)
		}
	}
	e := &Evaluator{Model: m, Threads: t.Threads, Progress: t.Embedded}
	if err := e.embedTask(ctx, &dataset.Task{Queries: queries, Corpus: p.codes}); err != nil {
		return nil, err
	}
	var vectors []float32
	for _, code := range p.codes {
		vectors = append(vectors, e.vectors[code]...)
	}
	p.packed = simd.Pack(vectors, len(p.codes), m.Dim(), m.Dim())
	p.queries, p.scores = e.queries, make([]float32, len(p.codes))
	return p, nil
}

// near returns the codes in the ranks of negatives for a pair, the nearest first,
// without those that it has.
func (m *miner) near(pair *TrainingPair) []int {
	q := m.queries[pair.Query]
	simd.Gemm(m.scores, len(m.scores), q, len(q), 1, m.packed, nil)
	var near []int // the first endNegatives
	for code, score := range m.scores {
		full := len(near) == endNegatives
		if full && score <= m.scores[near[endNegatives-1]] || slices.Contains(m.right[pair.Query], code) {
			continue
		}
		at, _ := slices.BinarySearchFunc(near, score, func(n int, s float32) int {
			if m.scores[n] >= s { // equal ones stay in their order
				return -1
			}
			return 1
		})
		if full {
			near = near[:endNegatives-1]
		}
		near = slices.Insert(near, at, code)
	}
	near = near[min(firstNegative, len(near)):]
	return slices.DeleteFunc(near, func(code int) bool { return slices.Contains(pair.Negatives, m.codes[code]) })
}
