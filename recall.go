package hunch

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/hunch-search/hunch/internal/cache"
	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/index"
)

// cacheLimit is the size above which the oldest embeddings go: those of some
// five million chunks.
const cacheLimit = 2 << 30

// CacheDir is the folder of the embeddings that all indexes of a place share; the
// place is IndexDir of [Options].
func CacheDir(place string) (string, error) {
	if place != "" {
		return filepath.Join(place, "embeddings"), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder for embeddings: %w", err)
	}
	return filepath.Join(dir, "hunch", "embeddings"), nil
}

// CacheStats is what the embeddings that all indexes of a place share come to.
type CacheStats = cache.Stats

// MeasureCache counts them; indexDir is that of [Options].
func MeasureCache(indexDir string) (CacheStats, error) {
	dir, err := CacheDir(indexDir)
	if err != nil {
		return CacheStats{}, err
	}
	return cache.Measure(dir)
}

// ClearCache removes the embeddings that were kept for use by other branches,
// worktrees and clones. indexDir is that of [Options].
func ClearCache(indexDir string) error {
	dir, err := CacheDir(indexDir)
	if err != nil {
		return err
	}
	return cache.Clear(dir)
}

// openCache opens the cache of embeddings. Without one all works as well, but
// slower, so that an error is a warning.
func (u *updater) openCache() {
	dir, err := CacheDir(u.opts.IndexDir)
	if err == nil {
		u.cache, err = cache.Open(dir, textKind(u.meta), u.meta.Dim, cacheLimit)
	}
	if err != nil {
		u.warn(fmt.Errorf("embeddings are not kept for other branches: %w", err))
	}
}

// vectorKind names what the vectors of an index have in common.
func vectorKind(m index.Meta) string {
	return fmt.Sprintf("%s %s %d", m.Model, m.Precision, m.Template)
}

// textKind names what embeddings of one text must have in common to be the same.
// How large chunks are does not matter: the text says what is in it.
func textKind(m index.Meta) string {
	m.Template = chunk.TemplateVersion
	return vectorKind(m)
}

// recall fills in the chunks of w without a vector whose embeddings are known.
func (u *updater) recall(w *work) {
	if u.cache == nil {
		return
	}
	for i, text := range w.texts {
		rec := &w.chunks[i]
		if rec.Vector != nil {
			continue
		}
		if v, ok := u.cache.Get(text); ok {
			rec.Vector, rec.Scale, rec.Tokens, rec.Truncated = v.Vector, v.Scale, v.Tokens, v.Truncated
			w.todo--
		}
	}
}

// remember keeps an embedding for the next time that its text comes up.
func (u *updater) remember(text string, rec index.ChunkRecord) {
	if u.cache != nil {
		u.cache.Put(text, cache.Value{
			Vector: rec.Vector, Scale: rec.Scale, Tokens: rec.Tokens, Truncated: rec.Truncated,
		})
	}
}

// flushCache makes what is remembered durable. Where that fails, such as on a
// full disk, nothing more is kept.
func (u *updater) flushCache() {
	if u.cache == nil {
		return
	}
	if err := u.cache.Flush(); err != nil {
		u.warn(fmt.Errorf("embeddings are not kept for other branches: %w", err))
		u.closeCache()
	}
}

func (u *updater) closeCache() {
	if u.cache != nil {
		u.cache.Close()
		u.cache = nil
	}
}
