package chunk

import "bytes"

// The languages that are read line by line: those with "end", those that are
// laid out, and those whose other signs are too many to follow.

var outlineLanguages = map[string]*language{
	"ruby": {
		comments: []string{"#"},
		quotes: []quote{
			doubleQuote, singleQuote, {open: "`", close: "`", escape: true},
		},
		margins: []quote{{open: "=begin", close: "=end", multi: true, comment: true}},
		special: shellDocument,
		marks:   "<",
		middles: []string{"else", "elsif", "rescue", "ensure", "when", "in"},
		closers: []string{"end"},
		imports: []string{"require", "require_relative", "autoload"},
		outline: &layout{head: rubyHead, ends: []string{"end", "}"}},
	},
	"lua": {
		comments:  []string{"--"},
		isComment: func(s *scanner, at int, r *row) bool { return !s.longBracket(at+2, r) },
		quotes:    []quote{doubleQuote, singleQuote},
		special:   luaSpecial,
		marks:     "-[",
		middles:   []string{"else", "elseif", "until"},
		closers:   []string{"end"},
		imports:   []string{"require"},
		outline:   &layout{head: luaHead, ends: []string{"end"}},
	},
	"elixir": {
		comments: []string{"#"},
		quotes: []quote{
			{open: `"""`, close: `"""`, multi: true, escape: true}, {open: `'''`, close: `'''`, multi: true, escape: true},
			doubleQuote, singleQuote,
		},
		special: skipTwo,
		marks:   "?",
		leads:   []string{"@doc", "@spec", "@impl", "@deprecated", "@tag", "@typedoc"},
		middles: []string{"else", "rescue", "catch", "after"},
		closers: []string{"end"},
		imports: []string{"alias", "import", "require", "use"},
		outline: &layout{head: elixirHead, ends: []string{"end"}},
	},
	"julia": {
		comments: []string{"#"},
		quotes: []quote{
			{open: "#=", close: "=#", multi: true, comment: true, nest: true},
			{open: `"""`, close: `"""`, multi: true, escape: true}, doubleQuote, charQuote,
		},
		isComment: func(s *scanner, at int, r *row) bool { return at+1 == r.end || s.src[at+1] != '=' },
		leads:     []string{`"""`, "@inline", "@generated"},
		middles:   []string{"else", "elseif", "catch", "finally"},
		closers:   []string{"end"},
		imports:   []string{"using", "import", "export", "include"},
		outline:   &layout{head: juliaHead, ends: []string{"end"}},
	},
	"shell": shellLanguage(),
	"perl": {
		comments:  []string{"#"},
		isComment: atWord,
		quotes:    []quote{doubleQuote, singleQuote},
		margins:   podMargins(),
		special:   tightDocument,
		marks:     "<",
		middles:   []string{"else", "elsif"},
		imports:   []string{"use", "require", "package"},
		outline:   &layout{head: perlHead, ends: []string{"}"}, more: []string{"{"}},
	},
	"r": {
		comments: []string{"#"},
		quotes:   []quote{doubleQuote, singleQuote, {open: "`", close: "`"}},
		middles:  []string{"else"},
		imports:  []string{"library", "require", "source"},
		outline:  &layout{head: rHead, ends: []string{"}", ")"}, more: []string{"{"}},
	},
	"haskell": {
		comments:  []string{"--"},
		isComment: haskellComment,
		quotes:    []quote{{open: "{-", close: "-}", multi: true, comment: true, nest: true}, {open: `"`, close: `"`, escape: true}, charQuote},
		leads:     []string{"{-#"},
		middles:   []string{"else", "then", "of", "in"},
		imports:   []string{"import", "module", "{-# LANGUAGE", "{-# OPTIONS"},
		outline:   &layout{head: haskellHead, more: []string{"#"}},
	},
	"ocaml": {
		quotes:  []quote{{open: "(*", close: "*)", multi: true, comment: true, nest: true}, {open: `"`, close: `"`, multi: true, escape: true}, charQuote},
		middles: []string{"else", "then", "with", "in"},
		closers: []string{"end", "done"},
		imports: []string{"open", "include"},
		outline: &layout{head: ocamlHead, ends: []string{"end"}, more: []string{"|", ")", "]", "}", "in", "with", "then", "else", "done", "(*", "->", "="}},
	},
	"erlang": {
		comments: []string{"%"},
		quotes:   []quote{doubleQuote, singleQuote},
		special:  skipTwo,
		marks:    "$",
		imports:  []string{"-module", "-export", "-include", "-include_lib", "-behaviour", "-behavior", "-import", "-compile"},
		outline:  &layout{head: erlangHead, more: []string{")", "}", "]", "end"}},
	},
	"sql": {
		comments: []string{"--"},
		quotes:   []quote{slashStar, {open: "'", close: "'", multi: true, double: true}, {open: `"`, close: `"`}},
		special:  sqlSpecial,
		marks:    "$",
		imports:  []string{"USE", "use", "SET", "set"},
		define:   defineSQL,
	},
}

