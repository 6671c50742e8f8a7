package chunk

import "bytes"

// YAML and JSON are divided by their keys: those at the top, and those under
// them that hold a block of their own ("services.web"). Indentation says which
// are which. A key deeper down is a word like any other.

func defineYAML(f *file) {
	k := keys{file: f, key: yamlKey}
	for i := range f.rows {
		k.row(i)
	}
	k.endDefs(k.open)
}

// defineJSON knows the keys of an object that is laid out on lines. Records in
// an array are cut like other blocks.
func defineJSON(f *file) {
	i := 0
	for i < len(f.rows) && f.rows[i].lead {
		i++
	}
	if i++; i >= len(f.rows) || f.text(i - 1)[0] != '{' {
		return
	}
	k := keys{file: f, key: jsonKey, top: f.rows[i].indent}
	for ; i < len(f.rows); i++ {
		k.row(i)
	}
	k.endDefs(k.open)
}

// keys is the state between two rows.
type keys struct {
	*file
	key   func(text []byte) string
	top   int    // the indentation of the keys at the top
	under int    // of those of the open one
	open  []int  // the key at the top and one under it
	outer string // the name of the first of them
}

func (k *keys) row(i int) {
	r := &k.rows[i]
	if r.inside || r.lead {
		return
	}
	if len(k.open) > 0 && isItem(k.text(i)) && r.indent == k.rows[k.defs[k.open[len(k.open)-1]].head].indent {
		r.indent++ // YAML lets the items of a list stand under their key without indentation
	}
	k.open = k.closeDefs(k.open, i)
	block := i+1 < len(k.rows) && (k.rows[i+1].indent > r.indent ||
		k.rows[i+1].indent == r.indent && isItem(k.text(i+1)))
	switch name := k.key(k.text(i)); {
	case name == "":
	case len(k.open) == 0 && r.indent == k.top:
		k.add(i, block, name)
		k.outer = name
		if block {
			k.under = k.rows[i+1].indent
		}
	case len(k.open) == 1 && r.indent == k.under && block:
		k.add(i, block, k.outer+"."+name)
	}
}

// add appends the definition of a key. One with a block gives a better name to a
// chunk than one with a word or a number.
func (k *keys) add(i int, block bool, name string) {
	d := def{from: k.leadOf(i), head: i, body: i + 1, level: k.rows[i].indent * perColumn, symbols: []string{name}}
	if block {
		d.kind = value
	}
	k.open = append(k.open, len(k.defs))
	k.defs = append(k.defs, d)
}

func isItem(text []byte) bool { return text[0] == '-' && (len(text) == 1 || text[1] == ' ') }

// yamlKey returns the key of "key: value", "" if there is none or if it has
// spaces, as nothing has that is looked for by name.
func yamlKey(text []byte) string {
	key, rest := cutQuoted(text)
	if key == nil {
		key = name(text, "-./$+@<")
		rest = text[len(key):]
	}
	if len(rest) == 0 || rest[0] != ':' || len(rest) > 1 && rest[1] != ' ' && rest[1] != '\t' {
		return ""
	}
	return keyName(key)
}

func jsonKey(text []byte) string {
	if text[0] != '"' {
		return ""
	}
	name, rest := cutQuoted(text)
	if rest = bytes.TrimLeft(rest, " \t"); len(rest) == 0 || rest[0] != ':' {
		return ""
	}
	return keyName(name)
}

// cutQuoted returns what stands in quotes at the start of text, nil if nothing
// does, and the rest. Keys with escapes in them are none that matter.
func cutQuoted(text []byte) (name, rest []byte) {
	if c := text[0]; c == '"' || c == '\'' {
		if n := bytes.IndexByte(text[1:], c); n >= 0 {
			return text[1 : 1+n], text[n+2:]
		}
	}
	return nil, text
}

// maxKey bounds, in bytes, what counts as a name.
const maxKey = 100

func keyName(name []byte) string {
	if len(name) > maxKey || bytes.ContainsAny(name, " \t\\") {
		return ""
	}
	return string(name)
}
