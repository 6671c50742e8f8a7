package model

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hunch-search/hunch/internal/bert/berttest"
)

func openBase(t testing.TB, dir string) *Base {
	t.Helper()
	b, err := OpenBase(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func TestBaseGivesTheIDsThatTheModelEncodes(t *testing.T) {
	dir := folder(t, func(dir string) {
		write(t, dir, promptsFile, `{"prompts":{"query":"where is ","document":"func "}}`)
	})
	b := openBase(t, dir)
	text := strings.Repeat("read the file ", 30)
	for _, tt := range []struct{ got, want []int32 }{
		{b.QueryIDs(text), b.tok.Encode(nil, "where is "+text, 48)},
		{b.DocumentIDs("x"), b.tok.Encode(nil, "func x", 48)},
	} {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("got %v, want %v", tt.got, tt.want)
		}
	}
}

// A trained model is evaluated in memory, then saved: both must be the same.
func TestSavedModelIsTheOneInMemory(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(dir string)
	}{
		{"as it was", nil},
		{"with the least of files", func(dir string) {
			for _, name := range []string{sentenceFile, tokenizerFile, "1_Pooling", "special_tokens_map.json"} {
				os.RemoveAll(filepath.Join(dir, name))
			}
		}},
		{"CLS pooling and case", func(dir string) {
			write(t, dir, filepath.Join("1_Pooling", configFile), `{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}`)
			write(t, dir, tokenizerFile, `{"do_lower_case": false, "strip_accents": true}`)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := openBase(t, folder(t, tt.edit))
			tensors := berttest.Tensors(b.Config, 2)
			m, err := b.Model(tensors, "")
			if err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(t.TempDir(), "new", "small")
			if err := b.Save(out, tensors, map[string][]byte{cardFile: []byte("# A card\n")}); err != nil {
				t.Fatal(err)
			}
			saved, err := Open(out, "")
			if err != nil {
				t.Fatal(err)
			}
			const text = "Where is the file?"
			if got, want := queryVector(t, saved, text), queryVector(t, m, text); !slices.Equal(got, want) {
				t.Error("the saved model gives another vector")
			}
			if got, want := saved.Info().Pooling, m.Info().Pooling; got != want {
				t.Errorf("pooling %s, want %s", got, want)
			}
			if slices.Equal(queryVector(t, m, text), queryVector(t, small(t), text)) {
				t.Error("the weights are the base's")
			}
			for _, name := range []string{"README.md", modulesFile, sentenceFile, "1_Pooling/config.json", tokenizerFile, fastTokenizerFile, vocabFile} {
				if stat, err := os.Stat(filepath.Join(out, name)); err != nil || stat.Size() == 0 {
					t.Errorf("%s: %v, want it there", name, err)
				}
			}
			if err := b.Save(out, tensors, nil); err == nil || !strings.Contains(err.Error(), "not empty") {
				t.Errorf("saved onto a folder in use: error %v", err)
			}
		})
	}
}

func TestFastTokenizerHasTheWholeVocabulary(t *testing.T) {
	b := openBase(t, folder(t, nil))
	data, err := json.Marshal(fastTokenizer(b.settings, b.tok))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Model struct{ Vocab map[string]int }
		Added []struct {
			ID      int
			Content string
		} `json:"added_tokens"`
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Model.Vocab) != len(berttest.Vocab()) {
		t.Errorf("%d tokens, want %d", len(got.Model.Vocab), len(berttest.Vocab()))
	}
	for i, token := range berttest.Vocab() {
		if got.Model.Vocab[token] != i {
			t.Errorf("token %q has id %d, want %d", token, got.Model.Vocab[token], i)
		}
	}
	for i, a := range got.Added {
		if a.ID != i || a.Content != berttest.Vocab()[i] {
			t.Errorf("special token %d is %+v, want %s", i, a, berttest.Vocab()[i])
		}
	}
}

func TestVocabularyOfTheFastTokenizer(t *testing.T) {
	usual := openBase(t, folder(t, nil))
	for _, tt := range []struct {
		name, from, to string
		want           string // in the error, if any
	}{
		{"alone", "", "", ""},
		{"byte pairs", `"type":"WordPiece","unk`, `"type":"BPE","unk`, `model is "BPE", want "WordPiece"`},
		{"another prefix", `"continuing_subword_prefix":"##"`, `"continuing_subword_prefix":"@@"`, "continuing_subword_prefix"},
		{"an id twice", `"read":`, `"reed":0,"read":`, "want each of 0 to"},
		{"no JSON", `{"`, `["`, fastTokenizerFile},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data, err := json.Marshal(fastTokenizer(usual.settings, usual.tok))
			if err != nil {
				t.Fatal(err)
			}
			content := strings.Replace(string(data), tt.from, tt.to, 1)
			if tt.from != "" && content == string(data) {
				t.Fatalf("no %s in the file", tt.from)
			}
			dir := folder(t, func(dir string) {
				os.Remove(filepath.Join(dir, vocabFile))
				write(t, dir, fastTokenizerFile, content)
			})
			m, err := Open(dir, "")
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got error %v, want %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, want := m.Info().Fingerprint, small(t).Info().Fingerprint; got != want {
				t.Errorf("fingerprint %s, with vocab.txt %s", got, want)
			}
		})
	}
}

func TestCaseFollowsTheFastTokenizerWhereNothingElseSays(t *testing.T) {
	b := openBase(t, folder(t, nil))
	cased := b.settings
	cased.tokenizer.KeepCase = true
	data, err := json.Marshal(fastTokenizer(cased, b.tok))
	if err != nil {
		t.Fatal(err)
	}
	for config, keep := range map[string]bool{`{}`: true, `{"do_lower_case": true}`: false} {
		dir := folder(t, func(dir string) {
			os.Remove(filepath.Join(dir, vocabFile))
			write(t, dir, fastTokenizerFile, string(data))
			write(t, dir, tokenizerFile, config)
		})
		if got := openBase(t, dir).settings.tokenizer.KeepCase; got != keep {
			t.Errorf("%s: case is kept: %v, want %v", config, got, keep)
		}
	}
}

func TestSaveLeavesNothingBehindAfterAnError(t *testing.T) {
	b := openBase(t, folder(t, nil))
	out := filepath.Join(t.TempDir(), "small")
	if err := b.Save(out, berttest.Tensors(b.Config, 2)[1:], nil); err == nil || !strings.Contains(err.Error(), "is missing") {
		t.Errorf("saved without the words: error %v", err)
	}
	entries, err := os.ReadDir(filepath.Dir(out))
	if err != nil || len(entries) != 0 {
		t.Errorf("%v, %v are left", entries, err)
	}
}

func TestBaseIsNotInt8(t *testing.T) {
	out := filepath.Join(t.TempDir(), "int8")
	if err := Quantize(t.Context(), folder(t, nil), out); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenBase(out); err == nil || !strings.Contains(err.Error(), "its weights are int8") {
		t.Errorf("got error %v", err)
	}
}

func TestLicenseOfTheBase(t *testing.T) {
	for _, tt := range []struct{ card, want string }{
		{"---\nlanguage: en\nlicense: apache-2.0\n---\n# Model\n", "apache-2.0"},
		{"---\r\nlicense: 'mit'\r\n---\r\n", "mit"},
		{"---\nlanguage: en\n---\nlicense: of the text\n", ""},
		{"license: of the text\n", ""},
		{"# Model\n\nlicense: of the text\n", ""},
		{"", ""},
	} {
		b := openBase(t, folder(t, func(dir string) { write(t, dir, cardFile, tt.card) }))
		if got := b.License(); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.card, got, tt.want)
		}
	}
}
