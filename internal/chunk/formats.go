package chunk

// The formats of documents, settings and build files. Their entries of the
// language table are here, and how each is divided in a file of its own.

func formats() map[string]*language {
	return map[string]*language{
		"yaml": {comments: []string{"#"}, define: defineYAML},
		"json": {
			comments: []string{"//"}, // as some programs allow
			quotes:   []quote{{open: "/*", close: "*/", multi: true, comment: true}},
			scan:     (*file).scanFirst,
			define:   defineJSON,
		},
		"toml": {
			comments: []string{"#"},
			quotes: []quote{
				{open: `"""`, close: `"""`, multi: true, escape: true},
				{open: "'''", close: "'''", multi: true},
				{open: `"`, close: `"`, escape: true},
				{open: "'", close: "'"},
			},
			scan:     (*file).scanBytes,
			brackets: true,
			depth:    maxTables,
			define:   defineTables,
		},
		"ini":        {comments: []string{"#", ";"}, depth: maxTables, define: defineTables},
		"css":        styleSheet(),
		"scss":       styleSheet("//"),
		"less":       styleSheet("//"),
		"html":       {quotes: []quote{markupComment}, scan: (*file).scanFirst, define: defineHTML},
		"rst":        {prose: true, depth: maxTitles + 1, define: defineRST},
		"dockerfile": {comments: []string{"#"}, scan: (*file).scanContinued, depth: 1, define: defineStages},
		"makefile":   {comments: []string{"#"}, scan: scanMake, define: defineMake},
		"cmake": {
			quotes: []quote{
				{open: "#[[", close: "]]", multi: true, comment: true},
				{open: "#", close: "\n", comment: true}, // up to the end of the line, where it is no block
				{open: "[[", close: "]]", multi: true},
				{open: `"`, close: `"`, multi: true, escape: true},
			},
			scan:     (*file).scanBytes,
			brackets: true,
			starters: []string{"function", "macro", "endfunction", "endmacro", "include", "project"},
			middles:  []string{"else", "elseif"},
			imports:  []string{"cmake_minimum_required", "include", "find_package"},
			define:   defineCMake,
		},
	}
}

var markupComment = quote{open: "<!--", close: "-->", multi: true, comment: true}

func styleSheet(comments ...string) *language {
	return &language{
		comments: comments,
		quotes:   []quote{{open: "/*", close: "*/", multi: true, comment: true}},
		scan:     (*file).scanFirst,
		imports:  []string{"@import", "@use", "@forward", "@charset"},
		define:   defineRules,
	}
}

// Structured reports whether files in a language are cut by what they define or
// by their headings. The others are cut by blank lines and indentation.
func Structured(language string) bool { return language == notebook || lookup(language).define != nil }

// scanContinued makes one statement of the lines that backslashes join. A
// comment between them is a part of it.
func (f *file) scanContinued() {
	joined := false
	for i := 1; i < len(f.rows); i++ {
		if !f.isComment(i - 1) {
			text := f.text(i - 1)
			joined = text[len(text)-1] == '\\'
		}
		if joined && !f.rows[i].afterBlank {
			f.rows[i].stmt = f.rows[i-1].stmt
		}
	}
}

// flat finds definitions that reach up to the next one of the same or of a
// higher rank, wherever that stands: sections of settings, stages of a build.
// The language's depth makes room for the ranks.
type flat struct {
	*file
	open []int
}

// begin appends a definition whose first line is row i; what stands before it
// and speaks of it belongs to it.
func (b *flat) begin(i, rank int, symbols ...string) {
	from := b.leadOf(i)
	b.end(rank*perColumn, from)
	b.open = append(b.open, len(b.defs))
	b.defs = append(b.defs, def{
		kind: value, from: from, head: i, body: b.statementEnd(i), level: rank * perColumn, symbols: symbols,
	})
}

// end ends the open definitions that are not above a level at row i.
func (b *flat) end(level, i int) {
	for n := len(b.open) - 1; n >= 0 && b.defs[b.open[n]].level >= level; n-- {
		d := &b.defs[b.open[n]]
		d.to = max(i, d.body)
		b.open = b.open[:n]
	}
}
