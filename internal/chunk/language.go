package chunk

import (
	"maps"
	"strings"
	"sync"
)

// language is one entry of the table: all that the scanner and the packer know
// of a language. The zero value is text that is cut by blank lines and
// indentation alone.
type language struct {
	// comments open a comment to the end of the line.
	comments []string
	// quotes are strings and block comments, longer openers first.
	quotes []quote
	// scan marks the rows that begin inside a string, a comment or a bracket.
	scan func(f *file)
	// brackets: a line inside ( [ or { continues the statement of its opener,
	// as does one after a backslash.
	brackets bool
	// leads begin lines that belong to the definition after them, other than
	// comments: decorators, attributes.
	leads []string
	// middles are words that continue a block at the indentation of its first
	// line.
	middles []string
	// closers are words that end a block.
	closers []string
	// starters are words that cannot stand inside brackets, so that they show
	// an unclosed one.
	starters []string
	// imports begin the lines that only name other files.
	imports []string
	// prose: paragraphs may be merged whatever their size, and the first line
	// of an indented block says nothing about it.
	prose bool
	// depth is added to the indentation, so that headings fit above it.
	depth int
	// define appends the definitions to f.defs.
	define func(f *file)

	// grammar lets the scanner find the definitions; nil for languages that find
	// them by other means.
	grammar *grammar
	// outline finds them line by line.
	outline *layout
	// margins are quotes that begin at the left margin only.
	margins []quote
	// isComment reports whether a sign of comments is one where it stands.
	isComment func(s *scanner, at int, r *row) bool
	// special steps over what begins at offset at and no other entry describes:
	// here-documents, regular expressions, raw strings. It returns the offset
	// behind, -1 for the end of the row, 0 if there is nothing special.
	special func(s *scanner, at int, r *row) int
	// marks are the first bytes of what special knows.
	marks string
	// begin prepares the scanner at the start of the file.
	begin func(s *scanner)

	class  *[256]class
	quoted [256]*quote // by the bytes that are isQuote
}

// languages returns the table. It is made when it is first asked for: a search
// that embeds nothing does without.
var languages = sync.OnceValue(func() map[string]*language {
	table := map[string]*language{
		"go": {
			comments: []string{"//"},
			quotes: []quote{
				{open: "/*", close: "*/", multi: true, comment: true},
				{open: "`", close: "`", multi: true},
				{open: `"`, close: `"`, escape: true},
				{open: "'", close: "'", escape: true},
			},
			scan:    (*file).scanBytes,
			middles: []string{"case", "default", "else"},
			imports: []string{"package", "import"}, // in files that are no Go programs
			define:  defineGo,
		},
		"python": {
			comments: []string{"#"},
			quotes: []quote{
				{open: `"""`, close: `"""`, multi: true, escape: true},
				{open: "'''", close: "'''", multi: true, escape: true},
				{open: `"`, close: `"`, escape: true},
				{open: "'", close: "'", escape: true},
			},
			scan:     (*file).scanBytes,
			brackets: true,
			leads:    []string{"@"},
			middles:  []string{"else", "elif", "except", "finally"},
			starters: []string{"def", "class"},
			imports:  []string{"import", "from"},
			define:   definePython,
		},
		"markdown": {
			scan:   scanMarkdown,
			prose:  true,
			depth:  maxHeading + 1,
			define: defineMarkdown,
		},
		"text": {prose: true},
	}
	for _, more := range []map[string]*language{braceLanguages(), outlineLanguages(), formats()} {
		maps.Copy(table, more)
	}
	for _, l := range table {
		l.complete()
	}
	return table
})

// otherwise is every language without an entry. It knows no strings, and of
// comments only those that begin a line: they belong to what follows.
var otherwise = &language{
	quotes: []quote{
		{open: "/*", close: "*/", multi: true, comment: true},
		{open: "<!--", close: "-->", multi: true, comment: true},
	},
	scan:  (*file).scanFirst,
	leads: []string{"//", "#", "--", ";", "%", "@", "[<"},
	middles: []string{
		"else", "elif", "elsif", "elseif", "except", "rescue", "ensure", "catch", "finally",
		"case", "default", "when", "then", "do", "in", "public:", "private:", "protected:",
	},
	closers: []string{"end", "endif", "esac", "fi", "done"},
	imports: []string{
		"import", "from", "#include", "#pragma", "include", "require", "require_relative",
		"use", "using", "package", "<?php", "'use", `"use`,
	},
}

// controls begin blocks that are statements and no definitions, in whatever
// language: what stands in them belongs to its surroundings.
var controls = wordSet(
	"if", "unless", "for", "foreach", "while", "until", "loop", "switch", "match", "select",
	"try", "do", "with", "return", "begin", "else", "case", "catch", "elif", "except", "finally",
)

func lookup(name string) *language {
	if l := languages()[name]; l != nil {
		return l
	}
	return otherwise
}

// class says what a byte may begin, so that the scanner looks twice only where
// it must.
type class uint8

const (
	isOther class = iota
	isOpen        // ( [ {
	isClose       // ) ] }
	isMark        // the first byte of a comment or quote
	isQuote       // of a string that ends with its line, whatever follows
	isBackslash
	isWord // letters and digits
	isSign // operators and separators
)

// complete fills in what follows from the rest.
func (l *language) complete() {
	l.class = l.classes()
	if l.outline != nil {
		l.define, l.scan = l.outline.define, (*file).scanBytes
	}
	if l.grammar == nil {
		return
	}
	for word := range l.grammar.words {
		l.grammar.lengths[word[0]] |= 1 << len(word)
	}
}

func (l *language) classes() *[256]class {
	var t [256]class
	if l.grammar != nil {
		for c := byte('!'); c < 0x7f; c++ {
			t[c] = isSign
		}
		for c := range t {
			if wordBytes[c] {
				t[c] = isWord
			}
		}
	}
	if l.brackets || l.grammar != nil {
		t['('], t['['], t['{'] = isOpen, isOpen, isOpen
		t[')'], t[']'], t['}'] = isClose, isClose, isClose
		t['\\'] = isBackslash
	}
	for _, q := range l.quotes {
		c := q.open[0]
		t[c] = isMark
		if l.quoted[c] = l.onlyQuote(c); l.quoted[c] != nil {
			t[c] = isQuote
		}
	}
	for _, c := range l.comments {
		t[c[0]] = isMark
	}
	for i := range len(l.marks) {
		t[l.marks[i]] = isMark
	}
	return &t
}

// onlyQuote returns the string of one line that c begins whatever follows, nil if
// it may begin anything else.
func (l *language) onlyQuote(c byte) *quote {
	var only *quote
	for i := range l.quotes {
		q := &l.quotes[i]
		switch {
		case q.open[0] != c:
		case only != nil, len(q.open) > 1, q.multi, q.short:
			return nil
		default:
			only = q
		}
	}
	return only
}

// roles makes a table of words from lists of them. A word that is also one of
// control, as "default" and "synchronized" are, is what it is before a name.
func roles(lists map[role]string) map[string]role {
	table := map[string]role{}
	for r, list := range lists {
		for _, word := range strings.Fields(list) {
			if other, ok := table[word]; !ok || other == isControl {
				table[word] = r
			} else if r != isControl {
				panic("chunk: " + word + " has two roles")
			}
		}
	}
	return table
}
