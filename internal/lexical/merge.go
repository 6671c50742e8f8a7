package lexical

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
)

// Source is a section that goes into another, and where its documents go.
type Source struct {
	Index *Index
	Docs  []int // by document: its number in the new section, or Dropped
}

// Dropped is in place of the number of a document that is left out.
const Dropped = -1

// Merge writes a section of so many documents, taken from others. No two of them
// go to the same number; a number that none goes to is a document that is not
// known. Memory is needed for the terms, not for the postings.
func Merge(w io.Writer, docs int, sources ...Source) (int64, error) {
	lengths := bytes.Repeat([]byte{unknown, 0, 0}, docs)
	var heads []*head
	for _, s := range sources {
		if len(s.Docs) != s.Index.docs {
			return 0, fmt.Errorf("%d numbers for %d documents", len(s.Docs), s.Index.docs)
		}
		for from, to := range s.Docs {
			if to != Dropped {
				copy(lengths[NumFields*to:][:NumFields], s.Index.lengths[NumFields*from:])
			}
		}
		h := &head{walker: s.Index.walk(0), docs: s.Docs}
		if h.step(); h.err != nil {
			return 0, h.err
		}
		heads = append(heads, h)
	}
	out := &sectionWriter{w: w}
	var list []posting
	var term []byte
	for out.err == nil {
		least := leastHead(heads)
		if least == nil {
			break
		}
		term, list = append(term[:0], least.term...), list[:0]
		for _, h := range heads {
			if !h.ok || !bytes.Equal(h.term, term) {
				continue
			}
			if list = h.take(list); h.err != nil {
				return 0, h.err
			}
		}
		byDoc := func(a, b posting) int { return cmp.Compare(a.doc, b.doc) }
		if !slices.IsSortedFunc(list, byDoc) {
			slices.SortFunc(list, byDoc)
		}
		if len(list) > 0 {
			out.add(term, list)
		}
	}
	return out.finish(lengths)
}

// head is the next term of a source.
type head struct {
	*walker
	docs   []int
	entry  entry
	ok     bool
	cursor cursor
}

func (h *head) step() { h.entry, h.ok = h.walker.step() }

func leastHead(heads []*head) *head {
	var least *head
	for _, h := range heads {
		if h.ok && (least == nil || bytes.Compare(h.term, least.term) < 0) {
			least = h
		}
	}
	return least
}

// take appends the term's postings that stay, and moves on.
func (h *head) take(list []posting) []posting {
	c := &h.cursor
	for c.open(h.ix, h.entry); c.next(); {
		for _, p := range c.list[:c.n] {
			if to := h.docs[p.doc]; to != Dropped {
				list = append(list, posting{uint32(to), p.counts})
			}
		}
	}
	if c.err != nil {
		h.err = c.err
	}
	h.step()
	return list
}
