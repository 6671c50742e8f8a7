package index

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// This file is the outer format that segments and manifests share: a header, a
// table of tagged sections, the sections. What a section holds is not its
// business.

// FormatVersion is the version of the files that this package writes.
//
//	1  first version: sections META LANG PATH FILE CHNK NAME SCAL VECS in
//	   segments, META SEGS DEAD in manifests; later HNSW and LEXI in segments
//	   and OLDF in manifests, which are not required
//
// It goes up when a known section changes its meaning. A new section needs no
// new version: readers skip what they do not know, unless it is marked required.
const FormatVersion = 1

const (
	segmentMagic  = "hunchseg"
	manifestMagic = "hunchman"

	headerSize   = 32
	entrySize    = 32
	sectionAlign = 64 // a cache line, and enough for any vector load
	maxSections  = 64

	flagRequired = 1 // a reader that does not know the section must not use the file
)

// castagnoli is CRC-32C: amd64 and arm64 compute it in hardware, at about the
// speed of memory, which lets every open verify every byte. It finds all
// errors of up to 3 bits and all bursts of up to 32. It guards against
// accidents; nothing here guards against an enemy who may write the files.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var le = binary.LittleEndian

func checksum(p []byte) uint32 { return crc32.Checksum(p, castagnoli) }

func align(n int64) int64 { return (n + sectionAlign - 1) &^ (sectionAlign - 1) }

// section is one entry of the table.
type section struct {
	tag      string
	required bool
	off, len int64
	crc      uint32
}

// containerWriter writes the sections one after the other and the header last.
// Errors stick: they come out of finish.
type containerWriter struct {
	magic   string
	at      io.WriterAt
	buf     *bufio.Writer
	off     int64
	planned int
	table   []section
}

func newContainerWriter(w interface {
	io.Writer
	io.WriterAt
}, magic string, sections int) *containerWriter {
	c := &containerWriter{magic: magic, at: w, buf: bufio.NewWriterSize(w, 1<<16), planned: sections}
	c.pad(align(headerSize + entrySize*int64(sections)))
	return c
}

func (c *containerWriter) pad(to int64) {
	var zero [sectionAlign]byte
	for c.off < to {
		n, _ := c.buf.Write(zero[:min(to-c.off, sectionAlign)])
		c.off += int64(n)
		if n == 0 {
			return // the error sticks in buf
		}
	}
}

// begin ends the section before and starts another, which is required.
func (c *containerWriter) begin(tag string) {
	c.pad(align(c.off))
	c.table = append(c.table, section{tag: tag, required: true, off: c.off})
}

// beginOptional starts a section that a reader may do without.
func (c *containerWriter) beginOptional(tag string) {
	c.begin(tag)
	c.table[len(c.table)-1].required = false
}

// Write appends to the section begun last.
func (c *containerWriter) Write(p []byte) (int, error) {
	s := &c.table[len(c.table)-1]
	s.crc = crc32.Update(s.crc, castagnoli, p)
	s.len += int64(len(p))
	c.off += int64(len(p))
	return c.buf.Write(p)
}

// finish writes the header and returns the file's size and the header's
// checksum, which covers the sections' checksums and so the whole file.
func (c *containerWriter) finish() (size int64, crc uint32, err error) {
	if len(c.table) != c.planned {
		panic(fmt.Sprintf("index: %d sections written, %d planned", len(c.table), c.planned))
	}
	c.pad(align(c.off))
	if err := c.buf.Flush(); err != nil {
		return 0, 0, err
	}
	head := make([]byte, headerSize, headerSize+entrySize*len(c.table))
	copy(head, c.magic)
	le.PutUint32(head[8:], FormatVersion)
	le.PutUint32(head[12:], uint32(len(c.table)))
	le.PutUint64(head[16:], uint64(c.off))
	for _, s := range c.table {
		flags := uint32(0)
		if s.required {
			flags = flagRequired
		}
		head = append(head, s.tag...)
		head = le.AppendUint32(head, flags)
		head = le.AppendUint64(head, uint64(s.off))
		head = le.AppendUint64(head, uint64(s.len))
		head = le.AppendUint32(head, s.crc)
		head = le.AppendUint32(head, 0)
	}
	crc = headerCRC(head)
	le.PutUint32(head[28:], crc)
	_, err = c.at.WriteAt(head, 0)
	return c.off, crc, err
}

// headerCRC covers header and table, but not the place of the checksum itself.
func headerCRC(head []byte) uint32 {
	crc := crc32.Update(0, castagnoli, head[:28])
	return crc32.Update(crc, castagnoli, head[headerSize:])
}
