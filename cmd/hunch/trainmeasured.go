// Training between two measurements on the same queries, for which there are
// data in some trainings and in others not.

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
)

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
	} else if err = t.save(trained, card); err != nil {
		return err
	}
	return errors.Join(t.print(card, err == nil), err)
}

// trainReport is what --json prints; its fields are stable.
type trainReport struct {
	Schema  int               `json:"schema"`
	Model   string            `json:"model"` // the folder
	Saved   bool              `json:"saved"`
	Pairs   int               `json:"pairs"`
	Before  *hunch.Evaluation `json:"before"`
	After   *hunch.Evaluation `json:"after"`
	Gain    eval.Metrics      `json:"gain"`
	GainCI  *eval.Intervals   `json:"gain_ci95"`
	Seconds float64           `json:"seconds"`
}

// print writes the figures before and after.
func (t *training) print(card *card, saved bool) error {
	gain, interval, err := card.After.Gain(card.Before)
	if err != nil {
		return err
	}
	if t.flags.json {
		return writeJSON(t.out, trainReport{1, t.flags.out, saved, len(t.pairs), card.Before, card.After, gain, interval, time.Since(t.began).Seconds()})
	}
	e := card.After
	fmt.Fprintf(t.out, "%s %s, %s queries over %s texts, with 95%% intervals\n", e.Protocol, e.Split, thousands(e.Queries), thousands(e.Corpus))
	fmt.Fprintf(t.out, "  %-10s  %-24s  %-24s  %s\n", "", "before", "after", "gain")
	for _, row := range metricRows(card.Before, card.After, gain, interval) {
		fmt.Fprintf(t.out, "  %-10s  %-24s  %-24s  %s\n", row[0], row[1], row[2], row[3])
	}
	if interval != nil && interval.MRR[0] <= 0 && interval.MRR[1] >= 0 {
		t.note("the interval of the gain in MRR holds 0: these queries are too few to tell whether the model is better")
	}
	return nil
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
