package train

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/safetensors"
	"github.com/hunch-search/hunch/internal/wordpiece"
)

// testdata returns the folder of reference values and skips the test without.
func testdata(t testing.TB) string {
	dir := os.Getenv("HUNCH_TESTDATA")
	if dir == "" {
		t.Skip("HUNCH_TESTDATA is not set: no reference values for the full model")
	}
	return dir
}

func readFile(t testing.TB, path ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// miniLM opens the full model and its tokenizer.
func miniLM(t testing.TB) (bert.Config, *safetensors.File, *wordpiece.Tokenizer) {
	t.Helper()
	dir := filepath.Join(testdata(t), "models", "all-MiniLM-L6-v2")
	c, err := bert.ParseConfig(readFile(t, dir, "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Parse(readFile(t, dir, "model.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	tok, err := wordpiece.New(readFile(t, dir, "vocab.txt"), wordpiece.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return c, f, tok
}

type goldenStep struct {
	Pairs     [][2]string `json:"pairs"`
	MaxLength int         `json:"max_seq_length"`
	Scale     float32     `json:"scale"`
	Loss      float64     `json:"loss"`
	Scores    [][]float64 `json:"scores"`
	Grads     map[string]struct {
		L2     float64   `json:"l2"`
		Sum    float64   `json:"sum"`
		First8 []float64 `json:"first8"`
	} `json:"grads"`
}

func TestStepEqualsTheReference(t *testing.T) {
	var golden goldenStep
	if err := json.Unmarshal(readFile(t, testdata(t), "golden", "mnrl_step.json"), &golden); err != nil {
		t.Fatal(err)
	}
	c, f, tok := miniLM(t)
	var texts [][]int32
	for side := range 2 {
		for _, pair := range golden.Pairs {
			texts = append(texts, tok.Encode(nil, pair[side], golden.MaxLength))
		}
	}
	l := newLayout(c)
	weights, err := l.load(f)
	if err != nil {
		t.Fatal(err)
	}
	n := newNetwork(c, weights, 2, 1<<30, false)
	n.pack()
	embeddings := make([]float32, len(texts)*c.HiddenSize)
	d := make([]float32, len(embeddings))
	slabs := n.forward(embeddings, texts, dropout{})
	loss := ranking{scale: golden.Scale}.loss(d, embeddings, len(golden.Pairs), c.HiddenSize, func(int, int) bool { return false })
	if math.Abs(loss-golden.Loss) > 1e-5 {
		t.Errorf("loss %v, want %v", loss, golden.Loss)
	}
	n.backward(embeddings, d, slabs, dropout{})
	if len(golden.Grads) != len(l) {
		t.Fatalf("%d gradients, want %d", len(l), len(golden.Grads))
	}
	for _, p := range l {
		compareGradient(t, golden, p, n.grads.flat[p.at:p.at+p.n])
	}
}

func compareGradient(t *testing.T, golden goldenStep, p param, got []float32) {
	want, ok := golden.Grads[p.name]
	if !ok {
		t.Fatalf("the reference has no %s", p.name)
	}
	var squares float64
	for _, v := range got {
		squares += float64(v) * float64(v)
	}
	// The key's bias adds the same to a query's product with every key, which
	// softmax does not see: its gradient is 0 but for rounding.
	if strings.HasSuffix(p.name, "key.bias") {
		if math.Sqrt(squares) > 1e-6 {
			t.Errorf("%s: norm %v, want 0", p.name, math.Sqrt(squares))
		}
		return
	}
	if l2 := math.Sqrt(squares); !(math.Abs(l2-want.L2) <= 1e-4*want.L2) {
		t.Errorf("%s: norm %v, want %v", p.name, l2, want.L2)
	}
	for i, w := range want.First8 {
		if !(math.Abs(float64(got[i])-w) <= 1e-5) {
			t.Errorf("%s: element %d is %v, want %v", p.name, i, got[i], w)
		}
	}
}
