package hunch

// The part of an update that embeds what was read.

import (
	"cmp"
	"context"
	"crypto/sha256"
	"iter"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hunch-search/hunch/internal/cache"
	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/model"
	"github.com/hunch-search/hunch/internal/source"
	"github.com/hunch-search/hunch/internal/vector"
)

// commitChunks is how many chunks are embedded between commits: some seconds
// of work, which is what a kill loses.
const commitChunks = 256

// updater carries out a plan.
type updater struct {
	*Repository
	w       *index.Writer
	files   *source.Reader
	cache   *cache.Cache // nil if there is none
	start   time.Time
	encoder time.Time // when it began

	unread []changed        // files to be read
	bare   []bare           // files to be embedded
	half   map[string]*work // files of which chunks were embedded for the query

	// Of so many chunks those kept had vectors in the index; of the others, those
	// that were recalled had them in the cache.
	chunks, kept       int
	recalled, embedded atomic.Int64

	added   int // chunks given to w since the last commit
	slowest commitTime
	rest    []*work // files that need not go through the encoder
	gone    []string
}

func newUpdater(r *Repository, p *plan, w *index.Writer, files *source.Reader) *updater {
	u := &updater{
		Repository: r, w: w, files: files, start: time.Now(),
		unread: p.changed, half: map[string]*work{}, chunks: p.kept + p.lacking, kept: p.kept,
	}
	for _, f := range p.bare { // but what another process has embedded meanwhile
		old, ok := w.Lookup(f.Path)
		if !ok || old.Embedded < old.Chunks {
			u.bare = append(u.bare, f)
		} else {
			u.kept += old.Embedded - f.embedded
		}
	}
	return u
}

// lacking is how many chunks have no vector yet.
func (u *updater) lacking() int {
	return u.chunks - u.kept - int(u.recalled.Load()) - int(u.embedded.Load())
}

// coverage is that of the last commit.
func (u *updater) coverage() Coverage {
	chunks, embedded := u.w.View().Counts()
	return coverageOf(chunks, embedded, len(u.unread))
}

// ticket is one chunk on its way through the encoder.
type ticket struct {
	work  *work
	chunk int // of work.chunks
}

func (t ticket) text() string { return t.work.texts[t.chunk] }

// encodeAll runs chunks through the encoder, in their order, and calls done after
// each.
func (u *updater) encodeAll(ctx context.Context, chunks iter.Seq2[ticket, string], done func(*work) error) error {
	if u.encoder.IsZero() {
		u.encoder = time.Now()
	}
	return model.Encode(ctx, u.opts.Model, u.opts.Threads, chunks, func(t ticket, e model.Embedding) error {
		if err := t.record(e); err != nil {
			return err
		}
		u.remember(t.text(), t.work.chunks[t.chunk])
		u.embedded.Add(1)
		u.tell()
		return done(t.work)
	})
}

func (t ticket) record(e model.Embedding) (err error) {
	rec := &t.work.chunks[t.chunk]
	rec.Tokens, rec.Truncated = e.Tokens, e.Cut
	rec.Vector = make([]int8, len(e.Vector))
	rec.Scale, err = vector.Quantize(rec.Vector, e.Vector)
	t.work.todo--
	return err
}

// embedRest embeds all chunks that have no vector, file after file in order of
// path, so that what is committed is whole files.
func (u *updater) embedRest(ctx context.Context, end deadline) error {
	if len(u.bare) == 0 {
		return ctx.Err()
	}
	slices.SortFunc(u.bare, func(a, b bare) int { return cmp.Compare(a.Path, b.Path) })
	u.tell()
	limited, cancel := u.untilDone(ctx, end)
	defer cancel()
	err := u.encodeAll(limited, u.documents(), func(w *work) error {
		if w.todo > 0 {
			return nil
		}
		return u.add(limited, w, commitChunks)
	})
	if err != nil {
		if limited.Err() != nil && ctx.Err() == nil {
			err = context.DeadlineExceeded
		}
		return err
	}
	u.tell() // of what was recalled
	for _, path := range u.gone {
		u.w.Remove(path)
	}
	for _, w := range u.rest {
		if err := u.add(ctx, w, commitChunks); err != nil {
			return err
		}
	}
	return nil
}

