package chunk

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
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

	documents []document      // that begin on the next row
	lastRow   map[string]int  // the last row that begins with a word, made when it is needed
	lastAt    map[string]int  // the last offset of a string's end
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
	class := s.lang.class
	for at < r.end {
		switch class[s.src[at]] {
		case isWord:
			if s.src[at] == 0xc2 && at+1 < r.end && s.src[at+1] == 0xa0 { // a space that does not break
				at += 2
				continue
			}
			end := at + 1
			for end < r.end && wordBytes[s.src[end]] {
				end++
			}
			if !s.quiet {
				end = s.word(at, end)
			}
			at = end
		case isSign:
			if !s.quiet {
				s.punct(at)
			}
			at++
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
		default:
			at++
		}
	}
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

// careful reports whether a string that has no end is to be none. Go and Python
// take the rest of the file.
func (s *scanner) careful() bool { return s.structure != nil || s.lang.outline != nil }

// isShort reports whether text begins with a character in quotes, and not with
// the lifetime of Rust or the prime of Haskell.
func isShort(text []byte) bool {
	if len(text) < 3 {
		return false
	}
	if text[1] == '\\' {
		end := bytes.IndexByte(text[3:min(len(text), 14)], '\'')
		return end >= 0
	}
	return bytes.IndexByte(text[2:min(len(text), 6)], '\'') == runeLen(text[1:])-1
}

func runeLen(b []byte) int {
	_, n := utf8.DecodeRune(b)
	return n
}

// closes reports whether what q opens at offset at may end anywhere, if it has
// to. It looks for each closer once: a language has few of them.
func (s *scanner) closes(q *quote, at int) bool {
	if !q.multi {
		return true
	}
	last, ok := s.lastAt[q.close]
	if !ok {
		if s.lastAt == nil {
			s.lastAt = map[string]int{}
		}
		last = bytes.LastIndex(s.src, []byte(q.close))
		s.lastAt[q.close] = last
	}
	return last >= at+len(q.open) || q.foreign
}

// maxEndless bounds the strings without an end that are looked for.
const maxEndless = 100

// ends reports whether closer, which the source chose itself, stands behind
// offset at. Any number of them may, since the scanner steps over all that was
// searched; of those that do not, no more than maxEndless are looked for, and
// whatever follows them is taken for one more.
func (s *scanner) ends(closer string, at int) bool {
	if s.endless[closer] || len(s.endless) == maxEndless {
		return false
	}
	if bytes.Contains(s.src[at:], []byte(closer)) {
		return true
	}
	if s.endless == nil {
		s.endless = map[string]bool{}
	}
	s.endless[closer] = true
	return false
}

// close looks for the end of the open quote from offset at on and returns the
// offset behind it, or -1 if the row ends before.
func (s *scanner) close(at, end int) int {
	q := s.quote
	var stop byte
	if q.nest {
		stop = q.open[0]
	}
	for at < end {
		c := s.src[at]
		switch {
		case q.inner != nil && s.structure != nil && (c == q.inner[0][0]):
			for _, in := range q.inner {
				if hasPrefix(s.src[at:end], in) && s.interpolate(q, in, at) {
					return at + len(in)
				}
			}
			if c == '\\' && q.escape {
				at++
			}
			at++
			continue
		case c == '\\' && q.escape:
			at += 2
			continue
		case c == q.close[0] && hasPrefix(s.src[at:end], q.close):
			at += len(q.close)
			if q.double && at < end && s.src[at] == c {
				at++
				continue
			}
			if s.nested > 0 {
				s.nested--
				continue
			}
			s.quote = nil
			if q.foreign {
				return s.enterCode(q, at, end)
			}
			if s.structure != nil && !q.comment && !s.quiet {
				s.str(s.opened, at)
			}
			return at
		case c == stop && q.nest && hasPrefix(s.src[at:end], q.open):
			s.nested++
			at += len(q.open)
			continue
		}
		at++
	}
	if !q.multi && at == end { // at > end: the backslash took the line's end
		s.quote = nil
	}
	return -1
}

