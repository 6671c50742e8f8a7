package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/source"
	"github.com/hunch-search/hunch/internal/vector"
)

// tree is the size of a repository.
type tree struct{ files, chunks int }

// places are the folders of a repository and of its index.
type places struct{ repo, index string }

// make writes the repository and its index.
func (p places) make(ctx context.Context, size tree) error {
	if err := p.writeFiles(size); err != nil {
		return err
	}
	// As users have it: every file is in git's index, which a search reads.
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}} {
		cmd := exec.CommandContext(ctx, "git", args...)
		cmd.Dir = p.repo
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("git %s: %w: %s", args[0], err, out)
		}
	}
	return p.writeIndex(ctx)
}

// writeFiles gives the files an age, since files of this moment are compared by
// content.
func (p places) writeFiles(size tree) error {
	old := time.Now().Add(-time.Hour)
	for f := range size.files {
		path := filepath.Join(p.repo, "internal", fmt.Sprintf("package%d", f/20), fmt.Sprintf("file%d.go", f))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, goFile(f, size.chunks), 0o644); err != nil {
			return err
		}
		if err := os.Chtimes(path, old, old); err != nil {
			return err
		}
	}
	return nil
}

// goFile has functions that are each as large as a chunk.
func goFile(file, functions int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "package package%d\n", file/20)
	for i := range functions {
		fmt.Fprintf(&b, "\n// Step%d of file %d.\nfunc Step%d_%d(values []int, limit int) (total int) {\n", i, file, file, i)
		for line := range 9 {
			fmt.Fprintf(&b, "\tif len(values) > %d {\n\t\ttotal += values[%d] * limit\n\t}\n", line, line)
		}
		b.WriteString("\treturn total\n}\n")
	}
	return []byte(b.String())
}

func (p places) writeIndex(ctx context.Context) error {
	m, err := hunch.DefaultModel()
	if err != nil {
		return err
	}
	repo, err := hunch.Open(p.repo, hunch.Options{Model: m, IndexDir: p.index})
	if err != nil {
		return err
	}
	info := m.Info()
	w, err := index.NewWriter(ctx, repo.IndexDir(), index.Config{Meta: index.Meta{
		Root: repo.Root(), Model: info.Fingerprint, Precision: info.Precision,
		Template: chunk.TemplateVersion, Dim: info.Dim, Tool: "bench/start",
	}})
	if err != nil {
		return err
	}
	defer w.Close()
	rng := rand.New(rand.NewPCG(1, 1))
	total := 0
	for f, err := range source.Walk(ctx, repo.Root(), source.Options{}) {
		if err != nil {
			return err
		}
		n, err := add(w, rng, repo.Root(), f, info.Dim)
		if err != nil {
			return err
		}
		total += n
	}
	fmt.Fprintf(os.Stderr, "start: made an index of %d chunks in %s\n", total, repo.IndexDir())
	return w.Commit(ctx)
}

func add(w *index.Writer, rng *rand.Rand, root string, f source.File, dim int) (chunks int, err error) {
	text, err := source.Read(root, f)
	if err != nil {
		return 0, err
	}
	language := source.Language(f.Path, text)
	var records []index.ChunkRecord
	for _, c := range chunk.Split(f.Path, language, text) {
		r := index.ChunkRecord{Chunk: index.Chunk{
			StartLine: c.StartLine, EndLine: c.EndLine, Symbols: c.Symbols, Tokens: 200,
		}, Vector: make([]int8, dim), Text: c.Text}
		v := make([]float32, dim)
		for i := range v {
			v[i] = float32(rng.NormFloat64())
		}
		if r.Scale, err = vector.Quantize(r.Vector, v); err != nil {
			return 0, err
		}
		records = append(records, r)
	}
	return len(records), w.Add(index.File{
		Path: f.Path, Size: f.Size, ModTime: f.ModTime.UnixNano(), Hash: sha256.Sum256(text), Language: language,
	}, records)
}
