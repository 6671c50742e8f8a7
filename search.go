package hunch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/source"
)

// DefaultTopK is the number of results where a query does not say.
const DefaultTopK = 5

// Query is a question and what its answer may come from.
type Query struct {
	Text string
	// Regexp keeps chunks with a line that matches; "" keeps all. [Repository.Lines]
	// finds the lines themselves, and tells of the syntax.
	Regexp string
	// Like, if not nil, asks for what is most like it instead, by cosine alone, and
	// without it. Text and Ranker are not read then.
	Like *Example
	// TopK is the most results; 0 means DefaultTopK.
	TopK int
	// Paths keeps files that are one of these or below one, relative to the
	// root and separated by slashes; none keeps all, and so does ".".
	Paths []string
	// Languages keeps files in one of these; none keeps all.
	Languages []string
	// Include keeps files that match one of these patterns, Exclude drops
	// those that match one: gitignore syntax, relative to the root.
	Include, Exclude []string
	// Approximate searches by the graphs that an Update with Graphs has built: a
	// large index is answered sooner, and a few of the nearest may be missing.
	// What has no graph is searched exactly.
	Approximate bool
	// Ranker orders the results; "" means Hybrid.
	Ranker Ranker
	// Explain asks for the Explanation of each result. Only Hybrid has any.
	Explain bool
	// Threshold, if not nil, leaves out results with a lower score. If it is nil,
	// all results are left out where an answer is less probable than [LeastAnswer].
	Threshold *float64
	// BestOfFile leaves of each file its best result alone, so that TopK counts
	// files.
	BestOfFile bool
	// Before and After widen each result by so many lines.
	Before, After int

	matches map[string][]Match // of Regexp, by path and line
}

// Answer is the results of a query, best first. Its JSON form is stable.
type Answer struct {
	Schema   int      `json:"schema"`
	Query    string   `json:"query"`
	Regexp   string   `json:"regexp,omitempty"`
	Like     *Example `json:"like,omitempty"`
	Root     string   `json:"root"`
	Model    string   `json:"model"`
	Coverage Coverage `json:"coverage"`
	Results  []Result `json:"results"`
	// LeftOut is how many of the best results are not there for their low scores.
	LeftOut int `json:"left_out,omitempty"`
	// Parts are the repositories of an answer of several; see [Merge].
	Parts []Part `json:"repositories,omitempty"`
	// More is set by a program that stopped asking for [Repository.Lines].
	More bool `json:"more,omitempty"`
}

// Result is a run of lines that answers a query.
type Result struct {
	// Root is that of the result's repository in an answer of several, else "".
	Root      string   `json:"root,omitempty"`
	Path      string   `json:"path"` // relative to the root, separated by slashes, raw
	StartLine int      `json:"start_line"`
	EndLine   int      `json:"end_line"` // inclusive
	Language  string   `json:"language"`
	Symbol    string   `json:"symbol"`  // the main definition, "" if none is known
	Symbols   []string `json:"symbols"` // all of them, the main one first
	// Score is higher for better results: the probability that the file is right,
	// as far as that was learned. Other rankers than Hybrid have their own, which
	// compare within one answer.
	Score   float64      `json:"score"`
	Explain *Explanation `json:"explain,omitempty"`
	Content string       `json:"content"`
	// Matches are the lines that match the query's Regexp.
	Matches []Match `json:"matches,omitempty"`
}

// ErrEmptyQuery says that a query has no text.
var ErrEmptyQuery = errors.New("the query is empty")

// ErrIndexGone says that somebody took away the index since the last Update,
// which another one makes good.
var ErrIndexGone = errors.New("the index vanished while it was in use")

// CheckQuery tells whether a text can be searched for, before an Update is
// spent on it. The error is ErrEmptyQuery.
func CheckQuery(text string) error {
	if strings.TrimSpace(text) == "" {
		return ErrEmptyQuery
	}
	return nil
}

