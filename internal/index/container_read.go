package index

import (
	"bytes"
	"fmt"
	"slices"
)

// container is a file whose outer format was checked: every byte of it belongs
// to the header, to a section with the right checksum, or is padding and zero.
type container struct {
	file     string
	data     []byte
	crc      uint32 // the header's
	sections []section
}

// errorAt makes a FormatError.
func errorAt(file string, off int64, want, got string, args ...any) error {
	return &FormatError{File: file, Offset: off, Want: want, Got: fmt.Sprintf(got, args...)}
}

// parseContainer checks data, the content of a file, and all its checksums.
// known are the tags that the caller can read. The result views data.
func parseContainer(file, magic string, data []byte, known ...string) (*container, error) {
	c := &container{file: file, data: data}
	if err := c.parseHeader(magic); err != nil {
		return nil, err
	}
	for i := range c.sections {
		if err := c.parseEntry(i, known); err != nil {
			return nil, err
		}
	}
	end := align(c.dataStart())
	for _, s := range c.sections {
		if err := c.checkSection(s, end); err != nil {
			return nil, err
		}
		end = align(s.off + s.len)
	}
	if end != int64(len(data)) {
		return nil, errorAt(file, end, "the end of the file", "%d more bytes", int64(len(data))-end)
	}
	return c, nil
}

func (c *container) dataStart() int64 { return headerSize + entrySize*int64(len(c.sections)) }

func (c *container) parseHeader(magic string) error {
	data, size := c.data, int64(len(c.data))
	if size < headerSize {
		return errorAt(c.file, size, fmt.Sprintf("a header of %d bytes", headerSize), "the end of the file")
	}
	if string(data[:8]) != magic {
		return errorAt(c.file, 0, fmt.Sprintf("%q", magic), "%q", data[:8])
	}
	n := int64(le.Uint32(data[12:]))
	if n > maxSections || headerSize+entrySize*n > size {
		return errorAt(c.file, 12, fmt.Sprintf("at most %d sections", min(maxSections, (size-headerSize)/entrySize)), "%d", n)
	}
	c.sections = make([]section, n)
	head := data[:c.dataStart()]
	if c.crc = le.Uint32(head[28:]); headerCRC(head) != c.crc {
		return errorAt(c.file, 28, fmt.Sprintf("checksum %08x", headerCRC(head)), "%08x", c.crc)
	}
	// The version is judged after the checksum, which keeps its place in every
	// version: so a damaged version is damage, and not a newer file.
	if v := le.Uint32(data[8:]); v > FormatVersion {
		return &NewerFormatError{File: c.file, Version: v}
	} else if v != FormatVersion {
		return errorAt(c.file, 8, fmt.Sprintf("format version %d", FormatVersion), "%d", v)
	}
	if n := le.Uint64(data[16:]); n != uint64(size) {
		return errorAt(c.file, 16, fmt.Sprintf("the file's size %d", size), "%d", n)
	}
	if n := le.Uint32(data[24:]); n != 0 {
		return errorAt(c.file, 24, "zero", "%d", n)
	}
	return c.checkZero(c.dataStart(), align(c.dataStart()))
}

func (c *container) parseEntry(i int, known []string) error {
	at := headerSize + entrySize*int64(i)
	e := c.data[at : at+entrySize]
	flags, off, n := le.Uint32(e[4:]), le.Uint64(e[8:]), le.Uint64(e[16:])
	size := uint64(len(c.data))
	if off > size || n > size-off {
		return errorAt(c.file, at+8, fmt.Sprintf("a section within the file's %d bytes", size), "offset %d and length %d", off, n)
	}
	if r := le.Uint32(e[28:]); r != 0 {
		return errorAt(c.file, at+28, "zero", "%d", r)
	}
	s := section{tag: string(e[:4]), required: flags&flagRequired != 0, off: int64(off), len: int64(n), crc: le.Uint32(e[24:])}
	for _, before := range c.sections[:i] {
		if before.tag == s.tag {
			return errorAt(c.file, at, "each section once", "a second %q", s.tag)
		}
	}
	if s.required && !slices.Contains(known, s.tag) {
		return &NewerFormatError{File: c.file, Version: FormatVersion, Section: s.tag}
	}
	c.sections[i] = s
	return nil
}

// checkSection verifies that s starts where the one before it ended, its
// checksum, and the padding behind it.
func (c *container) checkSection(s section, start int64) error {
	if s.off != start {
		return errorAt(c.file, s.off, fmt.Sprintf("section %q at byte %d", s.tag, start), "its start")
	}
	if sum := checksum(c.data[s.off : s.off+s.len]); sum != s.crc {
		return errorAt(c.file, s.off, fmt.Sprintf("section %q with checksum %08x", s.tag, s.crc), "%08x", sum)
	}
	return c.checkZero(s.off+s.len, align(s.off+s.len))
}

// checkZero verifies the padding from one byte up to another.
func (c *container) checkZero(from, to int64) error {
	if to > int64(len(c.data)) {
		return errorAt(c.file, int64(len(c.data)), fmt.Sprintf("padding up to byte %d", to), "the end of the file")
	}
	var zero [sectionAlign]byte
	if !bytes.Equal(c.data[from:to], zero[:to-from]) {
		return errorAt(c.file, from, "zero bytes as padding", "%x", c.data[from:to])
	}
	return nil
}

// get returns a section as a reader of its fields; a missing one is an error.
func (c *container) get(tag string) (*reader, error) {
	if r := c.find(tag); r != nil {
		return r, nil
	}
	return nil, errorAt(c.file, headerSize, fmt.Sprintf("a section %q", tag), "none")
}

// find returns a section that may be missing: then it is nil.
func (c *container) find(tag string) *reader {
	for _, s := range c.sections {
		if s.tag == tag {
			return &reader{file: c.file, tag: tag, base: s.off, data: c.data[s.off : s.off+s.len]}
		}
	}
	return nil
}
