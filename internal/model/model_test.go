package model

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hunch-search/hunch/internal/bert/berttest"
	"github.com/hunch-search/hunch/internal/safetensors"
)

// golden is a file of reference texts, ids and embeddings.
type golden struct {
	Texts      []string    `json:"texts"`
	Embeddings [][]float64 `json:"embeddings"`
}

func readGolden(t testing.TB, path string) golden {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func testdata(t testing.TB) string {
	dir := os.Getenv("HUNCH_TESTDATA")
	if dir == "" {
		t.Skip("HUNCH_TESTDATA is not set: the float32 base model is not here")
	}
	return dir
}

// cosines compares m with the reference embeddings.
func cosines(t testing.TB, m *Model, g golden) (mean, least float64) {
	t.Helper()
	least = 2
	for i, text := range g.Texts {
		v, err := m.EncodeQuery(text)
		if err != nil {
			t.Fatal(err)
		}
		var dot, length float64
		for j, want := range g.Embeddings[i] {
			dot += float64(v[j]) * want
			length += want * want
		}
		c := dot / math.Sqrt(length)
		mean += c / float64(len(g.Texts))
		least = min(least, c)
	}
	return mean, least
}

// The embedded model is held against what the reference computes with the float32
// weights that it was quantised from; see testdata/reference.py.
func TestEmbeddedModelStaysNearTheReference(t *testing.T) {
	g := golden{readGolden(t, "../bert/testdata/public.json").Texts, readGolden(t, "testdata/embedded.json").Embeddings}
	if len(g.Texts) != 26 || len(g.Embeddings) != 26 {
		t.Fatalf("%d texts and %d embeddings, want 26", len(g.Texts), len(g.Embeddings))
	}
	checkCosines(t, g, Embedded)
}

// Widened and quantised again, the embedded weights are the same integers, and
// scales that differ in nothing but how the quotient is rounded.
func TestEmbeddedModelIsWhatTheQuantizerMakes(t *testing.T) {
	temp := t.TempDir()
	wide, out := filepath.Join(temp, "wide"), filepath.Join(temp, "int8")
	if err := WidenEmbedded(wide); err != nil {
		t.Fatal(err)
	}
	if err := Quantize(t.Context(), wide, out); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(out, weightsFile))
	if err != nil {
		t.Fatal(err)
	}
	got, gotErr := safetensors.Parse(data)
	want, wantErr := safetensors.Parse([]byte(embeddedWeights))
	if err := errors.Join(gotErr, wantErr); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Names(), want.Names()) {
		t.Fatalf("tensors %q, want %q", got.Names(), want.Names())
	}
	for _, name := range want.Names() {
		if err := sameTensor(got, want, name); err != nil {
			t.Error(err)
		}
	}
}

func sameTensor(got, want *safetensors.File, name string) error {
	if info, _ := want.Info(name); info.DType == safetensors.I8 {
		a, errA := got.Int8s(name)
		b, errB := want.Int8s(name)
		if err := errors.Join(errA, errB); err != nil || !slices.Equal(a, b) {
			return fmt.Errorf("%s: other integers, error %v", name, err)
		}
		return nil
	}
	a, errA := got.Float32s(name)
	b, errB := want.Float32s(name)
	if err := errors.Join(errA, errB); err != nil || len(a) != len(b) {
		return fmt.Errorf("%s: %d values, want %d, error %v", name, len(a), len(b), err)
	}
	for i := range b {
		if math.Abs(float64(a[i]-b[i])) > 1e-6*math.Abs(float64(b[i])) {
			return fmt.Errorf("%s: value %d is %g, want %g", name, i, a[i], b[i])
		}
	}
	return nil
}

// checkCosines allows for int8 weights, and for int8 arithmetic beside.
func checkCosines(t *testing.T, g golden, open func(Precision) (*Model, error)) {
	for _, tt := range []struct {
		precision   Precision
		mean, least float64
	}{{"fp32", 0.999, 0.995}, {"int8", 0.995, 0.99}} {
		m, err := open(tt.precision)
		if err != nil {
			t.Fatal(err)
		}
		mean, least := cosines(t, m, g)
		t.Logf("%s: cosine to the reference: mean %.5f, least %.5f", tt.precision, mean, least)
		if mean < tt.mean || least < tt.least {
			t.Errorf("%s: cosine mean %.5f, least %.5f; want %v and %v", tt.precision, mean, least, tt.mean, tt.least)
		}
	}
}

