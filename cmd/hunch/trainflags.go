package main

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/hunch-search/hunch"
)

// trainFlags are what all kinds of training share.
type trainFlags struct {
	recipe    hunch.Recipe
	base, out string
	memory    float64 // in GiB
	negatives int     // to mine for a pair
	resume    bool
	// In steps.
	evalEvery, checkpointEvery int
	json                       bool
}

func (f *trainFlags) register(flags *pflag.FlagSet) {
	r := &f.recipe
	flags.IntVar(&r.Epochs, "epochs", 1, "`number` of passes over the pairs")
	flags.IntVar(&r.Batch, "batch", 32, "`pairs` of a step; each query is told from all others' code")
	flags.Float64Var(&r.LR, "lr", 2e-5, "learning `rate` at its peak")
	flags.Float64Var(&r.Warmup, "warmup", 0.1, "`share` of the steps in which the rate rises, before it falls linearly")
	flags.Float64Var(&r.Scale, "scale", 20, "what cosines are multiplied with: 1/temperature")
	flags.BoolVar(&r.Symmetric, "symmetric", false, "find each code's query, too")
	flags.Float64Var(&r.AverageFrom, "average-from", 0, "`share` of the steps after which the weights are averaged; 0 for the last")
	flags.IntVar(&f.negatives, "negatives", 0, "`number` of hard negatives to find for each pair without a repository, by the base model")
	flags.Float64Var(&r.Keep, "keep", 0, "`share` of the base model's weights in the result, which is the mean of both")
	flags.BoolVar(&r.BF16, "bf16", false, "multiply in bfloat16, two to three times as fast on processors with AMX (Intel Sapphire Rapids and later)")
	flags.Float64Var(&f.memory, "memory", 1, "`GiB` for a batch; one that needs more (MiniLM: 0.09 for 1,000 tokens) is in part computed twice, to the same result")
	flags.Uint64Var(&r.Seed, "seed", 1, "of the pairs' order, of dropout and of the negatives found")
	flags.StringVar(&f.base, "base", "", "model with float32 weights to begin with, a `folder` or a pulled model's name (default: the one in use; hunch's own is widened)")
	flags.StringVar(&f.out, "out", "", "new model `folder` (default: one in the folder output, named by kind and time)")
	flags.BoolVar(&f.resume, "resume", false, "go on with the training of --out that was interrupted")
	flags.IntVar(&f.checkpointEvery, "checkpoint-every", 100, "keep the state after every so many `steps`")
}

// registerEval adds the flags of those that measure what they train.
func (f *trainFlags) registerEval(flags *pflag.FlagSet) {
	flags.BoolVar(&f.json, "json", false, "print one JSON object")
	flags.IntVar(&f.evalEvery, "eval-every", 0, "evaluate after every so many `steps`, too")
}

// check finds, before any work, what nobody can mean, and makes the recipe what
// it says: to a Recipe, 0 is the usual value.
func (f *trainFlags) check() error {
	r := &f.recipe
	for _, v := range []struct {
		flag  string
		value any
		ok    bool
		want  string
	}{
		{"epochs", r.Epochs, r.Epochs >= 1, "1 or more"},
		{"batch", r.Batch, r.Batch >= 1, "1 or more"},
		{"lr", r.LR, r.LR > 0 && r.LR <= 1, "more than 0, at most 1"},
		{"warmup", r.Warmup, r.Warmup >= 0 && r.Warmup <= 1, "0 to 1"},
		{"scale", r.Scale, r.Scale > 0, "more than 0"},
		{"average-from", r.AverageFrom, r.AverageFrom >= 0 && r.AverageFrom <= 1, "0 to 1"},
		{"negatives", f.negatives, f.negatives >= 0 && f.negatives <= hunch.MostNegatives, fmt.Sprintf("0 to %d", hunch.MostNegatives)},
		{"keep", r.Keep, r.Keep >= 0 && r.Keep < 1, "0 or more, less than 1"},
		{"memory", f.memory, f.memory > 0 && f.memory <= 1e6, "more than 0, at most a million"},
		{"checkpoint-every", f.checkpointEvery, f.checkpointEvery >= 1, "1 or more"},
		{"eval-every", f.evalEvery, f.evalEvery >= 0, "1 or more, or 0 for the end alone"},
	} {
		if !v.ok {
			return fmt.Errorf("--%s is %v, want %s", v.flag, v.value, v.want)
		}
	}
	if f.out == "" && f.resume {
		return errors.New("--resume needs --out, the folder of the training to go on with")
	}
	if r.Warmup == 0 {
		r.Warmup = -1
	}
	_, err := r.Meant()
	return err
}

// checkPairs finds pairs from which nothing is learned by the recipe.
func (f *trainFlags) checkPairs(pairs []hunch.TrainingPair) error {
	most, negatives := min(f.recipe.Batch, len(pairs)), false
	for _, p := range pairs {
		negatives = negatives || len(p.Negatives) > 0
	}
	steps := f.recipe.Epochs * ((len(pairs) + f.recipe.Batch - 1) / f.recipe.Batch)
	switch {
	case most < 2 && !negatives:
		return errors.New("one pair alone in a batch teaches nothing: there is no other code to tell its own from")
	case steps == 1 && f.recipe.Warmup > 0:
		return fmt.Errorf("%s in batches of %s are a single step, which the warm-up begins at a rate of 0: take more --epochs, a smaller --batch or --warmup 0",
			count(len(pairs), "pair"), thousands(f.recipe.Batch))
	}
	return nil
}
