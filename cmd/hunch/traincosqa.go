package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
)

type trainCoSQAFlags struct {
	trainFlags
	data        string
	strict      bool
	distractors int // for a pair
	pairs       string
}

func (a *app) trainCoSQACommand() *cobra.Command {
	var f trainCoSQAFlags
	cmd := &cobra.Command{
		Use:   "cosqa",
		Short: "Train on CoSQA's pairs: web queries and Python functions",
		Long: `cosqa trains on the 9,014 pairs of CoSQA's training split that were judged right and
whose query is not one of WebQueryTest's, and measures on the 500 queries of the dev
split before and after. The defaults are one epoch as the notebook had it.

--strict also leaves out the functions that answer a query of the test sets, which
are part of the training split by the benchmark's design. --distractors adds to each
pair functions of the split that were judged to answer none of its queries, as
negatives. --pairs adds pairs of your own, in the form that hunch train pairs takes.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.trainCoSQA(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	f.register(flags)
	f.registerEval(flags)
	flags.StringVar(&f.data, "data", "", "`folder` with CoSQA's files (default: what hunch data pull cosqa downloaded)")
	flags.BoolVar(&f.strict, "strict", false, "leave out functions that are answers in the test sets")
	flags.IntVar(&f.distractors, "distractors", 0, "`number` of functions for each of CoSQA's pairs, drawn from those that answer none, as negatives")
	flags.StringVar(&f.pairs, "pairs", "", "`file` of more pairs to train on")
	return cmd
}

func (a *app) trainCoSQA(ctx context.Context, f trainCoSQAFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	if err := f.checkDistractors(); err != nil {
		return err
	}
	data, err := openCoSQA(f.data)
	if err != nil {
		return err
	}
	rows, err := data.Training(f.strict)
	if err != nil {
		return err
	}
	task, err := data.Task("cosqa", "dev")
	if err != nil {
		return err
	}
	a.note("left out: %s with a query of WebQueryTest", count(rows.WithTestQuery, "row"))
	what := "CoSQA, training split"
	if f.strict {
		a.note("left out: %s with a function of the test sets", count(rows.WithTestCode, "row"))
		what += " without the test sets' functions"
	}
	var pairs []hunch.TrainingPair
	for _, p := range rows.Pairs {
		if p.Answers {
			pairs = append(pairs, hunch.TrainingPair{Query: p.Query, Code: p.Code})
		}
	}
	if f.distractors > 0 {
		codes := rows.Distractors()
		addDistractors(pairs, codes, f.distractors, f.recipe.Seed)
		what += fmt.Sprintf(", with %d of %s that answer none as negatives of each pair", f.distractors, count(len(codes), "function"))
	}
	if f.pairs != "" {
		more, err := a.openPairs(f.pairs, f.data)
		if err != nil {
			return err
		}
		what += fmt.Sprintf(" (%s), and %s", count(len(pairs), "pair"), filepath.Base(f.pairs))
		pairs = append(pairs, more...)
	}
	t, done, err := a.newTraining(f.trainFlags, what, "finetuned_cosqa", pairs)
	if err != nil {
		return err
	}
	defer done()
	return t.measured(ctx, task, &card{License: "C-UDA 1.0"})
}

func (f *trainCoSQAFlags) checkDistractors() error {
	switch {
	case f.distractors < 0 || f.distractors > hunch.MostNegatives:
		return fmt.Errorf("--distractors is %d, want 0 to %d", f.distractors, hunch.MostNegatives)
	case f.distractors > 0 && f.strict:
		return errors.New("--distractors and --strict exclude each other: by the functions that are missing a model would learn what answers the tests")
	}
	return nil
}

// distractorsStream makes the draw another than those of the trainer.
const distractorsStream = 1 << 33

// addDistractors deals each pair n of the codes, or all if there are fewer, none
// twice: from a shuffled pile, and from a new one when what is left is too little.
func addDistractors(pairs []hunch.TrainingPair, codes []string, n int, seed uint64) {
	r := rand.New(rand.NewPCG(seed, distractorsStream))
	n = min(n, len(codes))
	var pile []string
	for i := range pairs {
		if len(pile) < n {
			pile = slices.Clone(codes)
			r.Shuffle(len(pile), func(i, j int) { pile[i], pile[j] = pile[j], pile[i] })
		}
		pairs[i].Negatives = append(pairs[i].Negatives, pile[:n]...)
		pile = pile[n:]
	}
}
