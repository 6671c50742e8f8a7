package chunk

import "bytes"

// defineBrokenGo finds the declarations of a file that is no Go program by
// the keywords at the left margin, where gofmt puts them. Each reaches up to
// the next.
func defineBrokenGo(f *file) {
	var defs []def
	for i := range f.rows {
		r := &f.rows[i]
		if r.inside || r.indent > 0 {
			continue
		}
		kind, symbol, ok := goKeyword(f.text(i))
		if !ok {
			continue
		}
		d := def{kind: kind, from: f.leadOf(i), head: i, to: len(f.rows)}
		if symbol != "" {
			d.symbols = []string{symbol}
		}
		if n := len(defs); n > 0 {
			defs[n-1].to = d.from
		}
		defs = append(defs, d)
	}
	g := goDefiner{file: f}
	for _, d := range defs {
		g.add(d)
	}
}

// goKeyword returns what a line at the left margin declares, and its symbol if
// it is only one.
func goKeyword(text []byte) (k kind, symbol string, ok bool) {
	if rest, ok := cutWord(text, "func"); ok {
		return function, goFuncName(rest), true
	}
	if rest, ok := cutWord(text, "type"); ok {
		return typ, string(firstWord(rest)), true
	}
	for _, word := range []string{"var", "const"} {
		if rest, ok := cutWord(text, word); ok {
			return value, string(firstWord(rest)), true
		}
	}
	return plain, "", false
}

// goFuncName returns the symbol of "name(…" or "(r *Type[K]) name(…".
func goFuncName(text []byte) string {
	if !hasPrefix(text, "(") {
		return string(firstWord(text))
	}
	receiver, rest, ok := bytes.Cut(text[1:], []byte(")"))
	if !ok {
		return ""
	}
	receiver, _, _ = bytes.Cut(receiver, []byte("["))
	receiver = bytes.TrimSpace(receiver)
	receiver = receiver[bytes.LastIndexAny(receiver, " *")+1:]
	name := firstWord(bytes.TrimLeft(rest, " "))
	if len(name) == 0 || len(receiver) == 0 {
		return string(name)
	}
	return string(receiver) + "." + string(name)
}
