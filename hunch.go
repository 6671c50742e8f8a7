// Package hunch finds code by meaning: it embeds the chunks of a repository
// with a sentence encoder, keeps the vectors in an index, and answers a
// question in words with the chunks whose vectors are nearest.
//
//	m, err := hunch.DefaultModel()
//	repo, err := hunch.Open(".", hunch.Options{Model: m})
//	_, err = repo.Update(ctx, hunch.UpdateOptions{})
//	answer, err := repo.Search(ctx, hunch.Query{Text: "where is the retry back-off computed"})
//
// The index lies in the user's cache folder; the tree that is searched is never
// written to. [Repository.Update] embeds what changed since the last time.
//
// The packages below internal do the work and may change at any time; this
// package joins them and is what other programs use. It has no version 1 yet:
// names here may still change between releases, as CHANGELOG.md will tell.
package hunch

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/model"
	"github.com/hunch-search/hunch/internal/source"
)

// Version is that of the program and of this package.
const Version = "0.1.0-dev"

// Model turns texts into vectors. It is safe for concurrent use.
type Model = model.Model

// DefaultModel returns the model that is part of the program. Its weights are
// unpacked when the first text is embedded.
func DefaultModel() (*Model, error) { return model.Default() }

// OpenModel reads a model folder in the layout of sentence-transformers; ""
// stands for the model that is part of the program.
func OpenModel(dir string, p Precision) (*Model, error) {
	if dir == "" {
		return model.Embedded(p)
	}
	return model.Open(dir, p)
}

// Precision is the arithmetic of a model: "fp32", "int8", or "auto", which is
// also the zero value's meaning, for that of its weights.
type Precision = model.Precision

// ParsePrecision checks a name of a Precision.
func ParsePrecision(name string) (Precision, error) { return model.ParsePrecision(name) }

// Options says how a repository is indexed. Only Model is required.
type Options struct {
	Model *Model
	// IndexDir is the folder below which all indexes lie; "" means the folder
	// hunch/index in the user's cache folder.
	IndexDir string
	// Threads is the number of goroutines that embed; 0 means one for each
	// processor.
	Threads int
	// Ignore are patterns of what is not indexed, in the syntax of .hunchignore
	// and relative to the root. They go over those of every such file.
	Ignore []string
	// MaxFileSize is the size in bytes above which a file is not indexed; 0 means
	// 1,000,000.
	MaxFileSize int64
	// Languages names the languages of extensions, which are in lower case and
	// without the dot.
	Languages map[string]string
	// ChunkTokens is how many tokens of a chunk the model is to read; 0 means 256.
	// Each size has an index of its own.
	ChunkTokens int
	Events      Events
}

func (o *Options) source() source.Settings {
	return source.Settings{Ignore: o.Ignore, MaxSize: o.MaxFileSize, Languages: o.Languages}
}

func (o *Options) chunks() chunk.Splitter { return chunk.Splitter{Tokens: o.ChunkTokens} }

// tool names what the verdicts in an index depend on, beside the files: where it
// differs, an update reads all files again.
func (o *Options) tool() string {
	tool := fmt.Sprintf("hunch %s chunks %d", Version, chunk.RulesVersion)
	if len(o.Languages) == 0 {
		return tool
	}
	var b strings.Builder
	for _, ext := range slices.Sorted(maps.Keys(o.Languages)) {
		fmt.Fprintf(&b, "%s=%s\n", ext, o.Languages[ext])
	}
	return tool + " languages " + shortHash(b.String())
}

// Events are called as things happen, if they are not nil: one at a time, and
// before the method of [Repository] that they belong to returns, but not always
// from the goroutine that called it. They hold up the work.
type Events struct {
	// Progress is called before the first chunk is embedded or linked and after
	// every few.
	Progress func(Progress)
	// Skipped names a file or folder that is not indexed, and why. Path is raw.
	Skipped func(path, reason string)
	// Warning tells of what went wrong without ending the work, such as a file
	// that cannot be read.
	Warning func(error)
}

