package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/dataset"
)

const (
	trainingSeed = 1
	batch        = 32
	// trainingFile stands in the folder of a model that a report trained.
	trainingFile = "training.json"
)

// pairs are what the fine-tuned model learns from: CoSQA's right pairs without
// those whose query is one of WebQueryTest's, and of a quick report as many of
// them as its steps take.
func (r *runner) pairs() ([]hunch.TrainingPair, error) {
	rows, err := r.Data.Training(false)
	if err != nil {
		return nil, err
	}
	var pairs []hunch.TrainingPair
	for _, p := range rows.Pairs {
		if p.Answers {
			pairs = append(pairs, hunch.TrainingPair{Query: p.Query, Code: p.Code})
		}
	}
	if n := QuickSteps * batch; r.Quick && len(pairs) > n {
		rng := rand.New(rand.NewPCG(trainingSeed, 0))
		rng.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
		pairs = pairs[:n]
	}
	return pairs, nil
}

// finetuned is part 3 up to the figures of the model that was trained.
func (r *runner) finetuned(ctx context.Context) error {
	t := &Training{Folder: r.Trained, Reused: true}
	if r.Trained == "" {
		var err error
		if t, err = r.train(ctx); err != nil {
			return err
		}
	} else if err := t.read(); err != nil {
		return err
	}
	r.report.Training, r.report.Quick, r.report.Seeds.Training = t, t.Quick, t.Seed
	m, err := hunch.OpenModel(t.Folder, "fp32")
	if err != nil {
		return err
	}
	note := ""
	if t.Quick {
		note = fmt.Sprintf("trained %d steps only: --quick", t.Steps)
	}
	r.addModel(Tuned, m, note)
	r.Note("part 3 of 3: the fine-tuned model on every protocol")
	return r.measure(ctx, Tuned, r.evaluator(m))
}

// read takes over what a folder tells of its training, if it does.
func (t *Training) read() error {
	if data, err := os.ReadFile(filepath.Join(t.Folder, trainingFile)); err == nil {
		told := *t
		if json.Unmarshal(data, &told) == nil {
			told.Reused = true
			*t = told
		}
	}
	if curve, err := os.ReadFile(filepath.Join(t.Folder, "loss.svg")); err == nil && len(t.Losses) == 0 {
		t.curve = curve
	}
	_, err := os.Stat(t.Folder)
	return err
}

// train trains by the notebook's recipe, goes on with a training that was
// interrupted, or takes the model if it is there.
func (r *runner) train(ctx context.Context) (*Training, error) {
	pairs, err := r.pairs()
	if err != nil {
		return nil, err
	}
	t := &Training{Quick: r.Quick, Version: hunch.Version, Commit: r.report.Run.Commit, Base: r.report.model(Base).Fingerprint, Pairs: len(pairs), Data: hashPairs(pairs)}
	recipe, err := hunch.Recipe{Seed: trainingSeed, Batch: batch}.Meant()
	if err != nil {
		return nil, err
	}
	t.Epochs, t.Batch, t.LR, t.Warmup = recipe.Epochs, recipe.Batch, recipe.LR, recipe.Warmup
	t.Decay, t.Scale, t.Seed = recipe.WeightDecay, recipe.Scale, recipe.Seed
	t.Threads = r.report.Run.Machine.Threads
	// Another base, other pairs or another recipe make another folder.
	key := keyOf("training", hunch.Version, t.Base, t.Data, recipe)[:8]
	folder := filepath.Join(r.Out, "finetuned-"+key)
	if r.Quick {
		folder = filepath.Join(r.Out, "finetuned-quick-"+key)
	}
	t.Folder = folder
	r.clock.begin("training", (len(pairs)+batch-1)/batch)
	if there := (&Training{Folder: folder}); there.read() == nil && there.Data == t.Data && there.Base == t.Base {
		return there, nil
	}
	if _, err := os.Lstat(folder); err == nil {
		return nil, fmt.Errorf("%s is there and is not the model that belongs there: remove it", folder)
	}
	r.Note(fmt.Sprintf("part 3 of 3: training on %s", counted(len(pairs), "pair")))
	return t, r.trainInto(ctx, t, recipe, pairs)
}

func (r *runner) trainInto(ctx context.Context, t *Training, recipe hunch.Recipe, pairs []hunch.TrainingPair) error {
	base, err := hunch.OpenBase(r.Base)
	if err != nil {
		return err
	}
	defer base.Close()
	start := time.Now()
	_, err = os.Stat(t.Folder + ".checkpoint")
	t.Resumed = err == nil
	trainer := hunch.Trainer{
		Base: base, Recipe: recipe, Threads: r.Threads,
		Checkpoint: t.Folder + ".checkpoint", CheckpointEvery: 25, Resume: true,
		Progress: func(p hunch.TrainingProgress) { r.clock.at(p.Step, p.Steps) },
	}
	trained, err := trainer.Train(ctx, pairs)
	if err != nil {
		return err
	}
	t.Losses, t.Steps, t.Seconds = trained.Losses, len(trained.Losses), time.Since(start).Seconds()
	told, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	curve, err := lossPlot(t)
	if err != nil {
		return err
	}
	curve.machine = r.report.Run.Machine.String()
	if err := trained.Save(t.Folder, map[string][]byte{trainingFile: append(told, '\n'), "loss.svg": []byte(curve.standalone())}); err != nil {
		return err
	}
	if err := os.Remove(trainer.Checkpoint); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func hashPairs(pairs []hunch.TrainingPair) string {
	t := dataset.Task{}
	for _, p := range pairs {
		t.Queries, t.Corpus = append(t.Queries, p.Query), append(t.Corpus, p.Code)
	}
	return t.Hash()
}

func goVersion() string { return runtime.Version() }