// Search answers from the index as it is: Update comes before, and builds again
// what is damaged. Without an index the answer has no results; a damaged one is
// an error, and so is one that vanished since the Update, ErrIndexGone. The
// coverage is that of the last Update; before the first, the index is as
// complete as the last writer of the index left it. Results whose file has
// changed since it was indexed are left out; see [Repository.Stale].
func (r *Repository) Search(ctx context.Context, q Query) (*Answer, error) {
	if q.Like != nil {
		if err := q.Like.same(r); err != nil {
			return nil, err
		}
		q.Text, q.Ranker = "", Dense
	} else if err := CheckQuery(q.Text); err != nil {
		return nil, err
	}
	keep, err := q.filter()
	if err != nil {
		return nil, err
	}
	if q.Ranker, err = ParseRanker(string(q.Ranker)); err != nil {
		return nil, err
	}
	if q.Regexp != "" {
		if err := CheckRegexp(q.Regexp); err != nil {
			return nil, err
		}
	}
	a := &Answer{
		Schema: 1, Query: strings.ToValidUTF8(q.Text, "\uFFFD"), Regexp: q.Regexp, Like: q.Like, Root: r.root,
		Model: r.opts.Model.Info().Name, Results: []Result{},
	}
	if r.coverage != nil {
		a.Coverage = *r.coverage
	}
	ix := r.current
	if r.current = nil; ix == nil {
		var damage error
		ix, damage, err = r.open()
		err = errors.Join(err, damage)
		if ix == nil && a.Coverage.Chunks > 0 {
			r.setStale("")
			return a, cmp.Or(err, ErrIndexGone)
		}
		if err != nil || ix == nil {
			return a, err
		}
	}
	defer ix.Close()
	if r.coverage == nil {
		chunks, embedded := ix.Counts()
		a.Coverage = coverageOf(chunks, embedded, ix.Unread())
	}
	v, err := r.vectorOf(q)
	if err != nil {
		return nil, err
	}
	if q.Regexp != "" {
		var changed []string
		if keep, changed, err = r.matching(ctx, ix, &q); err != nil {
			return nil, err
		}
		for _, path := range changed {
			r.setStale(path)
		}
	}
	results, answer, err := r.results(ctx, ix, v, q, keep, r.judges(a.Coverage))
	if err != nil {
		return a, err
	}
	n := len(results)
	a.Results = q.above(results, answer)
	a.LeftOut = n - len(a.Results)
	return a, nil
}

// vectorOf returns what the chunks' vectors are compared with.
func (r *Repository) vectorOf(q Query) ([]float32, error) {
	if q.Like != nil {
		return q.Like.vector, nil
	}
	return r.encode(q.Text)
}

// LeastAnswer is how probable an answer must be for there to be one.
// docs/ranking.md tells how often that is wrong.
const LeastAnswer = 0.05

// judges reports whether the probability of an answer can say something: it was
// learned with the model that is part of the program, and what is not yet embedded
// may hold the answer. It also takes enough candidates.
func (r *Repository) judges(c Coverage) bool {
	return c.Complete && r.opts.Model.Info().Source == "embedded"
}

// above leaves out what scores too low.
func (q Query) above(results []Result, answer float64) []Result {
	switch {
	case q.Threshold != nil:
		return slices.DeleteFunc(results, func(r Result) bool { return r.Score < *q.Threshold })
	case answer < LeastAnswer:
		return []Result{}
	}
	return results
}

func (q Query) topK() int {
	if q.TopK <= 0 {
		return DefaultTopK
	}
	return q.TopK
}

// filter compiles what the query says of files; nil keeps all.
func (q Query) filter() (func(index.FileInfo) bool, error) {
	include, err := globs(q.Include)
	if err != nil {
		return nil, err
	}
	exclude, err := globs(q.Exclude)
	if err != nil {
		return nil, err
	}
	languages := map[string]bool{}
	for _, name := range q.Languages {
		language, ok := source.ParseLanguage(strings.TrimSpace(name))
		if !ok {
			return nil, source.UnknownLanguageError(name)
		}
		languages[language] = true
	}
	var paths []string
	for _, p := range cleaned(q.Paths) {
		if !filepath.IsLocal(filepath.FromSlash(p)) { // fs.ValidPath refuses names that are not UTF-8
			return nil, fmt.Errorf("path %q is not relative to the root", p)
		}
		paths = append(paths, p)
	}
	if len(paths)+len(languages)+len(include)+len(exclude) == 0 {
		return nil, nil // all count, which is faster if nobody is asked
	}
	return func(f index.FileInfo) bool {
		return below(f.Path, paths) &&
			(len(languages) == 0 || languages[f.Language]) &&
			(len(include) == 0 || matchAny(include, f.Path)) &&
			!matchAny(exclude, f.Path)
	}, nil
}

// cleaned returns paths without "." and doubled or last slashes.
func cleaned(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = path.Clean(p)
	}
	return out
}

func below(file string, folders []string) bool {
	for _, folder := range folders {
		rest, ok := strings.CutPrefix(file, folder)
		if folder == "." || ok && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return len(folders) == 0
}

func globs(patterns []string) ([]source.Glob, error) {
	var out []source.Glob
	for _, p := range patterns {
		g, err := source.ParseGlob(p)
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

func matchAny(globs []source.Glob, file string) bool {
	for _, g := range globs {
		if g.Match(file) {
			return true
		}
	}
	return false
}
