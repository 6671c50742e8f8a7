package rank

import "strings"

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
			last := s[lastSegment(s):]
			if covered := q.covered(termsIn(last)); covered > f.Row[symbolCovered] {
				f.Row[symbolCovered] = max(f.Row[symbolCovered], covered*q.share(last))
			}
		}
	}
}
