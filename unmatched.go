package hunch

import (
	"strings"

	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/source"
)

// Unmatched is what of a query no indexed file matches, as the query has it.
type Unmatched struct {
	Include, Languages, Paths []string
}

// Unmatched looks through the files of the index for what keeps the query from
// having a result. Each condition is looked at alone: without any of them here,
// it may still be that no file matches all.
func (r *Repository) Unmatched(q Query) (Unmatched, error) {
	if len(q.Include)+len(q.Languages)+len(q.Paths) == 0 {
		return Unmatched{}, nil // nothing to look for in the index
	}
	include, err := globs(q.Include)
	if err != nil {
		return Unmatched{}, err
	}
	ix, damage, err := r.open()
	if ix == nil {
		if err == nil {
			err = damage
		}
		return Unmatched{}, err
	}
	defer ix.Close()
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
	missed := missedBy(ix, tests)
	n, m := len(include), len(include)+len(q.Languages)
	return Unmatched{
		Include: pick(q.Include, missed[:n]), Languages: pick(q.Languages, missed[n:m]), Paths: pick(q.Paths, missed[m:]),
	}, nil
}

// missedBy reports which of the tests no file passes that has chunks.
func missedBy(ix *index.Index, tests []func(index.FileInfo) bool) []bool {
	missed := make([]bool, len(tests))
	for i := range missed {
		missed[i] = true
	}
	for f := range ix.Files() {
		for i, test := range tests {
			if missed[i] && f.Chunks > 0 && test(f) {
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
