package train

import (
	"fmt"
	"math"
)

// Config is the recipe: all that decides the result besides weights and pairs.
// A field that is zero takes its default, which is in sum the usual recipe of
// sentence-transformers; a negative number switches off what can be.
type Config struct {
	Epochs int     // passes over all pairs; 1
	Batch  int     // pairs of a step, the last of an epoch may have fewer; 32
	LR     float64 // learning rate at its peak; 2e-5
	Warmup float64 // share of the steps in which it rises to that, before it falls linearly to 0; 0.1
	// WeightDecay is AdamW's, on all but norms and biases; 0.01.
	WeightDecay float64
	Clip        float64 // largest norm of all gradients together; 1
	Dropout     float64 // share of values dropped, as in BERT's pre-training; 0.1

	Scale     float64 // what cosines are multiplied with in the loss, 1/temperature; 20
	Symmetric bool    // also find each code's query among all queries

	// AverageFrom is the share of all steps after which averaging begins: the
	// result is then the mean of the weights after every AverageEvery-th step
	// from there on (Izmailov et al. 2018, "Averaging Weights Leads to Wider
	// Optima"). 0 is no averaging; AverageEvery 0 is every step.
	AverageFrom  float64
	AverageEvery int

	// Keep is the share of the weights before the training in those that come
	// out, the mean of both: it keeps of what the model could do elsewhere, for
	// a part of what it learned (Wortsman et al. 2022, "Robust fine-tuning of
	// zero-shot models").
	Keep float64

	// BF16 rounds both sides of the products of linear layers, forward and back,
	// to bfloat16; sums, weights and all else stay float32. It is faster where
	// [simd.HasBF16], and another result everywhere.
	BF16 bool `json:",omitempty"` // which checkpoints of before lack

	Seed uint64 // of the order of the pairs and of dropout
}

// Meant returns c as it is meant: without zeros that stand for a default, and
// with 0 for what is switched off. What is out of range is an error.
func (c Config) Meant() (Config, error) {
	c.Epochs = defaultTo(c.Epochs, 1)
	c.Batch = defaultTo(c.Batch, 32)
	c.LR = defaultTo(c.LR, 2e-5)
	c.Warmup = offBelow0(defaultTo(c.Warmup, 0.1))
	c.WeightDecay = offBelow0(defaultTo(c.WeightDecay, 0.01))
	c.Clip = offBelow0(defaultTo(c.Clip, 1))
	c.Dropout = offBelow0(defaultTo(c.Dropout, 0.1))
	c.Scale = defaultTo(c.Scale, 20)
	c.AverageEvery = defaultTo(c.AverageEvery, 1)
	return c, c.check()
}

func (c Config) check() error {
	for _, v := range []struct {
		name            string
		value, from, to float64
	}{
		{"epochs", float64(c.Epochs), 1, 1e6},
		{"batch", float64(c.Batch), 1, 1e6},
		{"learning rate", c.LR, 0, 1},
		{"warm-up", c.Warmup, 0, 1},
		{"weight decay", c.WeightDecay, 0, 1},
		{"clip", c.Clip, 0, math.MaxFloat32},
		{"dropout", c.Dropout, 0, 0.9},
		{"scale", c.Scale, 0, 1e6},
		{"average from", c.AverageFrom, 0, 1},
		{"share of the weights to keep", c.Keep, 0, 1},
		{"average every", float64(c.AverageEvery), 1, 1e9},
	} {
		if !(v.value >= v.from && v.value <= v.to) { // NaN is outside
			return fmt.Errorf("%s is %v, want %v to %v", v.name, v.value, v.from, v.to)
		}
	}
	return nil
}

func defaultTo[T int | float64](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}

func offBelow0(v float64) float64 {
	if v < 0 {
		return 0
	}
	return v
}
