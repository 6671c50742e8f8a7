package hunch

import (
	"context"
	"crypto/sha256"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/source"
)

// plan is what an update will do: the difference between the tree and the
// index. No file is read for it.
type plan struct {
	changed []changed // files to be read, in order of path
	bare    []bare    // files that are unchanged, with chunks that have no vector yet
	removed []string
	upgrade bool // the index is another program's, or one with other settings
	kept    int  // chunks with vectors that stay as they are
	lacking int  // chunks of bare without vectors
}

// changed is a file of another size or time than the index has it with, or that
// must be read all the same.
type changed struct {
	source.File
	old     index.FileInfo // as the index has it,
	known   bool           // if it does
	refused bool           // as one that is not to be indexed, of this size and time
	again   bool           // by other rules: it is cut anew even if its content is the same
}

// bare is a file with chunks that have no vector yet.
type bare struct {
	source.File
	embedded int // chunks that have one
}

func (p *plan) empty() bool {
	return !p.upgrade && len(p.changed) == 0 && len(p.bare) == 0 && len(p.removed) == 0
}

// plan walks the tree and compares it with the index, which may be nil. Files
// whose size and time are as the index has them are taken as unchanged; all
// others are to be read. After an upgrade, or with other settings, so are those that
// were not judged again since: another verdict may be due, another language or other
// chunks. So are those that the index has without their words, which are then added;
// the vectors come from the cache.
func (r *Repository) plan(ctx context.Context, ix *index.Index) (*plan, error) {
	p := &plan{upgrade: ix != nil && ix.Meta().Tool != r.meta.Tool}
	known := listKnown(ix)
	defer known.stop()
	var unseen []string // what could not be read: the index keeps what it has of it
	for f, err := range source.Walk(ctx, r.root, source.Options{Settings: r.opts.source(), Skipped: r.skipped}) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		switch {
		case err != nil && f.Path == "": // the root: all files would seem gone
			return nil, err
		case err != nil:
			r.warn(err)
			unseen = append(unseen, f.Path)
			continue
		}
		p.removed = append(p.removed, known.before(f.Path)...)
		old, ok := known.take(f.Path)
		r.compare(p, f, old, ok)
	}
	p.removed = append(p.removed, known.rest()...)
	if len(unseen) > 0 {
		p.removed = slices.DeleteFunc(p.removed, func(path string) bool { return below(path, unseen) })
	}
	return p, nil
}

// known goes through the files of an index beside a walk: both are in byte
// order of their paths, so that neither has to be in memory.
type known struct {
	pull func() (index.FileInfo, bool)
	stop func()
	file index.FileInfo // the next
	ok   bool           // there is one
}

func listKnown(ix *index.Index) *known {
	if ix == nil {
		return &known{stop: func() {}}
	}
	k := new(known)
	k.pull, k.stop = iter.Pull(ix.Files())
	k.file, k.ok = k.pull()
	return k
}

// before returns the paths up to, but without, path, and goes on behind them.
func (k *known) before(path string) (gone []string) {
	for k.ok && k.file.Path < path {
		gone = append(gone, k.file.Path)
		k.file, k.ok = k.pull()
	}
	return gone
}

// take returns the file of a path, which is the next if there is one.
func (k *known) take(path string) (f index.FileInfo, ok bool) {
	if !k.ok || k.file.Path != path {
		return f, false
	}
	f = k.file
	k.file, k.ok = k.pull()
	return f, true
}

func (k *known) rest() (gone []string) {
	for ; k.ok; k.file, k.ok = k.pull() {
		gone = append(gone, k.file.Path)
	}
	return gone
}

// compare decides whether a file is to be read. One whose content is refused is in
// the index without a hash and without chunks, so that it is not read every time;
// only if somebody wants to know what is skipped it is read again.
func (r *Repository) compare(p *plan, f source.File, old index.FileInfo, known bool) {
	same := known && old.Size == f.Size && old.ModTime == f.Changed.UnixNano() && !r.stale[f.Path]
	again := known && (p.upgrade || old.Outdated || !old.Analysed)
	refused := same && !again && old.Hash == [32]byte{}
	if !same || again || refused && r.opts.Events.Skipped != nil {
		p.changed = append(p.changed, changed{f, old, known, refused, again})
		return
	}
	p.keep(f, old)
}

// keep leaves a file as it is, but for the vectors that it lacks.
func (p *plan) keep(f source.File, old index.FileInfo) {
	p.kept += old.Embedded
	if old.Embedded < old.Chunks {
		p.bare = append(p.bare, bare{f, old.Embedded})
		p.lacking += old.Chunks - old.Embedded
	}
}

// fewChanged is how many files are read before it is clear that there is
// something to be written.
const fewChanged = 256

// compareFew takes the files out of the plan that have the same content and would
// be remembered in the same way, such as files that are so young that their time
// says nothing: to find no change must write nothing.
func (r *Repository) compareFew(p *plan) {
	if p.upgrade || len(p.changed) > fewChanged {
		return
	}
	p.changed = slices.DeleteFunc(p.changed, func(c changed) bool {
		if !c.known || c.again {
			return false
		}
		text, err := r.opts.source().Read(r.root, c.File)
		if _, skip := errors.AsType[*source.SkipError](err); skip && c.refused {
			r.tellRead(c.Path, err)
			return true
		}
		if err != nil || sha256.Sum256(text) != c.old.Hash || settledTime(c.File) != c.old.ModTime {
			return false
		}
		p.keep(c.File, c.old)
		return true
	})
}

// sameChunks reports whether a file would be cut as it was.
func sameChunks(w *index.Writer, old index.FileInfo, chunks []index.ChunkRecord) bool {
	if len(chunks) != old.Chunks {
		return false
	}
	for i, c := range chunks {
		was := w.Chunk(old.FirstChunk + index.ChunkID(i))
		if was.StartLine != c.StartLine || was.EndLine != c.EndLine || !slices.Equal(was.Symbols, c.Symbols) {
			return false
		}
	}
	return true
}

// mainFirst lists a chunk's symbols with the main one at the head, which is how
// the index tells it.
func mainFirst(c chunk.Chunk) []string {
	if c.Symbol == "" {
		return c.Symbols
	}
	rest := slices.DeleteFunc(slices.Clone(c.Symbols), func(s string) bool { return s == c.Symbol })
	return append([]string{c.Symbol}, rest...)
}

// settledTime is the time of a file's last change, or 0 if it is so recent that
// the file could change again without its time changing: then its content is
// compared the next time. A time in the future, as after a clock was set back,
// is recent too.
func settledTime(f source.File) int64 {
	const coarse, fine = 2 * time.Second, 50 * time.Millisecond // above what file systems tell apart
	granularity := fine
	if f.Changed.Nanosecond() == 0 {
		granularity = coarse // whole seconds, it seems
	}
	if time.Since(f.ModTime) < coarse || time.Since(f.Changed) < granularity {
		return 0
	}
	return f.Changed.UnixNano()
}
