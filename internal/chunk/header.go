package chunk

import "bytes"

// role is what a word means at the beginning of a statement.
type role uint8

const (
	noRole      role = iota
	isModifier       // it may stand before a keyword and says nothing
	isControl        // the statement defines nothing
	isSoftType       // a type, or the return type of a function: struct, enum
	isType           // a type or what else has members: class, trait
	isImpl           // members of a type that is named after "for" or first
	isFunction       // the name follows
	isNamed          // a function whose keyword is its name: init
	isValue          // the name follows, and a body or "="
	isNamespace      // its members are as good as top-level ones
	isAttribute      // what stands in its parentheses is no parameter
	isNew            // the body behind it is a type without a name
	isOperator       // the signs behind it are the name
	isWhere          // the name is complete: extends, where
	isTemplate       // what stands in angles behind it is no name
	isTypedef        // the name stands behind the body
)

// span is a range of offsets.
type span struct{ at, end int }

// header is what the beginning of a statement has told so far.
type header struct {
	first, head int  // rows: where it begins, and behind its annotations; -1
	words       int  // modifiers apart
	key         role // of the word that decides
	keyword     span
	name        span
	open        bool // the name may go on
	path        span // the last word with what qualifies it
	params      span // the path before the first parentheses
	before      int  // words before them
	lhs         span // the path before "="
	angle       int  // depth of < >
	angleAt     int
	notedAt     int

	assign, arrow bool
	noting        bool // in an annotation
	noted         bool // the next parentheses are those of an attribute
	refined       bool // behind the colon of a type
	list          bool // behind the colon of a constructor's initialisers
	after         int  // definition that lasts to the end of the statement, or gets its name there; -1
}

func (h *header) reset() { *h = header{first: -1, head: -1, after: -1} }

func (h *header) begun() bool { return h.first >= 0 }

func (h *header) start(row int) {
	if h.first < 0 {
		h.first = row
	}
}

func (h *header) headAt(row int) {
	h.noting = false
	if h.head < 0 {
		h.head = row
	}
}

// follow lets the name go on where the path did.
func (h *header) follow() {
	if h.open && h.name.at == h.path.at {
		h.name = h.path
	}
}

func (h *header) assigns() {
	if h.list {
		return
	}
	if !h.assign && h.lhs.end == 0 {
		h.lhs = h.path
	}
	h.assign, h.arrow = true, false
}

// onlyMacro reports whether the statement before row i is no more than a macro:
// "NAME(…)", or "NAME" before a keyword.
func (f *frame) onlyMacro(p *structure, i int) bool {
	if f.words != 1 || f.key != noRole || !isUpperName(p.src[f.path.at:f.path.end]) {
		return false
	}
	if p.prev == ')' {
		return f.params.end > 0
	}
	switch p.roleOf(firstWord(p.text(i))) {
	case isNamespace, isSoftType, isTemplate, isTypedef:
		return p.prev == 'w'
	}
	return false
}

func isUpperName(b []byte) bool {
	for _, c := range b {
		if 'a' <= c && c <= 'z' {
			return false
		}
	}
	return len(b) > 1
}

// word takes a word. It returns the offset behind it, or behind the signs that
// belong to it.
func (p *structure) word(at, end int) int {
	f := &p.frames[len(p.frames)-1]
	if f.noting && (p.prevAt == at && (f.notedAt == at || p.prev == '.' || p.prev == ':')) {
		if !(p.annotation == '@' && string(p.src[at:end]) == "interface") {
			p.token('w', end)
			return end
		}
	}
	if f.place == inMarks {
		p.token('w', end)
		return end
	}
	f.start(p.row)
	f.headAt(p.row)
	r := noRole
	if f.key == noRole || f.key == isTypedef || f.key == isImpl || f.key == isTemplate || p.assigned && f.key == isValue && f.assign {
		r = p.roleOf(p.src[at:end])
		if r != noRole && r != isOperator && p.prevAt == at && (p.prev == '.' || p.prev == ':' || p.prev == '$' || p.prev == 'a') {
			r = noRole
		}
	} else if f.key == isControl {
		if p.roleOf(p.src[at:end]) == isNew {
			f.key = isNew
		}
	} else if f.open || f.name.end == 0 {
		switch r = p.roleOf(p.src[at:end]); r {
		case isModifier, isWhere, isAttribute, isOperator, isType:
		default:
			r = noRole
		}
	}
	if f.angle > 0 {
		p.token('w', end)
		return end
	}
	if r != noRole && p.takeRole(f, r, at, end) {
		p.token('k', end)
		if r == isOperator {
			return p.operator(f, at, end)
		}
		return end
	}
	p.pathTo(f, at, end)
	f.words++
	f.noted = r == isAttribute
	if f.key != noRole {
		p.nameOf(f)
	}
	p.token('w', end)
	return end
}

