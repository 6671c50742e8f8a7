package hunch

// How files are searched for a regular expression: what need not be read, and the
// reading of the others by several goroutines at a time.

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/regex"
	"github.com/hunch-search/hunch/internal/source"
)

// grep is one search for lines.
type grep struct {
	*Repository
	q       Query
	re      *regex.Regexp
	keep    func(index.FileInfo) bool // nil keeps all
	byPath  func(index.FileInfo) bool // the same, as far as the path alone tells
	ix      *index.Index              // what is known of files, or nil
	trusted bool                      // the index was made under the rules of this program
	may     map[string]bool           // of the files that are known those that can match; nil: all
	named   bool                      // results are to have their symbols
}

func (r *Repository) newGrep(q Query, ix *index.Index) (g *grep, err error) {
	g = &grep{Repository: r, q: q, ix: ix, trusted: ix != nil && ix.Meta().Tool == r.meta.Tool}
	if g.re, err = regex.Compile(q.Regexp); err != nil {
		return nil, err
	}
	if g.keep, err = q.filter(); err != nil {
		return nil, err
	}
	if ix != nil {
		if g.may, err = ix.MayMatch(g.re.Needs()); err != nil {
			r.warn(fmt.Errorf("%w; reading all files", err))
		}
	}
	q.Languages = nil
	g.byPath, err = q.filter()
	return g, err
}

// openIndex opens the index for a search that can do without: it is nil if there
// is none, or none of use.
func (r *Repository) openIndex() *index.Index {
	ix, damage, err := r.open()
	if err := errors.Join(damage, err); err != nil {
		r.warn(fmt.Errorf("%w; searching without the index", err))
	}
	return ix
}

// task is a file that is to be read.
type task struct {
	source.File
	known *index.FileInfo // as it is in the index, if that is the same file

	done    chan struct{} // closed when what follows is there
	found   []Result
	changed bool // the file is not as it is known
}

// run yields the files that produce sends, in that order, when they have been
// searched; several goroutines read ahead.
func (g *grep) run(ctx context.Context, produce func(ctx context.Context, send func(*task) bool) error) iter.Seq2[*task, error] {
	return func(yield func(*task, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		threads := g.opts.Threads
		if threads <= 0 {
			threads = runtime.GOMAXPROCS(0)
		}
		work, order := make(chan *task), make(chan *task, 16*threads)
		send := func(t *task) bool {
			t.done = make(chan struct{})
			select {
			case order <- t:
				work <- t // somebody takes it: the workers end after this
				return true
			case <-ctx.Done():
				return false
			}
		}
		var failed error
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		running.Go(func() {
			defer close(order)
			defer close(work)
			if failed = produce(ctx, send); failed == nil {
				failed = ctx.Err()
			}
		})
		for range threads {
			running.Go(func() {
				for t := range work {
					g.search(t)
					close(t.done)
				}
			})
		}
		for t := range order {
			if <-t.done; !yield(t, nil) {
				return
			}
		}
		if failed != nil {
			yield(nil, failed)
		}
	}
}

// walk sends the files of the tree that may match.
func (g *grep) walk(ctx context.Context, send func(*task) bool) error {
	known := listKnown(g.ix)
	defer known.stop()
	for f, err := range source.Walk(ctx, g.root, source.Options{Settings: g.opts.source(), Skipped: g.skipped}) {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && f.Path == "":
			return err
		case err != nil:
			g.warn(err)
			continue
		}
		known.before(f.Path)
		old, ok := known.take(f.Path)
		t := &task{File: f}
		if ok && g.trusted && !old.Outdated && old.Size == f.Size && old.ModTime == f.Changed.UnixNano() && !g.stale[f.Path] {
			t.known = &old
		}
		if g.mayMatch(t) && !send(t) {
			return nil
		}
	}
	return nil
}

// mayMatch tells by what is known whether a file must be read.
func (g *grep) mayMatch(t *task) bool {
	if t.known == nil {
		return g.byPath == nil || g.byPath(index.FileInfo{File: index.File{Path: t.Path}})
	}
	// Without a hash it is refused; whoever wants to know of that reads it again.
	if t.known.Hash == [32]byte{} {
		return g.opts.Events.Skipped != nil
	}
	return (g.may == nil || g.may[t.Path]) && (g.keep == nil || g.keep(*t.known))
}

// search reads a file and finds what it has.
func (g *grep) search(t *task) {
	if t.known != nil && t.known.Hash != [32]byte{} {
		t.Forced = true // it was let in
	}
	text, err := g.readFile(t.File)
	if err != nil {
		t.changed = true
		return
	}
	language := g.opts.source().Language(t.Path, text)
	if t.known == nil && g.keep != nil && !g.keep(index.FileInfo{File: index.File{Path: t.Path, Language: language}}) {
		return
	}
	t.changed = t.known != nil && t.known.Hash != sha256.Sum256(text)
	t.found = g.blocks(t.Path, language, chunk.Readable(language, text))
	if g.named && len(t.found) > 0 {
		g.nameLines(t.found, language, text)
	}
}

