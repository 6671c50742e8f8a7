package chunk

import "bytes"

// ranks is how many places each column of indentation has in HTML: one for each
// rank of headings, and one for all else. So a heading is above what stands
// beside it, and below what encloses it, be the page laid out or flush left.
const ranks = maxHeading + 1

// defineHTML makes a section of each heading that begins a line, up to the next
// heading or the end of the element that it is in, and a definition of each
// element with an id, which is its symbol.
func defineHTML(f *file) {
	var open []int
	t := tags{file: f, tag: -1}
	for i := range f.rows {
		r := &f.rows[i]
		rank := 0
		wasTag := t.tag
		text := f.text(i)
		plain := r.inside || t.raw != nil
		if !plain && wasTag < 0 {
			rank = headingTag(text)
		}
		if r.indent *= ranks; rank > 0 {
			r.indent += rank - 1
		} else {
			r.indent += maxHeading
		}
		id := t.row(i)
		if hasPrefix(text, "</") || r.lead {
			continue
		}
		open = f.closeDefs(open, i)
		if wasTag >= 0 {
			r.stmt = wasTag
		}
		switch {
		case id != "" && wasTag >= 0: // on a later line of the tag
			if n := len(f.defs); n > 0 && f.defs[n-1].head == wasTag {
				f.defs[n-1].symbols = []string{id}
			} else {
				open = f.addElement(open, wasTag, 0, id)
			}
		case rank > 0 || id != "":
			open = f.addElement(open, i, rank, id)
		}
	}
	f.endDefs(open)
}

// addElement appends the definition of the element that begins on row i.
func (f *file) addElement(open []int, i, rank int, id string) []int {
	d := def{kind: value, from: f.leadOf(i), head: i, body: i + 1, level: f.rows[i].indent * perColumn}
	if rank > 0 {
		d.kind = section
	}
	if id != "" {
		d.symbols = []string{id}
	}
	f.defs = append(f.defs, d)
	return append(open, len(f.defs)-1)
}

// headingTag returns the rank of a heading that text begins with, 0 for none.
func headingTag(text []byte) int {
	if len(text) < 4 || text[0] != '<' || text[1]|0x20 != 'h' || text[2] < '1' || text[2] > '6' || isWordByte(text[3]) {
		return 0
	}
	return int(text[2] - '0')
}

// tags is the state between two rows.
type tags struct {
	*file
	tag int    // the row of the tag that is open, else -1
	raw []byte // the end of an element whose content is no HTML, nil outside
}

// row goes on with row i and returns the id in the tag that begins it, or that
// it goes on with.
func (t *tags) row(i int) (id string) {
	text := t.text(i)
	if t.rows[i].inside {
		return ""
	}
	if t.raw != nil {
		if indexFold(text, t.raw) >= 0 {
			t.raw = nil
		}
		return ""
	}
	if t.tag < 0 {
		if text[0] != '<' || len(text) < 2 || !isLetter(text[1]) {
			return ""
		}
		t.tag = i
	}
	end := tagEnd(text)
	id = idOf(text[:end])
	if end < len(text) {
		t.content(t.tag, text[end:])
		t.tag = -1
	}
	return id
}

// content looks whether what follows the tag on row i is a script or a style.
func (t *tags) content(i int, rest []byte) {
	for _, name := range []string{"script", "style", "pre", "textarea"} {
		tag := t.text(i)[1:]
		if len(tag) > len(name) && bytes.EqualFold(tag[:len(name)], []byte(name)) && !isWordByte(tag[len(name)]) {
			if end := []byte("</" + name); indexFold(rest, end) < 0 {
				t.raw = end
			}
		}
	}
}

// tagEnd returns the offset of the ">" that ends a tag, the length of text if it
// goes on.
func tagEnd(text []byte) int {
	quote := byte(0)
	for i, c := range text {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	return len(text)
}

// idOf returns the id among the attributes of a tag. One that a template fills
// in is none.
func idOf(tag []byte) string {
	for at := 0; ; {
		i := bytes.Index(tag[at:], []byte("id="))
		if i < 0 {
			return ""
		}
		at += i + len("id=")
		if before := at - len("id="); before > 0 && tag[before-1] != ' ' && tag[before-1] != '\t' {
			continue // "data-id="
		}
		var name []byte
		if at < len(tag) {
			if name, _ = cutQuoted(tag[at:]); name == nil {
				name = nameOf(tag[at:])
			}
		}
		if bytes.ContainsAny(name, "{}<>$%") {
			return ""
		}
		return keyName(name)
	}
}

// indexFold is bytes.Index for a lower-case word in whatever case.
func indexFold(text, word []byte) int {
	for i := 0; ; i++ {
		n := bytes.IndexByte(text[i:], word[0])
		if n < 0 || len(text)-i-n < len(word) {
			return -1
		}
		if i += n; bytes.EqualFold(text[i:i+len(word)], word) {
			return i
		}
	}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
