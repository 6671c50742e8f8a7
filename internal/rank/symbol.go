package rank

import (
	"slices"
	"strings"
)

// otherCase is what a symbol counts that differs from the query's name in case.
const otherCase = 0.5

// match tells how well a symbol is what the query names: 0 not at all.
func (n *name) match(symbol string) float64 {
	last := symbol[lastSegment(symbol):]
	switch {
	case last == n.last:
		return n.sure
	case strings.EqualFold(last, n.last):
		return n.sure * otherCase
	}
	return 0
}

// MainSymbol returns the number of the symbol that the query names best; the
// first if it names none.
func (q *Query) MainSymbol(symbols []string) int {
	best, main := 0.0, 0
	for i, s := range symbols {
		for n := range q.names {
			if match := q.names[n].match(s); match > best {
				best, main = match, i
			}
		}
	}
	return main
}

// defines tells how well a candidate defines what the query names.
func (q *Query) defines(c *Candidate) float64 {
	best := 0.0
	for i := range q.names {
		for _, s := range c.Symbols {
			best = max(best, q.names[i].match(s))
		}
	}
	return best
}

// symbols sets what the names of definitions say.
func (f *File) symbols(q *Query, candidates []Candidate) {
	for _, i := range f.Chunks {
		c := &candidates[i]
		f.Row[symbolNamed] = max(f.Row[symbolNamed], q.defines(c))
		for _, s := range c.Symbols {
			f.Row[symbolCovered] = max(f.Row[symbolCovered], q.coveredBy(s[lastSegment(s):]))
		}
	}
}

// coveredBy is how much of the query is in a symbol's name, times how much of the
// name is in the query. Most names share nothing with the query, which their
// letters tell sooner than their words.
func (q *Query) coveredBy(symbol string) float64 {
	folded := foldName(symbol)
	if !slices.ContainsFunc(q.starts, func(start string) bool { return strings.Contains(folded, start) }) {
		return 0
	}
	covered, share := q.match(symbol)
	return covered * share
}
