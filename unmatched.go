package hunch

import (
	"cmp"
	"context"
	"iter"
	"strings"

	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/source"
)

// Unmatched is what of a query no indexed file matches, as the query has it.
type Unmatched struct {
	Include, Languages, Paths []string
}

// Unmatched looks through the files of the index, or for [Repository.Lines] of the
// tree, for what keeps the query from having a result. Each condition is looked at
// alone: without any of them here, it may still be that no file matches all.
func (r *Repository) Unmatched(q Query) (Unmatched, error) {
	if len(q.Include)+len(q.Languages)+len(q.Paths) == 0 {
		return Unmatched{}, nil // nothing to look for in the index
	}
	include, err := globs(q.Include)
	if err != nil {
		return Unmatched{}, err
	}
	var files iter.Seq[index.FileInfo]
	if q.Text == "" && q.Regexp != "" {
		files = r.treeFiles()
	} else {
		ix, err := r.openWhole()
		if ix == nil {
			return Unmatched{}, err
		}
		defer ix.Close()
		files = indexFiles(ix)
	}
	var tests []func(index.FileInfo) bool
	for _, g := range include {
		tests = append(tests, func(f index.FileInfo) bool { return g.Match(f.Path) })
	}
	for _, name := range q.Languages {
		language, _ := source.ParseLanguage(strings.TrimSpace(name))
		tests = append(tests, func(f index.FileInfo) bool { return f.Language == language })
	}
	for _, path := range cleaned(q.Paths) {
		tests = append(tests, func(f index.FileInfo) bool { return below(f.Path, []string{path}) })
	}
	missed := missedBy(files, tests)
	n, m := len(include), len(include)+len(q.Languages)
	return Unmatched{
		Include: pick(q.Include, missed[:n]), Languages: pick(q.Languages, missed[n:m]), Paths: pick(q.Paths, missed[m:]),
	}, nil
}

// openWhole opens the index for those to whom damage is an error like others; it
// is nil if there is none.
func (r *Repository) openWhole() (*index.Index, error) {
	ix, damage, err := r.open()
	if ix == nil {
		return nil, cmp.Or(err, damage)
	}
	return ix, nil
}

// indexFiles yields the files of an index that a search can find.
func indexFiles(ix *index.Index) iter.Seq[index.FileInfo] {
	return func(yield func(index.FileInfo) bool) {
		for f := range ix.Files() {
			if f.Chunks > 0 && !yield(f) {
				return
			}
		}
	}
}

// treeFiles yields those of the tree that [Repository.Lines] looks at, in the
// language that their name tells.
func (r *Repository) treeFiles() iter.Seq[index.FileInfo] {
	return func(yield func(index.FileInfo) bool) {
		for f, err := range source.Walk(context.Background(), r.root, source.Options{Settings: r.opts.source()}) {
			if err == nil && !yield(index.FileInfo{File: index.File{Path: f.Path, Language: f.Language}}) {
				return
			}
		}
	}
}

// missedBy reports which of the tests no file passes.
func missedBy(files iter.Seq[index.FileInfo], tests []func(index.FileInfo) bool) []bool {
	missed := make([]bool, len(tests))
	for i := range missed {
		missed[i] = true
	}
	for f := range files {
		for i, test := range tests {
			if missed[i] && test(f) {
				missed[i] = false
			}
		}
	}
	return missed
}

func pick(list []string, wanted []bool) (picked []string) {
	for i, s := range list {
		if wanted[i] {
			picked = append(picked, s)
		}
	}
	return picked
}
