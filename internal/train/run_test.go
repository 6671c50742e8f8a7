package train

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/bert/berttest"
	"github.com/hunch-search/hunch/internal/safetensors"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func open(t testing.TB, tensors []safetensors.Tensor) *safetensors.File {
	t.Helper()
	var b bytes.Buffer
	if err := safetensors.Write(&b, tensors, nil); err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func someText(r *rand.Rand, n int, c bert.Config) []int32 {
	ids := make([]int32, n)
	for i := range ids {
		ids[i] = int32(5 + r.IntN(c.VocabSize-5))
	}
	return ids
}

func someTexts(r *rand.Rand, count int, c bert.Config) [][]int32 {
	var texts [][]int32
	for range count {
		texts = append(texts, someText(r, 1+r.IntN(c.MaxPositions), c))
	}
	return texts
}

// somePairs makes pairs that can be learned: a code holds its query's tokens
// among others. Some codes occur twice, some have negatives.
func somePairs(count int, c bert.Config) []Pair {
	r := rand.New(rand.NewPCG(11, 1))
	var pairs []Pair
	for i := range count {
		query := someText(r, 3+r.IntN(8), c)
		code := append(slices.Clone(query), someText(r, r.IntN(40), c)...)
		r.Shuffle(len(code), func(a, b int) { code[a], code[b] = code[b], code[a] })
		p := Pair{Query: query, Code: Code{IDs: code, Key: fmt.Sprint(i)}}
		if i%7 == 6 {
			p.Code = pairs[i-3].Code
		}
		if i%5 == 0 {
			p.Negatives = []Code{{IDs: someText(r, 20, c)}}
		}
		pairs = append(pairs, p)
	}
	return pairs
}

func smallJob(t testing.TB) Job {
	c := berttest.Config()
	return Job{
		Model: c, Weights: open(t, berttest.Tensors(c, 1)), Pairs: somePairs(90, c),
		Config:  Config{Epochs: 3, Batch: 32, LR: 2e-3, Seed: 7},
		Threads: 2,
	}
}

func run(t testing.TB, job Job) *Result {
	t.Helper()
	result, err := Run(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func sameBits(t *testing.T, what string, got, want *Result) {
	t.Helper()
	if !slices.Equal(got.Losses, want.Losses) {
		t.Errorf("%s: losses %v, want %v", what, got.Losses, want.Losses)
	}
	for i, w := range want.Tensors {
		if g := got.Tensors[i]; g.Name != w.Name || !bytes.Equal(g.Data, w.Data) {
			t.Errorf("%s: other bits in %s", what, w.Name)
		}
	}
}

func TestLossCurve(t *testing.T) {
	job := smallJob(t)
	job.Config.Symmetric, job.Config.AverageFrom = true, 0.5
	job.Config.Epochs, job.Config.Batch = 10, 16
	job.Config.Dropout = 0.02 // more is too much for 36 numbers a token
	got := run(t, job).Losses
	file := filepath.Join("testdata", "curve.json")
	if *update {
		data, err := json.Marshal(got)
		if err == nil {
			err = os.WriteFile(file, append(data, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var want []float32
	if err := json.Unmarshal(readFile(t, file), &want); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) || len(got) != 60 {
		t.Fatalf("%d steps, want %d, 60", len(got), len(want))
	}
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > 1e-3*float64(want[i]) {
			t.Errorf("step %d: loss %v, want %v", i+1, got[i], want[i])
		}
	}
	if first, last := got[0], got[len(got)-2]; last > first/2 {
		t.Errorf("loss went from %v to %v: nothing was learned", first, last)
	}
}

func TestResultDoesNotDependOnThreadsOrMemory(t *testing.T) {
	for _, bf16 := range []bool{false, true} {
		t.Run(fmt.Sprintf("bf16=%v", bf16), func(t *testing.T) {
			job := smallJob(t)
			job.Config.BF16 = bf16
			doesNotDependOnThreadsOrMemory(t, job)
		})
	}
}

func doesNotDependOnThreadsOrMemory(t *testing.T, job Job) {
	t.Helper()
	job.Threads = 1
	want := run(t, job)
	for _, tt := range []struct {
		threads int
		memory  int64
	}{{5, 0}, {2, 1}, {1, 1 << 20}, {2, 0}} {
		if testing.Short() && tt.threads < 5 && tt.memory != 1 {
			continue
		}
		job.Threads, job.Memory = tt.threads, tt.memory
		sameBits(t, fmt.Sprintf("%d threads, %d bytes", tt.threads, tt.memory), run(t, job), want)
	}
}

func TestTrainingAgainWithAnotherSeedDiffers(t *testing.T) {
	job := smallJob(t)
	job.Config.Epochs = 1
	a := run(t, job)
	job.Config.Seed++
	if b := run(t, job); slices.Equal(a.Losses, b.Losses) {
		t.Error("the same losses with another seed")
	}
}

func TestInterruptedRunReachesTheSameBits(t *testing.T) {
	stop := errors.New("killed")
	for _, average := range []float64{0.3, 0} {
		if testing.Short() && average == 0 {
			continue
		}
		job := smallJob(t)
		job.Config.AverageFrom, job.Config.AverageEvery = average, 2
		want := run(t, job)
		job.Checkpoint = filepath.Join(t.TempDir(), "checkpoint.safetensors")
		job.CheckpointEvery, job.Resume = 2, true

		// Before the first checkpoint, after one, and by the context.
		job.EvaluateEvery = 1
		for _, at := range []int{1, 5} {
			job.Evaluate = func(_ context.Context, s Snapshot) error {
				if s.Step == at {
					return stop
				}
				return nil
			}
			if _, err := Run(t.Context(), job); err != stop {
				t.Fatalf("got error %v, want %v", err, stop)
			}
		}
		job.Evaluate = nil
		ctx, cancel := context.WithCancel(t.Context())
		first := 0
		job.Progress = func(p Progress) {
			if first == 0 {
				first = p.Step
			}
			if p.Step == 7 {
				cancel()
			}
		}
		if _, err := Run(ctx, job); !errors.Is(err, context.Canceled) {
			t.Fatalf("got error %v, want %v", err, context.Canceled)
		}
		if first != 5 {
			t.Errorf("the second run began with step %d, want 5", first)
		}
		first = 0
		sameBits(t, "resumed", run(t, job), want)
		if first != 8 {
			t.Errorf("the third run began with step %d, want 8", first)
		}
		job.Progress = func(Progress) { t.Error("a finished run did another step") }
		evaluated := 0
		job.Evaluate = func(_ context.Context, s Snapshot) error {
			evaluated = s.Step
			return nil
		}
		sameBits(t, "finished", run(t, job), want)
		if evaluated != 9 {
			t.Errorf("a finished run was evaluated after step %d, want 9", evaluated)
		}
	}
}

func TestResumeRefusesAnotherRunAndDamage(t *testing.T) {
	job := smallJob(t)
	job.Config.Epochs = 1
	job.Checkpoint = filepath.Join(t.TempDir(), "checkpoint.safetensors")
	run(t, job)
	good := readFile(t, job.Checkpoint)
	damaged := slices.Clone(good)
	damaged[len(damaged)/2] ^= 1
	for _, tt := range []struct {
		name string
		data []byte
		edit func(*Job)
		want string
	}{
		{"recipe", good, func(j *Job) { j.Config.LR, j.Config.Batch = 1e-5, 8 }, "other config: Batch 32, not 8; LR 0.002, not 1e-05"},
		{"bfloat16", good, func(j *Job) { j.Config.BF16 = true }, "other config: BF16 false, not true"},
		{"pairs", good, func(j *Job) { j.Pairs = j.Pairs[:89] }, "other pairs"},
		{"weights", good, func(j *Job) { j.Weights = open(t, berttest.Tensors(j.Model, 2)) }, "other weights"},
		{"a flipped bit", damaged, func(*Job) {}, "is damaged"},
		{"cut", good[:len(good)-8], func(*Job) {}, "checkpoint"},
		{"empty", nil, func(*Job) {}, "checkpoint"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			other := job
			other.Resume = true
			tt.edit(&other)
			if err := os.WriteFile(job.Checkpoint, tt.data, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := Run(t.Context(), other)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestDifferenceNamesTheFields(t *testing.T) {
	for _, tt := range []struct{ have, want, diff string }{
		{`{"A":1,"B":true}`, `{"A":2}`, ": A 1, not 2; B true, not false"},
		{`{"A":1}`, `{"A":1,"B":true}`, ": B false, not true"},
		{`null`, `{"A":1}`, ": A false, not 1"},
		{`{"A":1}`, `{"A":1}`, ""},
		{`no JSON`, `{"A":1}`, ""},
	} {
		if got := difference(tt.have, tt.want); got != tt.diff {
			t.Errorf("difference(%s, %s) = %q, want %q", tt.have, tt.want, got, tt.diff)
		}
	}
}

// Who is told that a run was interrupted takes it for kept.
func TestInterruptedRunThatCannotBeKeptSaysSo(t *testing.T) {
	job := smallJob(t)
	job.Checkpoint = filepath.Join(t.TempDir(), "missing", "checkpoint")
	ctx, cancel := context.WithCancel(t.Context())
	job.Progress = func(Progress) { cancel() }
	_, err := Run(ctx, job)
	if !errors.Is(err, fs.ErrNotExist) || errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want that of the checkpoint alone", err)
	}
}

func TestNaNStopsAndNamesTheBatch(t *testing.T) {
	job := smallJob(t)
	tensors := berttest.Tensors(job.Model, 1)
	for i, v := range tensors {
		if v.Name == "encoder.layer.1.output.dense.weight" {
			huge := make([]float32, len(v.Data)/4)
			for j := range huge {
				huge[j] = math.MaxFloat32
			}
			tensors[i] = safetensors.Float32s(v.Name, huge, v.Shape...)
		}
	}
	job.Weights = open(t, tensors)
	_, err := Run(t.Context(), job)
	b, ok := errors.AsType[*BatchError](err)
	if !ok || b.Step != 1 || b.Epoch != 1 || len(b.Pairs) != 32 {
		t.Fatalf("got error %v, want a BatchError for step 1 with 32 pairs", err)
	}
}

func TestRunNamesWhatIsWrong(t *testing.T) {
	long := make([]int32, 65)
	for _, tt := range []struct {
		name string
		edit func(*Job)
		want string
	}{
		{"no pairs", func(j *Job) { j.Pairs = nil }, "no pairs"},
		{"empty query", func(j *Job) { j.Pairs[3].Query = nil }, "pair 3: query: 0 tokens, want 1 to 64"},
		{"long code", func(j *Job) { j.Pairs[4].Code.IDs = long }, "pair 4: code: 65 tokens"},
		{"bad id", func(j *Job) { j.Pairs[5].Negatives = []Code{{IDs: []int32{-1}}} }, "pair 5: negative 0: token 0 has id -1"},
		{"dropout", func(j *Job) { j.Config.Dropout = 1 }, "dropout is 1, want 0 to 0.9"},
		{"rate", func(j *Job) { j.Config.LR = math.NaN() }, "learning rate is NaN"},
		{"int8", func(j *Job) {
			tensors, err := bert.Quantize(t.Context(), j.Weights)
			if err != nil {
				t.Fatal(err)
			}
			j.Weights = open(t, tensors)
		}, "is int8: train from the float32 model"},
		{"other sizes", func(j *Job) { j.Model.Intermediate = 60 }, "has shape [52 36], want [60 36]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			job := smallJob(t)
			tt.edit(&job)
			if _, err := Run(t.Context(), job); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want %q", err, tt.want)
			}
		})
	}
}

// What is trained must be what is served.
func TestForwardEqualsTheEncoder(t *testing.T) {
	c := berttest.Config()
	f := open(t, berttest.Tensors(c, 1))
	texts := someTexts(rand.New(rand.NewPCG(12, 1)), 20, c)
	weights, err := newLayout(c).load(f)
	if err != nil {
		t.Fatal(err)
	}
	m, err := bert.Load(c, f, bert.FP32)
	if err != nil {
		t.Fatal(err)
	}
	got, want := make([]float32, len(texts)*c.HiddenSize), make([]float32, len(texts)*c.HiddenSize)
	n := newNetwork(c, weights, 2, 1<<30, false)
	n.pack()
	n.forward(got, texts, dropout{})
	if err := m.NewEncoder().Encode(t.Context(), want, texts); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > 2e-6 {
			t.Fatalf("text %d: %v, in the encoder %v", i/c.HiddenSize, got[i], want[i])
		}
	}
}

func TestResultOpensAndKeepsOtherTensors(t *testing.T) {
	job := smallJob(t)
	job.Config.Epochs = 1
	tensors := berttest.Tensors(job.Model, 1)
	for i := range tensors {
		tensors[i].Name = "bert." + tensors[i].Name
	}
	pooler := safetensors.Float32s("bert.pooler.dense.bias", []float32{1, 2}, 2)
	job.Weights = open(t, append(tensors, pooler))
	f := open(t, run(t, job).Tensors)
	if _, err := bert.Load(job.Model, f, bert.FP32); err != nil {
		t.Error(err)
	}
	if x, err := f.Float32s("pooler.dense.bias"); err != nil || !slices.Equal(x, []float32{1, 2}) {
		t.Errorf("pooler: %v, %v; want it unchanged", x, err)
	}
}
