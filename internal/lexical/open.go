package lexical

import (
	"encoding/binary"
	"fmt"
	"math"
	"sort"
	"strings"
)

// Index is an open section. It is safe for concurrent use.
type Index struct {
	postings, terms, blocks, lengths []byte

	docs, known int
	count       int // terms
	totals      [NumFields]uint64
}

// FormatError reports bytes that are not what a [Builder] writes.
type FormatError struct {
	Offset int64 // where it shows; in what is read late, about where
	Want   string
	Got    string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("lexical section at byte %d: got %s, want %s", e.Offset, e.Got, e.Want)
}

func errorAt(off int64, want, got string, args ...any) error {
	return &FormatError{off, want, fmt.Sprintf(got, args...)}
}

// VersionError reports a section whose layout or terms are those of another
// version of this package. It is of no use and has to be made again.
type VersionError struct{ Layout, Analyser uint32 }

func (e *VersionError) Error() string {
	return fmt.Sprintf("lexical section of layout %d and analyser %d, want %d and %d", e.Layout, e.Analyser, layout, analyserVersion)
}

// Open opens a section where it lies: data must stay as it is. It checks the
// lengths of all parts, which takes no time to speak of. Terms and postings are
// checked when they are read, so that other methods may return a [*FormatError]
// too; [Index.Check] reads all. Errors: [*FormatError], [*VersionError].
func Open(data []byte) (*Index, error) {
	if len(data) < footerSize {
		return nil, errorAt(0, fmt.Sprintf("at least %d bytes", footerSize), "%d", len(data))
	}
	end := uint64(len(data) - footerSize)
	foot := data[end:]
	at := func(off int64, want, got string, args ...any) error {
		return errorAt(int64(end)+off, want, got, args...)
	}
	if v := (VersionError{le.Uint32(foot), le.Uint32(foot[4:])}); v.Layout != layout || v.Analyser != analyserVersion {
		return nil, &v
	}
	docs, count := uint64(le.Uint32(foot[8:])), uint64(le.Uint32(foot[12:]))
	postings, terms := le.Uint64(foot[16:]), le.Uint64(foot[24:])
	if docs > math.MaxInt32 || count > math.MaxInt32 {
		return nil, at(8, "documents and terms below 2^31", "%d and %d", docs, count)
	}
	blocks := blockEntry * ((count + termsInBlock - 1) / termsInBlock)
	if postings > end || terms > end || postings+terms+blocks+NumFields*docs != end {
		return nil, at(16, fmt.Sprintf("parts of %d bytes", end), "%d, %d, %d and %d", postings, terms, blocks, NumFields*docs)
	}
	ix := &Index{docs: int(docs), count: int(count)}
	for _, part := range []struct {
		to   *[]byte
		size uint64
	}{{&ix.postings, postings}, {&ix.terms, terms}, {&ix.blocks, blocks}, {&ix.lengths, NumFields * docs}} {
		*part.to, data = data[:part.size:part.size], data[part.size:]
	}
	for f := range ix.totals {
		if ix.totals[f] = le.Uint64(foot[32+8*f:]); ix.totals[f] > docs*maxLength*2 {
			return nil, at(32+8*int64(f), "a sum of lengths", "%d for %d documents", ix.totals[f], docs)
		}
	}
	ix.known = int(le.Uint32(foot[56:]))
	if ix.known > ix.docs || le.Uint32(foot[60:]) != 0 {
		return nil, at(56, "at most as many documents read as there are, and zero", "%d and %d", ix.known, le.Uint32(foot[60:]))
	}
	return ix, nil
}

// Docs is the number of documents; they are 0 to Docs - 1.
func (ix *Index) Docs() int { return ix.docs }

// Known reports whether a document was added by a builder: [Merge] may leave
// gaps, which have no terms.
func (ix *Index) Known(doc int) bool { return ix.lengths[NumFields*doc+int(Content)] != unknown }

// Complete reports whether all documents are known.
func (ix *Index) Complete() bool { return ix.known == ix.docs }

// entry is a term of the dictionary.
type entry struct {
	df        int
	off, size int64 // of its list in postings
}

// walker goes through the terms.
type walker struct {
	ix   *Index
	next int // the term's number
	at   int // its place in terms
	off  int64
	term []byte
	err  error
}

