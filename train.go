package hunch

import (
	"context"
	"errors"
	"fmt"

	"github.com/hunch-search/hunch/internal/model"
	"github.com/hunch-search/hunch/internal/safetensors"
	"github.com/hunch-search/hunch/internal/train"
)

// TrainingPair is a query with the code that answers it.
type TrainingPair struct {
	Query string `json:"query"`
	Code  string `json:"code"`
	// Negatives are codes known not to answer it.
	Negatives []string `json:"negatives,omitempty"`
	// Repo is the repository that the code is from, if that is known. Batches
	// are made of pairs of one repository as far as they fill them.
	Repo string `json:"repo,omitempty"`
}

// Recipe says how a model is trained; its zero value is one epoch of
// MultipleNegativesRanking loss as sentence-transformers does it.
type Recipe = train.Config

// TrainingProgress is how far a training has come.
type TrainingProgress = train.Progress

// Base is a float32 model folder, opened to be trained.
type Base = model.Base

// OpenBase opens a model folder to be trained. The caller closes it.
func OpenBase(dir string) (*Base, error) { return model.OpenBase(dir) }

// WidenDefaultModel writes the model that is part of the program, with float32
// weights, to the new folder dir.
func WidenDefaultModel(dir string) error { return model.WidenEmbedded(dir) }

// Trainer fine-tunes a model on pairs.
type Trainer struct {
	Base   *Base
	Recipe Recipe
	// Embedded, if not nil, is told how many texts MineNegatives has embedded.
	Embedded func(done, total int)

	Threads int // 0 means one for each processor; the result is the same
	// Memory is for the activations of a batch, in bytes, 0 meaning 1 GiB. A batch
	// that needs more is in part computed twice, with the same result.
	Memory int64
	// Checkpoint names the file that the state is kept in, "" for none. With
	// Resume a training goes on from there, if there is one. It is written after
	// every CheckpointEvery steps, 0 meaning 100.
	Checkpoint      string
	CheckpointEvery int
	Resume          bool
	// Progress, if not nil, is called after each step.
	Progress func(TrainingProgress)
	// Evaluate, if not nil, is given the model after every EvaluateEvery steps,
	// 0 meaning never before the end, and at the end, with the number of steps
	// done.
	Evaluate      func(ctx context.Context, m *Model, step int) error
	EvaluateEvery int
}

// Trained is a model that was trained and not yet saved.
type Trained struct {
	Losses  []float32 // of each step
	base    *Base
	tensors []safetensors.Tensor
}

// Save writes the model folder dir, which must not exist or be empty, and in it
// the files own, such as README.md. It appears complete or not at all.
func (t *Trained) Save(dir string, own map[string][]byte) error {
	return t.base.Save(dir, t.tensors, own)
}

// Model returns the trained model.
func (t *Trained) Model(p Precision) (*Model, error) { return t.base.Model(t.tensors, p) }

// Train trains until the recipe is done or ctx ends, whose error it then
// returns; the checkpoint is written in both cases. A step whose loss is no
// number is an error that names its pairs.
func (t *Trainer) Train(ctx context.Context, pairs []TrainingPair) (*Trained, error) {
	job := train.Job{
		Model: t.Base.Config, Weights: t.Base.Weights, Pairs: t.tokens(pairs), Config: t.Recipe,
		Threads: t.Threads, Memory: t.Memory, Checkpoint: t.Checkpoint, CheckpointEvery: t.CheckpointEvery, Resume: t.Resume,
		Progress: t.Progress, EvaluateEvery: t.EvaluateEvery,
	}
	if t.Evaluate != nil {
		job.Evaluate = t.evaluate
	}
	r, err := train.Run(ctx, job)
	if bad, ok := errors.AsType[*train.BatchError](err); ok {
		err = fmt.Errorf("%w, the first of them with the query %q", err, pairs[bad.Pairs[0]].Query)
	}
	if err != nil {
		return nil, err
	}
	return &Trained{Losses: r.Losses, base: t.Base, tensors: r.Tensors}, nil
}

// tokens encodes each text once, however many pairs have it. Codes are the same
// to the loss when their texts are.
func (t *Trainer) tokens(pairs []TrainingPair) []train.Pair {
	codes := map[string]train.Code{}
	code := func(text string) train.Code {
		c, ok := codes[text]
		if !ok {
			c = train.Code{IDs: t.Base.DocumentIDs(text), Key: text}
			codes[text] = c
		}
		return c
	}
	out := make([]train.Pair, len(pairs))
	for i, p := range pairs {
		out[i] = train.Pair{Query: t.Base.QueryIDs(p.Query), Code: code(p.Code), Group: p.Repo}
		for _, n := range p.Negatives {
			out[i].Negatives = append(out[i].Negatives, code(n))
		}
	}
	return out
}

func (t *Trainer) evaluate(ctx context.Context, s train.Snapshot) error {
	m, err := t.Base.Model(s.Tensors, "fp32")
	if err != nil {
		return err
	}
	return t.Evaluate(ctx, m, s.Step)
}
