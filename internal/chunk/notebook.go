package chunk

// Notebooks (.ipynb) are JSON with the source of each cell as a list of strings,
// one a line, between outputs that are mostly pictures in base64. A notebook is
// cut into its cells, each as the language that it is in. A chunk's text is what
// the cell says, its lines are those of the file: of what stands between them
// (outputs, metadata) nothing is embedded, and nothing is shown.

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// notebook is the name of the format.
const notebook = "jupyter"

// maxBetween is how many lines of the file may lie between two small cells that
// become one chunk: the frame of a cell has some ten, long outputs have more.
const maxBetween = 40

// cell is one cell of a notebook.
type cell struct {
	code  bool
	lines []cellLine
}

// cellLine is a line of a cell's source.
type cellLine struct {
	text string // decoded, without its end
	line int    // of the file, 1-based
}

// splitNotebook is [Splitter.Split] for notebooks; ok is false if src is none.
func (s Splitter) splitNotebook(path string, src []byte) (chunks []Chunk, ok bool) {
	cells, language, ok := parseNotebook(src)
	if !ok {
		return nil, false
	}
	j := joiner{sizes: s.sizes(), limit: s.sizes().target - symbolRoom - weigh([]byte(path))}
	for _, c := range cells {
		name := language
		if !c.code {
			name = "markdown"
		}
		pieces := s.splitCell(path, name, c)
		for _, piece := range pieces {
			j.add(piece, len(pieces) == 1) // only a cell that is one piece is small enough to go with another
		}
	}
	j.flush()
	return j.chunks, true
}

// splitCell cuts one cell. Its lines are numbered as in the file.
func (s Splitter) splitCell(path, language string, c cell) []Chunk {
	var b strings.Builder
	for _, l := range c.lines {
		b.WriteString(l.text)
		b.WriteByte('\n')
	}
	pieces := s.Split(path, language, []byte(b.String()))
	for i := range pieces {
		p := &pieces[i]
		p.StartLine, p.EndLine = c.line(p.StartLine), c.line(p.EndLine)
		for k := range p.Definitions {
			d := &p.Definitions[k]
			body := c.line(d.BodyLine)
			if d.BodyLine > d.EndLine {
				body = c.line(d.EndLine) + 1
			}
			d.DocLine, d.StartLine, d.BodyLine, d.EndLine = c.line(d.DocLine), c.line(d.StartLine), body, c.line(d.EndLine)
		}
	}
	return pieces
}

// line returns the line of the file that holds line n of the cell.
func (c *cell) line(n int) int { return c.lines[min(n, len(c.lines))-1].line }

// joiner makes one chunk of small cells that follow each other, and of what
// stands on one line of the file.
type joiner struct {
	sizes  sizes
	limit  int
	chunks []Chunk
	last   Chunk // without its text; EndLine is 0 if there is none
	text   []byte
	weight int
}

func (j *joiner) add(c Chunk, small bool) {
	weight := weigh([]byte(c.Text))
	if c.StartLine > j.last.EndLine && !(small && j.fits(c, weight)) {
		j.flush()
		j.last, j.text, j.weight = c, append(j.text[:0], c.Text...), weight
		return
	}
	j.last.EndLine = max(j.last.EndLine, c.EndLine)
	j.last.Symbols = append(j.last.Symbols, c.Symbols...)
	j.last.Definitions = append(j.last.Definitions, c.Definitions...)
	if j.last.Symbol == "" {
		j.last.Symbol = c.Symbol
	}
	j.text = append(append(j.text, "\n\n"...), c.Text...)
	j.weight += weight
}

// fits reports whether c may go with what is before it. Words in front of code
// tell what it does, and stay with it whatever its size.
func (j *joiner) fits(c Chunk, weight int) bool {
	solid := j.sizes.solid
	return j.last.EndLine > 0 && c.StartLine-j.last.EndLine <= maxBetween &&
		j.weight+weight <= j.limit && j.last.Signature == "" &&
		j.weight < solid && (weight < solid || j.last.Symbol == "")
}

func (j *joiner) flush() {
	if j.last.EndLine > 0 {
		j.last.Text = string(j.text)
		j.chunks = append(j.chunks, j.last)
	}
	j.last = Chunk{}
}

