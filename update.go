package hunch

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hunch-search/hunch/internal/cache"
	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/model"
	"github.com/hunch-search/hunch/internal/source"
	"github.com/hunch-search/hunch/internal/vector"
)

// BusyError says that another process is writing the index.
type BusyError = index.LockedError

// Coverage tells how much of a repository the index covers.
type Coverage struct {
	Chunks   int `json:"chunks"`   // of the repository
	Embedded int `json:"embedded"` // of these, what a search can find
}

// UpdateOptions adjusts an update. The zero value works.
type UpdateOptions struct {
	// WaitForOther waits while another process is writing the index, instead
	// of returning a [*BusyError] and the coverage that it had reached.
	WaitForOther bool
	// Graphs also builds what an approximate search goes by: an HNSW graph over
	// each part of the index that has none and is large enough to gain by one.
	Graphs bool
	// Limit, if not nil, is the longest that is spent on embedding, and graphs.
	Limit *time.Duration
	// Query, if not empty, is the text of the Search that follows. It is encoded
	// while the tree is walked, and an index that needs no update stays open for
	// that Search.
	Query string
}

func (o UpdateOptions) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.Limit == nil {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, *o.Limit)
}

// Update brings the index up to date with the tree: files that are new or have
// another content are embedded, files that are gone are taken out. A tree
// without changes costs a walk and writes nothing.
//
// When ctx ends, or the time that o limits it to, what was embedded by then is
// kept, and Update returns the context's error with the coverage reached; the
// next Update goes on from there.
func (r *Repository) Update(ctx context.Context, o UpdateOptions) (Coverage, error) {
	r.letGo()
	if o.Query != "" {
		r.encodeAhead(o.Query)
	}
	ix, damage, err := r.open()
	if err != nil {
		return Coverage{}, err
	}
	if damage != nil {
		r.warn(fmt.Errorf("%w; building the index again", damage))
	}
	p, err := r.plan(ctx, ix)
	upToDate := err == nil && ix != nil && p.empty() && !(o.Graphs && ix.LacksGraphs())
	if upToDate && o.Query != "" {
		r.current = ix
	} else if ix != nil {
		ix.Close()
	}
	if err != nil {
		return Coverage{}, err
	}
	r.stale = nil
	if !upToDate {
		ctx, cancel := o.limit(ctx)
		defer cancel()
		meta := r.meta
		if p.recheck {
			meta.Tool = "" // until all is done, so that an interrupted update does it again
		}
		err = r.write(ctx, p, o.Graphs, index.Config{Meta: meta, Rebuild: damage != nil, Wait: o.WaitForOther})
	}
	r.coverage = &Coverage{Chunks: p.kept + p.chunks, Embedded: p.kept + p.committed}
	return *r.coverage, err
}

// encodeAhead begins to encode a query.
func (r *Repository) encodeAhead(text string) {
	if r.vector != nil && r.query == text {
		return
	}
	r.query, r.vector = text, sync.OnceValues(func() ([]float32, error) { return r.opts.Model.EncodeQuery(text) })
	go r.vector()
}

// encode returns the vector of a query.
func (r *Repository) encode(text string) ([]float32, error) {
	if r.vector != nil && r.query == text {
		return r.vector()
	}
	return r.opts.Model.EncodeQuery(text)
}

// letGo closes an index that was kept for a Search.
func (r *Repository) letGo() {
	if r.current != nil {
		r.current.Close()
		r.current = nil
	}
}

func (r *Repository) write(ctx context.Context, p *plan, graphs bool, cfg index.Config) error {
	w, err := index.NewWriter(ctx, r.dir, cfg)
	if err != nil {
		return err
	}
	defer w.Close()
	u := &updater{Repository: r, plan: p, w: w, start: time.Now()}
	u.skipFinished()
	u.openCache()
	defer u.closeCache()
	for _, f := range p.refused {
		if err := w.Add(index.File{Path: f.Path, Size: f.Size, ModTime: settledTime(f)}, nil); err != nil {
			return err
		}
	}
	for path, modTime := range p.touched {
		w.Touch(path, modTime)
	}
	for _, path := range p.removed {
		w.Remove(path)
	}
	err = u.embed(ctx)
	if err == nil {
		w.SetTool(r.meta.Tool)
		p.chunks = p.committed + u.added // whatever the files had at first
	}
	if e := u.commit(ctx); e != nil {
		return e
	}
	p.chunks = max(p.chunks, p.committed)
	if err == nil && graphs {
		err = w.BuildGraphs(ctx, r.opts.Threads, u.tellGraphs)
	}
	return err
}

// commitChunks is how many chunks are embedded between commits: some seconds
// of work, which is what a kill loses.
const commitChunks = 256

// updater carries out a plan.
type updater struct {
	*Repository
	*plan
	w     *index.Writer
	cache *cache.Cache // nil if there is none
	start time.Time

	added    int          // chunks given to w since the last commit
	embedded int          // chunks embedded since the start, committed or not
	recalled atomic.Int64 // chunks whose embedding was in the cache
	rest     []*work      // files that need not go through the encoder
}

