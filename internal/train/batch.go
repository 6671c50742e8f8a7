package train

import (
	"fmt"
	"math/rand/v2"

	"github.com/hunch-search/hunch/internal/bert"
)

// Pair is a query and the code that answers it, as token ids with the special
// tokens.
type Pair struct {
	Query []int32
	Code  Code
	// Negatives are codes known not to answer the query, which compete with the
	// codes of the batch for all of its queries.
	Negatives []Code
}

// Code is a text to be found.
type Code struct {
	IDs []int32
	// Key tells codes apart: where a batch holds a code more than once, by equal
	// keys that are not empty, none counts against a query of another.
	Key string
}

func checkPairs(pairs []Pair, c bert.Config) error {
	if len(pairs) == 0 {
		return fmt.Errorf("no pairs to train on")
	}
	for i, p := range pairs {
		if err := c.CheckText(p.Query); err != nil {
			return fmt.Errorf("pair %d: query: %w", i, err)
		}
		if err := c.CheckText(p.Code.IDs); err != nil {
			return fmt.Errorf("pair %d: code: %w", i, err)
		}
		for j, n := range p.Negatives {
			if err := c.CheckText(n.IDs); err != nil {
				return fmt.Errorf("pair %d: negative %d: %w", i, j, err)
			}
		}
	}
	return nil
}

// order tells which pairs make the batch of a step.
type order struct {
	pairs, batch int
	seed         uint64

	epoch int // of perm
	perm  []int
}

func newOrder(pairs int, c Config) *order {
	return &order{pairs: pairs, batch: c.Batch, seed: c.Seed, epoch: -1}
}

func (o *order) stepsPerEpoch() int { return (o.pairs + o.batch - 1) / o.batch }

// done is how many pairs the first steps take together.
func (o *order) done(steps int) int {
	per := o.stepsPerEpoch()
	return steps/per*o.pairs + min(steps%per*o.batch, o.pairs)
}

// step returns the pairs of a step, counted from 0. Each epoch has an order of
// its own, and takes every pair once.
func (o *order) step(step int) []int {
	epoch, at := step/o.stepsPerEpoch(), step%o.stepsPerEpoch()*o.batch
	if epoch != o.epoch {
		o.epoch = epoch
		o.perm = rand.New(rand.NewPCG(o.seed, uint64(epoch))).Perm(o.pairs)
	}
	return o.perm[at:min(at+o.batch, o.pairs)]
}

// batch is what a step computes with: texts are the queries, then the
// candidates, of which the first are the queries' codes.
type batch struct {
	queries int
	texts   [][]int32
	keys    []string // of the candidates
}

func newBatch(pairs []Pair, chosen []int) batch {
	b := batch{queries: len(chosen)}
	for _, i := range chosen {
		b.texts = append(b.texts, pairs[i].Query)
	}
	for _, i := range chosen {
		b.add(pairs[i].Code)
	}
	for _, i := range chosen {
		for _, n := range pairs[i].Negatives {
			b.add(n)
		}
	}
	return b
}

func (b *batch) add(c Code) {
	b.texts = append(b.texts, c.IDs)
	b.keys = append(b.keys, c.Key)
}

// masked reports whether a candidate other than the query's code is the same
// code.
func (b *batch) masked(query, candidate int) bool {
	return b.keys[query] != "" && b.keys[query] == b.keys[candidate]
}