// Readable returns a file as it is shown, with as many lines as src: where the
// file holds its text in another form, as a notebook does, each line is what it
// says, and those that say nothing are empty. Any other file is src itself.
func Readable(language string, src []byte) []byte {
	if language != notebook {
		return src
	}
	cells, _, ok := parseNotebook(src)
	if !ok {
		return src
	}
	var out []byte
	line, begun := 1, false
	for _, c := range cells {
		for _, l := range c.lines {
			for ; line < l.line; line++ {
				out, begun = append(out, '\n'), false
			}
			if begun {
				out = append(out, " ⏎ "...) // several lines in one of the file
			}
			out, begun = append(out, l.text...), true
		}
	}
	for range bytes.Count(src, []byte("\n")) - line + 1 {
		out = append(out, '\n')
	}
	return out
}

// parseNotebook returns the cells that have text, and the language of those
// with code.
func parseNotebook(src []byte) (cells []cell, language string, ok bool) {
	p := notebookParser{d: json.NewDecoder(bytes.NewReader(src)), src: src, line: 1}
	if !p.notebook() {
		return nil, "", false
	}
	if p.language == "" || p.language == notebook {
		p.language = "python"
	}
	return p.cells, p.language, p.hasCells
}

// notebookParser goes through a notebook token by token, since only those tell
// where in the file they stand.
type notebookParser struct {
	d        *json.Decoder
	src      []byte
	at, line int // the line of offset at
	cells    []cell
	language string
	hasCells bool // there is a list of cells
}

// lineOf returns the line on which the token ends that was read last.
func (p *notebookParser) lineOf() int {
	to := int(p.d.InputOffset())
	p.line += bytes.Count(p.src[p.at:to], []byte("\n"))
	p.at = to
	return p.line
}

// object calls value with each key of the object that comes next; value must
// read what belongs to it. The result is false where the file is no such JSON.
func (p *notebookParser) object(value func(key string) bool) bool {
	if t, err := p.d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for p.d.More() {
		t, err := p.d.Token()
		key, ok := t.(string)
		if err != nil || !ok || !value(key) {
			return false
		}
	}
	_, err := p.d.Token()
	return err == nil
}

// skip reads a value that does not matter.
func (p *notebookParser) skip() bool {
	for depth := 0; ; {
		t, err := p.d.Token()
		if err != nil {
			return false
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth <= 0 {
			return depth == 0
		}
	}
}

func (p *notebookParser) notebook() bool {
	return p.object(func(key string) bool {
		switch key {
		case "cells":
			p.hasCells = true
			return p.list(p.cell)
		case "metadata":
			return p.metadata(func(inner string) bool { return inner == "kernelspec" || inner == "language_info" })
		}
		return p.skip()
	})
}

func (p *notebookParser) list(item func() bool) bool {
	if t, err := p.d.Token(); err != nil || t != json.Delim('[') {
		return false
	}
	for p.d.More() {
		if !item() {
			return false
		}
	}
	_, err := p.d.Token()
	return err == nil
}

// metadata reads the language from kernelspec.language or language_info.name.
func (p *notebookParser) metadata(wanted func(string) bool) bool {
	return p.object(func(key string) bool {
		if !wanted(key) {
			return p.skip()
		}
		return p.object(func(inner string) bool {
			isName := key == "kernelspec" && inner == "language" || key == "language_info" && inner == "name"
			if !isName {
				return p.skip()
			}
			t, err := p.d.Token()
			name, ok := t.(string)
			if ok {
				p.language = strings.ToLower(name)
			}
			return err == nil && ok
		})
	})
}

func (p *notebookParser) cell() bool {
	var c cell
	ok := p.object(func(key string) bool {
		switch key {
		case "cell_type":
			t, err := p.d.Token()
			c.code = t == "code"
			_, isText := t.(string)
			return err == nil && isText
		case "source":
			return p.source(&c)
		}
		return p.skip()
	})
	if ok && slices.ContainsFunc(c.lines, func(l cellLine) bool { return strings.TrimSpace(l.text) != "" }) {
		p.cells = append(p.cells, c)
	}
	return ok
}

// source reads the text of a cell: a string, or a list of them.
func (p *notebookParser) source(c *cell) bool {
	t, err := p.d.Token()
	if err != nil {
		return false
	}
	if text, ok := t.(string); ok {
		c.add(text, p.lineOf())
		return true
	}
	if t != json.Delim('[') {
		return false
	}
	for p.d.More() {
		t, err := p.d.Token()
		text, ok := t.(string)
		if err != nil || !ok {
			return false
		}
		c.add(text, p.lineOf())
	}
	_, err = p.d.Token()
	return err == nil
}

func (c *cell) add(text string, line int) {
	for l := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		c.lines = append(c.lines, cellLine{strings.TrimSuffix(l, "\r"), line})
	}
}
