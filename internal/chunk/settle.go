package chunk

import (
	"bytes"
	"cmp"
	"slices"
)

// From what the scanner found to definitions: their names, comments and levels.

// define adds a definition, the body of which begins on this row, and returns
// its index, -1 if its row has enough of them.
func (p *structure) define(f *frame, k kind, name span) int {
	d := def{kind: k, from: f.first, head: max(f.head, f.first), body: p.row + 1, to: p.row + 1}
	if n := len(p.defs) - maxOnRow; n >= 0 && p.defs[n].head == d.head {
		return -1
	}
	if r := &p.rows[p.row]; p.src[r.at] == '{' && p.row > d.head {
		d.body-- // the brace says nothing
	}
	if name.end > name.at {
		d.symbols = p.qualified(f.scope, name)
	}
	p.defs = append(p.defs, d)
	return len(p.defs) - 1
}

// qualified returns the name with dots, behind that of the scope.
func (p *structure) qualified(scope string, name span) []string {
	var buffer [maxQualified]byte
	s := p.clean(buffer[:0], p.src[name.at:name.end])
	if len(s) == 0 {
		return nil
	}
	if scope != "" && len(scope)+len(s) < maxQualified {
		return []string{scope + "." + string(s)}
	}
	return []string{string(s)}
}

// isOperatorName reports whether a name has no letters.
func isOperatorName(b []byte) bool {
	for _, c := range b {
		if isWordByte(c) || c <= ' ' || c == '"' || c == '$' || c == '.' {
			return false
		}
	}
	return true
}

// clean removes type parameters and puts dots between the parts of a name. It
// appends what is left to out.
func (p *structure) clean(out, b []byte) []byte {
	if len(b) > maxQualified {
		return nil
	}
	if isOperatorName(b) {
		return append(out, b...)
	}
	angle := 0
	for i, c := range b {
		switch {
		case p.angles && c == '<' && i > 0 && isWordByte(b[i-1]):
			angle++
		case angle > 0 && c == '>':
			angle--
		case c == ' ' && i+1 < len(b) && !isWordByte(b[i+1]):
		case angle > 0, c == '?', c == '"', c == '\'', c == '`', c == '\n', c == '\r':
		case c == ':' || c == '\\' || c == '#' && i > 0 || c == '-' || c == '>' && i > 0 && b[i-1] == '-' || c == ' ' || c == '\t' || c == '.':
			if n := len(out); n > 0 && out[n-1] != '.' {
				out = append(out, '.')
			}
		default:
			out = append(out, c)
		}
	}
	out = bytes.Trim(out, ".{")
	if !p.assigned {
		return out
	}
	for _, prefix := range []string{"this.", "module.exports.", "exports.", "self."} {
		if len(out) > len(prefix) && hasPrefix(out, prefix) {
			out = out[len(prefix):]
		}
	}
	if string(out) == "exports" || string(out) == "module.exports" {
		return nil
	}
	return out
}

// settle completes the definitions that the scanner found: their comments, order
// and levels. What stands in one is inside it, however it is indented.
func (f *file) settle() {
	slices.SortStableFunc(f.defs, func(a, b def) int {
		return cmp.Or(a.head-b.head, b.to-a.to)
	})
	var open []int
	for d := range f.defs {
		def := &f.defs[d]
		for len(open) > 0 && f.defs[open[len(open)-1]].to <= def.head {
			open = open[:len(open)-1]
		}
		if n := len(open); n > 0 {
			def.to = min(def.to, f.defs[open[n-1]].to)
		}
		open = append(open, d)
	}
	f.nest()
	free := 0
	for d := range f.defs {
		def := &f.defs[d]
		def.to = max(def.to, def.head+1)
		def.body = min(max(def.body, def.head+1), def.to)
		floor := min(free, def.head)
		def.from = max(f.leadBehind(def.from, floor), floor) // no row is asked twice
		if def.from > def.head {
			def.from = def.head
		}
		def.level = (f.rows[def.head].indent + f.lang.depth) * perColumn
		free = max(free, def.head+1)
		if len(def.symbols) > 0 && def.kind != typ {
			free = max(free, def.to)
		}
	}
}

// nest moves the rows of each definition to the right of its first one.
func (f *file) nest() {
	type level struct{ to, indent int }
	var open []level
	next := 0
	for i := range f.rows {
		for len(open) > 0 && open[len(open)-1].to <= i {
			open = open[:len(open)-1]
		}
		if n := len(open); n > 0 {
			f.rows[i].indent = max(f.rows[i].indent, open[n-1].indent+1)
		}
		for next < len(f.defs) && f.defs[next].head <= i {
			d := &f.defs[next]
			if d.head == i && d.to > i+1 && (len(open) == 0 || open[len(open)-1].to >= d.to) {
				open = append(open, level{d.to, f.rows[i].indent})
			}
			next++
		}
	}
}