// pathTo makes the word the path, or the next part of it.
func (p *structure) pathTo(f *frame, at, end int) {
	if at > 0 && (p.src[at-1] == '~' || p.src[at-1] == '#' && p.assigned) {
		at--
	}
	if n := at - f.path.end; f.path.end > 0 && 0 < n && n <= 3 {
		switch string(p.src[f.path.end:at]) {
		case ".", "::", "?.", "\\", "->", "#", ":":
			if p.src[at-1] == ':' && n == 1 && p.bare > 0 {
				break
			}
			f.path.end = end
			f.follow()
			return
		}
	}
	f.open = f.open && f.lastOpen(p)
	f.path = span{at, end}
}

// lastOpen reports whether a further word replaces the name.
func (f *frame) lastOpen(p *structure) bool {
	return p.lastName && (f.key == isType || f.key == isSoftType) && p.prev == 'w' && f.angle == 0
}

// nameOf takes the path as the name that a keyword announced.
func (p *structure) nameOf(f *frame) {
	if f.name.end == 0 && !f.assign && (p.prev == 'k' || f.key != isValue) || f.open {
		f.name, f.open = f.path, true
	}
}

// takeRole reports whether the word is what its role says and no name.
func (p *structure) takeRole(f *frame, r role, at, end int) bool {
	next := p.next(end)
	switch r {
	case isModifier:
		if p.assigned && next == '(' && string(p.src[at:end]) != "async" {
			return false // a method of that name
		}
		return isWordByte(next) || next == '"' || next == '(' || next == '{' || next == ':' || next == '[' || next == '@' || next == '*' || next == '&' || next == '<' || next == '#' || next == '`' || next == '~'
	case isControl:
		if f.key == isImpl && string(p.src[at:end]) == "for" {
			f.lhs = f.name
			f.name, f.open, f.key = span{}, false, isImpl
			return true
		}
		if f.words > 0 && !f.assign || f.key != noRole {
			return false
		}
		f.key = isControl
		return true
	case isWhere:
		if f.key == noRole {
			return false
		}
		f.open = false
		if f.name.end == 0 {
			f.name = span{end, end}
		}
		return true
	case isAttribute:
		return false
	case isOperator:
		return f.place != inBlock || f.key == noRole
	case isNew:
		f.key = isNew
		return true
	case isNamed:
		if next != '(' && next != '{' && next != '?' && next != '!' && next != '<' || f.words > 0 || f.place != inType {
			return false
		}
		f.key, f.name, f.keyword = r, span{at, end}, span{at, end}
		f.path = f.name
		return true
	case isTypedef, isTemplate:
		f.key = r
		return true
	}
	if f.key == isImpl {
		return false
	}
	if p.assigned && f.key == isValue && f.assign && (r == isType || r == isFunction) {
		f.key, f.open = r, false
		return true
	}
	if f.key == isType || f.key == isFunction || f.key == isSoftType || f.key == isValue {
		// "enum class", "fun interface", "data object"
		if r != isType || f.name.end > 0 || !isWordByte(next) {
			return false
		}
	}
	if !(isWordByte(next) || next == ':' && endsWord(bytes.TrimRight(p.src[:at], " "), "companion") || r == isFunction && bytes.HasPrefix(bytes.TrimLeft(p.src[end:p.rows[p.row].end], " "), []byte("==")) || next == '"' && p.strings || next == '(' || next == '*' || next == '{' || next == '<' || next == '`' || next == '$' || next == '[' ||
		next == '!' && r == isType || r == isFunction && !isSpaceByte(next) && next != '=' && next != ';' && next != ',' && next != ')' && next != ':' && next != '.') {
		return false
	}
	if f.words > 0 && !f.assign && !p.mayFollow(f, r) {
		return false
	}
	f.key, f.keyword = r, span{at, end}
	if p.assigned && f.assign && p.prev != '=' && p.prev != ':' && p.prev != 'k' {
		f.lhs = span{} // "x = y || function"
	}
	return true
}

