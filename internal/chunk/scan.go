package chunk

import (
	"bytes"
	"slices"
	"strings"
)

// scan marks the rows that begin inside a string, a comment or a bracket, and
// those that belong to what follows them.
func (f *file) scan() {
	if f.lang.scan != nil {
		f.lang.scan(f)
	}
	if !f.lang.prose {
		f.markLeads()
		f.indentComments()
	}
}

// scanBytes goes through every byte, for the languages of which the table knows
// all that strings and comments look like.
func (f *file) scanBytes() {
	s := scanner{file: f}
	if f.lang.grammar != nil {
		s.structure = newStructure(f)
	}
	if f.lang.begin != nil {
		f.lang.begin(&s)
	}
	for i := range f.rows {
		s.row(i)
	}
	if s.structure != nil {
		s.finish()
	}
}

// scanFirst finds the block comments that are the first of their line. Where
// strings are not known, any other might stand in one.
func (f *file) scanFirst() {
	quotes := slices.Clone(f.lang.quotes)
	for i := 0; i < len(f.rows); i++ {
		k := slices.IndexFunc(quotes, func(q quote) bool { return hasPrefix(f.text(i), q.open) })
		if k < 0 {
			continue
		}
		last := f.lastOf(i, &quotes[k])
		if last < 0 { // then those after it do not end either
			quotes = slices.Delete(quotes, k, k+1)
		}
		for opener := i; i < last; {
			i++
			r := &f.rows[i]
			r.stmt, r.inside, r.lead = opener, true, true
		}
	}
}

// lastOf returns the last row of the comment q that begins on row i, -1 if it
// does not end.
func (f *file) lastOf(i int, q *quote) int {
	text := f.text(i)[len(q.open):]
	for !bytes.Contains(text, []byte(q.close)) {
		if i++; i == len(f.rows) {
			return -1
		}
		text = f.text(i)
	}
	return i
}

// scanner is the state between two rows.
type scanner struct {
	*file
	*structure        // nil for languages that find their definitions otherwise
	quote      *quote // the string or comment that the next row begins in
	nested     int    // comments around it
	opened     int    // where it begins
	depth      int    // of brackets
	slash      bool   // the row before ended with a backslash
	quiet      bool   // the row is none of the language: a line of the preprocessor
	stmt       int
	current    int // the row

	documents []document     // that begin on the next row
	lastRow   map[string]int // the last row that begins with a word, made when it is needed
	closers   []closer
	endless   map[string]bool // ends that the source chose and that never come
	noRegex   int             // no regular expression ends before this offset
}

func (s *scanner) row(i int) {
	r := &s.rows[i]
	if len(s.documents) > 0 && s.document(i) {
		return
	}
	if s.quote == nil && s.depth > 0 && startsWithWord(s.text(i), s.lang.starters) {
		s.depth = 0 // a bracket was never closed
	}
	s.current = i
	if s.quote == nil && s.depth == 0 && (!s.slash || r.afterBlank) || s.quote != nil && s.quote.foreign {
		s.stmt = i
	}
	r.stmt = s.stmt
	at := r.at
	if s.quote != nil {
		s.slash = false
		r.inside = !s.quote.foreign
		r.lead = s.quote.comment
		if s.structure != nil {
			s.structure.row = i
		}
		if at = s.close(at, r.end); at < 0 {
			return
		}
	} else if s.atMargin(i) {
		return
	} else if s.structure != nil {
		s.beginRow(i)
	}
	s.slash = false
	s.code(at, r)
}

// atMargin reports whether a comment begins on row i that has to begin at the
// left margin.
func (s *scanner) atMargin(i int) bool {
	r := &s.rows[i]
	if r.at != r.start {
		return false
	}
	for k := range s.lang.margins {
		if q := &s.lang.margins[k]; hasPrefix(s.file.text(i), q.open) && s.closes(q, r.at) {
			s.quote, s.stmt, r.stmt = q, i, i
			r.lead = true
			return true
		}
	}
	return false
}

// beginRow begins a row outside strings.
func (s *scanner) beginRow(i int) {
	r := &s.rows[i]
	p := s.structure
	if p.singles > 0 {
		p.unwind()
	}
	p.row = i
	if s.quiet = s.quiet && s.slash; s.quiet {
		return
	}
	if p.conditional && s.src[r.at] == '#' {
		s.quiet = true
		p.condition(i)
		return
	}
	p.begin(i)
}

// code goes through a row outside strings from offset at on.
func (s *scanner) code(at int, r *row) {
	class, line := s.lang.class, s.src[:r.end] // once, as they would be loaded for every byte
	for at < len(line) {
		switch class[line[at]] {
		case isWord:
			if line[at] == 0xc2 && at+1 < len(line) && line[at+1] == 0xa0 { // a space that does not break
				at += 2
				continue
			}
			end := nameEnd(s.src, at+1)
			if !s.quiet {
				end = s.word(at, end)
			}
			at = behindSpace(line, end)
		case isSign:
			if !s.quiet {
				s.punct(at)
			}
			at = behindSpace(line, at+1)
		case isOpen:
			if s.structure == nil {
				s.depth++
			} else if !s.quiet {
				s.structure.open(at)
			}
			at++
		case isClose:
			at = s.closeBracket(at, r)
			if at < 0 {
				return
			}
		case isBackslash:
			at++
			if s.slash = at == r.end; !s.slash && s.structure != nil {
				at++
			}
		case isMark:
			if at = s.mark(at, r); at < 0 {
				return
			}
		case isQuote:
			s.quote, s.opened = s.lang.quoted[line[at]], at
			if at = s.close(at+1, r.end); at < 0 {
				return
			}
		case isOther:
			at++
		}
	}
}

// behindSpace steps over a space at offset at: most words and signs have one
// behind them, and the branch that asks is foretold better than the one among all
// classes of bytes.
func behindSpace(line []byte, at int) int {
	if at < len(line) && line[at] == ' ' {
		return at + 1
	}
	return at
}

func (s *scanner) closeBracket(at int, r *row) int {
	if s.structure == nil {
		s.depth = max(0, s.depth-1)
		return at + 1
	}
	if s.quiet {
		return at + 1
	}
	if q := s.structure.close(at); q != nil {
		if !q.multi {
			s.singles--
		}
		s.quote, s.opened = q, at
		return s.close(at+1, r.end)
	}
	return at + 1
}

// mark steps over the comment or quote that may begin at offset at. It returns
// -1 where nothing of the row is left.
func (s *scanner) mark(at int, r *row) int {
	rest := s.src[at:r.end]
	for _, c := range s.lang.comments {
		if hasPrefix(rest, c) && (s.lang.isComment == nil || s.lang.isComment(s, at, r)) {
			return -1
		}
	}
	if s.lang.special != nil && strings.IndexByte(s.lang.marks, s.src[at]) >= 0 {
		if to := s.lang.special(s, at, r); to != 0 {
			return to
		}
	}
	for k := range s.lang.quotes {
		q := &s.lang.quotes[k]
		if !hasPrefix(rest, q.open) || q.short && !isShort(rest) || s.careful() && !s.closes(q, at) {
			continue
		}
		s.quote, s.opened = q, at
		return s.close(at+len(q.open), r.end)
	}
	if s.structure != nil && !s.quiet {
		switch s.src[at] {
		case '\'': // a lifetime, or digits apart
			at++
			for at < r.end && wordBytes[s.src[at]] {
				at++
			}
			return at
		case '[', '(', '{':
			s.structure.open(at)
		default:
			s.punct(at)
		}
	}
	return at + 1
}