// walk starts at the first term of a block.
func (ix *Index) walk(block int) *walker {
	w := &walker{ix: ix, next: block * termsInBlock}
	if w.next < ix.count {
		b := ix.blocks[block*blockEntry:]
		at, off := le.Uint32(b), le.Uint64(b[4:])
		if uint64(at) > uint64(len(ix.terms)) || off > uint64(len(ix.postings)) {
			w.fail("a block of terms", "one at %d with postings at %d", at, off)
		}
		w.at, w.off = int(at), int64(off)
	}
	return w
}

func (w *walker) fail(want, got string, args ...any) {
	if w.err == nil {
		w.err = errorAt(int64(len(w.ix.postings)+min(w.at, len(w.ix.terms))), want, got, args...)
	}
}

// number takes a varint of at most limit.
func (w *walker) number(what string, limit int) int {
	v, n := binary.Uvarint(w.ix.terms[w.at:])
	if n <= 0 || v > uint64(limit) {
		w.fail(fmt.Sprintf("%s up to %d", what, limit), "%d", v)
	}
	if w.err != nil {
		return 0
	}
	w.at += n
	return int(v)
}

// step moves to the next term. It returns false behind the last and after an
// error.
func (w *walker) step() (e entry, ok bool) {
	if w.err != nil || w.next >= w.ix.count {
		return entry{}, false
	}
	shared := 0
	if n := w.number("shared bytes", len(w.term)); w.next%termsInBlock != 0 {
		shared = n
	} else if n != 0 {
		w.fail("a whole term", "%d shared bytes", n)
	}
	own := w.number("bytes", len(w.ix.terms))
	if w.err == nil && own > len(w.ix.terms)-w.at {
		w.fail(fmt.Sprintf("a term of %d bytes", own), "%d", len(w.ix.terms)-w.at)
	}
	if w.err != nil {
		return entry{}, false
	}
	w.term = append(w.term[:shared], w.ix.terms[w.at:w.at+own]...)
	w.at += own
	e.df = w.number("documents", w.ix.docs)
	e.off = w.off
	e.size = int64(w.number("bytes of postings", len(w.ix.postings)-int(w.off)))
	if e.df == 0 {
		w.fail("a term that stands somewhere", "none")
	}
	w.off += e.size
	w.next++
	return e, w.err == nil
}

// find looks a term up.
func (ix *Index) find(term string) (entry, bool, error) {
	blocks := len(ix.blocks) / blockEntry
	var err error
	// The last block whose first term is not behind it.
	block := sort.Search(blocks, func(i int) bool {
		w := ix.walk(i)
		_, ok := w.step()
		if !ok {
			err = w.err
		}
		return string(w.term) > term
	}) - 1
	if err != nil || block < 0 {
		return entry{}, false, err
	}
	w := ix.walk(block)
	for range termsInBlock {
		e, ok := w.step()
		if !ok {
			return entry{}, false, w.err
		}
		if c := strings.Compare(string(w.term), term); c == 0 {
			return e, true, nil
		} else if c > 0 {
			break
		}
	}
	return entry{}, false, nil
}

// Check reads all of the section. The error is a [*FormatError].
func (ix *Index) Check() error {
	if totals, known := sumLengths(ix.lengths); totals != ix.totals || known != ix.known {
		return errorAt(int64(len(ix.postings)+len(ix.terms)+len(ix.blocks)), fmt.Sprintf("lengths of %d documents with sums %d", ix.known, ix.totals), "%d and %d", known, totals)
	}
	w := ix.walk(0)
	var last []byte
	var c cursor
	for {
		at, off := w.at, w.off
		e, ok := w.step()
		if !ok {
			break
		}
		number := w.next - 1
		if number > 0 && string(w.term) <= string(last) {
			w.fail("ascending terms", "%q after %q", w.term, last)
		}
		if number%termsInBlock == 0 {
			if b := ix.walk(number / termsInBlock); b.at != at || b.off != off {
				w.fail(fmt.Sprintf("a block at %d with postings at %d", at, off), "%d and %d", b.at, b.off)
			}
		}
		last = append(last[:0], w.term...)
		for c.open(ix, e); c.next(); {
		}
		if c.err == nil && len(c.skip) > 0 {
			c.fail("the end of a skip table", "%d more bytes", len(c.skip))
		}
		if c.err != nil {
			return c.err
		}
	}
	if w.err == nil && (w.at != len(ix.terms) || w.off != int64(len(ix.postings))) {
		w.fail("the end of the terms and postings", "%d and %d more bytes", len(ix.terms)-w.at, int64(len(ix.postings))-w.off)
	}
	return w.err
}
