// A model folder as the beginning and the end of a training.

package model

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/safetensors"
	"github.com/hunch-search/hunch/internal/wordpiece"
)

const cardFile = "README.md"

// Base is a model folder opened to be trained further: its weights, and the
// token ids of texts as the model would encode them. It does not change and is
// safe for concurrent use.
type Base struct {
	Config  bert.Config
	Weights *safetensors.File // read from the folder, as long as the Base is open

	dir      string
	file     *os.File
	settings settings
	tok      *wordpiece.Tokenizer
}

// OpenBase opens a folder for which [Open] succeeds too, and whose weights are
// not int8: they cannot take small steps.
func OpenBase(dir string) (*Base, error) {
	m, err := Open(dir, bert.FP32) // all that can be wrong with it is said first
	if err != nil {
		return nil, err
	}
	if m.Info().Weights == "int8" {
		return nil, fmt.Errorf("model %s: its weights are int8: train the float32 model that it was made of", dir)
	}
	b := &Base{dir: dir}
	if err := b.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("model %s: %w", dir, err), b.Close())
	}
	return b, nil
}

func (b *Base) open() (err error) {
	if b.settings, err = readSettings(os.DirFS(b.dir)); err != nil {
		return err
	}
	b.Config = b.settings.config
	if b.tok, err = wordpiece.New(b.settings.vocab, b.settings.tokenizer); err != nil {
		return err
	}
	file, size, err := openWeights(b.dir)
	if err != nil {
		return err
	}
	b.file = file
	b.Weights, err = safetensors.Open(file, size)
	return err
}

// Name is the folder's base name.
func (b *Base) Name() string { return filepath.Base(b.dir) }

// License is the licence that the folder's README.md names in its first lines, as
// model cards do; "" without.
func (b *Base) License() string {
	card, err := os.ReadFile(filepath.Join(b.dir, cardFile))
	if err != nil {
		return ""
	}
	for i, line := range strings.Split(string(card), "\n") {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "license:"); ok && i > 0 {
			return strings.Trim(strings.TrimSpace(name), `"'`)
		}
		if (line == "---") != (i == 0) {
			return "" // the head has ended, or there is none
		}
	}
	return ""
}

// Untrained returns the model as the folder has it.
func (b *Base) Untrained(p Precision) (*Model, error) { return Open(b.dir, p) }

// Close closes the folder's weights.
func (b *Base) Close() error {
	if b.file == nil {
		return nil
	}
	return b.file.Close()
}

// QueryIDs returns the token ids of a query, with the model's prompt for queries
// and cut to the model's length.
func (b *Base) QueryIDs(text string) []int32 {
	return b.tok.Encode(nil, b.settings.prompts.Query+text, b.settings.maxTokens)
}

// DocumentIDs does for a document what QueryIDs does for a query.
func (b *Base) DocumentIDs(text string) []int32 {
	return b.tok.Encode(nil, b.settings.prompts.Document+text, b.settings.maxTokens)
}

// Model returns the model of the folder with other weights, which are copied.
func (b *Base) Model(tensors []safetensors.Tensor, p Precision) (*Model, error) {
	size := 1 << 16
	for _, t := range tensors {
		size += len(t.Data) + 256
	}
	var buffer bytes.Buffer
	buffer.Grow(size)
	if err := safetensors.Write(&buffer, tensors, nil); err != nil {
		return nil, err
	}
	weights, err := safetensors.Parse(buffer.Bytes())
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(buffer.Bytes())
	return b.settings.open(weights, source{
		name: filepath.Base(b.dir), place: b.dir, bytes: int64(buffer.Len()), weightsHash: hash[:],
	}, p)
}

// Save writes a model with the folder's settings and other weights to the new
// folder out, which must not exist or be empty. It has the layout of
// sentence-transformers, with the files that its library asks for where the
// folder has none, and the model's own, such as README.md, by their names. The
// folder appears complete or not at all.
func (b *Base) Save(out string, tensors []safetensors.Tensor, own map[string][]byte) error {
	return newFolder(out, func(temp string) error {
		if err := copySmallFiles(b.dir, temp); err != nil {
			return err
		}
		if err := b.completeLayout(temp); err != nil {
			return err
		}
		for name, content := range own {
			if err := os.WriteFile(filepath.Join(temp, name), content, 0o644); err != nil {
				return err
			}
		}
		if err := writeWeights(filepath.Join(temp, weightsFile), tensors); err != nil {
			return err
		}
		_, err := Open(temp, bert.FP32) // nothing is saved that cannot be opened
		return err
	})
}