func TestQuantizerKeepsTheBaseModelsEmbeddings(t *testing.T) {
	dir := testdata(t)
	out := filepath.Join(t.TempDir(), "int8")
	base := filepath.Join(dir, "models", "all-MiniLM-L6-v2")
	if err := Quantize(t.Context(), base, out); err != nil {
		t.Fatal(err)
	}
	g := readGolden(t, filepath.Join(dir, "golden", "minilm.json"))
	checkCosines(t, g, func(p Precision) (*Model, error) { return Open(out, p) })
}

func TestEmbeddedHashIsThatOfTheWeights(t *testing.T) {
	sum := sha256.Sum256([]byte(embeddedWeights))
	if got := hex.EncodeToString(sum[:]); got != embeddedHash {
		t.Errorf("hash of the embedded weights is %s, embeddedHash says %s", got, embeddedHash)
	}
}

// folder writes the small generated model and lets edit change its files.
func folder(t testing.TB, edit func(dir string)) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "small")
	if err := berttest.WriteFolder(dir, 1); err != nil {
		t.Fatal(err)
	}
	if edit != nil {
		edit(dir)
	}
	return dir
}

func write(t testing.TB, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestOpenNamesTheFileThatIsWrong(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(dir string)
		want []string
	}{
		{"no folder", func(dir string) { os.RemoveAll(dir) }, []string{"no such file"}},
		{"no weights", func(dir string) { os.Remove(filepath.Join(dir, weightsFile)) },
			[]string{"model.safetensors is missing"}},
		{"pickled weights", func(dir string) {
			os.Rename(filepath.Join(dir, weightsFile), filepath.Join(dir, "pytorch_model.bin"))
		}, []string{"save the model as safetensors"}},
		{"truncated weights", func(dir string) { os.Truncate(filepath.Join(dir, weightsFile), 5000) },
			[]string{"model.safetensors"}},
		{"no config", func(dir string) { os.Remove(filepath.Join(dir, configFile)) }, []string{"config.json is missing"}},
		{"broken config", func(dir string) { write(t, dir, configFile, "{") }, []string{"config.json"}},
		{"another architecture", func(dir string) { write(t, dir, configFile, `{"model_type":"mpnet"}`) },
			[]string{"config.json", `"mpnet"`}},
		{"another vocabulary", func(dir string) { write(t, dir, vocabFile, "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n") },
			[]string{"vocab.txt has 6 tokens", "vocab_size"}},
		{"no vocabulary", func(dir string) { os.Remove(filepath.Join(dir, vocabFile)) }, []string{"vocab.txt"}},
		{"another tokenizer", func(dir string) { write(t, dir, tokenizerFile, `{"tokenizer_class":"RobertaTokenizer"}`) },
			[]string{"tokenizer_config.json", `"RobertaTokenizer"`}},
		{"another pooling", func(dir string) { write(t, dir, "1_Pooling/config.json", `{"pooling_mode_cls_token":true}`) },
			[]string{"1_Pooling/config.json", "pooling_mode_cls_token"}},
		{"pooling by the maximum", func(dir string) {
			write(t, dir, "1_Pooling/config.json", `{"pooling_mode_mean_tokens":false,"pooling_mode_max_tokens":true}`)
		}, []string{"1_Pooling/config.json", "pooling_mode_max_tokens is not computed here"}},
		{"two poolings side by side", func(dir string) {
			write(t, dir, "1_Pooling/config.json", `{"pooling_mode_mean_tokens":true,"pooling_mode_mean_sqrt_len_tokens":true}`)
		}, []string{"pooling_mode_mean_sqrt_len_tokens and pooling_mode_mean_tokens"}},
		{"pooling of a newer file", func(dir string) { write(t, dir, "1_Pooling/config.json", `{"pooling_mode":"lasttoken"}`) },
			[]string{"pooling_mode lasttoken"}},
		{"no pooling", func(dir string) { write(t, dir, "1_Pooling/config.json", `{"pooling_mode_mean_tokens":false}`) },
			[]string{"no pooling mode"}},
		{"pooling without the prompt", func(dir string) { write(t, dir, "1_Pooling/config.json", `{"include_prompt":false}`) },
			[]string{"include_prompt"}},
		{"transformer in a folder", func(dir string) {
			write(t, dir, modulesFile, `[{"path":"0_BERT","type":"sentence_transformers.models.Transformer"}]`)
		}, []string{"modules.json", `"0_BERT"`}},
		{"letters lowered for a tokenizer that keeps case", func(dir string) {
			write(t, dir, sentenceFile, `{"do_lower_case":true}`)
			write(t, dir, tokenizerFile, `{"do_lower_case":false}`)
		}, []string{"sentence_bert_config.json", "do_lower_case"}},
		{"tokenizer without length", func(dir string) {
			write(t, dir, sentenceFile, `{}`)
			write(t, dir, tokenizerFile, `{"model_max_length":0}`)
		}, []string{"tokenizer_config.json", "model_max_length is 0"}},
		{"another module", func(dir string) {
			write(t, dir, modulesFile, `[{"path":"2_Dense","type":"sentence_transformers.models.Dense"}]`)
		}, []string{"modules.json", "Dense"}},
		{"pooling outside", func(dir string) {
			write(t, dir, modulesFile, `[{"path":"../x","type":"sentence_transformers.models.Pooling"}]`)
		}, []string{"modules.json", "outside"}},
		{"length above the positions", func(dir string) { write(t, dir, sentenceFile, `{"max_seq_length":65}`) },
			[]string{"sentence_bert_config.json", "65", "64"}},
		{"length without room", func(dir string) { write(t, dir, sentenceFile, `{"max_seq_length":2}`) },
			[]string{"max_seq_length is 2"}},
		{"prompts for other tasks", func(dir string) { write(t, dir, promptsFile, `{"prompts":{"s2p_query":"Retrieve: "}}`) },
			[]string{"config_sentence_transformers.json", `"s2p_query"`}},
		{"default prompt that is none", func(dir string) {
			write(t, dir, promptsFile, `{"prompts":{"query":"query: "},"default_prompt_name":"doc"}`)
		}, []string{"config_sentence_transformers.json", `default_prompt_name is "doc"`}},
		{"prompt without room for text", func(dir string) {
			write(t, dir, promptsFile, `{"prompts":{"passage":"`+strings.Repeat("the ", 46)+`"}}`)
		}, []string{"config_sentence_transformers.json", "48 tokens"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t, tt.edit)
			_, err := Open(dir, "")
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range append(tt.want, dir) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got error %q, want one with %q", err, want)
				}
			}
		})
	}
}

