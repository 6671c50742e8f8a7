package chunk

import "bytes"

// The languages that are read line by line: those with "end", those that are
// laid out, and those whose other signs are too many to follow.

func outlineLanguages() map[string]*language {
	return map[string]*language{
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
			scan:     (*file).scanBytes,
			define:   defineSQL,
		},
	}
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
	h := finding{kind: k, name: dotted(id), form: byIndent}
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
