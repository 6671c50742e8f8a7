// Package mine makes labelled queries from a repository itself, so that anyone
// has a figure on their own code: the first sentence of a definition's
// documentation is the query, the definition is the answer, and the
// documentation is taken out of the corpus, so that it cannot be what is found.
//
//	set, err := mine.Repo(ctx, root, mine.Options{Max: 500})
//	text = mine.Strip(path, language, text) // of every file, before it is cut
//
// Taken are Go's functions, methods and types with their doc comments, and
// Python's functions and classes with their docstrings, outside of tests. A
// chunk is a right answer if it is of the query's Path and has the query's
// Symbol among its symbols; Repo makes sure that there is one.
//
// A sentence of documentation is not what somebody types: it was written by one
// who knew the code, often in its words. Figures compare settings and models on
// one repository, and not with those of hand-made sets.
package mine

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/source"
)

// Query is a question with its answer.
type Query struct {
	Text     string
	Path     string // as in source.File
	Symbol   string // qualified as in chunk.Chunk
	Language string
	Line     int // of the definition in the file as it is, from 1
}

// Set is what a repository gives.
type Set struct {
	// Queries are in order of Path, then Line. No two have the same text but for
	// case and punctuation.
	Queries []Query
	// Files is how many files there are in a language that is mined, tests too.
	Files int
	// Documented is how many definitions with documentation were found outside
	// of tests, and Dropped why some of them gave no query.
	Documented int
	Dropped    map[string]int
}

// Reasons for which a documented definition gives no query.
const (
	DroppedJunk      = "no description" // a deprecation, a reference, a note
	DroppedShort     = "says no more than the name"
	DroppedLong      = "too long"
	DroppedLeaks     = "the text is elsewhere in the file"
	DroppedNoChunk   = "no chunk has the symbol"
	DroppedAmbiguous = "several definitions have the text"
	DroppedSample    = "beyond the most that were asked for"
)

// Options adjusts [Repo]. The zero value takes every query.
type Options struct {
	// Max is the most queries to keep, 0 for all. Which are kept depends on Seed
	// and on each query alone, so that a change of one file changes no others.
	Max  int
	Seed uint64
	// Source says which files are read, and as what; Chunks how they are cut, which
	// must be how the corpus is.
	Source source.Settings
	Chunks chunk.Splitter
	// Warn is called for what cannot be read; nil means nobody is told.
	Warn func(error)
}

// Repo mines the files that source.Walk finds below root, in its order. It holds
// the queries in memory, and one file at a time. The error is that of a root
// that cannot be read, or of ctx.
func Repo(ctx context.Context, root string, opts Options) (*Set, error) {
	m := miner{Set: Set{Dropped: map[string]int{}}, chunks: opts.Chunks}
	for f, err := range source.Walk(ctx, root, source.Options{Settings: opts.Source}) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		switch {
		case err != nil && f.Path == "":
			return nil, err
		case err != nil:
			opts.warn(err)
			continue
		}
		text, err := opts.Source.Read(root, f)
		if err != nil {
			opts.warnUnlessLeftOut(err)
			continue
		}
		m.file(f.Path, opts.Source.Language(f.Path, text), text)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	m.dropAmbiguous()
	m.sample(opts.Max, opts.Seed)
	return &m.Set, nil
}

func (o *Options) warn(err error) {
	if o.Warn != nil {
		o.Warn(err)
	}
}

// warnUnlessLeftOut passes over files that are not worth indexing, and those that
// vanished during the walk.
func (o *Options) warnUnlessLeftOut(err error) {
	if _, ok := errors.AsType[*source.SkipError](err); !ok && !errors.Is(err, fs.ErrNotExist) {
		o.warn(err)
	}
}

// Strip returns the text of a file without the documentation of its functions,
// methods, types and classes; with it go the lines that held nothing else. Text
// in another language, or a Go file with syntax errors, is returned as it is.
// src is not changed; the result may share its memory.
func Strip(path, language string, src []byte) []byte {
	return cut(src, docsOf(language, src))
}

// doc is a documented definition.
type doc struct {
	symbol string
	name   string // the last part of symbol
	text   string // of the documentation
	line   int
	cuts   []span // bytes to take out
}

type span struct{ from, to int }

func docsOf(language string, src []byte) []doc {
	switch language {
	case "go":
		return goDocs(src)
	case "python":
		return pythonDocs(src)
	}
	return nil
}

type miner struct {
	Set
	chunks chunk.Splitter
}

// file adds what a file gives.
func (m *miner) file(name, language string, src []byte) {
	if language != "go" && language != "python" {
		return
	}
	m.Files++
	if isTest(name) {
		return
	}
	docs := docsOf(language, src)
	m.Documented += len(docs)
	if len(docs) == 0 {
		return
	}
	stripped := cut(src, docs)
	words := " " + plainWords(string(stripped)) + " "
	symbols := map[string]bool{}
	for _, c := range m.chunks.Split(name, language, stripped) {
		for _, s := range c.Symbols {
			symbols[s] = true
		}
	}
	for _, d := range docs {
		text, why := queryOf(d)
		switch {
		case why != "":
		case !symbols[d.symbol]:
			why = DroppedNoChunk
		case strings.Contains(words, " "+plainWords(text)+" "):
			why = DroppedLeaks
		}
		if why != "" {
			m.Dropped[why]++
			continue
		}
		m.Queries = append(m.Queries, Query{text, name, d.symbol, language, d.line})
	}
}

// isTest tells tests and their data by the habits of both languages.
func isTest(name string) bool {
	for dir := range strings.SplitSeq(path.Dir(name), "/") {
		switch dir {
		case "test", "tests", "testdata", "testing":
			return true
		}
	}
	base := path.Base(name)
	return strings.HasSuffix(base, "_test.go") || strings.HasSuffix(base, "_test.py") ||
		strings.HasPrefix(base, "test_") || base == "conftest.py" || base == "tests.py"
}

// dropAmbiguous drops all queries of one text: each would count the others'
// answers as wrong.
func (m *miner) dropAmbiguous() {
	times := map[string]int{}
	for _, q := range m.Queries {
		times[plainWords(q.Text)]++
	}
	m.Queries = slices.DeleteFunc(m.Queries, func(q Query) bool {
		several := times[plainWords(q.Text)] > 1
		if several {
			m.Dropped[DroppedAmbiguous]++
		}
		return several
	})
}

// sample keeps the queries with the lowest hashes.
func (m *miner) sample(most int, seed uint64) {
	if most <= 0 || len(m.Queries) <= most {
		return
	}
	type drawn struct {
		lot [sha256.Size]byte
		at  int
	}
	lots := make([]drawn, len(m.Queries))
	for i, q := range m.Queries {
		lots[i] = drawn{q.lot(seed), i}
	}
	slices.SortFunc(lots, func(a, b drawn) int {
		return cmp.Or(slices.Compare(a.lot[:], b.lot[:]), cmp.Compare(a.at, b.at))
	})
	m.Dropped[DroppedSample] = len(lots) - most
	lots = lots[:most]
	slices.SortFunc(lots, func(a, b drawn) int { return cmp.Compare(a.at, b.at) })
	kept := make([]Query, most)
	for i, l := range lots {
		kept[i] = m.Queries[l.at]
	}
	m.Queries = kept
}

func (q *Query) lot(seed uint64) [sha256.Size]byte {
	b := binary.LittleEndian.AppendUint64(nil, seed)
	for _, s := range []string{q.Path, q.Symbol, q.Text} {
		b = append(append(b, s...), 0)
	}
	return sha256.Sum256(b)
}