// mayFollow reports whether a keyword may stand behind other words.
func (p *structure) mayFollow(f *frame, r role) bool {
	return f.params.end == 0 && p.lastName && (r == isType || r == isSoftType) || p.assigned && p.prev != 'w'
}

// next returns the first byte behind the spaces at offset at, 0 at the end of
// the line.
func (p *structure) next(at int) byte {
	end := p.rows[p.row].end
	for at < end && isSpaceByte(p.src[at]) {
		at++
	}
	if at == end {
		return 0
	}
	return p.src[at]
}

func isSpaceByte(c byte) bool { return c == ' ' || c == '\t' }

func (p *structure) roleOf(word []byte) role {
	if len(word) > 31 || p.lengths[word[0]]>>len(word)&1 == 0 {
		return noRole
	}
	return p.words[string(word)]
}

// operator takes the signs behind the keyword as the name.
func (p *structure) operator(f *frame, at, end int) int {
	limit := p.rows[p.row].end
	k := end
	for k < limit && p.src[k] != '(' && p.src[k] != ';' && p.src[k] != '{' && k < end+40 {
		k++
	}
	if k+1 < limit && p.src[k] == '(' && p.src[k+1] == ')' && len(bytes.TrimSpace(p.src[end:k])) == 0 {
		k += 2
	}
	if f.path.end > 0 && at-f.path.end == 2 && string(p.src[f.path.end:at]) == "::" {
		at = f.path.at
	}
	f.path = span{at, k}
	f.words++
	p.prevAt = k
	return k
}

// paren takes the opening parenthesis of what may be parameters.
func (f *frame) paren(p *structure) {
	f.operatorName(p)
	if f.noted || f.params.end > 0 || f.assign || f.place == inMarks || f.angle > 0 {
		return
	}
	if p.prev != 'w' && p.prev != '>' && p.prev != 'k' && p.prev != '?' && p.prev != '!' && p.prev != '"' && p.prev != ']' {
		return
	}
	f.params, f.before = f.path, f.words
	f.open = false
}

// operatorName takes the signs in front of parameters as the name of a function
// that has no other.
func (f *frame) operatorName(p *structure) {
	if f.key == isFunction && f.name.end == 0 {
		f.name = span{min(f.keyword.end+1, p.prevAt), p.prevAt} // or nothing
	}
}

// colon takes ":", behind which there is a base, a type, a value or a label.
func (f *frame) colon(p *structure, at int) {
	next := byte(0)
	if at+1 < len(p.src) {
		next = p.src[at+1]
	}
	double := next == ':' || p.prev == ':' && p.prevAt == at
	switch {
	case double, f.angle > 0, f.key == isFunction && f.name.end == 0 && isSpaceByte(p.src[max(0, f.keyword.end)]) && p.prev != 'k':
	case f.place == inObject && f.params.end > 0:
	case p.bare > 0 && !p.assigned && f.params.end > 0:
		f.list = true
	case f.place == inObject:
		f.lhs, f.assign = f.path, true
	case f.key == isType || f.key == isSoftType || f.key == isFunction || f.key == isValue:
		if f.name.end == 0 && !p.assigned {
			f.name = span{at, at}
		}
		f.open = false
		f.refined = p.refined && f.key == isFunction
	case p.bare > 0 && f.params.end == 0 && f.words <= 1 && p.annotation != '@' || f.key == isControl:
		f.reset() // a label, "public:"
	}
}
