package index

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"unsafe"

	"github.com/hunch-search/hunch/internal/lexical"
	"github.com/hunch-search/hunch/internal/trigram"
	"github.com/hunch-search/hunch/internal/vector"
)

// segment is an open segment file: a view, read-only and safe for concurrent
// use. Everything in it was validated when it was opened.
type segment struct {
	unmap func() error
	crc   uint32
	size  int64

	files, chunks       int
	langs, paths, names stringTable
	fileRecs, chunkRecs []byte
	vectors             vector.Matrix
	vectored            []uint32       // the chunks that have a row in vectors, ascending; nil if all do
	graph               *vector.HNSW   // over vectors, or nil
	lexical             *lexical.Index // of the chunks' words, or nil
	grams               *trigram.Index // of the files' texts, or nil
}

var segmentTags = []string{"META", "LANG", "PATH", "FILE", "CHNK", "NAME", "SCAL", "VECS"}

// rowsTag is of the section that lists the chunks with vectors, where not all
// have one.
const rowsTag = "ROWS"

// Tags of the sections that may be missing. Bytes of another layout than
// [vector.HNSW] describes would get another tag; those of packages lexical and
// trigram know their layout.
const (
	graphTag   = "HNSW"
	lexicalTag = "LEXI"
	trigramTag = "TRIG"
)

// openSegment maps and validates a segment of the index that meta describes.
func openSegment(path string, meta Meta) (s *segment, err error) {
	data, unmap, err := mapFile(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, unmap())
		}
	}()
	err = guard(path, func() (err error) {
		s, err = parseSegment(path, data, meta)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.unmap = unmap
	return s, nil
}

// guard turns a fault while parse reads mapped memory into an error: the file
// was cut by someone, or the disk failed.
func guard(path string, parse func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if _, fault := r.(interface{ Addr() uintptr }); !fault {
			panic(r)
		}
		err = errorAt(path, 0, "a file that stays readable", "a fault: it was cut short or the disk fails")
	}()
	return parse()
}

func (s *segment) close() error { return s.unmap() }

