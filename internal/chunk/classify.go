package chunk

import (
	"bytes"
	"strings"
)

// What the header of a block or a statement defines, if anything.

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
		}
		return
	}
	if p.assigned && f.angle > 0 {
		n.place, n.keep = inMarks, true
		return
	}
	if p.assigned && p.inExpression() && p.prev != 'A' { // behind an arrow stands a block
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
		return
	}
	k, name := p.classify(f, n)
	if k == plain {
		return
	}
	if n.def = p.define(f, k, name); n.def < 0 {
		return
	}
	if len(p.defs[n.def].symbols) > 0 {
		n.scope = p.defs[n.def].symbols[0]
	}
	if n.keep {
		f.after = n.def
	}
}

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
			return p.unnamed(n)
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
					return p.unnamed(n)
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
func (p *structure) unnamed(n *frame) (kind, span) {
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
		return typ, span{p.rows[f.head].at, p.prevAt}
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
	if f.place == inFile && f.params.end == 0 && !f.assign && p.lastName && f.words <= 1 {
		n.place = inFile // extern "C", a namespace by a macro
	}
	return plain, span{}
}

// isConstructor reports whether name is that of the type around it, or says by
// itself whose member it is.
func (p *structure) isConstructor(f *frame, name span) bool {
	b := p.src[name.at:name.end]
	if b[0] == '~' || bytes.Contains(b, []byte("::")) || p.conditional && f.place == inFile || hasPrefix(b, "operator") {
		return true
	}
	scope := f.scope[strings.LastIndexByte(f.scope, '.')+1:]
	b, _, _ = bytes.Cut(b, []byte("<"))
	b, _, _ = bytes.Cut(b, []byte("."))
	return scope != "" && string(b) == scope
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
		p.defs[d].to, p.defs[d].body = p.last+1, p.last+1
	}
}
