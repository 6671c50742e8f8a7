// Package model opens sentence encoders and runs them over texts: the model
// that is embedded in the binary, and model folders in the layout that
// sentence-transformers saves and the Hugging Face hub serves.
//
// A [Model] joins a tokenizer (internal/wordpiece) with an encoder
// (internal/bert). A query is embedded by [Model.EncodeQuery], documents by
// [Encode], on as many threads as are given.
//
// Models are kept by name in a library, a folder: [Pull] downloads one into it,
// [List], [Find], [Use] and [Remove] manage what is there.
package model

import (
	"context"
	"fmt"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/wordpiece"
)

// Model is a sentence encoder. It does not change and is safe for concurrent
// use.
type Model struct {
	info Info
	// engine is what texts are run through. The embedded model's is unpacked when
	// it is first wanted, which many commands never do.
	engine func() (*engine, error)
}

type engine struct {
	tok  *wordpiece.Tokenizer
	bert *bert.Model
}

// Precision is the arithmetic of a model: "fp32", "int8", or "auto" for that of
// its weights.
type Precision = bert.Precision

// ParsePrecision checks a name; "" is "auto".
func ParsePrecision(name string) (Precision, error) { return bert.ParsePrecision(name) }

// Info describes a model.
type Info struct {
	// Name is the folder's base name, or the embedded model's.
	Name string `json:"name"`
	// Source is the folder as it was given, or "embedded".
	Source string `json:"source"`
	// Fingerprint is a hash of everything that decides a vector: weights,
	// vocabulary and settings. Vectors of different fingerprints must not be
	// compared.
	Fingerprint  string `json:"fingerprint"`
	Weights      string `json:"weights"`   // "float32" or "int8"
	Precision    string `json:"precision"` // of the arithmetic: "fp32" or "int8"
	Dim          int    `json:"dim"`
	Layers       int    `json:"layers"`
	Heads        int    `json:"heads"`
	Intermediate int    `json:"intermediate"`
	Vocabulary   int    `json:"vocabulary"`
	MaxTokens    int    `json:"max_tokens"` // a text's tokens beyond are cut
	Pooling      string `json:"pooling"`    // "mean" or "cls"
	// The prompts are what the model was trained to find before each query and
	// document; they are put there.
	QueryPrompt    string `json:"query_prompt,omitempty"`
	DocumentPrompt string `json:"document_prompt,omitempty"`
	Bytes          int64  `json:"bytes"` // of the weights file
}

// Info describes m.
func (m *Model) Info() Info { return m.info }

// Dim is the length of an embedding.
func (m *Model) Dim() int { return m.info.Dim }

// EncodeQuery embeds a question, with the model's prompt for queries before it:
// Dim numbers of length 1.
func (m *Model) EncodeQuery(text string) ([]float32, error) {
	e, err := m.engine()
	if err != nil {
		return nil, err
	}
	v := make([]float32, m.Dim())
	ids := e.tok.Encode(nil, m.info.QueryPrompt+text, m.info.MaxTokens)
	if err := e.bert.NewEncoder().Encode(context.Background(), v, [][]int32{ids}); err != nil {
		return nil, fmt.Errorf("model %s: query: %w", m.info.Name, err)
	}
	return v, nil
}
