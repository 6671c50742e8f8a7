// Writing model folders.

package model

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/hunch-search/hunch/internal/safetensors"
)

// newFolder makes the folder out, which must not exist or be empty, with what
// fill writes into a temporary one. It appears complete or not at all.
func newFolder(out string, fill func(temp string) error) error {
	if err := checkAbsent(out); err != nil {
		return err
	}
	parent := filepath.Dir(filepath.Clean(out))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(parent, ".model-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if err := fill(temp); err != nil {
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
	"special_tokens_map.json", fastTokenizerFile,
}

func copySmallFiles(dir, out string) error {
	pooling, err := poolingConfig(os.DirFS(dir))
	if err != nil {
		return fmt.Errorf("model %s: %w", dir, err)
	}
	for _, name := range append(slices.Clone(smallFiles), pooling) {
		if err := copyIfPresent(dir, out, name); err != nil {
			return err
		}
	}
	return nil
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
