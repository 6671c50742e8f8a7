package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/bert/berttest"
	"github.com/hunch-search/hunch/internal/safetensors"
)

func miniLMConfig() bert.Config {
	return bert.Config{
		ModelType: "bert", HiddenAct: "gelu", PositionType: "absolute",
		HiddenSize: 384, Layers: 6, Heads: 12, Intermediate: 1536,
		VocabSize: 30522, MaxPositions: 512, TypeVocabSize: 2, LayerNormEps: 1e-12,
	}
}

// cosqaLike makes pairs with the lengths of CoSQA's: queries of about 10 tokens,
// codes of 82 on average and at most 256.
func cosqaLike(count int, c bert.Config) []Pair {
	r := rand.New(rand.NewPCG(31, 1))
	pairs := make([]Pair, count)
	for i := range pairs {
		z := math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/float64(count)-1)
		pairs[i].Query = someText(r, 8+i%5, c)
		pairs[i].Code.IDs = someText(r, min(256, 12+int(57*math.Exp(0.65*z))), c)
	}
	return pairs
}

// initialised generates weights as small as those that BERT's training begins
// with; larger ones saturate the softmax, and numbers too small for the
// processor's usual way make everything slow.
func initialised(b *testing.B, c bert.Config) *safetensors.File {
	tensors := berttest.Tensors(c, 1)
	for i, t := range tensors {
		if len(t.Shape) == 2 {
			x, err := open(b, tensors[i:i+1]).Float32s(t.Name)
			if err != nil {
				b.Fatal(err)
			}
			scale(x, 0.02/0.3)
			tensors[i] = safetensors.Float32s(t.Name, x, t.Shape...)
		}
	}
	return open(b, tensors)
}

// BenchmarkStep is one step of the usual recipe on a model of the size of
// all-MiniLM-L6-v2.
func BenchmarkStep(b *testing.B) {
	for _, bf16 := range []bool{false, true} {
		b.Run(fmt.Sprintf("bf16=%v", bf16), func(b *testing.B) { benchmarkStep(b, Config{Epochs: 1 << 19, BF16: bf16}) })
	}
}

func benchmarkStep(b *testing.B, recipe Config) {
	c := miniLMConfig()
	job := Job{Model: c, Weights: initialised(b, c), Pairs: cosqaLike(32, c), Config: recipe}
	t, err := newTrainer(job)
	if err != nil {
		b.Fatal(err)
	}
	t.net.pack()
	tokens := 0
	for _, p := range job.Pairs {
		tokens += len(p.Query) + len(p.Code.IDs)
	}
	cpu := cpuSeconds(b)
	for b.Loop() {
		if _, err := t.step(); err != nil {
			b.Fatal(err)
		}
	}
	cpu = cpuSeconds(b) - cpu
	pairs := 32 * float64(b.N)
	b.ReportMetric(float64(tokens)/32, "tokens/pair")
	b.ReportMetric(pairs/b.Elapsed().Seconds(), "pairs/s")
	b.ReportMetric(pairs/cpu, "pairs/cpu-s")
}