func shellLanguage() *language {
	return &language{
		comments:  []string{"#"},
		isComment: atWord,
		quotes: []quote{
			{open: "'", close: "'", multi: true},
			{open: `"`, close: `"`, multi: true, escape: true},
		},
		special: shellSpecial,
		marks:   "<\\",
		middles: []string{"else", "elif", "then", "do"},
		closers: []string{"fi", "done", "esac"},
		imports: []string{"source", "."},
		outline: &layout{head: shellHead, spaced: true, ends: []string{"}", ")"}, more: []string{"{"}},
	}
}

// atWord reports whether a word begins at offset at: in shells and Perl "#" is
// no comment within one.
func atWord(s *scanner, at int, r *row) bool {
	return at == r.at || isSpaceByte(s.src[at-1]) || s.src[at-1] == ';'
}

func rubyHead(o *outliner, i int) finding {
	text := o.code(i)
	text = skipWords(text, "private", "protected", "public", "module_function", "private_class_method", "memoize", "ruby2_keywords")
	form := byEnd
	if endsWord(text, "end") && len(text) > 3 {
		form = oneLine
	}
	if rest, ok := cutWord(text, "def"); ok {
		id := name(rest, ".")
		after := rest[len(id):]
		if len(after) > 0 && bytes.IndexByte([]byte("?!="), after[0]) >= 0 && !(after[0] == '=' && len(after) > 1 && after[1] == '~') {
			id = rest[:len(id)+1]
			after = after[1:]
		}
		if len(id) == 0 { // an operator
			id, _, _ = bytes.Cut(rest, []byte(" "))
			id, _, _ = bytes.Cut(id, []byte("("))
			after = rest[len(id):]
		}
		if endless(after) {
			form = byIndent
		}
		id = bytes.TrimPrefix(id, []byte("self."))
		return finding{kind: function, name: string(id), form: form}
	}
	if rest, ok := cutWord(text, "class"); ok {
		if hasPrefix(rest, "<<") {
			return finding{through: true, form: form}
		}
		return finding{kind: typ, name: dotted(name(rest, ":")), form: form}
	}
	if rest, ok := cutWord(text, "module"); ok {
		return finding{kind: typ, name: dotted(name(rest, ":")), form: form}
	}
	if id := firstWord(text); len(id) > 0 && isUpper(id[0]) {
		rest := bytes.TrimLeft(text[len(id):], " ")
		if hasPrefix(rest, "= Struct.new") || hasPrefix(rest, "= Class.new") || hasPrefix(rest, "= Module.new") || hasPrefix(rest, "= Data.define") {
			if bytes.Contains(rest, []byte(" do")) {
				return finding{kind: typ, name: string(id), form: byEnd}
			}
		}
	}
	return finding{}
}

// endless reports whether what stands behind the name of a method is the
// expression that it is.
func endless(after []byte) bool {
	if len(after) > 0 && after[0] == '(' {
		depth := 0
		for k, c := range after {
			if c == '(' {
				depth++
			} else if c == ')' {
				if depth--; depth == 0 {
					after = after[k+1:]
					break
				}
			}
		}
	}
	after = bytes.TrimLeft(after, " ")
	return hasPrefix(after, "= ") || string(after) == "="
}

func luaHead(o *outliner, i int) finding {
	text := o.code(i)
	form := byEnd
	if trimmed := bytes.TrimRight(text, ",;)} "); endsWord(trimmed, "end") {
		form = oneLine
	}
	text = skipWords(text, "local")
	if rest, ok := cutWord(text, "function"); ok {
		return finding{kind: function, name: dotted(name(rest, ".:")), form: form}
	}
	id, rest, ok := bytes.Cut(text, []byte("="))
	rest = bytes.TrimLeft(rest, " ")
	if !ok || len(id) > maxQualified || !startsWithWord(rest, []string{"function"}) {
		return finding{}
	}
	id = bytes.Map(func(r rune) rune {
		switch r {
		case '[':
			return '.'
		case ']', '"', '\'', ' ':
			return -1
		}
		return r
	}, id)
	if bytes.ContainsAny(id, "(){},") {
		return finding{}
	}
	return finding{kind: function, name: dotted(id), form: form}
}

var elixirWords = map[string]kind{
	"defmodule": typ, "defprotocol": typ, "defimpl": typ, "def": function, "defp": function, "defmacro": function,
	"defmacrop": function, "defguard": function, "defguardp": function, "defdelegate": function, "test": function, "describe": typ,
}

