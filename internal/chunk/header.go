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

	assign, arrow, commas bool
	noting                bool // in an annotation
	noted                 bool // the next parentheses are those of an attribute
	refined               bool // behind the colon of a type
	list                  bool // behind the colon of a constructor's initialisers
	after                 int  // definition that lasts to the end of the statement, or gets its name there; -1
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
		if f.name.end == 0 || f.open {
			f.name, f.open = f.path, true
		}
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
	return f.params.end == 0 && p.lastName && (r == isType || r == isSoftType) || p.assigned && p.prev != 'w' || p.fold
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
	if p.fold {
		word = bytes.ToLower(word)
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

// brace decides what the block is that the brace at offset at opens.
func (p *structure) brace(f *frame, n *frame, at int) {
	n.keep = false
	n.place = inBlock
	if f.list && p.prev == 'w' && p.prevAt == at {
		n.keep, n.place = true, inMarks // a member is initialised
		return
	}
	if !f.begun() {
		if p.assigned && (f.place == inBrackets || f.place == inObject) {
			n.place, n.keep = inObject, true
		} else if f.place == inFile && !p.assigned {
			n.place = inFile
		} else if f.place == inType && p.bare > 0 {
			n.place = inBlock
		}
		return
	}
	if p.assigned && f.angle > 0 {
		n.place, n.keep = inMarks, true
		return
	}
	if p.assigned && p.inExpression() && !f.arrowBody(p) {
		n.place, n.keep = inObject, true
		if f.key == isType && f.assign && f.name.end > 0 {
			n.place = inType
			if f.after < 0 {
				f.after = p.define(f, typ, f.name)
			}
			n.def = f.after
		} else if f.place == inFile && f.assign && f.after < 0 && p.rows[f.first].indent == 0 && f.lhs.end > 0 {
			f.after = p.define(f, value, f.lhs)
			n.def = f.after
		}
		if f.place != inBrackets && f.place != inObject || p.prev != ',' {
			return
		}
		return
	}
	k, name := p.classify(f, n)
	if k == plain {
		return
	}
	n.def = p.define(f, k, name)
	if n.def >= 0 && len(p.defs[n.def].symbols) > 0 {
		n.scope = p.defs[n.def].symbols[0]
	}
	if n.keep {
		f.after = n.def
	}
}

// arrowBody reports whether the last sign was an arrow.
func (f *frame) arrowBody(p *structure) bool { return p.prev == 'A' }

// inExpression reports whether a brace here would begin a value or a type and no
// block.
func (p *structure) inExpression() bool {
	switch p.prev {
	case '=', ':', ',', '(', '[', '?', '|', '&', '<':
		return true
	case 'k':
		word := p.src[wordStart(p.src, p.prevAt):p.prevAt]
		return string(word) == "return" || string(word) == "default"
	}
	return false
}

// classify returns what the header of a block defines, plain for nothing, and
// sets what may stand in the block.
func (p *structure) classify(f *frame, n *frame) (kind, span) {
	switch f.key {
	case isControl:
		n.keep = f.assign
		if p.typed && p.isTypeWord(f) {
			n.place = inType
		}
		return plain, span{}
	case isNamespace:
		n.place = inFile
		return plain, span{}
	case isNew:
		n.place, n.keep = inType, true
		return plain, span{}
	case isType, isImpl:
		n.place = inType
		if string(p.src[f.keyword.at:f.keyword.end]) == "macro_rules" {
			n.place = inMarks
		}
		if f.assign && !p.assigned {
			n.keep = true
			return plain, span{}
		}
		if f.name.end <= f.name.at {
			if f.assign || f.lhs.end > 0 {
				return typ, f.lhs
			}
			if p.lines && !p.assigned && f.keyword.end > 0 { // companion object
				return typ, f.keyword
			}
			return p.unnamed(f, n)
		}
		return typ, f.name
	case isFunction, isNamed:
		if f.refined && !f.assign || f.after >= 0 { // another block of its expression
			n.keep = true
			return plain, span{}
		}
		if p.assigned && f.place == inBrackets { // a callback, whatever its name
			n.keep = true
			return plain, span{}
		}
		if f.name.end <= f.name.at {
			f.name = p.anonymous(f)
			if f.name.end == 0 {
				n.keep = true
				return plain, span{}
			}
			n.keep = f.lhs.end > 0
		}
		n.keep = n.keep || f.assign && p.lines
		return function, f.name
	case isValue:
		return p.value(f, n)
	case isSoftType:
		if f.params.end == 0 || f.place == inBlock {
			if f.assign {
				break
			}
			if f.params.end == 0 {
				n.place = inType
				if f.name.end <= f.name.at {
					return p.unnamed(f, n)
				}
				n.keep = true // a name may follow
				return typ, f.name
			}
		}
	case isTypedef:
		n.place, n.keep = inType, true
		return plain, span{}
	}
	return p.keyless(f, n)
}

// isDefined reports whether what a value is given to is a definition and not
// just a variable with another value.
func (f *frame) isDefined(p *structure) bool {
	return f.lhs.end > 0 && (f.place != inBlock || bytes.IndexByte(p.src[f.lhs.at:f.lhs.end], '.') >= 0)
}

// unnamed defines a type that gets its name behind its body, if at all.
func (p *structure) unnamed(f *frame, n *frame) (kind, span) {
	if !p.lastName {
		return plain, span{}
	}
	n.keep = true
	return typ, span{}
}

// anonymous returns the name of a function that is a value or an operator.
func (p *structure) anonymous(f *frame) span {
	if f.name.end > 0 && !p.assigned {
		return span{}
	}
	if f.isDefined(p) && p.src[f.lhs.at] != '$' {
		return f.lhs
	}
	if f.keyword.end > 0 && !p.assigned && f.name.end == 0 {
		return f.keyword
	}
	return span{}
}

// value classifies "val x: T {", "const T = struct {", "const f = () => {".
func (p *structure) value(f *frame, n *frame) (kind, span) {
	if p.typed && f.assign && p.isTypeWord(f) {
		n.place, n.keep = inType, true
		return typ, f.name
	}
	if f.arrow && p.prev == 'A' && f.assign {
		n.keep = true
		return function, f.name
	}
	if f.assign {
		n.keep = true
		if f.place == inFile && p.rows[f.first].indent == 0 {
			return value, f.name
		}
		return plain, span{}
	}
	if f.place == inType || f.place == inFile {
		return value, f.name
	}
	return plain, span{}
}

var typeWords = wordSet("struct", "enum", "union", "opaque", "error")

// isTypeWord reports whether the last word announces a type, "struct" or
// "enum(u8)".
func (p *structure) isTypeWord(f *frame) bool {
	return typeWords[string(p.src[f.path.at:f.path.end])]
}

// keyless classifies a header without a keyword: functions of C and its kin,
// methods of JavaScript, properties of C#, functions that are values.
func (p *structure) keyless(f *frame, n *frame) (kind, span) {
	if f.arrow && p.prev == 'A' {
		n.keep = true
		if p.assigned && f.isDefined(p) {
			return function, f.lhs
		}
		return plain, span{}
	}
	members := f.place == inType || f.place == inFile || f.place == inObject
	switch {
	case p.strings && f.place == inFile:
		n.place = inBlock
		return typ, span{p.src0(f), p.prevAt}
	case f.params.end > 0 && p.bare > 0 && members && !f.assign:
		name := f.params
		if f.before < p.bare && !p.isConstructor(f, name) {
			n.place = inType // the body of a constant of an enumeration
			return plain, span{}
		}
		return function, name
	case p.properties && f.place == inType && f.params.end == 0 && f.words > 1 && !f.assign:
		return value, f.path
	case f.assign && f.lhs.end > 0 && f.place == inFile && p.bare > 0 && p.prev == '=':
		n.keep = true
		return value, f.lhs
	}
	if f.place == inType && p.bare > 1 && f.words == 1 && !f.assign {
		n.place = inType // that, without arguments
	}
	n.keep = f.assign || f.place == inBrackets
	if f.place == inFile && f.params.end == 0 && !f.assign && p.lastName && !p.hasWordsOfCode(f) {
		n.place = inFile // extern "C", a namespace by a macro
	}
	return plain, span{}
}

func (p *structure) hasWordsOfCode(f *frame) bool { return f.words > 1 }

// src0 returns where the text of the header begins.
func (p *structure) src0(f *frame) int { return p.rows[f.head].at }

// isConstructor reports whether name is that of the type around it, or says by
// itself whose member it is.
func (p *structure) isConstructor(f *frame, name span) bool {
	b := p.src[name.at:name.end]
	if b[0] == '~' || bytes.Contains(b, []byte("::")) || p.conditional && f.place == inFile || hasPrefix(b, "operator") {
		return true
	}
	scope := f.scope
	if i := lastDot(scope); i >= 0 {
		scope = scope[i+1:]
	}
	b, _, _ = bytes.Cut(b, []byte("<"))
	b, _, _ = bytes.Cut(b, []byte("."))
	return scope != "" && string(b) == scope
}

func lastDot(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return i
		}
	}
	return -1
}

