package model

import (
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"unsafe"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/safetensors"
)

// The embedded model is what "hunch model quantize" makes of the
// all-MiniLM-L6-v2 folder; docs/model.md says how to make it again.
//
//go:embed minilm/config.json minilm/modules.json minilm/sentence_bert_config.json
//go:embed minilm/tokenizer_config.json minilm/vocab.txt minilm/1_Pooling/config.json
var embeddedFiles embed.FS

// The weights are a string, because the linker puts strings where the
// operating system maps them read-only from the binary: nothing is copied, and
// only the pages in use are read.
//
//go:embed minilm/model.safetensors
var embeddedWeights string

// embeddedHash is the SHA-256 of the embedded weights, known beforehand so that
// no start has to compute it. A test holds it against the file.
const embeddedHash = "d4f608556bcd2ec2df61216fe7aefd65147af2024d6fa0a3d53972bc3a4de511"

// EmbeddedName is the name of the embedded model.
const EmbeddedName = "hunch-minilm-2-int8"

// Default returns the embedded model with the precision of its weights.
var Default = sync.OnceValues(func() (*Model, error) { return Embedded(bert.Auto) })

// Embedded returns the embedded model. Its weights are unpacked when the first
// text is embedded.
func Embedded(p Precision) (*Model, error) {
	m, err := openEmbedded(p)
	if err != nil {
		return nil, fmt.Errorf("embedded model: %w", err)
	}
	return m, nil
}

// WidenEmbedded writes the embedded model with float32 weights to the new folder
// out, which must not exist or be empty.
func WidenEmbedded(out string) error {
	weights, err := safetensors.Parse(unsafe.Slice(unsafe.StringData(embeddedWeights), len(embeddedWeights)))
	if err != nil {
		return err
	}
	tensors, err := bert.Widen(weights)
	if err != nil {
		return err
	}
	files, err := fs.Sub(embeddedFiles, "minilm")
	if err != nil {
		return err
	}
	return newFolder(out, func(temp string) error {
		if err := os.CopyFS(temp, files); err != nil {
			return err
		}
		return writeWeights(filepath.Join(temp, weightsFile), tensors)
	})
}

func openEmbedded(p Precision) (*Model, error) {
	files, err := fs.Sub(embeddedFiles, "minilm")
	if err != nil {
		return nil, err
	}
	hash, err := hex.DecodeString(embeddedHash)
	if err != nil {
		return nil, err
	}
	settings, err := readSettings(files)
	if err != nil {
		return nil, err
	}
	m := &Model{
		engine: sync.OnceValues(func() (*engine, error) { return unpackEmbedded(settings, p) }),
		info: settings.info(source{
			name: EmbeddedName, place: "embedded", bytes: int64(len(embeddedWeights)), weightsHash: hash, quantised: true, precision: p.Resolve(true),
		}),
	}
	return m, nil
}

func unpackEmbedded(s settings, p Precision) (*engine, error) {
	weights, err := safetensors.Parse(unsafe.Slice(unsafe.StringData(embeddedWeights), len(embeddedWeights)))
	if err != nil {
		return nil, fmt.Errorf("embedded model: %w", err)
	}
	e, err := newEngine(s, weights, p)
	if err != nil {
		return nil, fmt.Errorf("embedded model: %w", err)
	}
	return e, nil
}
