package chunk

// definePython finds def, async def and class at the beginning of statements
// and nests them by indentation.
func definePython(f *file) {
	var open []int // enclosing definitions
	names := []string{""}
	for i := range f.rows {
		r := &f.rows[i]
		if r.stmt != i {
			continue
		}
		open = f.closeDefs(open, i)
		names = names[:len(open)+1]
		kind, name := pythonDef(f.text(i))
		if name == "" {
			continue
		}
		qualified := name
		if outer := names[len(open)]; outer != "" {
			qualified = outer + "." + name
		}
		d := def{
			kind: kind, from: f.leadOf(i), head: i, body: f.statementEnd(i),
			level: r.indent * perColumn, symbols: []string{qualified},
		}
		open = append(open, len(f.defs))
		names = append(names, qualified)
		f.defs = append(f.defs, d)
	}
	f.endDefs(open)
}

// closeDefs ends the open definitions to which row i does not belong. The row
// may be a comment: indentComments gave it the indentation of what follows.
func (f *file) closeDefs(open []int, i int) []int {
	for len(open) > 0 {
		d := &f.defs[open[len(open)-1]]
		if f.rows[d.head].indent < f.rows[i].indent {
			break
		}
		d.to = i
		open = open[:len(open)-1]
	}
	return open
}

// endDefs ends the definitions that are open at the end of the file.
func (f *file) endDefs(open []int) {
	for _, d := range open {
		f.defs[d].to = len(f.rows)
	}
}

// pythonDef returns the kind and name of the definition that text begins, or
// "" if it begins none.
func pythonDef(text []byte) (kind, string) {
	k := function
	rest, ok := cutWord(text, "class")
	if ok {
		k = typ
	} else {
		if r, ok := cutWord(text, "async"); ok {
			text = r
		}
		if rest, ok = cutWord(text, "def"); !ok {
			return plain, ""
		}
	}
	return k, string(firstWord(rest))
}

// statementEnd returns the row after the statement that begins on row i.
func (f *file) statementEnd(i int) int {
	end := i + 1
	for end < len(f.rows) && f.rows[end].stmt == i {
		end++
	}
	return end
}
