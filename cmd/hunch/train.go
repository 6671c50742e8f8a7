package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/atomicfile"
	"github.com/hunch-search/hunch/internal/lock"
	"github.com/hunch-search/hunch/internal/model"
	"github.com/hunch-search/hunch/internal/report"
	"github.com/hunch-search/hunch/internal/simd"
)

func (a *app) trainCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Fine-tune a model on pairs of query and code",
		Long: `train fine-tunes a model by MultipleNegativesRanking loss: in each batch a query is
to be nearer to its own code than to the others'. It runs on the processor, writes a
model folder that hunch and sentence-transformers open, and begins with the model in
use. What was interrupted goes on with --resume, to the same weights.`,
	}
	for _, kind := range []*cobra.Command{a.trainCoSQACommand(), a.trainPairsCommand(), a.trainRepoCommand()} {
		run := kind.RunE
		kind.RunE = func(cmd *cobra.Command, args []string) error {
			if err := run(cmd, args); !errors.Is(err, errFinished) {
				return err
			}
			return nil
		}
		cmd.AddCommand(kind)
	}
	return cmd
}

// training is a run of the trainer for the command line.
type training struct {
	*app
	flags   trainFlags
	data    string // what it learns from, for the card
	pairs   []hunch.TrainingPair
	mined   int  // negatives
	widened bool // whether the base are the program's own weights
	trainer hunch.Trainer
	bar     *progress
	began   time.Time

	onlyBetter bool // whether a model that did not get better is thrown away
}

// newTraining checks all that can be known to fail before the work begins, and
// opens the base model. Call the function that it returns at the end.
func (a *app) newTraining(f trainFlags, data, defaultOut string, pairs []hunch.TrainingPair) (*training, func(), error) {
	if err := f.checkPairs(pairs); err != nil {
		return nil, nil, err
	}
	if f.out == "" {
		if err := makeOutput(); err != nil {
			return nil, nil, err
		}
	}
	f.out = filepath.Clean(cmp.Or(f.out, filepath.Join(outputFolder, defaultOut+"_"+time.Now().Format("20060102_150405"))))
	t := &training{app: a, flags: f, data: data, pairs: pairs, began: time.Now(), bar: a.newProgress("training", "steps")}
	t.trainer = hunch.Trainer{
		Recipe: f.recipe, Threads: a.threads, Memory: int64(f.memory * (1 << 30)),
		Checkpoint: f.out + ".checkpoint", CheckpointEvery: f.checkpointEvery, Resume: f.resume, Progress: t.show,
		EvaluateEvery: f.evalEvery,
	}
	l, err := t.lock()
	if err != nil {
		return nil, nil, err
	}
	if err = t.checkOut(); err == nil {
		err = t.openBase(f.base)
	}
	if err != nil {
		return nil, nil, errors.Join(err, l.Remove())
	}
	return t, func() {
		t.bar.stop()
		t.trainer.Base.Close()
		os.RemoveAll(t.widenedBase())
		l.Remove()
	}, nil
}

// outputFolder is where models go by default.
const outputFolder = "output"

// makeOutput makes that folder, if it is not there, one that git and hunch ignore: a
// model in a repository is no part of it, but its card and vocabulary would be found.
func makeOutput() error {
	err := os.Mkdir(outputFolder, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(outputFolder, ".gitignore"), atomicfile.Bytes([]byte("*\n")))
}

// lock makes sure that the result can be written, keeps other trainings away from it,
// and removes what one that was killed left over, but for its checkpoint.
func (t *training) lock() (*lock.Lock, error) {
	out := t.flags.out
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return nil, err
	}
	path := t.trainer.Checkpoint + ".lock"
	l, err := lock.Try(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be written: %w", quotePath(out), bare(err))
	}
	if l == nil {
		return nil, fmt.Errorf("%s is being trained by %s: wait for it, or name another folder with --out",
			quotePath(out), process(&hunch.BusyError{PID: lock.PID(path)}))
	}
	if err := os.RemoveAll(t.widenedBase()); err != nil {
		return nil, errors.Join(err, l.Remove())
	}
	return l, nil
}

// widenedBase is the folder for the program's own weights while they are trained.
func (t *training) widenedBase() string { return t.trainer.Checkpoint + ".base" }

