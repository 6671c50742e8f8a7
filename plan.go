package hunch

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"iter"
	"slices"
	"time"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/source"
)

// plan is what an update will do: the difference between the tree and the
// index.
type plan struct {
	pending []pending        // files to be embedded, in order of path
	refused []source.File    // files whose content is not to be indexed, to be remembered
	touched map[string]int64 // files with another time and the same content
	removed []string
	recheck bool // the index was made under other rules: all files are read
	kept    int  // chunks that stay as they are
	chunks  int  // of the pending files

	committed int // of these, what has been embedded and is in the index
}

// pending is a file that is to be embedded.
type pending struct {
	source.File
	hash   [32]byte // as of now, like chunks; the file may change before its turn
	chunks int
	recut  bool // the index has the same content, cut in another way or without its words
}

func (p *plan) empty() bool {
	return !p.recheck && len(p.pending) == 0 && len(p.refused) == 0 && len(p.touched) == 0 && len(p.removed) == 0
}

// plan walks the tree and compares it with the index, which may be nil. Files
// whose size and time are as the index has them are taken as unchanged; all
// others are read. After an upgrade, or with other settings, all are: another
// verdict may be due, another language or other chunks. So are they where the
// index has files without their words, which are then added; the vectors come
// from the cache.
func (r *Repository) plan(ctx context.Context, ix *index.Index) (*plan, error) {
	p := &plan{touched: map[string]int64{}, recheck: ix != nil && (ix.Meta().Tool != r.meta.Tool || ix.LacksWords())}
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
		if !r.compare(p, ix, f, old, ok) && ok {
			p.removed = append(p.removed, f.Path)
		}
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

// compare decides what happens to one file; the result is false if it is to
// leave the index. A file whose content is refused is in the index without a
// hash and without chunks, so that it is not read every time; only if somebody
// wants to know what is skipped it is read again.
func (r *Repository) compare(p *plan, ix *index.Index, f source.File, old index.FileInfo, known bool) bool {
	same := known && old.Size == f.Size && old.ModTime == f.Changed.UnixNano() && !r.stale[f.Path]
	refused := same && old.Hash == [32]byte{}
	if same && !p.recheck && (!refused || r.opts.Events.Skipped == nil) {
		p.kept += old.Chunks
		return true
	}
	text, err := r.read(f)
	if _, ok := errors.AsType[*source.SkipError](err); ok {
		if !refused {
			p.refused = append(p.refused, f)
		}
		return true
	}
	if err != nil {
		return false
	}
	hash := sha256.Sum256(text)
	sameText := known && old.Hash == hash
	if sameText && !p.recheck {
		p.keep(f, old)
		return true
	}
	language := r.opts.source().Language(f.Path, text)
	chunks := r.opts.chunks().Split(f.Path, language, text)
	if sameText && old.Analysed && old.Language == language && sameChunks(ix, old, chunks) {
		p.keep(f, old)
		return true
	}
	p.pending = append(p.pending, pending{f, hash, len(chunks), sameText})
	p.chunks += len(chunks)
	return true
}

// keep leaves a file of the same content as it is, but for its time.
func (p *plan) keep(f source.File, old index.FileInfo) {
	if t := settledTime(f); t != old.ModTime {
		p.touched[f.Path] = t
	}
	p.kept += old.Chunks
}

// sameChunks reports whether a file would be cut as it was.
func sameChunks(ix *index.Index, old index.FileInfo, chunks []chunk.Chunk) bool {
	if len(chunks) != old.Chunks {
		return false
	}
	for i, c := range chunks {
		was := ix.Chunk(old.FirstChunk + index.ChunkID(i))
		if was.StartLine != c.StartLine || was.EndLine != c.EndLine || !slices.Equal(was.Symbols, mainFirst(c)) {
			return false
		}
	}
	return true
}

// read returns the text of a file that is to be indexed. What cannot be, or
// should not, is told and has an error.
func (r *Repository) read(f source.File) ([]byte, error) {
	text, err := r.opts.source().Read(r.root, f)
	if skip, ok := errors.AsType[*source.SkipError](err); ok {
		r.skipped(skip.Path, skip.Reason)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.warn(err)
	}
	return text, err
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
