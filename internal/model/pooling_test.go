package model

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const clsPooling = `{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}`

// documentVector embeds one text as a document.
func documentVector(t testing.TB, m *Model, text string) []float32 {
	t.Helper()
	var v []float32
	docs := func(yield func(int, string) bool) { yield(0, text) }
	err := Encode(t.Context(), m, 1, docs, func(_ int, e Embedding) error {
		v = e.Vector
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func queryVector(t testing.TB, m *Model, text string) []float32 {
	t.Helper()
	v, err := m.EncodeQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func openFolder(t testing.TB, edit func(dir string)) *Model {
	t.Helper()
	m, err := Open(folder(t, edit), "")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPoolingOfTheFolderIsUsed(t *testing.T) {
	mean := queryVector(t, small(t), "read")
	for _, tt := range []struct {
		name, path, config string
		want               string
	}{
		{"first token", "1_Pooling", clsPooling, "cls"},
		{"newer file", "1_Pooling", `{"pooling_mode": "cls", "include_prompt": true}`, "cls"},
		{"newer file", "1_Pooling", `{"pooling_mode": "mean"}`, "mean"},
		{"another folder", "2_Pool", clsPooling, "cls"},
		{"mean is the default", "1_Pooling", `{}`, "mean"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			edit := func(dir string) {
				os.MkdirAll(filepath.Join(dir, tt.path), 0o755)
				write(t, dir, filepath.Join(tt.path, configFile), tt.config)
				write(t, dir, modulesFile, `[{"path":"","type":"sentence_transformers.models.Transformer"},
					{"path":"`+tt.path+`","type":"sentence_transformers.models.Pooling"}]`)
			}
			dir := folder(t, edit)
			m, err := Open(dir, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Info().Pooling; got != tt.want {
				t.Errorf("got pooling %q, want %q", got, tt.want)
			}
			if same := slices.Equal(queryVector(t, m, "read"), mean); same != (tt.want == "mean") {
				t.Errorf("%s pooling gives the mean's vector: %v", tt.want, same)
			}
			small := filepath.Join(t.TempDir(), "int8")
			if err := Quantize(t.Context(), dir, small); err != nil {
				t.Fatal(err)
			}
			if q, err := Open(small, ""); err != nil || q.Info().Pooling != tt.want {
				t.Errorf("the int8 copy has another pooling than %s, or error %v", tt.want, err)
			}
		})
	}
}

func TestPromptsArePutBeforeTexts(t *testing.T) {
	plain := small(t)
	const text = "read the file"
	for _, tt := range []struct{ name, config, query, document string }{
		{"none", `{"prompts":{},"default_prompt_name":null}`, "", ""},
		{"empty ones of newer files", `{"prompts":{"query":"","document":"","clustering":"sort: "}}`, "", ""},
		{"both", `{"prompts":{"query":"where is ","document":"func "}}`, "where is ", "func "},
		{"passage", `{"prompts":{"query":"where is ","passage":"func "}}`, "where is ", "func "},
		{"corpus", `{"prompts":{"corpus":"func "}}`, "", "func "},
		{"default for both", `{"prompts":{"x":"the "},"default_prompt_name":"x"}`, "the ", "the "},
		{"default for queries alone", `{"prompts":{"query":"is ","document":""},"default_prompt_name":"query"}`, "is ", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := openFolder(t, func(dir string) { write(t, dir, promptsFile, tt.config) })
			if !slices.Equal(queryVector(t, m, text), queryVector(t, plain, tt.query+text)) {
				t.Errorf("a query has not the vector of %q", tt.query+text)
			}
			if !slices.Equal(documentVector(t, m, text), documentVector(t, plain, tt.document+text)) {
				t.Errorf("a document has not the vector of %q", tt.document+text)
			}
			info := m.Info()
			if info.QueryPrompt != tt.query || info.DocumentPrompt != tt.document {
				t.Errorf("got prompts %q and %q", info.QueryPrompt, info.DocumentPrompt)
			}
			if same := info.Fingerprint == plain.Info().Fingerprint; same != (tt.query+tt.document == "") {
				t.Errorf("same fingerprint as without prompts: %v", same)
			}
		})
	}
}

func TestLengthWithoutSentenceTransformersSetting(t *testing.T) {
	for config, want := range map[string]int{
		`{}`:                         64, // all positions
		`{"model_max_length": 20}`:   20,
		`{"model_max_length": 1e30}`: 64,
	} {
		m := openFolder(t, func(dir string) {
			write(t, dir, sentenceFile, `{"max_seq_length": null}`)
			write(t, dir, tokenizerFile, config)
		})
		if got := m.Info().MaxTokens; got != want {
			t.Errorf("%s: got %d tokens, want %d", config, got, want)
		}
	}
}