// checkOut makes sure that nothing is overwritten unasked.
func (t *training) checkOut() error {
	out, checkpoint := t.flags.out, t.trainer.Checkpoint
	_, saved := os.Lstat(out)
	_, err := os.Stat(checkpoint)
	switch {
	case saved == nil && err == nil && t.flags.resume:
		return t.finish()
	case saved == nil:
		return fmt.Errorf("%s is there already: name a new folder with --out", quotePath(out))
	case err == nil && !t.flags.resume:
		return fmt.Errorf("%s is there: go on with it by --resume, or remove it", quotePath(checkpoint))
	case err != nil && t.flags.resume:
		return fmt.Errorf("there is nothing to resume: %w; without --resume it begins anew", pathError(checkpoint, err))
	}
	return nil
}

// errFinished says that there is nothing left to do.
var errFinished = errors.New("the training came to its end")

// finish is for a training that was killed between the saving of its model,
// which appears whole, and the removal of its checkpoint.
func (t *training) finish() error {
	if err := os.Remove(t.trainer.Checkpoint); err != nil {
		return err
	}
	t.note("%s is there: that training came to its end", quotePath(t.flags.out))
	return errFinished
}

// openBase opens the model that is named, or the one in use. The program's own
// weights are widened for it.
func (t *training) openBase(name string) error {
	dir, err := t.modelDirOf(cmp.Or(name, t.model))
	if err != nil {
		return err
	}
	if dir == "" {
		t.widened, dir = true, filepath.Join(t.widenedBase(), model.EmbeddedName)
		if err := hunch.WidenDefaultModel(dir); err != nil {
			return errors.Join(err, os.RemoveAll(t.widenedBase()))
		}
	}
	if t.trainer.Base, err = hunch.OpenBase(dir); err != nil {
		return errors.Join(err, os.RemoveAll(t.widenedBase()))
	}
	return nil
}

// show tells the progress on a terminal, and in a line now and then elsewhere.
func (t *training) show(p hunch.TrainingProgress) {
	speed := fmt.Sprintf("%.1f pairs/s, %s left", p.PairsPerSecond, p.Left)
	if t.bar.on {
		t.bar.say(fmt.Sprintf("epoch %d, loss %.3f", p.Epoch, p.Loss), speed)
		t.bar.set(p.Step, p.Steps)
		return
	}
	if every := max(p.Steps/20, 1); p.Step%every == 0 || p.Step == 1 {
		t.note("step %s of %s, loss %.3f, %s", thousands(p.Step), thousands(p.Steps), p.Loss, speed)
	}
}

// run trains, and says after an interruption how it goes on.
func (t *training) run(ctx context.Context) (*hunch.Trained, error) {
	t.note("training on %s, batches of %s, %s, into %s", count(len(t.pairs), "pair"), thousands(t.flags.recipe.Batch),
		count(t.flags.recipe.Epochs, "epoch"), quotePath(t.flags.out))
	if t.flags.recipe.BF16 && !simd.HasBF16() {
		t.note("this processor multiplies bfloat16 no faster than float32")
	}
	if err := t.mineNegatives(ctx); err != nil {
		return nil, err
	}
	trained, err := t.trainer.Train(ctx, t.pairs)
	t.bar.stop()
	if errors.Is(err, context.Canceled) {
		t.note("the training is kept: the same command with --resume --out %s goes on", quotePath(t.flags.out))
	}
	return trained, err
}

// mineNegatives finds as many as the flag asks for, where there are.
func (t *training) mineNegatives(ctx context.Context) error {
	if t.flags.negatives == 0 {
		return nil
	}
	base, err := t.trainer.Base.Untrained("int8")
	if err != nil {
		return err
	}
	bar := t.newProgress("embedding", "texts")
	t.trainer.Embedded = bar.set
	t.pairs, t.mined, err = t.trainer.MineNegatives(ctx, base, t.pairs, t.flags.negatives)
	bar.stop()
	if err != nil {
		return err
	}
	t.note("hard negatives: %s found", thousands(t.mined))
	return nil
}

// save writes the folder, and removes the checkpoint, which has served.
func (t *training) save(trained *hunch.Trained, card *card) error {
	card.describe(t, trained.Losses)
	text, err := card.markdown()
	if err != nil {
		return err
	}
	curve, err := report.LossCurve(trained.Losses)
	if err != nil {
		return err
	}
	err = trained.Save(t.flags.out, map[string][]byte{"README.md": []byte(text), "loss.svg": curve})
	if err != nil {
		return fmt.Errorf("%w (the training is kept: the same command with --resume --out %s saves it)", err, quotePath(t.flags.out))
	}
	t.note("the model is in %s; hunch model use %[1]s makes it the model of every search, hunch model quantize %[1]s DIR a copy that embeds faster", quotePath(t.flags.out))
	return os.Remove(t.trainer.Checkpoint)
}