// enterCode steps over the rest of the tag behind which the code begins.
func (s *scanner) enterCode(q *quote, at, end int) int {
	if q.until == 0 {
		for at < end && (wordBytes[s.src[at]] || s.src[at] == '=') {
			at++
		}
		return at
	}
	if k := bytes.IndexByte(s.src[at:end], q.until); k >= 0 {
		return at + k + 1
	}
	return end
}

// interpolate begins the code in a string.
func (s *scanner) interpolate(q *quote, opener string, at int) bool {
	p := s.structure
	if p.over > 0 || len(p.frames) == maxFrames || s.quiet {
		return false
	}
	r := &s.rows[p.row]
	n := frame{bracket: opener[strings.IndexAny(opener, "({")], place: inBlock, def: -1, resume: q, keep: true, column: r.indent, brace: r.indent, scope: p.top().scope}
	n.reset()
	p.frames = append(p.frames, n)
	p.prev, p.prevAt = '{', at+len(opener)
	if !q.multi {
		p.singles++
	}
	s.quote = nil
	return true
}

// markLeads marks comments and decorators, with all rows of a decorator that
// spans several.
func (f *file) markLeads() {
	for i := range f.rows {
		r := &f.rows[i]
		switch {
		case r.inside:
		case r.stmt != i:
			r.lead = f.rows[r.stmt].lead && !f.isComment(r.stmt)
		default:
			r.lead = f.isComment(i) || hasAnyPrefix(f.text(i), f.lang.leads) && !isMacro(f.text(i))
		}
	}
}

// isMacro reports whether text is the first line of a macro of several lines,
// "#define f(x) \". The body follows.
func isMacro(text []byte) bool { return text[0] == '#' && text[len(text)-1] == '\\' }

// isComment reports whether nothing but a comment begins on row i.
func (f *file) isComment(i int) bool {
	text := f.text(i)
	if hasAnyPrefix(text, f.lang.comments) {
		return true
	}
	for _, q := range f.lang.quotes {
		if q.comment && hasPrefix(text, q.open) {
			// Code may follow on the same row: "/* x */ y := 1".
			end := bytes.Index(text[len(q.open):], []byte(q.close))
			return end < 0 || len(q.open)+end+len(q.close) == len(text)
		}
	}
	return false
}

// inComment reports whether row i begins inside a block comment.
func (f *file) inComment(i int) bool { return f.rows[i].inside && f.rows[i].lead }

// indentComments gives comments the indentation of the code after them where
// that is deeper: the left margin says nothing about a comment, about a line of
// the C preprocessor or about a label. All rows of a block comment get the same.
func (f *file) indentComments() {
	code := 0
	closes := false // the next row at the left margin begins with "}"
	for i := len(f.rows) - 1; i >= 0; i-- {
		r := &f.rows[i]
		switch {
		case f.inComment(i):
			r.indent = max(f.rows[r.stmt].indent, code)
		case r.inside || r.stmt != i:
		case r.lead, closes && r.indent == 0 && isLabel(f.text(i)):
			r.indent = max(r.indent, code)
		default:
			code = r.indent
			if code == 0 {
				closes = f.text(i)[0] == '}'
			}
		}
	}
}

// isLabel reports whether text begins with a word and a colon, as a key of YAML
// does and the target of a goto.
func isLabel(text []byte) bool {
	n := len(firstWord(text))
	return n > 0 && n < len(text) && text[n] == ':' && (n+1 == len(text) || text[n+1] == ' ')
}

func hasPrefix(b []byte, s string) bool {
	return len(b) >= len(s) && string(b[:len(s)]) == s
}

func hasAnyPrefix(b []byte, list []string) bool {
	for _, s := range list {
		if hasPrefix(b, s) {
			return true
		}
	}
	return false
}

// startsWithWord reports whether b begins with one of the words, as a word.
func startsWithWord(b []byte, words []string) bool {
	for _, w := range words {
		if hasPrefix(b, w) && (len(b) == len(w) || !isWordByte(b[len(w)])) {
			return true
		}
	}
	return false
}

// firstWord returns the letters, digits and underscores at the start of b.
func firstWord(b []byte) []byte {
	n := 0
	for n < len(b) && isWordByte(b[n]) {
		n++
	}
	return b[:n]
}

func isWordByte(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}
