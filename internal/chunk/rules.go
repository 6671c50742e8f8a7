package chunk

import (
	"bytes"
	"slices"
)

// defineRules finds the rules of style sheets, with the classes and ids that
// their selectors name as symbols, and the at-rules that give a name to
// something: "@mixin card($gap) {", "@keyframes fade {".
func defineRules(f *file) {
	var open []int
	for i := 0; i < len(f.rows); i++ {
		r := &f.rows[i]
		if r.inside || r.lead && f.isComment(i) {
			continue
		}
		open = f.closeDefs(open, i)
		last, ok := f.ruleOpens(i)
		if !ok {
			continue
		}
		if symbols := f.ruleSymbols(i, last, len(open) == 0); len(symbols) > 0 {
			open = append(open, len(f.defs))
			f.defs = append(f.defs, def{
				kind: value, from: f.leadOf(i), head: i, body: last + 1, level: r.indent * perColumn, symbols: symbols,
			})
			for j := i + 1; j <= last; j++ {
				f.rows[j].bound = true
			}
		}
		i = last
	}
	f.endDefs(open)
}

// maxSelectors bounds the lines of a list of selectors.
const maxSelectors = 64

// ruleOpens reports whether a rule begins on row i, and on which row its block
// opens: selectors end in commas up to there.
func (f *file) ruleOpens(i int) (last int, ok bool) {
	indent := f.rows[i].indent
	for last = i; last < min(len(f.rows), i+maxSelectors); last++ {
		text := f.text(last)
		if f.rows[last].inside || f.rows[last].indent != indent || isClosing(text) {
			break
		}
		if bytes.IndexByte(text, '{') >= 0 {
			return last, true
		}
		if text[len(text)-1] != ',' {
			break
		}
	}
	return i, false
}

// ruleSymbols returns the names in the selectors on rows from to last. Where
// they have none they speak of elements, which count where a rule is in no other:
// the steps of an animation look like them.
func (f *file) ruleSymbols(from, last int, outermost bool) []string {
	if text := f.text(from); text[0] == '@' {
		return atRule(text)
	}
	var names, elements []string
	for i := from; i <= last; i++ {
		text, _, _ := bytes.Cut(f.text(i), []byte("{"))
		names, elements = selectorNames(text, names, elements)
	}
	if len(names) == 0 && outermost {
		return elements
	}
	return names
}

// atRule returns what a rule such as "@mixin card($gap) {" names. "@media" and
// its like name nothing.
func atRule(text []byte) []string {
	word := text[1 : 1+len(nameOf(text[1:]))]
	switch string(word) {
	case "mixin", "function", "keyframes", "-webkit-keyframes", "layer", "counter-style", "property", "font-feature-values", "container":
		if name := nameOf(bytes.TrimLeft(text[1+len(word):], " \t")); len(name) > 0 {
			return []string{string(name)}
		}
	}
	return nil
}

// selectorNames appends the classes and ids in text to names, and elements that
// stand where a selector may begin to elements.
func selectorNames(text []byte, names, elements []string) ([]string, []string) {
	add := func(list []string, name []byte) []string {
		if len(name) == 0 || len(list) == maxSelectors || slices.Contains(list, string(name)) {
			return list
		}
		return append(list, string(name))
	}
	begins := true
	for at := 0; at < len(text); {
		c := text[at]
		name := nameOf(text[at:])
		switch {
		case c == '.' || c == '#' || c == '%':
			name = nameOf(text[at+1:])
			names = add(names, name)
			at += 1 + len(name)
		case c == ':' || c == '[' || c == '(' || c == '&':
			begins = false
			at++
		case len(name) > 0:
			if begins {
				elements = add(elements, name)
			}
			at += len(name)
		default:
			begins = c == ' ' || c == ',' || c == '>' || c == '+' || c == '~'
			at++
		}
	}
	return names, elements
}
