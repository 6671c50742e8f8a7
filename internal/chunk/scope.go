package chunk

import "unicode/utf8"

// scope is a block that is too large for one chunk and was opened. Only what
// stands in the same scope is merged.
type scope struct {
	up    *scope
	def   int    // the definition that was opened, else -1
	head  int    // its first row, else -1
	sig   string // what pieces without that row repeat
	free  bool   // pieces are merged wherever they fit: there is nothing in it but statements
	depth int    // of scopes that are no definitions
	limit int    // the weight of a chunk
}

// maxDepth bounds how many headers of blocks in an unknown language a piece
// repeats: the class and the method, or the key and the key under it.
const maxDepth = 2

// open returns the scope of the pieces of u: its own if it defines something or
// looks like it, otherwise the one that u stands in.
func (p *packer) open(u unit) *scope {
	s := &scope{up: u.scope, def: -1, head: -1, depth: u.scope.depth}
	switch {
	case u.scope.free:
		return u.scope
	case u.kind == preamble && u.main >= 0:
		s.free = true
	case u.main >= 0:
		d := &p.defs[u.main]
		s.def, s.head = u.main, d.head
		s.sig = p.signature(d.head, d.body)
		s.free = d.kind == function || !p.hasMembers(u)
	default:
		s.head = p.heads(u.from, u.to)
		if s.head < 0 || s.head == u.scope.head || s.depth == maxDepth {
			return u.scope // also for the rest of its comment
		}
		s.depth++
		s.sig = p.signature(s.head, s.head+1)
	}
	s.limit = max(p.sizes.minText, u.scope.limit-weigh([]byte(s.sig)))
	return s
}

// hasMembers reports whether there are definitions inside that of u.
func (p *packer) hasMembers(u unit) bool {
	next := u.main + 1
	return next < len(p.defs) && p.defs[next].head < u.to
}

// signature returns rows [from, to), from the first character on.
func (p *packer) signature(from, to int) string {
	b := p.src[p.rows[from].at:p.rows[to-1].end]
	if len(b) > maxSignature {
		n := maxSignature
		for n > maxSignature-utf8.UTFMax && !utf8.RuneStart(b[n]) {
			n--
		}
		b = b[:n]
	}
	return string(b)
}

// signature returns what u repeats: the first lines of the definition of which
// it is a piece, and the headings and headers of blocks that it stands under.
func (u *unit) signature(f *file) string {
	if u.main >= 0 && u.main != u.scope.def && f.defs[u.main].kind != section {
		return "" // a whole definition
	}
	sig := ""
	for s := u.scope; s != nil; s = s.up {
		if s.sig != "" && (s.head < u.from || s.head >= u.to) {
			if sig != "" {
				sig = "\n" + sig
			}
			sig = s.sig + sig
		}
		if s.def >= 0 && f.defs[s.def].kind != section {
			break // the symbol says where the definition stands
		}
	}
	return sig
}

// symbol returns the first symbol of a definition, "" if it has none.
func (d *def) symbol() string {
	if len(d.symbols) == 0 {
		return ""
	}
	return d.symbols[0]
}

// chunks turns the units into chunks.
func (p *packer) chunks() []Chunk {
	chunks := make([]Chunk, len(p.units))
	text := string(p.src) // one for all of them
	next := 0
	for i := range p.units {
		u := &p.units[i]
		first := next
		for next < len(p.defs) && p.defs[next].head < u.to {
			next++
		}
		c := &chunks[i]
		c.StartLine, c.EndLine = p.rows[u.from].line, p.rows[u.to-1].line
		c.Symbol, c.Symbols = p.symbols(u, p.defs[first:next])
		c.Definitions = p.definitions(p.defs[first:next])
		c.Signature = u.signature(p.file)
		c.Text = text[p.rows[u.from].start:p.rows[u.to-1].end]
	}
	return chunks
}

// definitions returns those of defs that have a name.
func (p *packer) definitions(defs []def) []Definition {
	n := countSymbols(defs)
	if n == 0 {
		return nil
	}
	list := make([]Definition, 0, n)
	for d := range defs {
		if len(defs[d].symbols) > 0 {
			list = p.appendDefinitions(list, &defs[d])
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

func countSymbols(defs []def) (n int) {
	for i := range defs {
		n += len(defs[i].symbols)
	}
	return n
}

// symbols returns the main symbol of u and all those that it defines, defs
// being the definitions that begin in it.
func (p *packer) symbols(u *unit, defs []def) (main string, all []string) {
	if n := countSymbols(defs); n > 0 {
		all = make([]string, 0, n)
	}
	for i := range defs {
		all = append(all, defs[i].symbols...)
	}
	switch {
	case u.main >= 0 && p.defs[u.main].symbol() != "":
		main = p.defs[u.main].symbol()
	case len(all) > 0:
		main = all[0]
	case u.scope.def >= 0:
		main = p.defs[u.scope.def].symbol()
	}
	for _, s := range all {
		if s == main {
			return main, all
		}
	}
	if main != "" {
		all = append([]string{main}, all...)
	}
	return main, all
}