func parseSegment(file string, data []byte, meta Meta) (*segment, error) {
	c, err := parseContainer(file, segmentMagic, data, append(slices.Clip(segmentTags), rowsTag, graphTag, lexicalTag, trigramTag)...)
	if err != nil {
		return nil, err
	}
	s := &segment{crc: c.crc, size: int64(len(data))}
	vectors := 0
	for _, section := range []struct {
		tag   string
		parse func(*reader)
	}{
		{"META", func(r *reader) { vectors = s.parseMeta(r, meta) }},
		{"LANG", func(r *reader) { s.langs = parseStrings(r) }},
		{"PATH", s.parsePaths},
		{"FILE", s.parseFiles},
		{"NAME", func(r *reader) { s.names = parseStrings(r) }},
		{"CHNK", s.parseChunks},
		{"SCAL", func(r *reader) { s.parseScales(r, vectors) }},
		{"VECS", func(r *reader) {
			s.vectors.Data = int8s(r.take(int64(vectors)*int64(meta.Dim), "vectors"))
		}},
	} {
		r, err := c.get(section.tag)
		if err != nil {
			return nil, err
		}
		section.parse(r)
		if err := r.done(); err != nil {
			return nil, err
		}
	}
	if vectors != s.chunks {
		r, err := c.get(rowsTag)
		if err != nil {
			return nil, err
		}
		if err := s.parseRows(r, vectors); err != nil {
			return nil, err
		}
	} else if r := c.find(rowsTag); r != nil {
		r.failAt(0, "no such section where all chunks have vectors", "one")
		return nil, r.err
	}
	if r := c.find(graphTag); r != nil {
		if err := s.parseGraph(r); err != nil {
			return nil, err
		}
	}
	if r := c.find(lexicalTag); r != nil {
		if err := s.parseLexical(r); err != nil {
			return nil, err
		}
	}
	if r := c.find(trigramTag); r != nil {
		if err := s.parseTrigrams(r); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// parseTrigrams opens the files' trigrams where they lie. Those of another layout
// are as if there were none.
func (s *segment) parseTrigrams(r *reader) error {
	data := r.take(int64(len(r.data)), "trigrams")
	ix, err := trigram.Open(data)
	if _, other := errors.AsType[*trigram.VersionError](err); other {
		return r.done()
	}
	if bad, ok := errors.AsType[*trigram.FormatError](err); ok {
		r.failAt(bad.Offset, bad.Want, "%s", bad.Got)
	} else if ix.Files() != s.files {
		r.failAt(0, fmt.Sprintf("trigrams of %d files", s.files), "%d", ix.Files())
	}
	s.grams = ix
	return r.done()
}

// parseLexical opens the chunks' words where they lie. Those of another version
// of the analyser are as if there were none.
func (s *segment) parseLexical(r *reader) error {
	data := r.take(int64(len(r.data)), "words")
	ix, err := lexical.Open(data)
	if _, other := errors.AsType[*lexical.VersionError](err); other {
		return r.done()
	}
	if bad, ok := errors.AsType[*lexical.FormatError](err); ok {
		r.failAt(bad.Offset, bad.Want, "%s", bad.Got)
	} else if ix.Docs() != s.chunks {
		r.failAt(0, fmt.Sprintf("words of %d chunks", s.chunks), "%d", ix.Docs())
	}
	s.lexical = ix
	return r.done()
}

// parseRows reads which chunks have vectors.
func (s *segment) parseRows(r *reader, vectors int) error {
	s.vectored = uint32s(r.take(4*int64(vectors), "chunks with vectors"))
	for i, c := range s.vectored {
		if int64(c) >= int64(s.chunks) || i > 0 && c <= s.vectored[i-1] {
			r.failAt(4*int64(i), fmt.Sprintf("ascending chunks below %d", s.chunks), "%d", c)
			break
		}
	}
	return r.done()
}

// parseGraph opens the graph where it lies.
func (s *segment) parseGraph(r *reader) (err error) {
	data := r.take(int64(len(r.data)), "graph")
	if s.graph, err = vector.OpenHNSW(data, s.vectors); err != nil {
		r.failAt(0, "a graph", "%v", err)
	}
	return r.done()
}

func (s *segment) parseMeta(r *reader, want Meta) (vectors int) {
	dim, template := r.u32("dim"), r.u32("template")
	files, chunks, rows := r.u32("files"), r.u32("chunks"), r.u32("vectors")
	model, precision := r.str("model"), r.str("precision")
	r.str("tool")
	if rows > chunks {
		r.failAt(16, fmt.Sprintf("at most as many vectors as chunks, %d", chunks), "%d", rows)
	}
	have := Meta{want.Root, model, precision, int(template), int(dim), ""}
	if err := have.Match(want); err != nil && r.err == nil {
		r.failAt(0, "what the manifest says", "another segment: %v", err)
	}
	s.files, s.chunks, s.vectors.Dim = int(files), int(chunks), want.Dim
	return int(rows)
}

// parsePaths checks that the paths ascend, which look-up relies on and which
// makes them unique.
func (s *segment) parsePaths(r *reader) {
	s.paths = parseStrings(r)
	if n := s.paths.len(); n != s.files && r.err == nil {
		r.failAt(0, fmt.Sprintf("%d paths", s.files), "%d", n)
		return
	}
	var last []byte
	for i := range s.paths.len() {
		p := s.paths.at(i)
		if bytes.Compare(p, last) <= 0 {
			r.failAt(4+4*int64(i), "ascending paths, none empty", "%q after %q", p, last)
			return
		}
		last = p
	}
}

func (s *segment) parseFiles(r *reader) {
	data, n := r.records(fileSize)
	if n != s.files {
		r.failAt(0, fmt.Sprintf("%d files", s.files), "%d", n)
		return
	}
	s.fileRecs = data
	next := uint64(0)
	for i := range n {
		at := int64(i) * fileSize
		f := s.file(i)
		if f.size < 0 {
			r.failAt(at, "a size from 0", "%d", f.size)
		}
		if uint64(f.first) != next {
			r.failAt(at+48, fmt.Sprintf("first chunk %d", next), "%d", f.first)
		}
		if int64(f.lang) >= int64(s.langs.len()) {
			r.failAt(at+56, fmt.Sprintf("a language below %d", s.langs.len()), "%d", f.lang)
		}
		if zero := le.Uint32(data[at+60:]); zero != 0 {
			r.failAt(at+60, "zero", "%d", zero)
		}
		next += uint64(f.chunks)
	}
	if next != uint64(s.chunks) {
		r.failAt(0, fmt.Sprintf("files with %d chunks", s.chunks), "%d", next)
	}
}

func (s *segment) parseChunks(r *reader) {
	data, n := r.records(chunkSize)
	if n != s.chunks {
		r.failAt(0, fmt.Sprintf("%d chunks", s.chunks), "%d", n)
		return
	}
	s.chunkRecs = data
	next := uint64(0) // name
	i := 0
	for f := range s.files {
		for range s.file(f).chunks {
			at := int64(i) * chunkSize
			c := s.chunk(i)
			if c.file != uint32(f) {
				r.failAt(at, fmt.Sprintf("file %d", f), "%d", c.file)
			}
			if c.start < 1 || c.end < c.start || c.end > math.MaxInt32 {
				r.failAt(at+4, "lines from 1, the last not before the first", "%d to %d", c.start, c.end)
			}
			if uint64(c.firstName) != next {
				r.failAt(at+12, fmt.Sprintf("first symbol %d", next), "%d", c.firstName)
			}
			if c.truncated > c.tokens || c.tokens > math.MaxInt32 {
				r.failAt(at+20, "tokens, at most all of them truncated", "%d of %d", c.truncated, c.tokens)
			}
			next += uint64(c.names)
			i++
		}
	}
	if next != uint64(s.names.len()) {
		r.failAt(0, fmt.Sprintf("chunks with %d symbols", s.names.len()), "%d", next)
	}
}

func (s *segment) parseScales(r *reader, vectors int) {
	s.vectors.Scales = float32s(r.take(4*int64(vectors), "scales"))
	for i, x := range s.vectors.Scales {
		if !(x >= 0 && x <= 1) { // 1/‖row‖ of whole numbers
			r.failAt(4*int64(i), "a scale from 0 to 1", "%v", x)
			return
		}
	}
}

// int8s views b as int8.
func int8s(b []byte) []int8 {
	return unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(b))), len(b))
}

