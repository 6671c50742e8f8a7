package lexical

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"strings"
)

// Document is what is indexed of a chunk.
type Document struct {
	Content string
	Path    string   // relative, with slashes
	Symbols []string // qualified names of what it defines
}

// Builder collects documents and writes a section of them. The zero value is
// empty. It is not safe for concurrent use.
type Builder struct {
	ids     map[string]int
	names   []string
	lists   []list
	lengths []byte

	analyser analyser
	field    Field
	words    int   // of the field
	seen     []int // the document's terms
}

// list is the postings of a term as they are collected: encoded, without blocks.
type list struct {
	encoded []byte
	n       int
	last    int64
	now     counts // in the document that is being added
}

// Len is the number of documents added.
func (b *Builder) Len() int { return len(b.lengths) / NumFields }

// Add adds a document and returns its number. Nothing of d is kept.
func (b *Builder) Add(d Document) int {
	if b.ids == nil {
		b.ids = map[string]int{}
		b.analyser.emit = b.count
	}
	doc := b.Len()
	b.read(Content, d.Content)
	b.read(Path, d.Path)
	b.read(Symbols, d.Symbols...)
	for _, id := range b.seen {
		b.lists[id].end(doc)
	}
	b.seen = b.seen[:0]
	for key := range symbolKeys(d.Symbols) {
		l := &b.lists[b.id(key)]
		if l.last != int64(doc) || l.n == 0 {
			l.now = once
			l.end(doc)
		}
	}
	return doc
}

// read counts the terms of a field.
func (b *Builder) read(f Field, texts ...string) {
	b.field, b.words = f, 0
	for _, t := range texts {
		b.analyser.text(t)
	}
	b.lengths = append(b.lengths, lengthCode(b.words))
}

// count notes a term of the field that is being read.
func (b *Builder) count(term []byte) {
	b.words++
	id := b.id(term)
	l := &b.lists[id]
	if l.now == 0 {
		b.seen = append(b.seen, id)
	}
	l.now = l.now.plus(b.field)
}

func (b *Builder) id(term []byte) int {
	if id, ok := b.ids[string(term)]; ok {
		return id
	}
	id, name := len(b.names), string(term)
	b.ids[name] = id
	b.names = append(b.names, name)
	b.lists = append(b.lists, list{last: -1})
	return id
}

// end adds what was counted.
func (l *list) end(doc int) {
	l.encoded = appendPosting(l.encoded, l.last, posting{uint32(doc), l.now})
	l.last, l.now = int64(doc), 0
	l.n++
}

// decode appends the list to p.
func (l *list) decode(p []posting) []posting {
	last := int64(-1)
	for b := l.encoded; len(b) > 0; {
		v, n := binary.Uvarint(b)
		last += int64(v>>1) + 1
		c := once
		if v&1 != 0 {
			c = counts(b[n])
			n++
		}
		p, b = append(p, posting{uint32(last), c}), b[n:]
	}
	return p
}

// WriteTo writes the section. More may be added after it, for another one.
func (b *Builder) WriteTo(w io.Writer) (int64, error) {
	s := &sectionWriter{w: w}
	order := make([]int, len(b.names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return strings.Compare(b.names[x], b.names[y]) })
	var postings []posting
	for _, id := range order {
		postings = b.lists[id].decode(postings[:0])
		s.add([]byte(b.names[id]), postings)
	}
	return s.finish(b.lengths)
}

// Bytes returns the section.
func (b *Builder) Bytes() []byte {
	var buf bytes.Buffer
	b.WriteTo(&buf) // a buffer takes all
	return buf.Bytes()
}
