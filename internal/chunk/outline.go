package chunk

import "bytes"

// layout says how definitions look in a language in which they begin a line
// and their indentation or an "end" tells where they end.
type layout struct {
	// head returns what the statement on row i defines.
	head func(o *outliner, i int) finding
	// ends are words and signs that begin the last row of a block.
	ends []string
	// spaced: there may be a space in front of the tag of a here-document.
	spaced bool
	// more are words and signs that begin a row which goes on with a definition
	// though it is not indented.
	more []string
}

// finding is the beginning of a definition.
type finding struct {
	kind kind
	name string
	form form
	body int // the row after the signature; 0: the row after the first
	// group: a definition of the same name that ended just before is the same.
	group bool
	// through: nothing is defined, but what is inside belongs to the scope around.
	through bool
}

type form uint8

const (
	byIndent form = iota // up to the next row that is not indented, or the end's
	byEnd                // up to its end, whatever is between
	oneLine
)

// outliner finds the definitions of a layout.
type outliner struct {
	*file
	*layout
	open []opened
}

type opened struct {
	def    int // -1 for none
	form   form
	indent int
	scope  string
	kind   kind
}

// define finds the definitions of the outline.
func (o *layout) define(f *file) {
	w := outliner{file: f, layout: o}
	for i := range f.rows {
		r := &f.rows[i]
		if r.stmt != i || r.inside {
			continue
		}
		if !r.lead && w.ending(i) {
			continue
		}
		w.leave(i)
		if r.lead && f.isComment(i) {
			continue
		}
		if h := o.head(&w, i); h.name != "" || h.through {
			w.enter(i, h)
		}
	}
	for len(w.open) > 0 {
		w.close(len(f.rows))
	}
	f.settle()
}

// ending ends the blocks that end with row i.
func (o *outliner) ending(i int) bool {
	text := o.file.text(i)
	if !startsWithSign(text, o.ends) {
		return false
	}
	indent := o.rows[i].indent
	for n := len(o.open); n > 0 && o.open[n-1].indent > indent; n-- {
		o.close(i)
	}
	n := len(o.open)
	if n == 0 || o.open[n-1].indent != indent || o.open[n-1].form == oneLine {
		return false
	}
	if !endsOpen(text) || o.open[n-1].form == byEnd && text[0] != ')' {
		o.close(i + 1)
	}
	return true
}

// leave ends the definitions to which row i does not belong.
func (o *outliner) leave(i int) {
	r := &o.rows[i]
	for n := len(o.open); n > 0; n-- {
		top := &o.open[n-1]
		if top.indent < r.indent || top.form == byEnd {
			return
		}
		if top.indent == r.indent && top.form == byIndent && !r.lead && startsWithSign(o.file.text(i), o.more) {
			return
		}
		o.close(i)
	}
}

func (o *outliner) close(to int) {
	n := len(o.open) - 1
	if d := o.open[n].def; d >= 0 {
		for o.open[n].form == byIndent && to > o.defs[d].head+1 && o.rows[to-1].lead {
			to-- // a comment at the end is not part of it
		}
		o.defs[d].to = max(o.defs[d].head+1, to)
	}
	o.open = o.open[:n]
}

func (o *outliner) enter(i int, h finding) {
	r := &o.rows[i]
	if n := len(o.open); n > 0 && h.kind == function && o.open[n-1].kind == function && o.open[n-1].indent >= r.indent {
		o.close(i) // its end was missed
	}
	scope := o.scope()
	if h.through {
		o.open = append(o.open, opened{-1, h.form, r.indent, scope, plain})
		return
	}
	name := h.name
	if scope != "" && len(scope)+len(name) < maxQualified {
		name = scope + "." + name
	}
	if n := len(o.defs); n > 0 && h.group {
		if d := &o.defs[n-1]; d.kind == function && d.symbol() == name && o.rows[d.head].indent == r.indent && o.adjoins(d.to, i) {
			o.open = append(o.open, opened{n - 1, h.form, r.indent, name, h.kind})
			d.to = max(d.to, i+1)
			return
		}
	}
	d := def{kind: h.kind, from: i, head: i, body: max(h.body, o.statementEnd(i)), to: i + 1, symbols: []string{name}}
	o.defs = append(o.defs, d)
	if h.form != oneLine {
		o.open = append(o.open, opened{len(o.defs) - 1, h.form, r.indent, name, h.kind})
	}
}

// adjoins reports whether there is nothing but comments between rows.
func (o *outliner) adjoins(from, to int) bool {
	for i := from; i < to; i++ {
		if !o.rows[i].lead {
			return false
		}
	}
	return true
}

func (o *outliner) scope() string {
	if n := len(o.open); n > 0 {
		return o.open[n-1].scope
	}
	return ""
}

// in reports whether the innermost definition is of a kind.
func (o *outliner) in(k kind) bool {
	n := len(o.open)
	return n > 0 && o.open[n-1].kind == k
}

// dotted puts dots between the parts of a name.
func dotted(b []byte) string {
	var out []byte
	for _, c := range b {
		if c == ':' || c == '.' || c == '/' || c == '\'' {
			if n := len(out); n == 0 || out[n-1] == '.' || c == '\'' {
				continue
			}
			c = '.'
		}
		out = append(out, c)
	}
	return string(bytes.Trim(out, "."))
}

// lastComment returns the offset of the space in front of the last sign of a
// comment that has one there, -1 if there is none.
func lastComment(text []byte, sign string) int {
	if bytes.IndexByte(text, sign[0]) < 0 {
		return -1 // most rows have none, and this is the quickest way to tell
	}
	for k := len(text) - len(sign); k > 0; k-- {
		if text[k-1] == ' ' && text[k] == sign[0] && hasPrefix(text[k:], sign) {
			return k - 1
		}
	}
	return -1
}

// code returns the text of row i without a comment behind it, where one can be
// told by a space in front of its sign.
func (o *outliner) code(i int) []byte {
	text := o.file.text(i)
	for _, c := range o.lang.comments {
		if k := lastComment(text, c); k >= 0 && !bytes.ContainsAny(text[k:], "\"'`})") {
			text = text[:k]
		}
	}
	return bytes.TrimRight(text, " \t")
}