// endBody tells the statement that its block is complete.
func (f *frame) endBody(p *structure) {
	f.reset()
}

// endStatement ends the statement, which may define something without a block.
func (p *structure) endStatement() {
	f := p.top()
	if f.begun() {
		p.bodiless(f)
	}
	f.reset()
}

func (p *structure) bodiless(f *frame) {
	if d := f.after; d >= 0 {
		def := &p.defs[d]
		if !f.assign || p.assigned || p.lines || def.kind == value {
			def.to = max(def.to, p.last+1)
		}
		if len(def.symbols) == 0 && f.path.at > p.rows[def.head].start {
			def.symbols = p.qualified(f.scope, f.path)
		}
		return
	}
	if f.head < 0 || f.place == inMarks {
		return
	}
	k, name := plain, f.name
	switch {
	case f.key == isFunction && p.assigned && f.place == inBrackets:
	case f.key == isFunction && f.name.end > f.name.at && p.declared,
		f.key == isNamed && p.declared:
		k = function
	case f.key == isFunction && f.name.end == 0 && p.declared && p.indented && f.params.at > 0:
		k, name = function, f.params
	case f.key == isType && p.declared && f.name.end > f.name.at && (!p.assigned || f.assign) && string(p.src[f.keyword.at:f.keyword.end]) != "mod":
		k = typ
	case f.key == isValue && f.name.end > 0 && f.place == inFile:
		k = value
		if f.arrow && f.assign && p.assigned {
			k = function
		}
	case f.key == isTypedef && f.path.end > 0:
		k, name = typ, f.path
	case f.key == noRole && p.declared && p.bare > 0 && !p.assigned && f.place == inType && f.params.end > 0 && !f.assign && f.before >= p.bare,
		f.key == noRole && p.bare > 0 && !p.assigned && f.arrow && f.params.end > 0 && (f.place == inType || f.place == inFile):
		k, name = function, f.params
	case f.key == noRole && p.properties && f.arrow && f.params.end == 0 && f.place == inType && f.words > 1:
		k, name = value, f.lhs
	case f.key == noRole && p.assigned && f.arrow && f.lhs.end > 0 && f.place != inBrackets:
		k, name = function, f.lhs
	}
	if k == plain || name.end <= name.at {
		return
	}
	if d := p.define(f, k, name); d >= 0 {
		p.defs[d].to = p.last + 1
		p.defs[d].body = p.last + 1
	}
}

// define adds a definition, the body of which begins on this row, and returns
// its index.
func (p *structure) define(f *frame, k kind, name span) int {
	d := def{kind: k, from: f.first, head: max(f.head, f.first), body: p.row + 1, to: p.row + 1}
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
	s := p.clean(p.src[name.at:name.end])
	if s == "" {
		return nil
	}
	if scope != "" && len(scope)+len(s) < maxQualified {
		s = scope + "." + s
	}
	return []string{s}
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

// clean removes type parameters and puts dots between the parts of a name.
func (p *structure) clean(b []byte) string {
	if len(b) > maxQualified {
		return ""
	}
	if isOperatorName(b) {
		return string(b)
	}
	var out []byte
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
	s := string(bytes.Trim(out, ".{"))
	for _, prefix := range []string{"this.", "module.exports.", "exports.", "self."} {
		if p.assigned && len(s) > len(prefix) && s[:len(prefix)] == prefix {
			s = s[len(prefix):]
		}
	}
	if p.assigned && (s == "exports" || s == "module.exports") {
		return ""
	}
	return s
}
