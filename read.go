package hunch

// The part of an update that reads files: it cuts them into chunks, so that their
// words can be found, and takes what vectors are known from the cache.

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"runtime"
	"sync"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/source"
)

// readCommit is how many chunks are read between commits: a second of work, and
// some 20 MB of memory.
const readCommit = 1 << 14

// work is a file that was cut into chunks.
type work struct {
	file   index.File
	chunks []index.ChunkRecord
	texts  []string // that are embedded, by chunk
	todo   int      // chunks that have no vector
}

// cut is a changed file that was read.
type cut struct {
	changed
	hash [32]byte
	text []byte
	work *work // nil where the index has the content
	err  error
}

// read reads the changed files that are unread, on all threads, and hands them to
// the index in their order, about so many bytes of them. When ctx ends, it returns
// its error, and the others stay unread; so they do when the time until end is only
// enough to commit what was read.
func (u *updater) read(ctx context.Context, bytes int64, end deadline) error {
	todo := u.unread
	n := 0
	for ; n < len(todo) && bytes > 0; n++ {
		bytes -= todo[n].Size
	}
	if n == 0 {
		return ctx.Err()
	}
	done := 0
	defer func() {
		u.unread = todo[done:]
		u.tell()
	}()
	for c := range u.cutAll(ctx, todo[:n]) {
		if err := u.take(ctx, c); err != nil {
			return err
		}
		if done++; done%64 == 0 {
			u.tellReading(done, len(todo))
		}
		if end.over(u.slowest.of(u.added)) {
			return context.DeadlineExceeded
		}
	}
	return ctx.Err()
}

// cutAll yields the files in order, each read by one of several goroutines, which
// have ended when it has. It ends early with ctx.
func (u *updater) cutAll(ctx context.Context, files []changed) func(yield func(*cut) bool) {
	return func(yield func(*cut) bool) {
		threads := u.opts.Threads
		if threads <= 0 {
			threads = runtime.GOMAXPROCS(0)
		}
		ctx, stop := context.WithCancel(ctx)
		var wg sync.WaitGroup
		defer wg.Wait()
		defer stop()
		type job struct {
			file changed
			done chan *cut
		}
		jobs, order := make(chan job), make(chan job, 8*threads)
		wg.Go(func() {
			defer close(order)
			defer close(jobs)
			for _, f := range files {
				if ctx.Err() != nil {
					return // which the choice below might overlook
				}
				j := job{f, make(chan *cut, 1)}
				select {
				case jobs <- j:
					order <- j
				case <-ctx.Done():
					return
				}
			}
		})
		for range threads {
			wg.Go(func() {
				for j := range jobs {
					j.done <- u.cut(j.file)
				}
			})
		}
		stopped := false
		for j := range order { // to its end, so that nobody waits for room in it
			if c := <-j.done; !stopped && !yield(c) {
				stopped = true
				stop()
			}
		}
	}
}

// cut reads a file and cuts it, unless it has the content that the index has.
func (u *updater) cut(f changed) *cut {
	c := &cut{changed: f}
	if c.text, c.err = u.files.Read(f.File); c.err != nil {
		return c
	}
	c.hash = sha256.Sum256(c.text)
	if f.again || !f.known || c.hash != f.old.Hash {
		c.work = u.newWork(f.File, c.text, c.hash)
		u.recall(c.work)
	}
	return c
}

// take gives a file to the index.
func (u *updater) take(ctx context.Context, c *cut) error {
	u.tellRead(c.Path, c.err)
	if _, skip := errors.AsType[*source.SkipError](c.err); skip {
		if c.refused {
			return nil
		}
		return u.w.Add(index.File{Path: c.Path, Size: c.Size, ModTime: settledTime(c.File)}, nil)
	}
	if c.err != nil {
		u.w.Remove(c.Path)
		return nil
	}
	old, known := u.w.Lookup(c.Path) // by now another process may have indexed it
	same := known && old.Hash == c.hash
	if c.work == nil && !same {
		c.work = u.newWork(c.File, c.text, c.hash)
		u.recall(c.work)
	}
	if same && (!c.again || old.Analysed && old.Language == c.work.file.Language && sameChunks(u.w, old, c.work.chunks)) {
		if c.again {
			u.w.Judged(c.Path)
		}
		u.keep(c.File, old)
		return nil
	}
	recalled := len(c.work.chunks) - c.work.todo
	u.chunks += len(c.work.chunks)
	u.recalled.Add(int64(recalled))
	if c.work.todo > 0 {
		u.bare = append(u.bare, bare{c.File, recalled})
	}
	return u.add(ctx, c.work, readCommit)
}

// keep leaves a file of the same content as it is, but for its time.
func (u *updater) keep(f source.File, old index.FileInfo) {
	if t := settledTime(f); t != old.ModTime {
		u.w.Touch(f.Path, t)
	}
	u.chunks += old.Chunks
	u.kept += old.Embedded
	if old.Embedded < old.Chunks {
		u.bare = append(u.bare, bare{f, old.Embedded})
	}
}

// newWork cuts a file into chunks, and makes the text of each that is embedded.
func (r *Repository) newWork(f source.File, text []byte, hash [32]byte) *work {
	language := r.opts.source().Language(f.Path, text)
	w := &work{file: index.File{
		Path: f.Path, Size: f.Size, ModTime: settledTime(f), Hash: hash, Language: language,
		Text: string(chunk.Readable(language, text)),
	}}
	for _, c := range r.opts.chunks().Split(f.Path, language, text) {
		w.chunks = append(w.chunks, index.ChunkRecord{Chunk: index.Chunk{
			StartLine: c.StartLine, EndLine: c.EndLine, Symbols: mainFirst(c),
		}, Text: c.Text})
		w.texts = append(w.texts, chunk.EmbedText(f.Path, c))
	}
	w.todo = len(w.chunks)
	return w
}

// readFile returns the text of a file that is to be searched. What cannot be, or
// should not, is told and has an error.
func (r *Repository) readFile(f source.File) ([]byte, error) {
	text, err := r.opts.source().Read(r.root, f)
	r.tellRead(f.Path, err)
	return text, err
}

// tellRead tells that a file is not to be indexed, or cannot be read.
func (r *Repository) tellRead(path string, err error) {
	if skip, ok := errors.AsType[*source.SkipError](err); ok {
		r.skipped(skip.Path, skip.Reason)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.warn(err)
	}
}
