package train

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/safetensors"
)

// Job is what to train, on what, how, and whom to tell.
type Job struct {
	Model   bert.Config
	Weights *safetensors.File // as for bert.Load, in float32
	Pairs   []Pair
	Config  Config

	Threads int // 0 is one for each processor
	// Memory is for the activations of a batch, in bytes; 0 is 1 GiB. A batch
	// that needs more is computed more slowly, with the same result. The
	// weights, gradients and the optimiser's state come on top: 24 bytes for
	// each of the model's parameters.
	Memory int64

	// Checkpoint names the file that holds the state after every
	// CheckpointEvery steps (0 is 100), at the end, and when the context ends;
	// "" is none. It is replaced atomically. With Resume the run goes on from
	// there, or begins if there is none; without, it begins anew.
	Checkpoint      string
	CheckpointEvery int
	Resume          bool

	// Progress, if set, is called after each step.
	Progress func(Progress)
	// Evaluate, if set, is called after every EvaluateEvery steps (0 is only at
	// the end) and at the end; where a run goes on from such a step, once more.
	// An error ends the run.
	Evaluate      func(context.Context, Snapshot) error
	EvaluateEvery int
}

// Progress is how far a run has come.
type Progress struct {
	Epoch, Step, Steps int     // both counted from 1: those done, and of all
	Loss               float64 // of this step
	LR, GradNorm       float64 // of this step; the norm before it was clipped
	PairsPerSecond     float64 // in this run, evaluations left out
	Left               time.Duration
}

// Snapshot is the model as it would be if the training ended here.
type Snapshot struct {
	Step, Steps int
	// Tensors are named as transformers' BertModel names them; tensors that are
	// not trained, such as the pooler's, are as they were. Their memory is the
	// trainer's: it changes when the call that was given them returns.
	Tensors []safetensors.Tensor
}

// Result is what a run has made.
type Result struct {
	Tensors []safetensors.Tensor // as in Snapshot, but the caller's own
	Losses  []float32            // of each step, those before a resumption too
}

// BatchError tells that a step's loss or gradient is not a number, which
// training does not come back from.
type BatchError struct {
	Step, Epoch int // counted from 1
	Pairs       []int
	Loss, Norm  float64
}

func (e *BatchError) Error() string {
	return fmt.Sprintf("step %d, in epoch %d: loss is %v and the gradient's norm %v; the batch's pairs are %v",
		e.Step, e.Epoch, e.Loss, e.Norm, e.Pairs)
}

// Run trains. It fails with a [*BatchError] if a step gives NaN or infinity. When
// the context ends, which is looked at once a step, the error is the context's,
// unless the checkpoint could not be written: then it is what kept it from that.
func Run(ctx context.Context, job Job) (*Result, error) {
	t, err := newTrainer(job)
	if err != nil {
		return nil, err
	}
	if err := t.run(ctx); err != nil {
		return nil, err
	}
	return &Result{Tensors: t.tensors(), Losses: t.losses}, nil
}

// trainer is the state of a run.
type trainer struct {
	job    Job
	config Config
	layout layout
	others []safetensors.Tensor
	base   string            // hash of the weights that the run started from
	id     map[string]string // see identity

	net     *network
	before  []float32 // the weights before the first step, if some of them are kept
	optim   *adamW
	average average
	order   *order
	rates   schedule
	loss    ranking
	losses  []float32 // one a step done

	embeddings, d []float32
	clock         clock
}

func newTrainer(job Job) (*trainer, error) {
	c, err := job.Config.Meant()
	if err != nil {
		return nil, err
	}
	if err := checkPairs(job.Pairs, job.Model); err != nil {
		return nil, err
	}
	job.Threads = defaultTo(job.Threads, runtime.GOMAXPROCS(0))
	job.CheckpointEvery = defaultTo(job.CheckpointEvery, 100)
	if job.Memory == 0 {
		job.Memory = 1 << 30
	}
	t := &trainer{job: job, config: c, layout: newLayout(job.Model), order: newOrder(job.Pairs, c)}
	weights, err := t.layout.load(job.Weights)
	if err != nil {
		return nil, err
	}
	if t.others, err = t.layout.others(job.Weights); err != nil {
		return nil, err
	}
	steps := c.Epochs * t.order.stepsPerEpoch()
	if c.Keep > 0 {
		t.before = slices.Clone(weights)
	}
	t.net = newNetwork(job.Model, weights, job.Threads, job.Memory, c.BF16)
	t.optim = newAdamW(t.layout, c)
	t.average = newAverage(c, steps, t.layout.size())
	t.rates = newSchedule(c, steps)
	t.loss = ranking{float32(c.Scale), c.Symmetric}
	return t, nil
}

