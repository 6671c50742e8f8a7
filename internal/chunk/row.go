package chunk

import (
	"bytes"
	"slices"
	"sync"
)

// file is one file on its way to chunks.
type file struct {
	src   []byte
	lang  *language
	sizes sizes
	rows  []row
	defs  []def // by head, then by nesting

	// What steps need while they are at it, here for the sake of the next file.
	frames []frame
	units  []unit
}

// files holds the memory of files that are done: rows alone take more than
// twice the size of the source.
var files = sync.Pool{New: func() any { return new(file) }}

// maxKept bounds the rows and definitions of which the memory is kept.
const maxKept = 1 << 16

func newFile(lang *language, src []byte) *file {
	f := files.Get().(*file)
	f.lang, f.src = lang, src
	return f
}

// release hands the memory of f to another file. Nothing refers to it then.
func (f *file) release() {
	if cap(f.rows) > maxKept || cap(f.defs) > maxKept {
		return
	}
	clear(f.defs) // what they point to is done with, too
	clear(f.units)
	*f = file{rows: f.rows[:0], defs: f.defs[:0], frames: f.frames[:0], units: f.units[:0]}
	files.Put(f)
}

// row is a non-blank line. All later steps speak of rows by their index, so
// that blank lines cost nothing and no chunk can begin or end with one.
type row struct {
	start, at, end int // offsets: the line, its first character, its end without "\n" or "\r\n"
	line           int // 1-based
	weight         int // of all rows up to and with this one, see weight.go
	indent         int // columns; a comment takes that of the code after it
	stmt           int // the row on which the statement of this row begins
	def            int // index of the definition that begins here, else -1
	level, next    int // see level.go
	afterBlank     bool
	inside         bool // begins inside a string, a block comment or a fence
	bound          bool // is never cut off from the row before it
	lead           bool // comment or decorator: belongs to what follows
}

// kind says what a definition or a block is, in order of how good a name it
// gives to a chunk.
type kind uint8

const (
	plain    kind = iota // statements, data, paragraphs
	comment              // a comment that belongs to nothing
	preamble             // package clause, imports, the header of a file
	value                // constants, variables
	section              // a heading and what stands under it
	function
	typ // a type or class
)

// def is a definition: rows [from, to), of which [from, head) are its comment
// and decorators and [head, body) its signature.
type def struct {
	kind                 kind
	from, head, body, to int
	level                int // of the cut in front of it
	symbols              []string
}

// maxOnRow bounds the definitions that begin on one row, and the names of one
// definition. A row is never cut, so that they all would be those of one chunk,
// of which the encoder reads the beginning: a megabyte of code on one line has
// more names than anybody would find it by.
const maxOnRow = 1000

const bom = "\xef\xbb\xbf"

// scanRows appends the non-blank lines of src to rows, which is empty.
func scanRows(rows []row, src []byte) []row {
	if most := len(src)/12 + 8; cap(rows) < most {
		// Room for every line, but not for millions of empty ones.
		rows = slices.Grow(rows, min(bytes.Count(src, []byte("\n"))+1, most))
	}
	begin := 0
	if bytes.HasPrefix(src, []byte(bom)) {
		begin = len(bom)
	}
	weight := 0
	blank := true // the start of the file counts as a blank line
	for start, line := 0, 1; start < len(src); line++ {
		end, next := len(src), len(src)
		if i := bytes.IndexByte(src[start:], '\n'); i >= 0 {
			end, next = start+i, start+i+1
		}
		at, indent := indentation(src, max(start, begin), end)
		if at == end {
			blank = true
		} else {
			if end > start && src[end-1] == '\r' {
				end--
			}
			weight += weigh(src[at:end])
			rows = append(rows, row{
				start: start, at: at, end: end, line: line, weight: weight, indent: indent,
				stmt: len(rows), def: -1, afterBlank: blank,
			})
			blank = false
		}
		start = next
	}
	return rows
}

// indentation returns the offset of the first character that is no space and
// the column in which it stands, with a tab stop every 8 columns as in Python.
func indentation(src []byte, start, end int) (at, column int) {
	for at = start; at < end; at++ {
		switch src[at] {
		case ' ':
			column++
		case '\t':
			column += 8 - column%8
		case '\f':
			column = 0 // Python resets the column at a form feed
		case '\v', '\r':
		default:
			return at, column
		}
	}
	return at, column
}

// text returns the line from its first character on.
func (f *file) text(i int) []byte { return f.src[f.rows[i].at:f.rows[i].end] }

// weight returns the estimated tokens of rows [from, to), in sixteenths.
func (f *file) weight(from, to int) int {
	if from == 0 {
		return f.rows[to-1].weight
	}
	return f.rows[to-1].weight - f.rows[from-1].weight
}
