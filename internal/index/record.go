package index

import (
	"fmt"
	"iter"

	"github.com/hunch-search/hunch/internal/lexical"
	"github.com/hunch-search/hunch/internal/trigram"
	"github.com/hunch-search/hunch/internal/vector"
)

// Meta says what an index was built from. Two indexes whose Metas differ (but
// for Tool) must not be mixed.
type Meta struct {
	Root      string // the folder that paths are relative to; any bytes
	Model     string // fingerprint of the model's weights
	Precision string // of the arithmetic that made the vectors
	Template  int    // what decides which texts are embedded, such as their template's version; 0 to 2³¹-1
	Dim       int    // numbers in a vector, 1 to 65,536
	Tool      string // version of the program that wrote it; compared by nobody here
}

const maxDim = 1 << 16

// Match returns a [*MismatchError] naming the first difference that matters
// between m and want, or nil. Tool does not matter.
func (m Meta) Match(want Meta) error {
	for _, f := range []struct{ field, have, want string }{
		{"root", m.Root, want.Root},
		{"model", m.Model, want.Model},
		{"precision", m.Precision, want.Precision},
		{"template", fmt.Sprint(m.Template), fmt.Sprint(want.Template)},
		{"dim", fmt.Sprint(m.Dim), fmt.Sprint(want.Dim)},
	} {
		if f.have != f.want {
			return &MismatchError{Field: f.field, Have: f.have, Want: f.want}
		}
	}
	return nil
}

// File is what an index knows of a file.
type File struct {
	Path     string   // not empty; any bytes; the caller keeps to one spelling
	Size     int64    // bytes
	ModTime  int64    // nanoseconds since 1970
	Hash     [32]byte // SHA-256 of the content
	Language string
	// Text is what is searched for regular expressions. Of it only the trigrams are
	// kept, so that it is empty in what an Index returns.
	Text string
}

// Chunk is what an index knows of a chunk, but for its vector.
type Chunk struct {
	StartLine, EndLine int      // from 1, both inclusive
	Symbols            []string // names of what it defines
	Tokens             int      // of its text in full
	Truncated          int      // of these, how many the model did not see
	Flags              uint32   // kept as given
}

// ChunkRecord is a chunk to be added, with its vector as [vector.Quantize]
// makes it. What is kept of its text is its words.
type ChunkRecord struct {
	Chunk
	Vector []int8 // [Meta.Dim], or nil for a chunk that has none yet
	Scale  float32
	Text   string // what [Words.Search] finds it by, beside path and symbols
}

// ChunkID numbers the chunks of one [Index]. It means nothing to another one,
// nor to the same folder opened again.
type ChunkID uint32

// FileInfo is a live file of an index and the place of its chunks.
type FileInfo struct {
	File
	FirstChunk ChunkID // its chunks have the IDs from here,
	Chunks     int     // this many
	Embedded   int     // of which so many have a vector
	Outdated   bool    // it was judged by another program than [Meta] tells; see [Writer.Judged]
	Analysed   bool    // and [Words.Search] finds them, and [Index.MayMatch] knows of the file: an older hunch, or another analyser, did not see to that
}

// Sizes of the fixed records.
const (
	fileSize  = 64
	chunkSize = 32
)

// fileRecord is a record of section FILE.
type fileRecord struct {
	size, modTime int64
	hash          [32]byte
	first, chunks uint32 // its chunks
	lang          uint32 // its language in LANG
}

func (f *fileRecord) append(b []byte) []byte {
	b = le.AppendUint64(b, uint64(f.size))
	b = le.AppendUint64(b, uint64(f.modTime))
	b = append(b, f.hash[:]...)
	b = le.AppendUint32(b, f.first)
	b = le.AppendUint32(b, f.chunks)
	b = le.AppendUint32(b, f.lang)
	return le.AppendUint32(b, 0)
}

func decodeFile(b []byte) fileRecord {
	return fileRecord{
		size: int64(le.Uint64(b)), modTime: int64(le.Uint64(b[8:])),
		hash:  [32]byte(b[16:48]),
		first: le.Uint32(b[48:]), chunks: le.Uint32(b[52:]),
		lang: le.Uint32(b[56:]),
	}
}

// chunkRecord is a record of section CHNK.
type chunkRecord struct {
	file              uint32
	start, end        uint32 // lines
	firstName, names  uint32 // its symbols in NAME
	tokens, truncated uint32
	flags             uint32
}

func (c *chunkRecord) append(b []byte) []byte {
	for _, v := range [...]uint32{c.file, c.start, c.end, c.firstName, c.names, c.tokens, c.truncated, c.flags} {
		b = le.AppendUint32(b, v)
	}
	return b
}

func decodeChunk(b []byte) chunkRecord {
	_ = b[chunkSize-1]
	return chunkRecord{
		file: le.Uint32(b), start: le.Uint32(b[4:]), end: le.Uint32(b[8:]),
		firstName: le.Uint32(b[12:]), names: le.Uint32(b[16:]),
		tokens: le.Uint32(b[20:]), truncated: le.Uint32(b[24:]), flags: le.Uint32(b[28:]),
	}
}

// source is where the writer copies records from: a segment or what is
// pending. Files are 0 … n-1, and so are the chunks and names they refer to.
// What it returns are views.
type source interface {
	path(file int) []byte
	language(file int) []byte
	file(i int) fileRecord
	chunk(i int) chunkRecord
	name(i int) []byte
	matrix() vector.Matrix
	words() (*lexical.Index, error)        // whose documents are the chunks; nil if there is none
	trigrams() (*trigram.Index, error)     // whose files are these; likewise
	rows(first, chunks int) (from, to int) // of the matrix, which these chunks have
	hasRow(chunk int) bool
}

// ref is one file of a source.
type ref struct {
	source
	id      int
	modTime int64 // instead of the record's
}

// chunksOf yields the chunk numbers and records of the files in order.
func chunksOf(files []ref) iter.Seq2[ref, int] {
	return func(yield func(ref, int) bool) {
		for _, f := range files {
			rec := f.file(f.id)
			for c := range int(rec.chunks) {
				if !yield(f, int(rec.first)+c) {
					return
				}
			}
		}
	}
}
