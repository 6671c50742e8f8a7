package chunk

import "bytes"

// Comments, decorators and all else that belongs to what follows it.

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

// leadOf returns the first of the comments and decorators that stand before the
// definition on row i. Between a decorator and its definition there may be
// blank lines, between a comment and what it speaks of not.
func (f *file) leadOf(i int) int { return f.leadBehind(i, 0) }

// leadBehind is leadOf where nothing before row floor matters.
func (f *file) leadBehind(i, floor int) int {
	for i > floor {
		before := f.rows[i-1].stmt
		r := &f.rows[before]
		if !r.lead || r.indent != f.rows[i].indent {
			break
		}
		if f.rows[i].afterBlank && f.isComment(before) || f.isDirective(before) {
			break
		}
		i = before
	}
	return i
}

// isDirective reports whether row i is a line of the preprocessor.
func (f *file) isDirective(i int) bool {
	g := f.lang.grammar
	return g != nil && g.conditional && f.text(i)[0] == '#'
}
