package rank

import (
	"slices"
	"strings"
	"unicode"

	"github.com/hunch-search/hunch/internal/lexical"
)

// Query is a query as the signals see it.
type Query struct {
	terms  []Term
	weight map[string]float64 // of the terms
	total  float64
	starts []string // of the terms: what stems leave as it is
	names  []name
	paths  []string
}

// Term is a term of a query, as the analyser of package lexical makes it, and
// its weight: the rarer the more.
type Term struct {
	Text   string
	Weight float64
}

// NewQuery prepares a query. terms are those of text.
func NewQuery(text string, terms []Term) *Query {
	q := &Query{terms: terms, weight: map[string]float64{}, names: namesIn(text), paths: pathsIn(text)}
	for _, t := range terms {
		q.weight[t.Text] = t.Weight
		q.total += t.Weight
		q.starts = append(q.starts, t.Text[:min(len(t.Text), stemStart)])
	}
	return q
}

// stemStart is how many bytes of a word no stem changes.
const stemStart = 3

// name is a word of the query that may be a symbol.
type name struct {
	last string  // without what qualifies it
	fold string  // the same as file names are compared
	sure float64 // 1 for what looks like code, plainName for a word with a capital
}

// plainName: words such as "Dockerfile" or "How" may be names or not.
const plainName = 0.5

// Names returns the words of the query that may name symbols, without what
// qualifies them.
func (q *Query) Names() []string {
	var names []string
	for _, n := range q.names {
		names = append(names, n.last)
	}
	return names
}

func namesIn(text string) []name {
	words := strings.Fields(text)
	var names []name
	for _, word := range words {
		word = strings.TrimFunc(word, notInName)
		if i := strings.IndexAny(word, "([{<,;"); i > 0 {
			word = word[:i]
		}
		last := word[lastSegment(word):]
		if last == "" {
			continue
		}
		switch {
		case len(words) == 1, len(last) < len(word), looksLikeCode(last):
			names = append(names, name{last, foldName(last), 1})
		case unicode.IsUpper([]rune(last)[0]) && len(last) > 1:
			names = append(names, name{last, foldName(last), plainName})
		}
	}
	return names
}

func notInName(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// lastSegment is where the last part of a qualified name begins, in the way of
// any language: a.b, a::b, a#b, a->b, a\b. "and/or" is none, and the end of a
// sentence neither.
func lastSegment(word string) int {
	return strings.LastIndexAny(word, `.:#>\`) + 1
}

// Paths returns the words of the query that may be a file's path, or the end of
// one.
func (q *Query) Paths() []string { return q.paths }

func pathsIn(text string) []string {
	var paths []string
	for _, word := range strings.Fields(text) {
		word = strings.TrimPrefix(strings.Trim(word, "\"'`()[]<>,;:!?"), "./")
		if file, line, ok := strings.Cut(word, ":"); ok && strings.Trim(line, "0123456789:-") == "" { // main.go:12
			word = file
		}
		if strings.ContainsAny(strings.TrimRight(word, "."), "./") {
			paths = append(paths, word)
		}
	}
	return paths
}

// NamesPath reports whether the query has a path, or the end of it from a slash
// on.
func (q *Query) NamesPath(path string) bool {
	return slices.ContainsFunc(q.paths, func(p string) bool {
		return path == p || strings.HasSuffix(path, p) && path[len(path)-len(p)-1] == '/'
	})
}

// looksLikeCode reports whether a word has an underscore or a hump in it.
func looksLikeCode(word string) bool {
	var before rune
	for i, r := range word {
		if r == '_' && i > 0 || unicode.IsUpper(r) && (unicode.IsLower(before) || unicode.IsDigit(before)) {
			return true
		}
		before = r
	}
	return false
}

// foldName leaves of a name what naming conventions do not change.
func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// termsIn are the terms of a name, each once.
func termsIn(name string) []string {
	var terms []string
	for _, t := range lexical.ParseQuery(name).Terms {
		terms = append(terms, t.Text)
	}
	return terms
}

// covered is the share of the query's words that are among terms, by weight.
func (q *Query) covered(terms []string) float64 {
	sum := 0.0
	for _, t := range terms {
		sum += q.weight[t]
	}
	return sum / max(q.total, 1e-9)
}

// share is the part of a name's words that the query has.
func (q *Query) share(name string) float64 {
	_, share := q.match(name)
	return share
}

// match tells how much of the query a name covers, and how much of the name the
// query has. RetryPolicy has two words, and a query with "retrypolicy" has both.
func (q *Query) match(name string) (covered, share float64) {
	have, all := 0, 0
	for run := range strings.FieldsFuncSeq(name, notInName) {
		terms := termsIn(run)
		covered += q.covered(terms)
		whole := false
		if len(terms) > 1 && terms[0] == foldName(run) {
			_, whole = q.weight[terms[0]]
			terms = terms[1:]
		}
		for _, t := range terms {
			if _, ok := q.weight[t]; ok || whole {
				have++
			}
		}
		all += len(terms)
	}
	return covered, float64(have) / float64(max(all, 1))
}

// begun is the share of the query's words that a term begins without being it,
// or that begin one: "config" and "configuration", "de" and "deserialize".
func (q *Query) begun(terms []string) float64 {
	sum := 0.0
	for _, of := range q.terms {
		if slices.ContainsFunc(terms, func(t string) bool { return begins(t, of.Text) || begins(of.Text, t) && len(of.Text) > 2 }) {
			sum += of.Weight
		}
	}
	return sum / max(q.total, 1e-9)
}

func begins(short, long string) bool {
	return len(short) > 1 && len(short) < len(long) && strings.HasPrefix(long, short)
}
