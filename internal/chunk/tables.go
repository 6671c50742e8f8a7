package chunk

import (
	"bytes"
	"strings"
)

// maxTables is how deep tables of TOML are nested at most: [a.b.c] is inside
// [a.b], and what is deeper stands beside it.
const maxTables = 4

// defineTables finds the sections of TOML and of INI files, "[server.tls]", and
// the keys before the first of them.
func defineTables(f *file) {
	b := flat{file: f}
	first := true
	for i := range f.rows {
		r := &f.rows[i]
		if r.inside || r.stmt != i || r.lead {
			continue
		}
		text := f.text(i)
		if name := tableName(text); name != "" {
			b.begin(i, min(strings.Count(name, "."), maxTables-1), name)
			first = false
		} else if first {
			b.key(i, text)
		}
	}
	b.end(0, len(f.rows))
}

// key appends the definition of a key that stands in no section.
func (b *flat) key(i int, text []byte) {
	name, _, ok := bytes.Cut(text, []byte("="))
	if name = bytes.Trim(name, " \t\"'"); !ok || len(name) == 0 || keyName(name) == "" {
		return
	}
	end := b.statementEnd(i)
	b.defs = append(b.defs, def{
		from: b.leadOf(i), head: i, body: i + 1, to: end, symbols: []string{string(name)},
		level: (b.rows[i].indent + b.lang.depth) * perColumn,
	})
}

// tableName returns the name of "[name]" and "[[name]]" without quotes, "" if
// text is something else.
func tableName(text []byte) string {
	end := bytes.IndexByte(text, ']')
	if text[0] != '[' || end < 0 {
		return ""
	}
	name := bytes.Trim(text[1:end], "[ \t")
	rest := bytes.TrimLeft(text[end:], "] \t")
	if len(name) > maxKey || len(rest) > 0 && rest[0] != '#' && rest[0] != ';' {
		return ""
	}
	return plainTable.Replace(string(name))
}

// plainTable takes out what may stand around the parts of a name.
var plainTable = strings.NewReplacer(`"`, "", "'", "", " ", "")