func elixirHead(o *outliner, i int) finding {
	text := o.code(i)
	word := firstWord(text)
	k, ok := elixirWords[string(word)]
	if !ok || len(word) == len(text) || text[len(word)] != ' ' {
		return finding{}
	}
	rest := bytes.TrimLeft(text[len(word):], " ")
	if len(rest) == 0 {
		return finding{}
	}
	id := name(rest, ".?!")
	if rest[0] == '"' {
		end := bytes.IndexByte(rest[1:], '"')
		if end < 0 {
			return finding{}
		}
		id = bytes.ReplaceAll(rest[1:end+1], []byte(" "), []byte("."))
	}
	h := finding{kind: k, name: dotted(id), form: byIndent, group: k == function}
	for j := i; j < len(o.rows) && j < i+20; j++ {
		r := &o.rows[j]
		if j > i && (r.indent < o.rows[i].indent || r.indent == o.rows[i].indent && !isClosing(o.file.text(j))) {
			break
		}
		line := o.code(j)
		if bytes.Contains(line, []byte("do:")) {
			break
		}
		if endsWord(line, "do") {
			h.form, h.body = byEnd, j+1
			break
		}
		if j == i && endsWord(line, "end") {
			h.form = oneLine
			break
		}
	}
	h.group = false
	return h
}

func juliaHead(o *outliner, i int) finding {
	text := skipWords(o.code(i), "@inline", "@generated", "mutable", "@kwdef", "Base.@kwdef")
	form := byEnd
	if endsWord(text, "end") {
		form = oneLine
	}
	for word, k := range map[string]kind{"function": function, "macro": function, "struct": typ, "module": typ, "baremodule": typ} {
		if rest, ok := cutWord(text, word); ok {
			return finding{kind: k, name: dotted(name(rest, ".!")), form: form}
		}
	}
	for _, word := range []string{"abstract", "primitive"} {
		if rest, ok := cutWord(text, word); ok {
			rest, _ = cutWord(rest, "type")
			return finding{kind: typ, name: string(firstWord(rest)), form: oneLine}
		}
	}
	id := name(text, ".!")
	if len(id) > 0 && len(id) < len(text) && text[len(id)] == '(' && !o.in(function) && !controls[string(id)] && endless(text[len(id):]) {
		return finding{kind: function, name: dotted(id), form: byIndent}
	}
	return finding{}
}

const shellName = "-:.+@/!"

func shellHead(o *outliner, i int) finding {
	text := o.code(i)
	if rest, ok := cutPrefix(text, "@test "); ok {
		rest = bytes.TrimRight(rest, " {")
		return finding{kind: function, name: string(bytes.ReplaceAll(bytes.Trim(rest, `"'`), []byte(" "), []byte("."))), form: byEnd}
	}
	rest, keyword := cutWord(text, "function")
	id := name(rest, shellName)
	rest = bytes.TrimLeft(rest[len(id):], " ")
	parens := false
	if hasPrefix(rest, "(") {
		inner := bytes.TrimLeft(rest[1:], " ")
		if !hasPrefix(inner, ")") {
			return finding{}
		}
		parens, rest = true, bytes.TrimLeft(inner[1:], " ")
	}
	if len(id) == 0 || !parens && !keyword {
		return finding{}
	}
	h := finding{kind: function, name: string(id), form: byEnd}
	switch {
	case len(rest) == 0:
		if i+1 == len(o.rows) || o.file.text(i + 1)[0] != '{' && o.file.text(i + 1)[0] != '(' {
			return finding{}
		}
		h.body = i + 1
	case rest[0] != '{' && rest[0] != '(':
		h.form = oneLine
	case rest[len(rest)-1] == '}' && rest[0] == '{', rest[len(rest)-1] == ')' && rest[0] == '(':
		h.form = oneLine
	}
	return h
}

func cutPrefix(text []byte, prefix string) ([]byte, bool) {
	if !hasPrefix(text, prefix) {
		return text, false
	}
	return bytes.TrimLeft(text[len(prefix):], " "), true
}

func perlHead(o *outliner, i int) finding {
	text := o.code(i)
	form := byIndent
	if len(text) > 0 && text[len(text)-1] == '}' {
		form = oneLine
	}
	if rest, ok := cutWord(text, "sub"); ok {
		return finding{kind: function, name: dotted(name(rest, ":'")), form: form}
	}
	if rest, ok := cutWord(text, "package"); ok && bytes.IndexByte(rest, '{') > 0 {
		return finding{kind: typ, name: dotted(name(rest, ":")), form: form}
	}
	return finding{}
}

func rHead(o *outliner, i int) finding {
	text := o.code(i)
	id := name(text, ".`\"'")
	rest := bytes.TrimLeft(text[len(id):], " ")
	switch {
	case hasPrefix(rest, "<<-"):
		rest = rest[3:]
	case hasPrefix(rest, "<-"):
		rest = rest[2:]
	case hasPrefix(rest, "=") && !hasPrefix(rest, "=="):
		rest = rest[1:]
	default:
		return finding{}
	}
	rest = bytes.TrimLeft(rest, " ")
	h := finding{name: string(bytes.Trim(id, "`\"'"))}
	switch word := string(firstWord(rest)); {
	case word == "function" || hasPrefix(rest, `\(`):
		h.kind = function
	case word == "R6Class" || word == "setRefClass" || word == "setClass":
		h.kind = typ
	default:
		return finding{}
	}
	return h
}

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