func (t *trainer) run(ctx context.Context) error {
	if err := t.resume(); err != nil {
		return err
	}
	t.net.pack()
	if len(t.losses) > 0 { // the interruption may have come before the evaluation
		if err := t.evaluate(ctx); err != nil {
			return err
		}
	}
	for len(t.losses) < t.rates.steps {
		if err := ctx.Err(); err != nil {
			return cmp.Or(t.checkpoint(), err)
		}
		p, err := t.step()
		if err != nil {
			return err
		}
		if t.job.Progress != nil {
			t.job.Progress(p)
		}
		if err := t.afterStep(ctx); err != nil {
			return err
		}
	}
	return nil
}

// tensors are the model as it is: the average once there is one, and with what
// is kept of the weights before.
func (t *trainer) tensors() []safetensors.Tensor {
	flat := t.net.params.flat
	if t.average.count > 0 {
		flat = t.average.mean
	}
	if t.before != nil {
		flat = blend(flat, t.before, float32(t.config.Keep))
	}
	return append(t.layout.tensors(flat), t.others...)
}

// blend returns (1-share)·a + share·b.
func blend(a, b []float32, share float32) []float32 {
	mean := make([]float32, len(a))
	for i := range mean {
		mean[i] = (1-share)*a[i] + share*b[i]
	}
	return mean
}

func (t *trainer) afterStep(ctx context.Context) error {
	done := len(t.losses)
	if done == t.rates.steps || done%t.job.CheckpointEvery == 0 {
		if err := t.checkpoint(); err != nil {
			return err
		}
	}
	err := t.evaluate(ctx)
	if err != nil && ctx.Err() != nil {
		return cmp.Or(t.checkpoint(), err)
	}
	return err
}

// evaluate calls the job's evaluation if it is due after the steps done.
func (t *trainer) evaluate(ctx context.Context) error {
	done, every := len(t.losses), t.job.EvaluateEvery
	due := done == t.rates.steps || every > 0 && done%every == 0
	if t.job.Evaluate == nil || !due {
		return nil
	}
	return t.job.Evaluate(ctx, Snapshot{done, t.rates.steps, t.tensors()})
}

// step does one step and appends its loss to t.losses.
func (t *trainer) step() (Progress, error) {
	begin := time.Now()
	step := len(t.losses)
	chosen := t.order.step(step)
	b := newBatch(t.job.Pairs, chosen)
	width := t.job.Model.HiddenSize
	embeddings, d := sized(&t.embeddings, len(b.texts)*width), sized(&t.d, len(b.texts)*width)

	drop := newDropout(float32(t.config.Dropout), t.config.Seed, step)
	slabs := t.net.forward(embeddings, b.texts, drop)
	loss := t.loss.loss(d, embeddings, b.queries, width, b.masked)
	t.net.backward(embeddings, d, slabs, drop)
	norm := t.optim.norm(t.net.grads.flat, t.net.pool)

	p := Progress{Epoch: step/t.order.stepsPerEpoch() + 1, Step: step + 1, Steps: t.rates.steps,
		Loss: loss, LR: t.rates.rate(step), GradNorm: norm}
	if math.IsNaN(loss+norm) || math.IsInf(loss+norm, 0) {
		return p, &BatchError{Step: p.Step, Epoch: p.Epoch, Pairs: chosen, Loss: loss, Norm: norm}
	}
	t.optim.step(t.net.params.flat, t.net.grads.flat, p.Step, p.LR, norm, t.net.pool)
	t.net.pack()
	t.average.see(t.net.params.flat, p.Step, t.net.pool)
	t.losses = append(t.losses, float32(loss))

	t.clock.add(len(chosen), time.Since(begin))
	p.PairsPerSecond = t.clock.rate()
	p.Left = t.clock.left(t.config.Epochs*len(t.job.Pairs) - t.order.done(p.Step))
	return p, nil
}

// clock measures the speed of this run's steps.
type clock struct {
	pairs int
	spent time.Duration
}

func (c *clock) add(pairs int, d time.Duration) {
	c.pairs += pairs
	c.spent += d
}

// rate is in pairs a second.
func (c *clock) rate() float64 { return float64(c.pairs) / max(c.spent.Seconds(), 1e-9) }

func (c *clock) left(pairs int) time.Duration {
	return time.Duration(float64(pairs) / c.rate() * float64(time.Second)).Round(time.Second)
}
