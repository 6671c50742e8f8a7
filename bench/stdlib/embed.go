package main

import (
	"context"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"slices"

	"github.com/hunch-search/hunch/internal/model"
)

// embedder embeds each text once, over several runs if it has a file.
type embedder struct {
	model   *model.Model
	threads int
	file    string
	known   map[[sha256.Size]byte]model.Embedding
}

func (e *embedder) open(dir string) (err error) {
	if e.model, err = openModel(dir); err != nil {
		return err
	}
	e.known = map[[sha256.Size]byte]model.Embedding{}
	if e.file == "" {
		return nil
	}
	f, err := os.Open(e.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	defer f.Close()
	return gob.NewDecoder(f).Decode(&e.known)
}

func (e *embedder) save() error {
	if e.file == "" {
		return nil
	}
	f, err := os.Create(e.file)
	if err != nil {
		return err
	}
	return errors.Join(gob.NewEncoder(f).Encode(e.known), f.Close())
}

func (e *embedder) key(text string) [sha256.Size]byte {
	return sha256.Sum256([]byte(e.model.Info().Fingerprint + text))
}

func (e *embedder) embed(ctx context.Context, texts []string) ([]model.Embedding, error) {
	done := 0
	err := model.Encode(ctx, e.model, e.threads, e.unknown(texts), func(text string, v model.Embedding) error {
		e.known[e.key(text)] = v
		if done++; done%500 == 0 {
			fmt.Fprintf(os.Stderr, "%d of %d texts\n", done, len(texts))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	embeddings := make([]model.Embedding, len(texts))
	for i, text := range texts {
		embeddings[i] = e.known[e.key(text)]
	}
	if done == 0 {
		return embeddings, nil
	}
	return embeddings, e.save()
}

func (e *embedder) unknown(texts []string) iter.Seq2[string, string] {
	var todo []string
	for _, text := range texts {
		if _, ok := e.known[e.key(text)]; !ok {
			todo = append(todo, text)
		}
	}
	slices.Sort(todo)
	return func(yield func(string, string) bool) {
		for _, text := range slices.Compact(todo) {
			if !yield(text, text) {
				return
			}
		}
	}
}

func openModel(dir string) (*model.Model, error) {
	if dir == "" {
		return model.Default()
	}
	return model.Open(dir, "")
}
