package hunch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/rank"
	"github.com/hunch-search/hunch/internal/source"
)

// results turns the best chunks into at most q.TopK results. Chunks are
// fetched in growing numbers, since some join others and some are left out. answer
// is the probability that there is one.
func (r *Repository) results(ctx context.Context, ix *index.Index, v []float32, q Query, keep func(index.FileInfo) bool, judged bool) (results []Result, answer float64, err error) {
	c := collector{repo: r, ix: ix, query: rank.NewQuery(q.Text, nil), texts: map[string][]byte{}}
	for fetch := 2*min(q.topK(), 1<<20) + 10; ; fetch *= 4 {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		list, more, answer, err := q.rank(ix, v, keep, fetch, judged)
		if err != nil {
			return nil, 0, err
		}
		c.found = []Result{}
		for _, h := range list {
			c.add(c.result(h))
		}
		if q.BestOfFile {
			c.found = bestOfFiles(c.found)
		}
		if len(c.found) >= q.topK() || !more {
			return c.results(q), answer, nil
		}
	}
}

// collector gathers results from hits, best first.
type collector struct {
	repo  *Repository
	ix    *index.Index
	query *rank.Query
	found []Result
	texts map[string][]byte // of the files seen; nil for one that is left out
}

// result makes a result of a chunk.
func (c *collector) result(h ranked) Result {
	file, ck := c.ix.FileOf(h.chunk), c.ix.Chunk(h.chunk)
	r := Result{
		Path: file.Path, StartLine: ck.StartLine, EndLine: ck.EndLine, Language: file.Language,
		Symbols: append([]string{}, ck.Symbols...), Score: h.score, Explain: h.explain,
	}
	if len(r.Symbols) > 0 {
		main := c.query.MainSymbol(r.Symbols) // what was asked for by name
		r.Symbol = r.Symbols[main]
		r.Symbols = slices.Insert(slices.Delete(r.Symbols, main, main+1), 0, r.Symbol)
	}
	return r
}

// add appends a result and joins to it those that it belongs to: the pieces of
// a long definition that stand side by side are one result.
func (c *collector) add(r Result) {
	text := c.text(r.Path)
	if text == nil {
		return
	}
	// What joins r has a better score and a better place, and r takes both. A
	// piece between two others joins both.
	at := len(c.found)
	for i := len(c.found) - 1; i >= 0; i-- {
		if f := c.found[i]; f.Path == r.Path && f.Symbol == r.Symbol && r.Symbol != "" && adjoin(text, f, r) {
			r = f.joined(r)
			c.found = slices.Delete(c.found, i, i+1)
			at = i
		}
	}
	c.found = slices.Insert(c.found, at, r)
}

// bestOfFiles keeps the first result of each file.
func bestOfFiles(results []Result) []Result {
	seen := map[string]bool{}
	return slices.DeleteFunc(results, func(r Result) bool {
		again := seen[r.Path]
		seen[r.Path] = true
		return again
	})
}

// adjoin reports whether only blank lines lie between two results of a file.
func adjoin(text []byte, a, b Result) bool {
	from, to := a.EndLine+1, b.StartLine-1
	if b.EndLine < a.StartLine {
		from, to = b.EndLine+1, a.StartLine-1
	}
	return len(bytes.TrimSpace(lines(text, from, to))) == 0
}

// joined is f and other, which is no better, as one result.
func (f Result) joined(other Result) Result {
	f.StartLine, f.EndLine = min(f.StartLine, other.StartLine), max(f.EndLine, other.EndLine)
	for _, s := range other.Symbols {
		if !slices.Contains(f.Symbols, s) {
			f.Symbols = append(f.Symbols, s)
		}
	}
	return f
}

// results gives the best results their lines.
func (c *collector) results(q Query) []Result {
	found := slices.Clip(c.found[:min(q.topK(), len(c.found))])
	for i := range found {
		f := &found[i]
		text := c.texts[f.Path]
		f.StartLine = max(f.StartLine-q.Before, 1)
		f.EndLine += min(q.After, max(countLines(text)-f.EndLine, 0))
		f.Content = unixLines(string(lines(text, f.StartLine, f.EndLine)))
		f.Matches = q.within(f.Path, f.StartLine, f.EndLine)
	}
	return found
}

// unixLines ends lines as results have them, whatever their file does.
func unixLines(s string) string {
	return strings.TrimSuffix(strings.ReplaceAll(s, "\r\n", "\n"), "\r")
}

func countLines(text []byte) int {
	n := bytes.Count(text, []byte{'\n'})
	if len(text) > 0 && text[len(text)-1] != '\n' {
		n++
	}
	return n
}

// text returns the content of a file if it is still what was indexed: line
// numbers of another content would show the wrong lines.
func (c *collector) text(path string) []byte {
	if text, seen := c.texts[path]; seen {
		return text
	}
	f, _ := c.ix.Lookup(path)
	// Forced, since its hash tells whether it is the content that was let in.
	text, err := c.repo.opts.source().Read(c.repo.root, source.File{Path: f.Path, Size: f.Size, Forced: true})
	switch {
	case err == nil && sha256.Sum256(text) != f.Hash:
		text, err = nil, errors.New("changed since it was indexed")
	case errors.Is(err, fs.ErrNotExist):
		err = errors.New("vanished since it was indexed")
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err // the warning has the path
	}
	if err != nil {
		text = nil
		c.repo.setStale(f.Path)
		c.repo.warn(fmt.Errorf("%q is left out of the results: %w", f.Path, err))
	}
	text = chunk.Readable(f.Language, text)
	c.texts[f.Path] = text
	return text
}

// lines returns the lines from to to of text, from 1, both inclusive, without
// the last one's ending.
func lines(text []byte, from, to int) []byte {
	start, at := 0, 0
	for n := 1; n <= to; n++ {
		if n == from {
			start = at
		}
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 {
			at = len(text) + 1
			break
		}
		at += end + 1
	}
	if from > to || at == 0 {
		return nil
	}
	return text[start : at-1]
}
