package lexical

import "encoding/binary"

// blockSize is the number of postings that are decoded together, and that a
// reader can skip.
const blockSize = 128

// posting is a document that has a term, and where.
type posting struct {
	doc    uint32
	counts counts
}

// appendPostings encodes a list, which has postings in order of documents, each
// once. A posting is a varint and mostly one byte:
//
//	(doc - document before - 1)<<1 | more    the document before the first is -1
//	counts                                   a byte if more is 1; otherwise it is once
//
// A list of more than a block begins with what is needed to skip:
//
//	varint length of what follows, in bytes
//	for each block but the last: varint (last doc - last doc of the block before - 1), varint its bytes
func appendPostings(b []byte, list []posting) []byte {
	if len(list) <= blockSize {
		return appendBlock(b, -1, list)
	}
	var blocks, skip []byte
	last := int64(-1)
	for len(list) > blockSize {
		at := len(blocks)
		blocks = appendBlock(blocks, last, list[:blockSize])
		end := int64(list[blockSize-1].doc)
		skip = binary.AppendUvarint(skip, uint64(end-last-1))
		skip = binary.AppendUvarint(skip, uint64(len(blocks)-at))
		last, list = end, list[blockSize:]
	}
	b = binary.AppendUvarint(b, uint64(len(skip)))
	b = append(b, skip...)
	b = append(b, blocks...)
	return appendBlock(b, last, list)
}

func appendBlock(b []byte, last int64, list []posting) []byte {
	for _, p := range list {
		b = appendPosting(b, last, p)
		last = int64(p.doc)
	}
	return b
}

func appendPosting(b []byte, last int64, p posting) []byte {
	v := uint64(int64(p.doc)-last-1) << 1
	if p.counts == once {
		return binary.AppendUvarint(b, v)
	}
	return append(binary.AppendUvarint(b, v|1), byte(p.counts))
}

// cursor decodes a list block by block. Bytes that are no list end it with an
// error; it never yields a document that does not exist.
type cursor struct {
	blocks []byte // those not yet decoded
	skip   []byte
	left   int   // postings not yet decoded
	last   int64 // the document before them
	docs   int64 // of the section
	end    int64 // its place, for errors

	list [blockSize]posting
	n    int // of list, the block
	err  error
}

// open starts on the list of a term.
func (c *cursor) open(ix *Index, e entry) {
	c.blocks, c.skip, c.left, c.n = ix.postings[e.off:e.off+e.size], nil, e.df, 0
	c.last, c.docs, c.end, c.err = -1, int64(ix.docs), e.off+e.size, nil
	if c.left > blockSize {
		n, used := binary.Uvarint(c.blocks)
		if used <= 0 || n > uint64(len(c.blocks)-used) {
			c.fail("the length of a skip table", "%d of %d bytes", n, len(c.blocks))
			return
		}
		c.skip, c.blocks = c.blocks[used:used+int(n)], c.blocks[used+int(n):]
	}
}

func (c *cursor) fail(want, got string, args ...any) {
	if c.err == nil {
		c.err = errorAt(c.end-int64(len(c.blocks)), want, got, args...)
	}
	c.left, c.n = 0, 0
}

// next decodes a block into list[:n]. It returns false at the end and after an
// error.
func (c *cursor) next() bool {
	c.n = min(c.left, blockSize)
	if c.n == 0 {
		return false
	}
	b, last, docs := c.blocks, c.last, c.docs
	list := c.list[:c.n]
	for i := range list {
		var v uint64
		if len(b) > 1 && b[0] < 0x80 {
			v, b = uint64(b[0]), b[1:]
		} else {
			var used int
			if v, used = binary.Uvarint(b); used <= 0 {
				c.fail("a posting", "%d bytes that are none", len(b))
				return false
			}
			b = b[used:]
		}
		p := posting{counts: once}
		if v&1 != 0 {
			if len(b) == 0 {
				c.fail("the counts of a posting", "the end of its list")
				return false
			}
			p.counts, b = counts(b[0]), b[1:]
		}
		if v>>1 >= uint64(docs-last-1) {
			c.fail("a document of those that there are", "%d after number %d of %d", v>>1, last, docs)
			return false
		}
		last += int64(v>>1) + 1
		p.doc = uint32(last)
		list[i] = p
	}
	if c.left -= c.n; c.left > 0 {
		if end, size, ok := c.entry(); !ok || end != last || size != len(c.blocks)-len(b) {
			c.fail("blocks as the skip table has them", "another")
			return false
		}
	} else if len(b) > 0 {
		c.fail("the end of a list", "%d more bytes", len(b))
		return false
	}
	c.blocks, c.last = b, last
	return true
}

// entry takes the next block's entry from the skip table.
func (c *cursor) entry() (end int64, size int, ok bool) {
	gap, n := binary.Uvarint(c.skip)
	if n <= 0 || gap >= uint64(c.docs-c.last-1) {
		return 0, 0, false
	}
	bytes, m := binary.Uvarint(c.skip[n:])
	if m <= 0 || bytes > uint64(len(c.blocks)) {
		return 0, 0, false
	}
	c.skip = c.skip[n+m:]
	return c.last + int64(gap) + 1, int(bytes), true
}

// seek decodes the block that doc would be in, unless it is decoded already.
// Documents are asked for in ascending order. It returns false when the list has
// nothing from doc on.
func (c *cursor) seek(doc uint32) bool {
	for c.n == 0 || c.list[c.n-1].doc < doc {
		for c.left > blockSize {
			skip := c.skip
			end, size, ok := c.entry()
			if !ok {
				c.fail("an entry of the skip table", "none")
				return false
			}
			if end >= int64(doc) {
				c.skip = skip
				break
			}
			c.blocks, c.last = c.blocks[size:], end
			c.left -= blockSize
		}
		if !c.next() {
			return false
		}
	}
	return true
}
