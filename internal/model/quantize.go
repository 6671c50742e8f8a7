package model

import (
	"context"
	"fmt"
	"path/filepath"

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
	return newFolder(out, func(temp string) error { return writeQuantized(ctx, dir, temp) })
}

func writeQuantized(ctx context.Context, dir, out string) error {
	if err := copySmallFiles(dir, out); err != nil {
		return err
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
