package chunk

// unit is a chunk in the making: rows [from, to).
type unit struct {
	from, to int
	scope    *scope
	kind     kind
	main     int  // the definition that gives the name, else -1
	solid    bool // stands alone
	lead     bool // goes with what follows
}

// packer walks the tree of blocks from the outside in. A block that fits is a
// unit, a larger one is opened; each unit is merged with the one before it or
// begins a new chunk.
type packer struct {
	*file
}

// pack returns the chunks of the file, limit being the weight of one.
func (f *file) pack(limit int) []Chunk {
	p := packer{file: f}
	p.blocks(0, len(f.rows), &scope{def: -1, head: -1, limit: limit})
	return p.chunks()
}

// blocks adds the blocks of rows [from, to).
func (p *packer) blocks(from, to int, s *scope) {
	for i := from; i < to; {
		next := min(p.rows[i].next, to)
		p.block(i, next, s)
		i = next
	}
}

// block adds the block of rows [from, to).
func (p *packer) block(from, to int, s *scope) {
	u := p.unit(from, to, s)
	if to-from == 1 || p.weight(from, to) <= s.limit {
		p.add(u)
		return
	}
	if end := p.sibling(from, to); end < to {
		p.block(from, end, s)
		p.blocks(end, to, s)
		return
	}
	inner := p.open(u)
	head := unit{from: from, to: p.headEnd(from, to, inner), scope: inner, kind: u.kind, main: u.main}
	head.lead = inner != s && !inner.free
	p.add(head)
	p.blocks(head.to, to, inner)
	if inner != s {
		p.mergeTail(inner)
	}
}

// headEnd returns the row after the head of the block of rows [from, to): a
// comment is not cut from what it speaks of where both fit.
func (p *packer) headEnd(from, to int, s *scope) int {
	i := from + 1
	for i < to && (p.rows[i].level == glued || p.inComment(i)) && p.weight(from, i+1) <= s.limit {
		i++
	}
	return i
}

// sibling returns the first row in the block of rows [from, to) that stands
// beside its first row and not in it, as the lines of a paragraph do; to if
// there is none.
func (p *packer) sibling(from, to int) int {
	level := p.rows[from].level
	if level == glued {
		return to
	}
	beside := level - level%perColumn + anyRow
	i := from + 1
	for i < to && p.rows[i].level > beside {
		i = p.rows[i].next
	}
	return min(i, to)
}

// unit describes the block of rows [from, to).
func (p *packer) unit(from, to int, s *scope) unit {
	u := unit{from: from, to: to, scope: s, main: -1}
	big := p.weight(from, to) >= p.sizes.solid
	d := p.rows[from].def
	switch {
	case s.free:
		u.main = s.def
	case d >= 0:
		u.main, u.kind, u.solid = d, p.defs[d].kind, big
		// A package clause without imports says too little for a chunk.
		u.lead = u.kind == preamble && to-from == 1
	default:
		u.kind = p.plainKind(from, to, s)
		u.lead = u.kind == comment || to == 1 && p.firstCode(0, 1) == 1 && !p.isImport(0)
		u.solid = big && u.kind == plain && p.heads(from, to) >= 0
	}
	return u
}

// plainKind tells comments and imports from other rows without a definition.
func (p *packer) plainKind(from, to int, s *scope) kind {
	if p.lang.prose || s.up != nil {
		return plain
	}
	code := p.firstCode(from, to)
	switch {
	case p.inComment(from) && p.units[len(p.units)-1].kind == preamble:
		return preamble // the rest of a long licence
	case from == 0 && (code == to || p.isQuote(code)):
		return preamble
	case p.isImport(min(code, to-1)), p.isImport(from):
		return preamble
	case code == to:
		return comment
	}
	return plain
}

func (p *packer) isImport(i int) bool { return startsWithWord(p.text(i), p.lang.imports) }

// isQuote reports whether row i begins with a string: the docstring of a module.
func (p *packer) isQuote(i int) bool {
	c := p.text(i)[0]
	return c == '"' || c == '\''
}

// firstCode returns the first row of [from, to) that is no comment or
// decorator, or to.
func (p *packer) firstCode(from, to int) int {
	for from < to && p.rows[from].lead {
		from++
	}
	return from
}

// heads returns the row that looks like the first of a definition in an unknown
// language: what follows is indented, and it is no statement or the rest of one.
// -1 if there is none.
func (p *packer) heads(from, to int) int {
	head := p.firstCode(from, to)
	if p.lang.prose || head == to || isClosing(p.text(head)) || controls[string(firstWord(p.text(head)))] {
		return -1
	}
	i := head + 1
	if i < to && p.text(i)[0] == '{' {
		i++
	}
	if i >= to || p.rows[i].indent <= p.rows[head].indent {
		return -1
	}
	return head
}

// add merges u with the unit before it or begins a new one.
func (p *packer) add(u unit) {
	if len(p.units) == 0 || !p.joins(&p.units[len(p.units)-1], &u) {
		p.units = append(p.units, u)
		return
	}
	a := &p.units[len(p.units)-1]
	if a.main < 0 || u.main >= 0 && (a.lead && (u.solid || u.scope != a.scope) || u.kind > a.kind) {
		a.main = u.main
	}
	if a.kind != preamble || a.lead {
		a.kind = max(a.kind, u.kind)
	}
	a.lead = a.lead && (u.lead || p.rows[u.from].level == glued)
	a.solid = a.solid || u.solid
	a.to, a.scope = u.to, u.scope
}

// joins reports whether b becomes part of a, which ends where b begins.
func (p *packer) joins(a, b *unit) bool {
	weight, limit := p.weight(a.from, b.to), b.scope.limit
	same := a.scope == b.scope
	if same && p.rows[b.from].level == glued && weight <= limit+limit/8 {
		return true
	}
	switch {
	case weight > limit:
		return false
	case a.lead && p.weight(a.from, a.to) <= p.sizes.leadMax && (same || b.scope.up == a.scope):
		return true
	case !same:
		return false
	case a.scope.free:
		return true
	case a.kind == preamble && b.kind == comment:
		return false // it speaks of what follows
	case a.kind == preamble && b.kind >= section:
		return false
	case a.solid || b.solid:
		return p.isMethodOf(a, b)
	}
	return true
}

// isMethodOf reports whether b is a small method of the type that a defines.
func (p *packer) isMethodOf(a, b *unit) bool {
	if a.kind != typ || b.kind != function || b.solid {
		return false
	}
	owner, method := p.defs[a.main].symbol(), p.defs[b.main].symbol()
	return len(method) > len(owner) && method[:len(owner)] == owner && method[len(owner)] == '.'
}

// mergeTail merges the last piece of a scope into the one before it if it is
// too small to say anything, even if that makes the other a little too large.
func (p *packer) mergeTail(s *scope) {
	n := len(p.units)
	if n < 2 || !s.free && s.def >= 0 {
		return
	}
	a, b := &p.units[n-2], &p.units[n-1]
	if a.scope == s && b.scope == s && p.weight(b.from, b.to) < s.limit/6 &&
		p.weight(a.from, b.to) <= s.limit+s.limit/8 {
		a.to = b.to
		p.units = p.units[:n-1]
	}
}
