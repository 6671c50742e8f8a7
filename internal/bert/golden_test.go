package bert

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/hunch-search/hunch/internal/safetensors"
)

// testdata returns the folder of reference values and skips the test without.
func testdata(t testing.TB) string {
	dir := os.Getenv("HUNCH_TESTDATA")
	if dir == "" {
		t.Skip("HUNCH_TESTDATA is not set: no reference values for the full model")
	}
	return dir
}

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func baseModel(t testing.TB, p Precision) *Model {
	t.Helper()
	dir := filepath.Join(testdata(t), "models", "all-MiniLM-L6-v2")
	config, err := os.ReadFile(filepath.Join(dir, "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := ParseConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "model.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Load(c, f, p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

type goldenTexts struct {
	IDs        [][]int32   `json:"ids"`
	Embeddings [][]float64 `json:"embeddings"`
}

func TestEmbeddingsEqualTheReference(t *testing.T) {
	var golden goldenTexts
	readJSON(t, filepath.Join(testdata(t), "golden", "minilm.json"), &golden)
	if len(golden.IDs) != 96 {
		t.Fatalf("%d texts, want 96", len(golden.IDs))
	}
	m := baseModel(t, FP32)
	got := encode(t, m, golden.IDs)
	width := m.Config.HiddenSize
	for i, want := range golden.Embeddings {
		v := got[i*width : (i+1)*width]
		if diff := maxDiff(v, want); diff > 1e-5 {
			t.Errorf("text %d: largest difference %v, want at most 1e-5", i, diff)
		}
		if c := cosine(v, want); c < 0.99999 {
			t.Errorf("text %d: cosine %v, want at least 0.99999", i, c)
		}
	}
}

func TestHiddenStatesEqualTheReference(t *testing.T) {
	var golden struct {
		IDs    []int32       `json:"ids"`
		States [][][]float64 `json:"hidden_states"`
	}
	readJSON(t, filepath.Join(testdata(t), "golden", "minilm_layers.json"), &golden)
	m := baseModel(t, FP32)
	e := m.NewEncoder()
	seen := 0
	e.trace = func(layer int, hidden []float32) {
		seen++
		for tok, want := range golden.States[layer] {
			got := hidden[tok*len(want) : (tok+1)*len(want)]
			if diff := maxDiff(got, want); diff > 1e-4 {
				t.Errorf("layer %d, token %d: largest difference %v, want at most 1e-4", layer, tok, diff)
			}
		}
	}
	if err := e.Encode(t.Context(), make([]float32, m.Config.HiddenSize), [][]int32{golden.IDs}); err != nil {
		t.Fatal(err)
	}
	if seen != 7 || len(golden.States) != 7 {
		t.Errorf("compared %d of %d states, want 7", seen, len(golden.States))
	}
}

func encode(t testing.TB, m *Model, texts [][]int32) []float32 {
	t.Helper()
	out := make([]float32, len(texts)*m.Config.HiddenSize)
	if err := m.NewEncoder().Encode(t.Context(), out, texts); err != nil {
		t.Fatal(err)
	}
	return out
}

func maxDiff(got []float32, want []float64) float64 {
	var diff float64
	for i := range want {
		d := math.Abs(float64(got[i]) - want[i])
		if !(d <= diff) { // NaN counts as the worst
			diff = d
		}
	}
	return diff
}

func cosine(a []float32, b []float64) float64 {
	var dot, aa, bb float64
	for i := range b {
		dot += float64(a[i]) * b[i]
		aa += float64(a[i]) * float64(a[i])
		bb += b[i] * b[i]
	}
	return dot / math.Sqrt(aa*bb)
}

func BenchmarkEncode(b *testing.B) {
	for _, p := range []Precision{FP32, Int8} {
		b.Run(string(p), func(b *testing.B) { benchmarkEncode(b, baseModel(b, p)) })
	}
}

func benchmarkEncode(b *testing.B, m *Model) {
	for _, shape := range []struct {
		name          string
		texts, tokens int
	}{{"query10", 1, 10}, {"batch512x86", 6, 86}, {"batch2x256", 2, 256}, {"batch1024", 12, 86}} {
		b.Run(shape.name, func(b *testing.B) {
			texts := make([][]int32, shape.texts)
			for i := range texts {
				for j := range shape.tokens {
					texts[i] = append(texts[i], int32(1000+i*37+j*11))
				}
			}
			e, dst := m.NewEncoder(), make([]float32, shape.texts*m.Config.HiddenSize)
			b.ReportAllocs()
			for b.Loop() {
				if err := e.Encode(b.Context(), dst, texts); err != nil {
					b.Fatal(err)
				}
			}
			tokens := float64(shape.texts*shape.tokens) * float64(b.N)
			b.ReportMetric(tokens/b.Elapsed().Seconds(), "tokens/s")
		})
	}
}
