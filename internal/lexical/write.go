package lexical

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// This file is the form of a section:
//
//	postings  the lists of all terms, one after the other; see appendPostings
//	terms     in ascending order, see below
//	blocks    12 bytes for each 16 terms: u32 where they begin in terms,
//	          u64 where their lists begin in postings
//	lengths   three codes for each document: of content, path and symbols;
//	          see lengthCode. 255 for the content: it was never read.
//	footer    64 bytes
//
// All numbers are little-endian. A term is
//
//	varint   how many bytes it shares with the term before; 0 for the first of a block
//	varint   how many it has of its own, and these
//	varint   documents that have it
//	varint   bytes of its list
//
// and the footer
//
//	u32      layout, 1
//	u32      version of the analyser
//	u32      documents
//	u32      terms
//	u64      bytes of postings
//	u64      bytes of terms
//	3 × u64  sums of the lengths, as they are kept
//	u32      documents that were read
//	u32      zero

const (
	layout       = 1
	footerSize   = 64
	termsInBlock = 16
	blockEntry   = 12
)

var le = binary.LittleEndian

// sectionWriter writes terms with their lists as they come, and at the end what
// is known then. It keeps the terms in memory, and nothing else that grows.
type sectionWriter struct {
	w       io.Writer
	err     error
	off     int64 // in w
	count   int   // terms
	last    []byte
	terms   []byte
	blocks  []byte
	encoded []byte
}

func (s *sectionWriter) write(p []byte) {
	if s.err == nil {
		var n int
		n, s.err = s.w.Write(p)
		s.off += int64(n)
	}
}

// add writes the next term and its list, which is not empty.
func (s *sectionWriter) add(term []byte, list []posting) {
	shared := 0
	if s.count%termsInBlock == 0 {
		s.blocks = le.AppendUint32(s.blocks, uint32(len(s.terms)))
		s.blocks = le.AppendUint64(s.blocks, uint64(s.off))
	} else {
		for shared < min(len(s.last), len(term)) && s.last[shared] == term[shared] {
			shared++
		}
	}
	s.encoded = appendPostings(s.encoded[:0], list)
	s.write(s.encoded)
	for _, n := range [...]int{shared, len(term) - shared} {
		s.terms = binary.AppendUvarint(s.terms, uint64(n))
	}
	s.terms = append(s.terms, term[shared:]...)
	s.terms = binary.AppendUvarint(s.terms, uint64(len(list)))
	s.terms = binary.AppendUvarint(s.terms, uint64(len(s.encoded)))
	s.last = append(s.last[:0], term...)
	s.count++
	if len(s.terms) > math.MaxUint32 && s.err == nil {
		s.err = fmt.Errorf("the terms of one section take more than %d bytes", uint32(math.MaxUint32))
	}
}

// finish writes the rest: lengths has three codes a document.
func (s *sectionWriter) finish(lengths []byte) (int64, error) {
	postings := s.off
	s.write(s.terms)
	s.write(s.blocks)
	s.write(lengths)
	totals, known := sumLengths(lengths)
	var b []byte
	for _, v := range [...]int{layout, analyserVersion, len(lengths) / NumFields, s.count} {
		b = le.AppendUint32(b, uint32(v))
	}
	b = le.AppendUint64(b, uint64(postings))
	b = le.AppendUint64(b, uint64(len(s.terms)))
	for _, v := range totals {
		b = le.AppendUint64(b, v)
	}
	b = le.AppendUint32(b, uint32(known))
	s.write(le.AppendUint32(b, 0))
	return s.off, s.err
}

// sumLengths adds up the lengths of the documents that were read.
func sumLengths(lengths []byte) (totals [NumFields]uint64, known int) {
	for ; len(lengths) > 0; lengths = lengths[NumFields:] {
		if lengths[Content] == unknown {
			continue
		}
		known++
		for f, code := range lengths[:NumFields] {
			totals[f] += uint64(lengthOf(code))
		}
	}
	return totals, known
}
