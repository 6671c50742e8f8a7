package chunk

// Kind says what a definition is.
type Kind uint8

const (
	Section  Kind = iota + 1 // a heading with what stands under it
	Value                    // a constant, a variable, a property
	Function                 // a function or method
	Type                     // a type, or another thing with members: a class, a module
)

// String returns the name of the kind in lower case, "" for none.
func (k Kind) String() string {
	switch k {
	case Section:
		return "section"
	case Value:
		return "value"
	case Function:
		return "function"
	case Type:
		return "type"
	}
	return ""
}

// Definition is a place of the source that defines a symbol.
type Definition struct {
	Name string // qualified, as in [Chunk.Symbols]; "" if it has none
	Kind Kind
	// Lines are 1-based and inclusive. DocLine is the first of the comments and
	// annotations that belong to it, StartLine that of the definition itself, and
	// BodyLine the first behind its signature, which is beyond EndLine where there
	// is no body on lines of its own.
	DocLine, StartLine, BodyLine, EndLine int
}

// Definitions returns what src defines in the order of the source. What holds
// others stands before them. It knows what [Splitter.Split] knows.
func Definitions(language string, src []byte) []Definition {
	f := read(language, src)
	defer f.release()
	var list []Definition
	for i := range f.defs {
		list = f.appendDefinitions(list, &f.defs[i])
	}
	return list
}

var noName = []string{""}

// appendDefinitions appends one for each of the symbols of d.
func (f *file) appendDefinitions(list []Definition, d *def) []Definition {
	kind := d.kind.exported()
	if kind == 0 {
		return list
	}
	names := d.symbols
	if len(names) == 0 && kind == Function {
		names = noName
	}
	for _, name := range names {
		body := f.rows[max(d.to, d.head+1)-1].line + 1
		if d.body < d.to {
			body = f.rows[d.body].line
		}
		list = append(list, Definition{
			Name: name, Kind: kind, DocLine: f.rows[min(d.from, d.head)].line, StartLine: f.rows[d.head].line,
			BodyLine: body, EndLine: f.rows[max(d.to, d.head+1)-1].line,
		})
	}
	return list
}

func (k kind) exported() Kind {
	switch k {
	case section:
		return Section
	case value:
		return Value
	case function:
		return Function
	case typ:
		return Type
	}
	return 0
}
