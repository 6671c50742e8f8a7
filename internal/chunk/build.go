package chunk

import (
	"bytes"
	"strings"
)

// Files that say how something is built: a Dockerfile has stages, a Makefile
// targets, and CMake functions and targets.

// defineStages makes a definition of each FROM and what follows, with the name
// of the stage as its symbol.
func defineStages(f *file) {
	b := flat{file: f}
	for i := range f.rows {
		if f.rows[i].stmt != i || f.rows[i].lead {
			continue
		}
		words := bytes.Fields(f.text(i)[:min(len(f.text(i)), maxSignature)])
		if !bytes.EqualFold(words[0], []byte("FROM")) {
			continue
		}
		var symbols []string
		if n := len(words); n >= 4 && bytes.EqualFold(words[n-2], []byte("AS")) {
			symbols = []string{string(words[n-1])}
		}
		b.begin(i, 0, symbols...)
	}
	b.end(0, len(f.rows))
}

// scanMake also marks what stands between define and endef, which looks like
// anything.
func scanMake(f *file) {
	f.scanContinued()
	opener := -1
	for i := range f.rows {
		r := &f.rows[i]
		switch {
		case opener >= 0:
			r.stmt, r.inside = opener, true
			if startsWithWord(f.text(i), []string{"endef"}) {
				r.bound = true
				opener = -1
			}
		case startsWithWord(f.text(i), []string{"define"}):
			opener = i
		}
	}
}

// defineMake finds rules, with their targets as symbols, and variables.
func defineMake(f *file) {
	var open []int
	for i := range f.rows {
		r := &f.rows[i]
		if r.stmt != i || r.lead && r.indent == 0 {
			continue
		}
		open = f.closeDefs(open, i)
		if r.indent > 0 {
			continue
		}
		d := def{from: f.leadOf(i), head: i, body: f.statementEnd(i)}
		if d.symbols = targets(f.text(i)); d.symbols != nil {
			d.kind = function
		} else if name := makeVariable(f.text(i)); name != "" {
			d.symbols, d.body = []string{name}, i+1
		} else {
			continue
		}
		open = append(open, len(f.defs))
		f.defs = append(f.defs, d)
	}
	f.endDefs(open)
}

// targets returns the targets of a rule, nil if text is none. Patterns and what
// is computed have no name to look for, and ".PHONY" is none.
func targets(text []byte) []string {
	colon := bytes.IndexByte(text, ':')
	if colon < 0 || bytes.IndexByte(text[:colon], '=') >= 0 {
		return nil
	}
	if rest := bytes.TrimLeft(text[colon:], ":"); hasPrefix(rest, "=") {
		return nil
	}
	var names []string
	for name := range bytes.FieldsSeq(text[:colon]) {
		if name[0] != '.' && !bytes.ContainsAny(name, "$%()") && len(name) <= maxKey && len(names) < maxSelectors {
			names = append(names, string(name))
		}
	}
	return names
}

// makeVariable returns the name that a line gives a value to, "" if it gives
// none.
func makeVariable(text []byte) string {
	for _, word := range []string{"export", "override", "define"} {
		if rest, ok := cutWord(text, word); ok {
			text = rest
			if word == "define" {
				return string(nameOf(text))
			}
		}
	}
	name := nameOf(text)
	rest := bytes.TrimLeft(bytes.TrimLeft(text[len(name):], " \t"), ":?+!")
	if !hasPrefix(rest, "=") {
		return ""
	}
	return keyName(name)
}

// defineCMake finds functions and macros, and the programs and libraries that
// are built.
func defineCMake(f *file) {
	open := -1 // the function that is open
	for i := range f.rows {
		r := &f.rows[i]
		if open >= 0 && i > f.defs[open].head {
			r.indent = max(r.indent, f.rows[f.defs[open].head].indent+1)
		}
		if r.inside || r.stmt != i || r.lead {
			continue
		}
		word, name := cmakeCall(f.text(i))
		k := plain
		switch {
		case strings.HasPrefix(word, "end"):
			r.bound = true
			if open >= 0 && (word == "endfunction" || word == "endmacro") {
				f.defs[open].to, open = i+1, -1
			}
			continue
		case name == "" || open >= 0:
			continue
		case word == "function" || word == "macro":
			k = function
		case word == "add_executable" || word == "add_library" || word == "add_custom_target" || word == "option":
			k = value
		default:
			continue
		}
		end := f.statementEnd(i)
		d := def{
			kind: k, from: f.leadOf(i), head: i, body: end, to: end,
			level: r.indent * perColumn, symbols: []string{name},
		}
		if k == function {
			d.to, open = len(f.rows), len(f.defs)
		}
		f.defs = append(f.defs, d)
	}
}

// cmakeCall returns the command of a line in lower case, and the first word of
// its arguments as far as that is a name.
func cmakeCall(text []byte) (word, name string) {
	w := firstWord(text)
	rest := bytes.TrimLeft(text[len(w):], " \t")
	if len(w) == 0 || len(rest) == 0 || rest[0] != '(' || len(w) > maxKey {
		return "", ""
	}
	rest = bytes.TrimLeft(rest[1:], " \t")
	return strings.ToLower(string(w)), keyName(nameOf(rest))
}
