package chunk

import "bytes"

// How definitions begin in Haskell, OCaml, Erlang and SQL.

// haskellComment tells "-- x" from an operator such as "-->".
func haskellComment(s *scanner, at int, r *row) bool {
	k := at
	for k < r.end && s.src[k] == '-' {
		k++
	}
	return k == r.end || bytes.IndexByte([]byte("!#$%&*+./<=>?@\\^|~:"), s.src[k]) < 0
}

var haskellKinds = map[string]kind{"data": typ, "newtype": typ, "class": typ, "instance": typ, "type": typ}

var haskellNone = wordSet("import", "module", "infix", "infixl", "infixr", "deriving", "foreign", "default", "where", "let", "in", "case", "of", "if", "then", "else", "do")

func haskellHead(o *outliner, i int) finding {
	text := o.file.text(i)
	indent := o.rows[i].indent
	if n := len(o.open); indent > 0 && (n == 0 || !o.in(typ) || !o.isMember(i)) || hasPrefix(text, "{-") || text[0] == '#' {
		return finding{}
	}
	word := name(text, "'")
	if haskellNone[string(word)] {
		return finding{}
	}
	if k, ok := haskellKinds[string(word)]; ok {
		return haskellType(k, string(word), text[len(word):])
	}
	id := word
	rest := bytes.TrimLeft(text[len(word):], " ")
	switch {
	case hasPrefix(text, "(") && !hasPrefix(text, "(("):
		end := bytes.IndexByte(text, ')')
		if end < 2 || isWordByte(text[1]) || text[1] == ' ' {
			return finding{}
		}
		id = text[1:end]
	case len(word) == 0 || isUpper(word[0]) && indent == 0 && !hasPrefix(rest, "::"):
		return finding{}
	case hasPrefix(rest, "`"):
		id = firstWord(rest[1:])
	default:
		if op := operatorOf(rest); len(op) > 0 && op[0] != '=' && op[0] != '|' && op[0] != '@' && string(op) != "::" && string(op) != "->" && string(op) != "<-" {
			id = op
		}
	}
	return finding{kind: function, name: string(id), group: true}
}

// operatorOf returns the operator at the start of text.
func operatorOf(text []byte) []byte {
	n := 0
	for n < len(text) && bytes.IndexByte([]byte("!#$%&*+./<=>?@\\^|-~:"), text[n]) >= 0 {
		n++
	}
	return text[:n]
}

// isMember reports whether row i stands where the members of the innermost type
// do: at the indentation of the first.
func (o *outliner) isMember(i int) bool {
	top := o.open[len(o.open)-1]
	if top.def < 0 || !o.members(top.def) {
		return false
	}
	for j := o.defs[top.def].head + 1; j < i; j++ {
		r := &o.rows[j]
		if r.stmt == j && !r.lead && !r.inside && endsWord(o.code(j-1), "where") {
			return r.indent == o.rows[i].indent
		}
		if j > o.defs[top.def].head+40 {
			return false
		}
	}
	return endsWord(o.code(i-1), "where") || o.rows[i-1].lead
}

// members reports whether definition d is a class or an instance.
func (o *outliner) members(d int) bool {
	return startsWithWord(o.file.text(o.defs[d].head), []string{"class", "instance"})
}

func haskellType(k kind, word string, rest []byte) finding {
	rest = skipWords(bytes.TrimLeft(rest, " "), "family", "instance")
	if word == "class" || word == "instance" {
		if k := bytes.Index(rest, []byte("=>")); k >= 0 {
			rest = bytes.TrimLeft(rest[k+2:], " ")
		}
		head, _, _ := bytes.Cut(rest, []byte(" where"))
		return finding{kind: k, name: dottedWords(head)}
	}
	if hasPrefix(rest, "(") {
		rest = rest[1:]
	}
	return finding{kind: k, name: string(name(rest, "'"))}
}

// dottedWords joins the names of a class and its types: "Functor Tree" is
// Functor.Tree.
func dottedWords(b []byte) string {
	var out []byte
	for len(b) > 0 && len(out) < 60 {
		if id := name(b, "'"); len(id) > 0 {
			if isUpper(id[0]) || len(out) == 0 {
				if len(out) > 0 {
					out = append(out, '.')
				}
				out = append(out, id...)
			}
			b = b[len(id):]
			continue
		}
		b = b[1:]
	}
	return string(out)
}

