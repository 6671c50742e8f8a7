package chunk

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Strings and block comments: where they begin and end, and the code in them.

// quote is a string or a block comment.
type quote struct {
	open, close string
	multi       bool // may span lines
	escape      bool // a backslash takes the next byte with it
	comment     bool
	nest        bool     // another one may begin inside
	double      bool     // the closing sign twice is none
	short       bool     // holds one character, or is none
	until       byte     // ends the tag behind which code begins
	foreign     bool     // text around the code, and no string: the HTML around PHP
	inner       []string // these begin code inside, up to the closing bracket
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

// closer is where an end of strings was found last, -1 behind the last one.
type closer struct {
	sign string
	at   int
}

// closes reports whether what q opens at offset at may end anywhere, if it has
// to. Offsets only grow, so that no byte is searched twice for one closer, and a
// language has few of them.
func (s *scanner) closes(q *quote, at int) bool {
	if !q.multi {
		return true
	}
	c, from := s.closer(q.close), at+len(q.open)
	if 0 <= c.at && c.at < from {
		c.at = bytes.Index(s.src[from:], []byte(q.close))
		if c.at >= 0 {
			c.at += from
		}
	}
	return c.at >= 0 || q.foreign
}

func (s *scanner) closer(sign string) *closer {
	for i := range s.closers {
		if s.closers[i].sign == sign {
			return &s.closers[i]
		}
	}
	s.closers = append(s.closers, closer{sign: sign})
	return &s.closers[len(s.closers)-1]
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

// raw opens a string that ends with closer.
func (s *scanner) raw(at, begin, end int, closer string) int {
	if !s.ends(closer, begin) {
		return 0
	}
	s.quote, s.opened = &quote{close: closer, multi: true}, at
	return s.close(begin, end)
}

// close looks for the end of the open quote from offset at on and returns the
// offset behind it, or -1 if the row ends before.
func (s *scanner) close(at, end int) int {
	q := s.quote
	var stop byte
	if q.nest {
		stop = q.open[0]
	}
	line, last := s.src[:end], q.close[0]
	inner := byte(0)
	if q.inner != nil && s.structure != nil {
		inner = q.inner[0][0]
	}
	for at < len(line) {
		c := line[at]
		if c != last && c != '\\' && c != stop && c != inner { // most bytes
			at++
			continue
		}
		switch {
		case c == inner && inner != 0:
			for _, in := range q.inner {
				if hasPrefix(line[at:], in) && s.interpolate(q, in, at) {
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
		case c == last && hasPrefix(line[at:], q.close):
			at += len(q.close)
			if q.double && at < end && line[at] == c {
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
		case c == stop && q.nest && hasPrefix(line[at:], q.open):
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
