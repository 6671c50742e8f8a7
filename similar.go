package hunch

// Search by example: what is most like some lines.

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/model"
	"github.com/hunch-search/hunch/internal/source"
)

// Example is some lines of a file, for a search for what is like them.
type Example struct {
	Root      string `json:"root"`
	Path      string `json:"path"` // relative to Root, separated by slashes, raw
	StartLine int    `json:"start_line"`
	EndLine   int    `json:"end_line"` // inclusive

	vector []float32 // of length 1, unless it is zero
	model  string    // that made it
}

// Errors of [Repository.Example].
var (
	ErrNoSuchLine  = errors.New("no such line")
	ErrNotSearched = errors.New("it is not searched")
	ErrNoText      = errors.New("it has no text")
)

// Example returns the chunks of a file that the lines from to to are in, both
// inclusive and from 1, as an example for [Query.Like]. Where these are blank it
// is the chunk behind, or before, them. path is relative to the root. The vectors
// come from the index; where the file is not in it, or has changed, they are
// computed. The vector of several chunks is their mean.
//
// The error wraps fs.ErrNotExist where there is no such file, ErrNoSuchLine where
// the file is shorter, ErrNotSearched where no search looks at it, with the
// reason, and ErrNoText where it is empty.
func (r *Repository) Example(ctx context.Context, path string, from, to int) (*Example, error) {
	if !filepath.IsLocal(filepath.FromSlash(path)) {
		return nil, fmt.Errorf("path %q is not relative to the root", path)
	}
	ix := r.openIndex()
	if ix != nil {
		defer ix.Close()
	}
	text, known, err := r.exampleText(ctx, ix, path)
	if err != nil {
		return nil, err
	}
	if n := countLines(text); from < 1 || to < from || to > n {
		return nil, fmt.Errorf("%w: %q has %d lines, not %d", ErrNoSuchLine, path, n, max(from, to))
	}
	var e *Example
	if known != nil {
		e = indexedExample(ix, *known, from, to)
	}
	if e == nil {
		e, err = r.newExample(ctx, path, text, from, to)
	}
	if err != nil {
		return nil, err
	}
	if e == nil {
		return nil, fmt.Errorf("%q: %w", path, ErrNoText)
	}
	e.Root, e.Path, e.model = r.root, path, r.opts.Model.Info().Fingerprint
	return e, nil
}

// exampleText reads a file. known is what the index has of it, if that is the same.
func (r *Repository) exampleText(ctx context.Context, ix *index.Index, path string) (text []byte, known *index.FileInfo, err error) {
	var old index.FileInfo
	if ix != nil {
		old, _ = ix.Lookup(path)
	}
	text, err = r.opts.source().Read(r.root, source.File{Path: path, Forced: old.Hash != [32]byte{}})
	if skip, ok := errors.AsType[*source.SkipError](err); ok {
		return nil, nil, fmt.Errorf("%q: %w: %s", path, ErrNotSearched, skip.Reason)
	}
	if err != nil {
		return nil, nil, err
	}
	if old.Chunks > 0 && old.Hash == sha256.Sum256(text) {
		return text, &old, nil
	}
	if len(text) == 0 {
		return nil, nil, fmt.Errorf("%q: %w", path, ErrNoText) // a walk passes it over in silence
	}
	if reason, err := r.unwalked(ctx, path); err != nil || reason != "" {
		return nil, nil, errors.Join(err, fmt.Errorf("%q: %w: %s", path, ErrNotSearched, reason))
	}
	return text, nil, nil
}

// unwalked tells why a file that is there is not one of the tree; "" if it is.
func (r *Repository) unwalked(ctx context.Context, path string) (reason string, err error) {
	reason = "left out"
	skipped := func(p, why string) {
		if p == path || strings.HasSuffix(p, "/") && strings.HasPrefix(path, p) {
			reason = why
		}
	}
	for f, err := range source.Walk(ctx, r.root, source.Options{Settings: r.opts.source(), Skipped: skipped}) {
		switch {
		case err != nil && f.Path == "":
			return "", err
		case err == nil && f.Path == path:
			return "", nil
		}
	}
	return reason, nil
}

// cover returns which of the chunks, given by their lines, the lines from to to
// are in; or the one behind, or else the last before. Chunks are in order.
func cover(n int, lines func(i int) (start, end int), from, to int) (first, last int) {
	first, last = n, -1
	for i := range n {
		start, end := lines(i)
		if end < from {
			continue
		}
		if first == n {
			first, last = i, i
		}
		if start <= to {
			last = i
		}
	}
	if first == n {
		first, last = n-1, n-1
	}
	return first, last
}

// indexedExample returns nil where a chunk has no vector yet.
func indexedExample(ix *index.Index, f index.FileInfo, from, to int) *Example {
	at := func(i int) index.Chunk { return ix.Chunk(f.FirstChunk + index.ChunkID(i)) }
	first, last := cover(f.Chunks, func(i int) (int, int) { c := at(i); return c.StartLine, c.EndLine }, from, to)
	e := &Example{StartLine: at(first).StartLine, EndLine: at(last).EndLine}
	for i := first; i <= last; i++ {
		v, ok := ix.Vector(f.FirstChunk + index.ChunkID(i))
		if !ok {
			return nil
		}
		e.add(v)
	}
	return e
}

// newExample embeds what is needed; the result is nil if there is nothing.
func (r *Repository) newExample(ctx context.Context, path string, text []byte, from, to int) (*Example, error) {
	chunks := r.opts.chunks().Split(path, r.opts.source().Language(path, text), text)
	if len(chunks) == 0 {
		return nil, nil
	}
	first, last := cover(len(chunks), func(i int) (int, int) { return chunks[i].StartLine, chunks[i].EndLine }, from, to)
	e := &Example{StartLine: chunks[first].StartLine, EndLine: chunks[last].EndLine}
	var texts []string
	for _, c := range chunks[first : last+1] {
		texts = append(texts, chunk.EmbedText(path, c))
	}
	return e, model.Encode(ctx, r.opts.Model, r.opts.Threads, slices.All(texts), func(_ int, v model.Embedding) error {
		e.add(v.Vector)
		return nil
	})
}

// add adds a vector of one more chunk.
func (e *Example) add(v []float32) {
	if e.vector == nil {
		e.vector = make([]float32, len(v))
	}
	for i, x := range v {
		e.vector[i] += x
	}
}

// holds reports whether a chunk of a repository is, or is part of, the example.
func (e *Example) holds(root string, f index.FileInfo, c index.Chunk) bool {
	return e.Root == root && e.Path == f.Path && c.StartLine <= e.EndLine && c.EndLine >= e.StartLine
}

// same reports whether an example can be compared with a repository's vectors.
func (e *Example) same(r *Repository) error {
	if have := r.opts.Model.Info().Fingerprint; e.model != have {
		return fmt.Errorf("the example was embedded by model %q, and the repository by %q", e.model, have)
	}
	return nil
}
