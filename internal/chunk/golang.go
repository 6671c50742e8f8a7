package chunk

// defineGo finds the declarations of a file, and goes by the first words of the
// lines where brackets do not pair or something else stands between them: with
// one bracket too few, the rest of the file is a part of the function.
func defineGo(f *file) {
	t := goTokens{file: f}
	if hasPrefix(f.src, bom) {
		t.at = len(bom)
	}
	list := t.declarations()
	if t.odd {
		defineBrokenGo(f)
		return
	}
	g := goDefiner{file: f}
	for i := range list {
		g.declare(&list[i])
	}
}

// goDecl is a declaration, or a spec in the parentheses of one.
type goDecl struct {
	def
	group, spec bool
}

// declarations reads the package clause with the imports behind it, which are
// one definition, and all declarations.
func (t *goTokens) declarations() []goDecl {
	t.next()
	list := []goDecl{{def: def{kind: preamble, head: t.first}}}
	if t.kind != 'k' || t.word() != "package" {
		t.odd = true
		return nil
	}
	t.next()
	list[0].to = t.last + 1
	for t.next(); t.kind != 0 && !t.odd; t.next() {
		if t.kind == ';' {
			continue
		}
		n := len(list)
		full := isFull(list, t.first)
		list = t.declaration(list)
		t.odd = t.odd || t.kind != ';' && t.kind != 0
		if n == 1 && list[n].kind == preamble {
			list[0].to = list[n].to
		} else if !full {
			continue
		}
		list = list[:n]
	}
	return list
}

// declaration appends the declaration that begins with the token that was read,
// and its specs, and reads the token behind it.
func (t *goTokens) declaration(list []goDecl) []goDecl {
	d := goDecl{def: def{kind: value, from: t.docOr(t.first), head: t.first}}
	keyword := t.word()
	switch keyword {
	case "func":
		d.kind = function
		t.function(&d)
		return append(list, d)
	case "type":
		d.kind = typ
	case "import":
		d.kind = preamble
	case "var", "const":
	default:
		t.odd = true
	}
	t.next()
	if d.group = t.kind == '('; !d.group {
		d.symbols = t.spec(d.kind)
		d.to = t.last + 1
		return append(list, d)
	}
	n := len(list)
	list = append(list, d)
	for t.next(); t.kind != ')' && !t.odd; {
		if t.kind == ';' {
			t.next()
			continue
		}
		s := goDecl{def: def{kind: d.kind, from: t.docOr(t.first), head: t.first}, spec: true}
		s.symbols = t.spec(d.kind)
		s.to = t.last + 1
		if d.kind != preamble && !isFull(list, s.head) {
			list = append(list, s)
		}
	}
	list[n].to = t.last + 1
	t.next()
	return list
}

// isFull reports whether enough of the list begins on a row.
func isFull(list []goDecl, row int) bool {
	n := len(list) - maxOnRow
	return n >= 0 && list[n].head == row
}

func (t *goTokens) docOr(row int) int {
	if t.doc >= 0 {
		return t.doc
	}
	return row
}

// function reads from behind "func" to behind the body.
func (t *goTokens) function(d *goDecl) {
	t.next()
	receiver := ""
	if t.kind == '(' {
		receiver = t.receiver()
		t.next()
	}
	name := t.word()
	t.odd = t.odd || t.kind != 'w'
	if receiver != "" {
		name = receiver + "." + name
	}
	d.symbols = []string{name}
	structure := false // a brace belongs to a type
	for t.next(); t.kind != ';' && t.kind != 0 && !t.odd; t.next() {
		switch t.kind {
		case '(', '[':
			t.skip()
		case '{':
			if structure {
				t.skip()
				break
			}
			d.body = t.first + 1
			t.skip()
			d.to = t.last + 1
			t.next()
			return
		case ')', ']', '}':
			t.odd = true
		}
		structure = t.kind == 'k' && (t.word() == "struct" || t.word() == "interface")
	}
	d.to = t.last + 1
	d.body = d.to
}

// receiver returns the name of the type in the parentheses that begin with the
// token that was read, and reads up to their end: "T" of "(r *T[K])".
func (t *goTokens) receiver() string {
	name, words, done := "", 0, false
	for depth := 1; depth > 0 && !t.odd; {
		switch t.next(); t.kind {
		case 'w':
			if words++; !done {
				name = t.word()
			}
		case '(':
			depth++
		case ')':
			depth--
		case '[':
			t.skip()
			done = true
		case ',':
			words, done = 0, words > 1 // not behind the first of several names
		case '.':
			name, done = "", true
		case 0, '{', '}', ']':
			t.odd = true
		}
	}
	return name
}

// spec reads what one name or several are declared as, from the first token on,
// and the token behind it. It returns the names.
func (t *goTokens) spec(k kind) (names []string) {
	for k != preamble && t.kind == 'w' {
		if name := t.word(); (name != "_" || k == typ) && len(names) < maxOnRow {
			names = append(names, name)
		}
		if t.next(); t.kind != ',' || k == typ {
			break
		}
		t.next()
	}
	for ; t.kind != ';' && t.kind != ')' && !t.odd; t.next() {
		switch t.kind {
		case '(', '[', '{':
			t.skip()
		case ']', '}', 0:
			t.odd = true
		}
	}
	return names
}

// goDefiner appends definitions in the order of the source.
type goDefiner struct {
	*file
	free  int // the first row that belongs to no definition yet
	group int // the row behind the last group
}

func (g *goDefiner) declare(d *goDecl) {
	if d.spec {
		d.level = max(g.rows[d.head].indent, 1) * perColumn
	} else {
		g.free = max(g.free, g.group)
	}
	to := g.add(d.def)
	if d.group && d.kind != preamble {
		g.group, to = to, d.head+1 // its specs have the rows
	}
	g.free = max(g.free, to)
}

// add appends a definition and returns the row after it. Its rows are those that
// are still free: with "var a int; func f() {}" the second definition has none
// and is found on the rows of the first.
func (g *goDefiner) add(d def) (to int) {
	d.from = max(d.from, g.free)
	d.to = max(d.to, d.from)
	d.body = min(max(d.body, d.head+1), d.to)
	if d.from > d.head {
		d.to = d.from
	}
	for i := d.from; i < d.to; i++ {
		r := &g.rows[i]
		if i > d.head {
			r.indent = max(r.indent, g.rows[d.head].indent+1)
		}
	}
	g.defs = append(g.defs, d)
	return d.to
}