// blocks makes results of the lines that match, and of those around them.
func (g *grep) blocks(path, language string, text []byte) []Result {
	var found []Result
	for n, line := range g.re.Lines(text) {
		found = append(found, Result{
			Path: path, StartLine: n, EndLine: n, Language: language, Symbols: []string{}, Score: 1,
			Content: string(line), Matches: []Match{{n, g.spans(line)}},
		})
	}
	if len(found) == 0 || g.q.Before <= 0 && g.q.After <= 0 {
		return found
	}
	all := bytes.Split(bytes.TrimSuffix(text, []byte{'\n'}), []byte{'\n'})
	wide := found[:0]
	for _, r := range found {
		r.StartLine, r.EndLine = max(r.StartLine-g.q.Before, 1), r.EndLine+min(g.q.After, len(all)-r.EndLine)
		if last := len(wide) - 1; last >= 0 && r.StartLine <= wide[last].EndLine+1 {
			wide[last].EndLine = r.EndLine
			wide[last].Matches = append(wide[last].Matches, r.Matches...)
		} else {
			wide = append(wide, r)
		}
	}
	for i := range wide {
		r := &wide[i]
		r.Content = unixLines(string(bytes.Join(all[r.StartLine-1:r.EndLine], []byte{'\n'})))
	}
	return wide
}

func (g *grep) spans(line []byte) [][2]int {
	if spans := g.re.Spans(line, maxSpans); spans != nil {
		return spans
	}
	return [][2]int{}
}

// nameLines gives each result the symbols whose definitions its first match is in,
// comments included, the innermost first. Results are in the order of lines.
func (g *grep) nameLines(found []Result, language string, text []byte) {
	var defs []chunk.Definition
	for _, c := range g.opts.chunks().Split(found[0].Path, language, text) {
		defs = append(defs, c.Definitions...)
	}
	slices.SortStableFunc(defs, func(a, b chunk.Definition) int { return cmp.Compare(a.DocLine, b.DocLine) })
	var around []chunk.Definition
	for i := range found {
		line := found[i].Matches[0].Line
		for len(defs) > 0 && defs[0].DocLine <= line {
			around, defs = append(around, defs[0]), defs[1:]
		}
		around = slices.DeleteFunc(around, func(d chunk.Definition) bool { return d.EndLine < line })
		found[i].name(around)
	}
}

// name gives a result its symbols, of definitions that are around each other.
func (r *Result) name(around []chunk.Definition) {
	inner := slices.SortedStableFunc(slices.Values(around), func(a, b chunk.Definition) int {
		return cmp.Compare(a.EndLine-a.DocLine, b.EndLine-b.DocLine)
	})
	for _, d := range inner {
		if d.Name != "" && !slices.Contains(r.Symbols, d.Name) {
			r.Symbols = append(r.Symbols, d.Name)
		}
	}
	if len(r.Symbols) > 0 {
		r.Symbol = r.Symbols[0]
	}
}

// matching finds the lines that match in the files of the index, and narrows a
// query to them: keep is then what its files must pass. Files that are not what was
// indexed are changed.
func (r *Repository) matching(ctx context.Context, ix *index.Index, q *Query) (keep func(index.FileInfo) bool, changed []string, err error) {
	narrow := *q
	narrow.Before, narrow.After = 0, 0
	g, err := r.newGrep(narrow, ix)
	if err != nil {
		return nil, nil, err
	}
	q.matches = map[string][]Match{}
	for t, err := range g.run(ctx, g.indexed) {
		if err != nil {
			return nil, nil, err
		}
		if t.changed {
			changed = append(changed, t.Path)
		}
		for _, found := range t.found {
			q.matches[t.Path] = append(q.matches[t.Path], found.Matches...)
		}
	}
	return func(f index.FileInfo) bool { return len(q.matches[f.Path]) > 0 }, changed, nil
}

// indexed sends the files of the index that may match.
func (g *grep) indexed(_ context.Context, send func(*task) bool) error {
	for f := range g.ix.Files() {
		t := &task{File: source.File{Path: f.Path, Size: f.Size}, known: &f}
		if f.Chunks > 0 && g.mayMatch(t) && !send(t) {
			return nil
		}
	}
	return nil
}

// within returns the matches in some lines of a file, of a query with a regular
// expression.
func (q *Query) within(path string, from, to int) []Match {
	list := q.matches[path]
	first, _ := slices.BinarySearchFunc(list, from, func(m Match, line int) int { return cmp.Compare(m.Line, line) })
	behind, _ := slices.BinarySearchFunc(list, to+1, func(m Match, line int) int { return cmp.Compare(m.Line, line) })
	return list[first:behind]
}

// admits reports whether a chunk may be a result: with a regular expression it
// must have a line that matches, and it must not be the example.
func (q *Query) admits(ix *index.Index, id index.ChunkID) bool {
	if q.matches == nil && q.Like == nil {
		return true
	}
	f, c := ix.FileOf(id), ix.Chunk(id)
	if q.Like != nil && q.Like.holds(ix.Meta().Root, f, c) {
		return false
	}
	return q.matches == nil || len(q.within(f.Path, c.StartLine, c.EndLine)) > 0
}