func TestFingerprintCoversWhatDecidesAVector(t *testing.T) {
	print := func(edit func(dir string)) string {
		m, err := Open(folder(t, edit), "")
		if err != nil {
			t.Fatal(err)
		}
		return m.Info().Fingerprint
	}
	base := print(nil)
	for name, edit := range map[string]func(dir string){
		"weights":    func(dir string) { os.RemoveAll(dir); _ = berttest.WriteFolder(dir, 2) },
		"length":     func(dir string) { write(t, dir, sentenceFile, `{"max_seq_length":47}`) },
		"case":       func(dir string) { write(t, dir, tokenizerFile, `{"do_lower_case":false}`) },
		"vocabulary": func(dir string) { swapWords(t, dir) },
		"pooling":    func(dir string) { write(t, dir, "1_Pooling/config.json", clsPooling) },
		"query":      func(dir string) { write(t, dir, promptsFile, `{"prompts":{"query":"x"}}`) },
		"document":   func(dir string) { write(t, dir, promptsFile, `{"prompts":{"document":"x"}}`) },
	} {
		if print(edit) == base {
			t.Errorf("another %s has the same fingerprint", name)
		}
	}
	if print(func(dir string) { write(t, dir, "README.md", "x") }) != base {
		t.Error("a README changed the fingerprint")
	}
}

func swapWords(t testing.TB, dir string) {
	vocab := berttest.Vocab()
	n := len(vocab)
	vocab[n-1], vocab[n-2] = vocab[n-2], vocab[n-1]
	write(t, dir, vocabFile, strings.Join(vocab, "\n")+"\n")
}

func TestQuantizeLeavesAFolderThatExistsAlone(t *testing.T) {
	dir, out := folder(t, nil), t.TempDir()
	write(t, out, "precious", "x")
	if err := Quantize(t.Context(), dir, out); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("got error %v", err)
	}
	if err := Quantize(t.Context(), dir, filepath.Join(out, "new", "int8")); err != nil {
		t.Fatal(err)
	}
	if err := Quantize(t.Context(), filepath.Join(out, "new", "int8"), filepath.Join(out, "again")); err == nil ||
		!strings.Contains(err.Error(), "already") {
		t.Errorf("quantising twice: got error %v", err)
	}
	entries, _ := os.ReadDir(out)
	if len(entries) != 2 {
		t.Errorf("%d entries in the folder, want the two that belong there", len(entries))
	}
}

func BenchmarkOpenEmbedded(b *testing.B) {
	for b.Loop() {
		m, err := openEmbedded("")
		if err == nil {
			_, err = m.engine()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeQuery(b *testing.B) {
	m, err := Default()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := m.EncodeQuery("where is the retry back-off computed"); err != nil {
			b.Fatal(err)
		}
	}
}
