package train

import (
	"fmt"
	"math/rand/v2"
	"slices"

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
	// Group names what the code is part of, such as its repository. Pairs of one
	// group share batches as far as they fill them: to tell a code from those
	// beside it is harder than from those of elsewhere, and is what a search does.
	Group string
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
	groups []int // of each pair
	count  int   // of groups
	batch  int
	seed   uint64

	epoch int // of perm
	perm  []int
}

func newOrder(pairs []Pair, c Config) *order {
	o := &order{groups: make([]int, len(pairs)), batch: c.Batch, seed: c.Seed, epoch: -1}
	numbers := map[string]int{}
	for i, p := range pairs {
		n, ok := numbers[p.Group]
		if !ok {
			n = len(numbers)
			numbers[p.Group] = n
		}
		o.groups[i] = n
	}
	o.count = len(numbers)
	return o
}

func (o *order) stepsPerEpoch() int { return (len(o.groups) + o.batch - 1) / o.batch }

// done is how many pairs the first steps take together.
func (o *order) done(steps int) int {
	per := o.stepsPerEpoch()
	return steps/per*len(o.groups) + min(steps%per*o.batch, len(o.groups))
}

// step returns the pairs of a step, counted from 0. Each epoch has an order of
// its own, and takes every pair once.
func (o *order) step(step int) []int {
	epoch, at := step/o.stepsPerEpoch(), step%o.stepsPerEpoch()*o.batch
	if epoch != o.epoch {
		o.epoch, o.perm = epoch, o.shuffle(rand.New(rand.NewPCG(o.seed, uint64(epoch))))
	}
	return o.perm[at:min(at+o.batch, len(o.perm))]
}

// shuffle draws the order of an epoch. With several groups it is made of batches
// of one group each, in random order, of those that mix what was left of the
// groups among them, and at the end of what fills no batch.
func (o *order) shuffle(r *rand.Rand) []int {
	perm := r.Perm(len(o.groups))
	if o.count < 2 {
		return perm
	}
	var batches [][]int
	open := make([][]int, o.count)
	take := func(to *[]int, i int) {
		if *to = append(*to, i); len(*to) == o.batch {
			batches, *to = append(batches, *to), nil
		}
	}
	for _, i := range perm {
		take(&open[o.groups[i]], i)
	}
	var last []int
	rest := slices.Concat(open...)
	r.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	for _, i := range rest {
		take(&last, i)
	}
	r.Shuffle(len(batches), func(i, j int) { batches[i], batches[j] = batches[j], batches[i] })
	return append(slices.Concat(batches...), last...)
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
