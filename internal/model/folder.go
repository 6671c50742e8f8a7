package model

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/safetensors"
	"github.com/hunch-search/hunch/internal/wordpiece"
)

const (
	configFile    = "config.json"
	weightsFile   = "model.safetensors"
	vocabFile     = "vocab.txt"
	modulesFile   = "modules.json"
	sentenceFile  = "sentence_bert_config.json"
	tokenizerFile = "tokenizer_config.json"
	promptsFile   = "config_sentence_transformers.json"
)

// Open reads a model folder. A file that is missing or does not fit the others
// is an error that names it; so is a model of a kind that is not computed
// here, such as another architecture or pooling.
func Open(dir string, p Precision) (*Model, error) {
	m, err := openDir(dir, p)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", dir, err)
	}
	return m, nil
}

func openDir(dir string, p Precision) (*Model, error) {
	if stat, err := os.Stat(dir); err != nil {
		return nil, bare(err)
	} else if !stat.IsDir() {
		return nil, errors.New("not a folder")
	}
	f, size, err := openWeights(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	weights, err := safetensors.Open(f, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", weightsFile, err)
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(f, 0, size)); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	settings, err := readSettings(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	return settings.open(weights, source{
		name: filepath.Base(abs), place: dir, bytes: size, weightsHash: hash.Sum(nil),
	}, p)
}

func openWeights(dir string) (f *os.File, size int64, err error) {
	f, err = os.Open(filepath.Join(dir, weightsFile))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(dir, "pytorch_model.bin")); err == nil {
			return nil, 0, fmt.Errorf("%s is missing: save the model as safetensors (pytorch_model.bin is not read)", weightsFile)
		}
		return nil, 0, fmt.Errorf("%s is missing", weightsFile)
	}
	if err != nil {
		return nil, 0, err
	}
	stat, err := f.Stat()
	if err == nil && !stat.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", weightsFile)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, stat.Size(), nil
}

// source tells where a model comes from.
type source struct {
	name, place string
	bytes       int64
	weightsHash []byte
	quantised   bool
	precision   Precision // of the arithmetic
}

// open makes a model of weights; src need not say what they are.
func (s settings) open(weights *safetensors.File, src source, p Precision) (*Model, error) {
	e, err := newEngine(s, weights, p)
	if err != nil {
		return nil, err
	}
	src.quantised, src.precision = e.bert.Quantised(), e.bert.Precision()
	return &Model{info: s.info(src), engine: func() (*engine, error) { return e, nil }}, nil
}

func newEngine(settings settings, weights *safetensors.File, p Precision) (*engine, error) {
	tok, err := wordpiece.New(settings.vocab, settings.tokenizer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", vocabFile, err)
	}
	c := settings.config
	if tok.VocabSize() != c.VocabSize {
		return nil, fmt.Errorf("%s has %d tokens, but %s says vocab_size %d", vocabFile, tok.VocabSize(), configFile, c.VocabSize)
	}
	for _, prompt := range []string{settings.prompts.Query, settings.prompts.Document} {
		if _, n := tok.EncodeCount(nil, prompt, 0); n >= settings.maxTokens {
			return nil, fmt.Errorf("%s: a prompt has %d tokens and leaves no room for text in the model's %d", promptsFile, n, settings.maxTokens)
		}
	}
	encoder, err := bert.Load(c, weights, p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", weightsFile, err)
	}
	return &engine{tok, encoder}, nil
}

func (s settings) info(src source) Info {
	c := s.config
	info := Info{
		QueryPrompt: s.prompts.Query, DocumentPrompt: s.prompts.Document,
		Name: src.name, Source: src.place, Fingerprint: s.fingerprint(src.weightsHash),
		Weights: "float32", Precision: string(src.precision),
		Dim: c.HiddenSize, Layers: c.Layers, Heads: c.Heads, Intermediate: c.Intermediate,
		Vocabulary: c.VocabSize, MaxTokens: s.maxTokens, Pooling: c.Pooling.String(), Bytes: src.bytes,
	}
	if src.quantised {
		info.Weights = "int8"
	}
	return info
}

// fingerprint covers the weights, the vocabulary and every setting in use, but
// not the files' layout: a changed comment in a README changes nothing.
func (s settings) fingerprint(weights []byte) string {
	used, err := json.Marshal(struct {
		Config    bert.Config
		Tokenizer wordpiece.Config
		MaxTokens int
		// Left out where they are the usual ones, so that older fingerprints hold.
		Pooling bert.Pooling `json:",omitzero"`
		Prompts prompts      `json:",omitzero"`
	}{s.config, s.tokenizer, s.maxTokens, s.config.Pooling, s.prompts})
	if err != nil {
		panic(err) // plain structs of numbers and strings
	}
	h := sha256.New()
	for _, part := range [][]byte{weights, s.vocab, used} {
		fmt.Fprintf(h, "%d:", len(part))
		h.Write(part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// readJSON reads a file of the folder into v. A missing file is an error only
// if it is required.
func readJSON(files fs.FS, name string, required bool, v any) error {
	data, err := fs.ReadFile(files, name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !required:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is missing", name)
	case err != nil:
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%s: %w", path.Clean(name), err)
	}
	return nil
}

// bare strips the operation and path, which the caller's message has.
func bare(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