// untilDone is a context that ends with the time, unless half as much again would
// do for all that is left.
func (u *updater) untilDone(ctx context.Context, end deadline) (context.Context, context.CancelFunc) {
	if !end.limited {
		return ctx, func() {}
	}
	ctx, cancel := end.share(ctx, 1.5)
	began := u.encoder
	if began.IsZero() {
		began = time.Now()
	}
	timer := time.AfterFunc(time.Until(end.start.Add(end.limit)), func() {
		rate := float64(u.embedded.Load()) / float64(time.Since(began))
		if float64(u.lacking()) > rate*float64(end.limit)/2 {
			cancel()
		}
	})
	return ctx, func() {
		timer.Stop()
		cancel()
	}
}

// documents reads the files to be embedded again, one after the other, and yields
// each chunk without a vector. Files without one go to u.rest. A work is filled in
// before the first of its chunks is yielded, and belongs to the receiver from then
// on.
func (u *updater) documents() iter.Seq2[ticket, string] {
	return func(yield func(ticket, string) bool) {
		for _, f := range u.bare {
			if half := u.half[f.Path]; half != nil && half.todo == 0 {
				continue // it is in the index
			}
			w, err := u.again(f)
			if err != nil {
				u.gone = append(u.gone, f.Path)
				continue
			}
			if w.todo == 0 {
				u.rest = append(u.rest, w)
				continue
			}
			for _, t := range w.tickets() {
				if !yield(t, t.text()) {
					return
				}
			}
		}
	}
}

// tickets lists the chunks without a vector. It is called before the first of them
// is embedded.
func (w *work) tickets() []ticket {
	var list []ticket
	for i := range w.chunks {
		if w.chunks[i].Vector == nil {
			list = append(list, ticket{w, i})
		}
	}
	return list
}

// again reads and cuts a file again, with the vectors that are known.
func (u *updater) again(f bare) (*work, error) {
	text, err := u.files.Read(f.File)
	if err != nil {
		u.tellRead(f.Path, err)
		return nil, err
	}
	w := u.newWork(f.File, text, sha256.Sum256(text))
	known := f.embedded
	if half := u.half[f.Path]; half != nil && half.file.Hash == w.file.Hash {
		known = len(half.chunks) - half.todo // and counted
		w.todo = half.todo
		for i, c := range half.chunks {
			rec := &w.chunks[i]
			rec.Vector, rec.Scale, rec.Tokens, rec.Truncated = c.Vector, c.Scale, c.Tokens, c.Truncated
		}
	}
	u.recall(w)
	u.recalled.Add(int64(max(0, len(w.chunks)-w.todo-known)))
	return w, nil
}

// add gives a file to the index, and commits once so many chunks came together.
func (u *updater) add(ctx context.Context, w *work, enough int) error {
	if err := u.w.Add(w.file, w.chunks); err != nil {
		return err
	}
	if u.added += len(w.chunks); u.added < enough {
		return nil
	}
	return u.commit(ctx)
}

func (u *updater) commit(ctx context.Context) error {
	u.w.SetUnread(len(u.unread))
	start := time.Now()
	if err := u.w.Commit(ctx); err != nil {
		return err
	}
	if took := time.Since(start); took > u.slowest.took {
		u.slowest = commitTime{u.added, took}
	}
	u.added = 0
	u.flushCache()
	return nil
}

// commitTime is how long a commit of so many chunks took.
type commitTime struct {
	chunks int
	took   time.Duration
}

// of is about how long one of n chunks takes.
func (t commitTime) of(n int) time.Duration {
	return time.Duration(float64(t.took) * max(1, float64(n)/float64(max(t.chunks, 1))))
}

// beforeCommit is the deadline for what is before the last commit, as far as the
// commits until now tell: a tenth earlier at most.
func (u *updater) beforeCommit(end deadline) deadline {
	end.limit -= min(u.slowest.took, end.limit/10)
	return end
}

func (u *updater) tell() { u.tellGraphs(0, 0) }

func (u *updater) tellGraphs(linked, toLink int) {
	recalled := int(u.recalled.Load())
	kept := u.kept + recalled
	u.progress(Progress{
		Chunks: u.chunks, Embedded: kept + int(u.embedded.Load()), Kept: kept, Recalled: recalled,
		Linked: linked, ToLink: toLink, Elapsed: time.Since(u.start),
	})
}

func (u *updater) tellReading(done, all int) {
	u.progress(Progress{Read: done, ToRead: all, Elapsed: time.Since(u.start)})
}
