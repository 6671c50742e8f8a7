package hunch

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/hunch-search/hunch/internal/index"
)

// BusyError says that another process is writing the index.
type BusyError = index.LockedError

// Coverage tells what of a repository a search knows.
type Coverage struct {
	// Chunks are those of the files that were read. Their words can be found.
	Chunks int `json:"chunks"`
	// Embedded of them have a vector, so that they are found by meaning, too.
	Embedded int `json:"embedded"`
	// Unread files are new or changed since they were read.
	Unread int `json:"unread_files"`
	// Complete says that all files were read and all chunks embedded.
	Complete bool `json:"complete"`
}

func coverageOf(chunks, embedded, unread int) Coverage {
	return Coverage{chunks, embedded, unread, embedded == chunks && unread == 0}
}

// UpdateOptions adjusts an update. The zero value works.
type UpdateOptions struct {
	// WaitForOther waits while another process is writing the index, instead
	// of returning a [*BusyError] and the coverage that it had reached.
	WaitForOther bool
	// Graphs also builds what an approximate search goes by: an HNSW graph over
	// each part of the index that has none and is large enough to gain by one,
	// unless there is a Limit.
	Graphs bool
	// Limit, if not nil, is about how long the update may take, but that half of it
	// is for what comes after the walk, however long that took; see
	// [Repository.Update]. With 0 nothing is read, and nothing written but over a
	// damaged index.
	Limit *time.Duration
	// Query, if not nil, is the Search that follows. It is encoded while the tree
	// is walked, an index that needs no update stays open for it, and where the
	// time is limited what may answer it goes first.
	Query *Query
}

func (o *UpdateOptions) graphs() bool { return o.Graphs && o.Limit == nil }

// deadline is when an update that began at start is to end. What is to be done may
// have taken long to find out; half of the limit is left for it in any case.
func (o *UpdateOptions) deadline(start time.Time) deadline {
	if o.Limit == nil {
		return deadline{}
	}
	now := time.Now()
	return deadline{limited: true, start: now, limit: max(*o.Limit-now.Sub(start), *o.Limit/2)}
}

// deadline is the end of what an update does after its plan, if there is any.
type deadline struct {
	limited bool
	start   time.Time
	limit   time.Duration
}

// share is a context that ends with a part of the time.
func (d deadline) share(ctx context.Context, part float64) (context.Context, context.CancelFunc) {
	if !d.limited {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, d.start.Add(time.Duration(part*float64(d.limit))))
}

// over reports whether less than so much time is left.
func (d deadline) over(left time.Duration) bool {
	return d.limited && time.Until(d.start.Add(d.limit)) < left
}

// Update brings the index up to date with the tree: files that are new or have
// another content are read, cut and embedded, files that are gone are taken out.
// A tree without changes costs a walk and writes nothing.
//
// With a limit and a query, what promises most for the query goes first: files
// that have its words are read, and of their chunks the likeliest answers embedded.
// What time is left goes to the other files and then to the other chunks. An update
// that half as much time again would complete is completed. After an upgrade all
// files are to be read again; until it is a file's turn it answers as it did.
//
// When ctx ends, or the limit is reached, what was done by then is kept, and
// Update returns the context's error with the coverage reached; the next Update
// goes on from there.
func (r *Repository) Update(ctx context.Context, o UpdateOptions) (Coverage, error) {
	start := time.Now()
	r.letGo()
	if o.Query != nil {
		r.encodeAhead(o.Query.Text)
	}
	ix, damage, err := r.open()
	if err != nil {
		return Coverage{}, err
	}
	if damage != nil {
		r.warn(fmt.Errorf("%w; building the index again", damage))
	}
	p, err := r.plan(ctx, ix)
	if err != nil {
		if ix != nil {
			ix.Close()
		}
		return Coverage{}, err
	}
	var chunks, embedded int
	upToDate, atOnce := false, o.Limit != nil && *o.Limit <= 0 && damage == nil
	if !atOnce {
		r.compareFew(p)
	}
	if ix != nil {
		chunks, embedded = ix.Counts()
		upToDate = p.empty() && !(o.graphs() && ix.LacksGraphs())
	}
	if (upToDate || atOnce) && o.Query != nil {
		r.current = ix
	} else if ix != nil {
		ix.Close()
	}
	c := coverageOf(chunks, embedded, len(p.changed))
	switch {
	case upToDate:
		r.stale = nil
	case atOnce:
		err = context.DeadlineExceeded
	default:
		r.stale = nil
		c, err = r.write(ctx, p, o, o.deadline(start), c, index.Config{Rebuild: damage != nil, Wait: o.WaitForOther})
	}
	r.coverage = &c
	return c, err
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

// write carries out a plan and returns the coverage, which was c before.
func (r *Repository) write(ctx context.Context, p *plan, o UpdateOptions, end deadline, c Coverage, cfg index.Config) (Coverage, error) {
	cfg.Meta = r.meta
	locking, cancel := end.share(ctx, 1)
	defer cancel()
	w, err := index.NewWriter(locking, r.dir, cfg)
	if err != nil {
		return c, err
	}
	defer w.Close()
	files, err := r.opts.source().Reader(r.root)
	if err != nil {
		return c, err
	}
	defer files.Close()
	u := newUpdater(r, p, w, files)
	u.openCache()
	defer u.closeCache()
	for _, path := range p.removed {
		w.Remove(path)
	}
	err = u.carryOut(ctx, o.Query, end)
	if e := u.commit(ctx); e != nil {
		return u.coverage(), e
	}
	if err == nil && o.graphs() {
		err = w.BuildGraphs(ctx, r.opts.Threads, u.tellGraphs)
	}
	if c = u.coverage(); c.Complete && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		err = nil // the last of it was done when the time was over
	}
	return c, err
}

// carryOut reads and embeds. A limit that was reached is its error.
func (u *updater) carryOut(ctx context.Context, q *Query, end deadline) error {
	if q != nil && end.limited {
		if err := u.answerFirst(ctx, *q, end); err != nil {
			return err
		}
	}
	whole, cancel := end.share(ctx, 1)
	defer cancel()
	if err := u.read(whole, math.MaxInt64, end); err != nil {
		return err
	}
	return u.embedRest(ctx, u.beforeCommit(end))
}
