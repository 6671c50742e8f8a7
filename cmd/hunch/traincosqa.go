package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/dataset"
)

type trainCoSQAFlags struct {
	trainFlags
	data   string
	strict bool
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
are part of the training split by the benchmark's design.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.trainCoSQA(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	f.register(flags)
	f.registerEval(flags)
	flags.StringVar(&f.data, "data", "", "`folder` with CoSQA's files (default: what hunch data pull cosqa downloaded)")
	flags.BoolVar(&f.strict, "strict", false, "leave out functions that are answers in the test sets")
	return cmd
}

func (a *app) trainCoSQA(ctx context.Context, f trainCoSQAFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	dir, err := cosqaDir(f.data)
	if err != nil {
		return err
	}
	data, err := dataset.OpenCoSQA(dir)
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
	t, done, err := a.newTraining(f.trainFlags, what, "finetuned_cosqa", pairs)
	if err != nil {
		return err
	}
	defer done()
	return t.measured(ctx, task, &card{License: "C-UDA 1.0"})
}

// measured trains, measures before and after on task, saves, and prints both.
func (t *training) measured(ctx context.Context, task *dataset.Task, card *card) error {
	base, err := t.trainer.Base.Untrained("fp32")
	if err != nil {
		return err
	}
	if card.Before, err = t.evaluate(ctx, base, task); err != nil {
		return err
	}
	t.note("before: %s", headline(card.Before))
	t.trainer.Evaluate = func(ctx context.Context, m *hunch.Model, step int) error {
		t.bar.stop()
		e, err := t.evaluate(ctx, m, task)
		if err != nil {
			return err
		}
		t.note("after step %s: %s", thousands(step), headline(e))
		card.After = e
		return nil
	}
	trained, err := t.run(ctx)
	if err != nil {
		return err
	}
	if t.onlyBetter && card.After.Metrics.MRR <= card.Before.Metrics.MRR {
		err = errors.Join(errNotBetter, os.Remove(t.trainer.Checkpoint))
	} else {
		err = t.save(trained, card)
	}
	if err != nil && !errors.Is(err, errNotBetter) {
		return err
	}
	rows, gainErr := metricRows(card.Before, card.After)
	if gainErr != nil {
		return gainErr
	}
	fmt.Fprintf(t.out, "%s %s, %s queries over %s texts, with 95%% intervals\n", task.Protocol, task.Split,
		thousands(len(task.Queries)), thousands(len(task.Corpus)))
	fmt.Fprintf(t.out, "  %-10s  %-24s  %-24s  %s\n", "", "before", "after", "gain")
	for _, row := range rows {
		fmt.Fprintf(t.out, "  %-10s  %-24s  %-24s  %s\n", row[0], row[1], row[2], row[3])
	}
	return err
}

func (t *training) evaluate(ctx context.Context, m *hunch.Model, task *dataset.Task) (*hunch.Evaluation, error) {
	bar := t.newProgress("evaluating", "texts")
	defer bar.stop()
	e := &hunch.Evaluator{Model: m, Threads: t.threads, Progress: bar.set}
	return e.Evaluate(ctx, task)
}

func headline(e *hunch.Evaluation) string {
	return fmt.Sprintf("%s %s Recall@10 %.4f, MRR %.4f, nDCG@10 %.4f", e.Protocol, e.Split, e.Metrics.RecallAt10, e.Metrics.MRR, e.Metrics.NDCGAt10)
}