// Progress is the state of an update.
type Progress struct {
	// Read of ToRead files that are new or changed have been read, which comes
	// first; both are 0 after that.
	Read, ToRead int
	// Embedded of Chunks are in the index or wait for the next commit; Kept of
	// them had not to be embedded.
	Chunks, Embedded, Kept int
	// Recalled of those kept have an embedding that was known from elsewhere.
	Recalled int
	// Linked of ToLink chunks are in the graphs that are being built, which is
	// the last part of an update; both are 0 before.
	Linked, ToLink int
	Elapsed        time.Duration // since the first of them was begun
}

// Repository is a tree of files and its index for one model. Its methods may
// be called one at a time; several processes may have the same one open.
type Repository struct {
	root string
	dir  string // of the index
	meta index.Meta
	opts Options

	events   sync.Mutex // held while one of opts.Events runs
	coverage *Coverage  // after the last Update; nil before the first

	stale map[string]bool // files that a search found changed since the last Update

	// What an Update with a Query has at hand for the Search that follows.
	current *index.Index // equal to the tree; nil if there is none
	query   string
	vector  func() ([]float32, error) // of query; it waits. nil if there is none
}

// Open returns the repository that path belongs to: the enclosing work tree,
// or the folder itself where there is none. It reads no index yet.
func Open(path string, opts Options) (*Repository, error) {
	if opts.Model == nil {
		panic("hunch: Open without a model")
	}
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	root, err := source.FindRoot(path)
	if err != nil {
		return nil, err
	}
	info := opts.Model.Info()
	r := &Repository{root: root, opts: opts, meta: index.Meta{
		Root: root, Model: info.Fingerprint, Precision: info.Precision,
		Template: opts.chunks().Template(), Dim: info.Dim, Tool: opts.tool(),
	}}
	if r.dir, err = indexDir(opts.IndexDir, root, r.meta); err != nil {
		return nil, err
	}
	return r, nil
}

// Root is the absolute path of the tree, with symbolic links resolved.
func (r *Repository) Root() string { return r.root }

// IndexDir is the folder of this repository's index for this model.
func (r *Repository) IndexDir() string { return r.dir }

// Stale reports whether a Search since the last Update met a file that is not
// what was indexed: it changed just now, or without a change of size and time.
// The next Update compares such files by content. An index that is gone or was
// damaged since the last Update counts as well.
func (r *Repository) Stale() bool { return len(r.stale) > 0 }

// Clear removes the repository's indexes, those for other models too.
func (r *Repository) Clear() error {
	r.letGo()
	r.coverage = nil
	place := filepath.Dir(r.dir)
	models, err := os.ReadDir(place)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var errs []error
	for _, m := range models {
		if m.IsDir() { // and not what a file manager left there
			errs = append(errs, index.Remove(filepath.Join(place, m.Name())))
		}
	}
	os.Remove(place) // refused if there is something else in it
	return errors.Join(errs...)
}

// open opens the index for reading; one that is missing or damaged is nil.
// Damage is what must be told and is mended by building the index again.
func (r *Repository) open() (ix *index.Index, damage, err error) {
	ix, err = index.Open(r.dir)
	if err == nil {
		if err = ix.Meta().Match(r.meta); err == nil {
			return ix, nil, nil
		}
		ix.Close()
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, nil
	case isDamage(err):
		return nil, err, nil
	}
	return nil, nil, err
}

// isDamage tells errors of opening an index that are mended by building it
// again. A newer format is none: the newer program's work is not thrown away.
func isDamage(err error) bool {
	_, damaged := errors.AsType[*index.FormatError](err)
	_, foreign := errors.AsType[*index.MismatchError](err)
	return damaged || foreign
}

func (r *Repository) setStale(path string) {
	if r.stale == nil {
		r.stale = map[string]bool{}
	}
	r.stale[path] = true
}

func (r *Repository) warn(err error) {
	if f := r.opts.Events.Warning; f != nil {
		r.events.Lock()
		defer r.events.Unlock()
		f(err)
	}
}

func (r *Repository) skipped(path, reason string) {
	if f := r.opts.Events.Skipped; f != nil {
		r.events.Lock()
		defer r.events.Unlock()
		f(path, reason)
	}
}

func (r *Repository) progress(p Progress) {
	if f := r.opts.Events.Progress; f != nil {
		r.events.Lock()
		defer r.events.Unlock()
		f(p)
	}
}