func ocamlHead(o *outliner, i int) finding {
	text := o.code(i)
	if o.in(function) || endsWord(text, "in") {
		return finding{}
	}
	if rest, ok := cutWord(text, "module"); ok {
		rest = skipWords(rest, "type", "rec")
		return finding{kind: typ, name: string(name(rest, "'"))}
	}
	for _, word := range []string{"type", "class", "exception"} {
		if rest, ok := cutWord(text, word); ok {
			rest = skipWords(rest, "nonrec", "virtual")
			for len(rest) > 0 && (rest[0] == '\'' || rest[0] == '(' || rest[0] == '+') { // type parameters
				k := bytes.IndexByte(rest, ' ')
				if k < 0 {
					break
				}
				rest = bytes.TrimLeft(rest[k:], " ")
			}
			return finding{kind: typ, name: string(name(rest, "'"))}
		}
	}
	for _, word := range []string{"let", "and", "val", "external", "method"} {
		if rest, ok := cutWord(text, word); ok {
			rest = skipWords(rest, "rec", "inline", "private", "virtual")
			id := name(rest, "'")
			if hasPrefix(rest, "(") {
				id, _, _ = bytes.Cut(bytes.Trim(rest[1:], " "), []byte(")"))
				id = bytes.TrimRight(id, " ")
			}
			if string(id) == "_" {
				id = nil
			}
			return finding{kind: function, name: string(id)}
		}
	}
	return finding{}
}

func erlangHead(o *outliner, i int) finding {
	text := o.file.text(i)
	if o.rows[i].indent > 0 {
		return finding{}
	}
	if rest, ok := cutPrefix(text, "-record("); ok {
		return finding{kind: typ, name: string(firstWord(rest))}
	}
	for _, word := range []string{"-type ", "-opaque "} {
		if rest, ok := cutPrefix(text, word); ok {
			return finding{kind: typ, name: string(firstWord(rest))}
		}
	}
	for _, word := range []string{"-spec ", "-callback "} {
		if rest, ok := cutPrefix(text, word); ok {
			return finding{kind: function, name: string(firstWord(rest)), group: true}
		}
	}
	id := firstWord(text)
	if len(id) == 0 || len(id) == len(text) || text[len(id)] != '(' || isUpper(id[0]) {
		return finding{}
	}
	return finding{kind: function, name: string(id), group: true}
}

var sqlKinds = map[string]kind{
	"table": typ, "view": typ, "type": typ, "schema": typ, "domain": typ, "function": function, "procedure": function,
	"trigger": function, "index": value, "sequence": value, "package": typ, "event": function, "macro": function,
}

func sqlHead(o *outliner, i int) finding {
	text := o.code(i)
	rest, ok := cutFold(text, "create")
	if !ok {
		return finding{}
	}
	for n := 0; n < 8; n++ {
		word := firstWord(rest)
		k, ok := sqlKinds[string(bytes.ToLower(word))]
		rest = bytes.TrimLeft(rest[len(word):], " \t")
		if len(word) == 0 {
			break
		}
		if !ok {
			continue
		}
		for _, w := range []string{"concurrently", "if", "not", "exists", "body"} {
			if r, ok := cutFold(rest, w); ok {
				rest = r
			}
		}
		id := bytes.Map(func(r rune) rune {
			if r == '"' || r == '`' || r == '[' || r == ']' {
				return -1
			}
			return r
		}, name(rest, ".\"`[]"))
		return finding{kind: k, name: string(id)}
	}
	return finding{}
}

// defineSQL finds what is created. A statement ends with a semicolon, behind
// END where it holds others.
func defineSQL(f *file) {
	o := &outliner{file: f}
	for i := 0; i < len(f.rows); i++ {
		r := &f.rows[i]
		if r.stmt != i || r.inside || r.lead {
			continue
		}
		h := sqlHead(o, i)
		if h.name == "" {
			continue
		}
		to := o.sqlEnd(i)
		f.defs = append(f.defs, def{kind: h.kind, from: i, head: i, body: i + 1, to: to, symbols: []string{h.name}})
		i = to - 1
	}
	f.settle()
}

func (o *outliner) sqlEnd(i int) int {
	begun := false
	for j := i; j < len(o.rows); j++ {
		text := o.code(j)
		if len(text) == 0 {
			continue
		}
		if j > i && !o.rows[j].inside {
			if _, ok := cutFold(text, "create"); ok && o.rows[j].indent <= o.rows[i].indent {
				return j
			}
			if bytes.EqualFold(text, []byte("go")) {
				return j
			}
		}
		if !o.rows[j].inside && bytes.EqualFold(firstWord(text), []byte("begin")) {
			begun = true
		}
		ended := bytes.EqualFold(firstWord(text), []byte("end")) && o.rows[j].indent <= o.rows[i].indent
		if text[len(text)-1] == ';' && (!begun || ended) && (j+1 == len(o.rows) || !o.rows[j+1].inside) {
			return j + 1
		}
	}
	return len(o.rows)
}

func cutFold(text []byte, word string) ([]byte, bool) {
	if len(text) <= len(word) || !bytes.EqualFold(text[:len(word)], []byte(word)) || isWordByte(text[len(word)]) {
		return text, false
	}
	return bytes.TrimLeft(text[len(word):], " \t"), true
}

func podMargins() (list []quote) {
	for _, word := range []string{"=pod", "=head", "=over", "=item", "=begin", "=for", "=encoding"} {
		list = append(list, quote{open: word, close: "=cut", multi: true, comment: true})
	}
	return list
}
