package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hunch-search/hunch"
)

// trainFlags are what all kinds of training share.
type trainFlags struct {
	recipe    hunch.Recipe
	base, out string
	resume    bool
	// In steps.
	evalEvery, checkpointEvery int
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
	flags.Uint64Var(&r.Seed, "seed", 1, "of the pairs' order and of dropout")
	flags.StringVar(&f.base, "base", "", "float32 model `folder` to begin with (default: the model in use, widened if it is int8)")
	flags.StringVar(&f.out, "out", "", "new model `folder`")
	flags.BoolVar(&f.resume, "resume", false, "go on with the training of --out that was interrupted")
	flags.IntVar(&f.checkpointEvery, "checkpoint-every", 100, "keep the state after every so many `steps`")
	flags.IntVar(&f.evalEvery, "eval-every", 0, "evaluate after every so many `steps`, too")
}

func (a *app) trainCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Fine-tune a model on pairs of query and code",
		Long: `train fine-tunes a model by MultipleNegativesRanking loss: in each batch a query is
to be nearer to its own code than to the others'. It runs on the processor, writes a
model folder that hunch and sentence-transformers open, and begins with the model in
use. What was interrupted goes on with --resume, to the same weights.`,
	}
	cmd.AddCommand(a.trainCoSQACommand(), a.trainPairsCommand(), a.trainRepoCommand())
	return cmd
}

// training is a run of the trainer for the command line.
type training struct {
	*app
	flags   trainFlags
	data    string // what it learns from, for the card
	trainer hunch.Trainer
	bar     *progress
	began   time.Time

	onlyBetter bool // whether a model that did not get better is thrown away
}

// newTraining opens the base model. Call close.
func (a *app) newTraining(f trainFlags, data, defaultOut string) (*training, func(), error) {
	if f.out == "" && f.resume {
		return nil, nil, errors.New("--resume needs --out, the folder of the training to go on with")
	}
	f.out = cmp.Or(f.out, filepath.Join("output", defaultOut+"_"+time.Now().Format("20060102_150405")))
	if _, err := os.Stat(f.out); err == nil {
		return nil, nil, fmt.Errorf("%s is there already: name a new folder with --out", quotePath(f.out))
	}
	t := &training{app: a, flags: f, data: data, began: time.Now()}
	base, drop, err := a.openBase(f.base)
	if err != nil {
		return nil, nil, err
	}
	t.bar = a.newProgress("training", "pairs")
	t.trainer = hunch.Trainer{
		Base: base, Recipe: f.recipe, Threads: a.threads,
		Checkpoint: f.out + ".checkpoint", CheckpointEvery: f.checkpointEvery, Resume: f.resume, Progress: t.show,
		EvaluateEvery: f.evalEvery,
	}
	if err := t.checkCheckpoint(); err != nil {
		return nil, nil, errors.Join(err, base.Close())
	}
	return t, func() { t.bar.stop(); base.Close(); drop() }, nil
}

// checkCheckpoint keeps a begun training from being overwritten unasked.
func (t *training) checkCheckpoint() error {
	_, err := os.Stat(t.trainer.Checkpoint)
	switch {
	case err == nil && !t.flags.resume:
		return fmt.Errorf("%s is there: go on with it by --resume, or remove it", quotePath(t.trainer.Checkpoint))
	case err != nil && t.flags.resume:
		return fmt.Errorf("there is nothing to resume: %w", err)
	}
	return os.MkdirAll(filepath.Dir(t.flags.out), 0o755)
}

// openBase opens the folder to be trained: dir, or that of the model in use. Int8
// weights that the program holds are widened into a temporary folder, which drop
// removes.
func (a *app) openBase(dir string) (b *hunch.Base, drop func(), err error) {
	if dir == "" {
		if dir, err = a.modelDir(); err != nil {
			return nil, nil, err
		}
	}
	drop = func() {}
	if dir == "" {
		temp, err := os.MkdirTemp("", "hunch-base-*")
		if err != nil {
			return nil, nil, err
		}
		drop = func() { os.RemoveAll(temp) }
		dir = filepath.Join(temp, "all-MiniLM-L6-v2")
		if err := hunch.WidenDefaultModel(dir); err != nil {
			drop()
			return nil, nil, err
		}
	}
	if b, err = hunch.OpenBase(dir); err != nil {
		drop()
		return nil, nil, err
	}
	return b, drop, nil
}

// show tells the progress on a terminal, and in a line now and then elsewhere.
func (t *training) show(p hunch.TrainingProgress) {
	t.bar.task = fmt.Sprintf("epoch %d, loss %.3f", p.Epoch, p.Loss)
	if t.bar.on {
		t.bar.set(p.Step*t.flags.recipe.Batch, p.Steps*t.flags.recipe.Batch)
		return
	}
	if every := max(p.Steps/20, 1); p.Step%every == 0 || p.Step == 1 {
		t.note("step %s of %s, loss %.3f, %.1f pairs/s, %s left", thousands(p.Step), thousands(p.Steps), p.Loss, p.PairsPerSecond, p.Left)
	}
}

// run trains, and says after an interruption how it goes on.
func (t *training) run(ctx context.Context, pairs []hunch.TrainingPair) (*hunch.Trained, error) {
	t.note("training on %s, batches of %d, %d epochs, into %s", count(len(pairs), "pair"), t.flags.recipe.Batch, t.flags.recipe.Epochs, quotePath(t.flags.out))
	trained, err := t.trainer.Train(ctx, pairs)
	t.bar.stop()
	if err != nil && ctx.Err() != nil {
		return nil, fmt.Errorf("interrupted; the same command with --resume --out %s goes on (%w)", quotePath(t.flags.out), ctx.Err())
	}
	return trained, err
}

// save writes the folder, and removes the checkpoint, which has served.
func (t *training) save(trained *hunch.Trained, card *card) error {
	card.Losses, card.Recipe, card.Data, card.Seconds = trained.Losses, t.flags.recipe, t.data, time.Since(t.began).Seconds()
	curve, err := lossCurve(trained.Losses)
	if err != nil {
		return err
	}
	if err := trained.Save(t.flags.out, card.markdown()); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(t.flags.out, "loss.svg"), curve, 0o644); err != nil {
		return err
	}
	if err := os.Remove(t.trainer.Checkpoint); err != nil {
		return err
	}
	t.note("the model is in %s; hunch model use %s makes it the model of every search", quotePath(t.flags.out), quotePath(t.flags.out))
	return nil
}