// float32s views b, of little-endian numbers, as float32 where the machine has
// them so and b is aligned, as sections of a mapped file are; else it copies.
func float32s(b []byte) []float32 {
	p := unsafe.SliceData(b)
	if littleEndian && uintptr(unsafe.Pointer(p))%4 == 0 {
		return unsafe.Slice((*float32)(unsafe.Pointer(p)), len(b)/4)
	}
	v := make([]float32, len(b)/4)
	for i := range v {
		v[i] = math.Float32frombits(le.Uint32(b[4*i:]))
	}
	return v
}

// uint32s views b, of little-endian numbers, as float32s does; it is never nil.
func uint32s(b []byte) []uint32 {
	p := unsafe.SliceData(b)
	if littleEndian && len(b) > 0 && uintptr(unsafe.Pointer(p))%4 == 0 {
		return unsafe.Slice((*uint32)(unsafe.Pointer(p)), len(b)/4)
	}
	v := make([]uint32, len(b)/4)
	for i := range v {
		v[i] = le.Uint32(b[4*i:])
	}
	return v
}

var littleEndian = func() bool {
	x := uint16(1)
	return *(*byte)(unsafe.Pointer(&x)) == 1
}()

func (s *segment) path(file int) []byte     { return s.paths.at(file) }
func (s *segment) language(file int) []byte { return s.langs.at(int(s.file(file).lang)) }
func (s *segment) file(i int) fileRecord    { return decodeFile(s.fileRecs[i*fileSize:]) }
func (s *segment) chunk(i int) chunkRecord  { return decodeChunk(s.chunkRecs[i*chunkSize:]) }
func (s *segment) name(i int) []byte        { return s.names.at(i) }
func (s *segment) matrix() vector.Matrix    { return s.vectors }

// row returns where a chunk's vector is in the matrix, or would be.
func (s *segment) row(chunk int) (row int, ok bool) {
	if s.vectored == nil {
		return chunk, chunk < s.chunks
	}
	return slices.BinarySearch(s.vectored, uint32(chunk))
}

func (s *segment) rows(first, chunks int) (from, to int) {
	from, _ = s.row(first)
	to, _ = s.row(first + chunks)
	return from, to
}

func (s *segment) hasRow(chunk int) bool {
	_, ok := s.row(chunk)
	return ok
}

// chunkOf returns the chunk that a row of the matrix belongs to.
func (s *segment) chunkOf(row int) int {
	if s.vectored == nil {
		return row
	}
	return int(s.vectored[row])
}

func (s *segment) words() (*lexical.Index, error) { return s.lexical, nil }

func (s *segment) trigrams() (*trigram.Index, error) { return s.grams, nil }

// analysed reports whether the words of a file's chunks and its trigrams are known.
func (s *segment) analysed(file int) bool {
	f := s.file(file)
	return f.chunks == 0 || s.lexical != nil && s.lexical.Known(int(f.first)) && s.grams != nil && s.grams.Known(file)
}
