package model

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/safetensors"
)

// Quantize reads the float model folder dir and writes it with int8 weights
// to the new folder out, which must not exist or be empty. The folder appears
// complete or not at all.
func Quantize(ctx context.Context, dir, out string) error {
	if _, err := Open(dir, ""); err != nil { // all that can be wrong with it is said first
		return err
	}
	if err := checkAbsent(out); err != nil {
		return err
	}
	parent := filepath.Dir(filepath.Clean(out))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(parent, ".quantize-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if err := writeQuantized(ctx, dir, temp); err != nil {
		return err
	}
	if err := os.Chmod(temp, 0o755); err != nil {
		return err
	}
	// An empty folder would keep Windows from renaming onto it.
	if err := os.Remove(out); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(temp, out)
}

func checkAbsent(out string) error {
	entries, err := os.ReadDir(out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%s exists and is not empty", out)
	}
	return nil
}

// smallFiles are carried over beside the weights, where the model has them.
var smallFiles = []string{
	configFile, vocabFile, modulesFile, sentenceFile, tokenizerFile, promptsFile,
	"special_tokens_map.json", "tokenizer.json",
}

func writeQuantized(ctx context.Context, dir, out string) error {
	pooling, err := poolingConfig(os.DirFS(dir))
	if err != nil {
		return fmt.Errorf("model %s: %w", dir, err)
	}
	for _, name := range append(slices.Clone(smallFiles), pooling) {
		if err := copyIfPresent(dir, out, name); err != nil {
			return err
		}
	}
	f, size, err := openWeights(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	weights, err := safetensors.Open(f, size)
	if err != nil {
		return err
	}
	tensors, err := bert.Quantize(ctx, weights)
	if err != nil {
		return fmt.Errorf("model %s: %s: %w", dir, weightsFile, err)
	}
	return writeWeights(filepath.Join(out, weightsFile), tensors)
}

func copyIfPresent(dir, out, name string) error {
	data, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	to := filepath.Join(out, name)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

func writeWeights(name string, tensors []safetensors.Tensor) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	// "format" is what transformers asks of a file's metadata.
	if err := safetensors.Write(f, tensors, map[string]string{"format": "pt"}); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}