// work is a file on its way through the encoder.
type work struct {
	file   index.File
	chunks []index.ChunkRecord
	todo   int  // chunks that have no vector yet
	gone   bool // it vanished, or is no longer to be indexed
}

// skipFinished takes out of the plan what another process has embedded while
// this one made its plan.
func (u *updater) skipFinished() {
	u.pending = slices.DeleteFunc(u.pending, func(f pending) bool {
		old, ok := u.w.Lookup(f.Path)
		done := ok && old.Hash == f.hash && !f.recut
		if done {
			u.kept += old.Chunks
			u.chunks -= f.chunks
		}
		return done
	})
}

// embed runs the pending files through the encoder. Files come out in order,
// each complete, so that what is committed is always whole files.
func (u *updater) embed(ctx context.Context) error {
	u.tell()
	err := model.Encode(ctx, u.opts.Model, u.opts.Threads, u.documents(), func(t ticket, e model.Embedding) error {
		if err := t.record(e); err != nil {
			return err
		}
		u.remember(t.text, t.work.chunks[t.chunk])
		u.embedded++
		u.tell()
		if t.work.todo > 0 {
			return nil
		}
		return u.add(ctx, t.work)
	})
	if err != nil {
		return err
	}
	u.tell() // of what was recalled
	for _, w := range u.rest {
		if w.gone {
			u.w.Remove(w.file.Path)
		} else if err := u.add(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// ticket is one chunk on its way through the encoder.
type ticket struct {
	work  *work
	chunk int // of work.chunks
	text  string
}

// documents reads the pending files again, one after the other, and yields the
// text of each chunk that is to be embedded. Files without one go to u.rest. A
// work is filled in before the first of its chunks is yielded, and belongs to
// the receiver from then on.
func (u *updater) documents() iter.Seq2[ticket, string] {
	return func(yield func(ticket, string) bool) {
		for _, f := range u.pending {
			text, err := u.read(f.File)
			if err != nil {
				u.rest = append(u.rest, &work{file: index.File{Path: f.Path}, gone: true})
				continue
			}
			w, texts := u.newWork(f.File, text)
			u.recall(w, texts)
			if w.todo == 0 {
				u.rest = append(u.rest, w)
				continue
			}
			// Listed beforehand: once one is yielded, the receiver sets Vectors.
			var todo []ticket
			for i := range texts {
				if w.chunks[i].Vector == nil {
					todo = append(todo, ticket{w, i, texts[i]})
				}
			}
			for _, t := range todo {
				if !yield(t, t.text) {
					return
				}
			}
		}
	}
}

// newWork cuts a file into chunks, and makes the text of each that is embedded.
func (r *Repository) newWork(f source.File, text []byte) (*work, []string) {
	language := r.opts.source().Language(f.Path, text)
	w := &work{file: index.File{
		Path: f.Path, Size: f.Size, ModTime: settledTime(f),
		Hash: sha256.Sum256(text), Language: language, Text: string(chunk.Readable(language, text)),
	}}
	var texts []string
	for _, c := range r.opts.chunks().Split(f.Path, language, text) {
		w.chunks = append(w.chunks, index.ChunkRecord{Chunk: index.Chunk{
			StartLine: c.StartLine, EndLine: c.EndLine, Symbols: mainFirst(c),
		}, Text: c.Text})
		texts = append(texts, chunk.EmbedText(f.Path, c))
	}
	return w, texts
}

func (t ticket) record(e model.Embedding) (err error) {
	rec := &t.work.chunks[t.chunk]
	rec.Tokens, rec.Truncated = e.Tokens, e.Cut
	rec.Vector = make([]int8, len(e.Vector))
	rec.Scale, err = vector.Quantize(rec.Vector, e.Vector)
	t.work.todo--
	return err
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

func (u *updater) add(ctx context.Context, w *work) error {
	if err := u.w.Add(w.file, w.chunks); err != nil {
		return err
	}
	if u.added += len(w.chunks); u.added < commitChunks {
		return nil
	}
	return u.commit(ctx)
}

func (u *updater) commit(ctx context.Context) error {
	u.w.SetMissing(u.chunks - u.committed - u.added)
	if err := u.w.Commit(ctx); err != nil {
		return err
	}
	u.committed += u.added
	u.added = 0
	u.flushCache()
	return nil
}

func (u *updater) tell() { u.tellGraphs(0, 0) }

func (u *updater) tellGraphs(linked, toLink int) {
	recalled := int(u.recalled.Load())
	kept := u.kept + recalled
	u.progress(Progress{
		Chunks: u.kept + u.chunks, Embedded: kept + u.embedded, Kept: kept, Recalled: recalled,
		Linked: linked, ToLink: toLink, Elapsed: time.Since(u.start),
	})
}
