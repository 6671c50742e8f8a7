// Package trigram tells which files may contain given strings, by the trigrams
// that are in each: three bytes in a row within a line, with the letters of ASCII
// in lower case. Whether a file contains a string only its text can tell; but one
// that lacks a trigram of it does not. The idea is Russ Cox's (Regular Expression
// Matching with a Trigram Index, 2012).
//
// A section of bytes holds the trigrams of a number of files:
//
//	postings  the lists of all trigrams, one after the other: the numbers of the
//	          files that have it, ascending, each a varint of the distance to the
//	          one before, less 1; the first is counted from -1
//	table     a u64 for each trigram, ascending: its bytes, the first highest, in
//	          bits 40 to 63, and the end of its list in postings below
//	known     a bit for each file, the lowest of the first byte first: 1 if its
//	          trigrams are known
//	footer    u32 layout, u32 files, u32 trigrams, u32 files that are known,
//	          u64 bytes of postings, u64 zero
//
// All numbers are little-endian.
package trigram

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
)

const (
	layout     = 1
	footerSize = 32
	entrySize  = 8
	endBits    = 40
	endMask    = 1<<endBits - 1
	trigrams   = 1 << 24
)

var le = binary.LittleEndian

// Builder collects files. The zero value is empty. It is not safe for concurrent
// use.
type Builder struct {
	files int
	pairs []uint64 // trigram<<32 | file
	seen  []uint64 // a bit for each trigram, of the file that is being added
}

// Add adds a file and returns its number. Nothing of text is kept.
func (b *Builder) Add(text string) int {
	if b.seen == nil {
		b.seen = make([]uint64, trigrams/64)
	}
	file, from := b.files, len(b.pairs)
	b.files++
	t := uint32(0)
	run := 0 // bytes since the line began
	for i := range len(text) {
		c := text[i]
		if c == '\n' {
			run = 0
			continue
		}
		t = (t<<8 | uint32(fold(c))) & (trigrams - 1)
		if run++; run < 3 || b.seen[t/64]>>(t%64)&1 != 0 {
			continue
		}
		b.seen[t/64] |= 1 << (t % 64)
		b.pairs = append(b.pairs, uint64(t)<<32|uint64(file))
	}
	for _, p := range b.pairs[from:] {
		b.seen[p>>32/64] = 0
	}
	return file
}

func fold(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// WriteTo writes the section.
func (b *Builder) WriteTo(w io.Writer) (int64, error) {
	slices.Sort(b.pairs)
	s := sectionWriter{w: w}
	var list []uint32
	for i := 0; i < len(b.pairs); {
		t := b.pairs[i] >> 32
		for list = list[:0]; i < len(b.pairs) && b.pairs[i]>>32 == t; i++ {
			list = append(list, uint32(b.pairs[i]))
		}
		s.add(uint32(t), list)
	}
	known := newSet(b.files)
	for i := range b.files {
		known.add(i)
	}
	return s.finish(known, b.files)
}

// Bytes returns the section.
func (b *Builder) Bytes() []byte {
	var buf bytes.Buffer
	b.WriteTo(&buf) // a buffer takes all
	return buf.Bytes()
}

// set is a set of files, a bit each as in a section.
type set []byte

func newSet(n int) set       { return make(set, (n+7)/8) }
func (s set) add(i int)      { s[i/8] |= 1 << (i % 8) }
func (s set) has(i int) bool { return s[i/8]>>(i%8)&1 != 0 }
func (s set) and(t set)      { combine(s, t, func(x, y byte) byte { return x & y }) }
func (s set) or(t set)       { combine(s, t, func(x, y byte) byte { return x | y }) }
func combine(s, t set, f func(x, y byte) byte) {
	for i := range s {
		s[i] = f(s[i], t[i])
	}
}

// sectionWriter writes lists as they come, and at the end the rest.
type sectionWriter struct {
	w       io.Writer
	err     error
	off     int64
	table   []byte
	encoded []byte
}

func (s *sectionWriter) write(p []byte) {
	if s.err == nil {
		var n int
		n, s.err = s.w.Write(p)
		s.off += int64(n)
	}
}

// add writes the list of the next trigram.
func (s *sectionWriter) add(t uint32, files []uint32) {
	last := int64(-1)
	s.encoded = s.encoded[:0]
	for _, f := range files {
		s.encoded = binary.AppendUvarint(s.encoded, uint64(int64(f)-last-1))
		last = int64(f)
	}
	s.write(s.encoded)
	if s.off > endMask && s.err == nil {
		s.err = fmt.Errorf("the trigrams of one section take more than %d bytes", int64(endMask))
	}
	s.table = le.AppendUint64(s.table, uint64(t)<<endBits|uint64(s.off))
}

func (s *sectionWriter) finish(known set, files int) (int64, error) {
	postings := s.off
	s.write(s.table)
	s.write(known)
	count := 0
	for i := range files {
		if known.has(i) {
			count++
		}
	}
	var b []byte
	for _, v := range [...]int{layout, files, len(s.table) / entrySize, count} {
		b = le.AppendUint32(b, uint32(v))
	}
	b = le.AppendUint64(b, uint64(postings))
	s.write(le.AppendUint64(b, 0))
	return s.off, s.err
}

// Index is an open section. It is safe for concurrent use.
type Index struct {
	postings, table []byte
	known           set
	files, complete int
}

// FormatError reports bytes that are not what a [Builder] writes.
type FormatError struct {
	Offset int64
	Want   string
	Got    string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("trigrams at byte %d: got %s, want %s", e.Offset, e.Got, e.Want)
}

func errorAt(off int64, want, got string, args ...any) error {
	return &FormatError{off, want, fmt.Sprintf(got, args...)}
}

// VersionError reports a section of another layout, which is of no use.
type VersionError struct{ Layout uint32 }

func (e *VersionError) Error() string {
	return fmt.Sprintf("trigrams of layout %d, want %d", e.Layout, layout)
}

// Open opens a section where it lies: data must stay as it is. It checks all but
// the lists, which are checked when they are read. Errors: [*FormatError],
// [*VersionError].
func Open(data []byte) (*Index, error) {
	if len(data) < footerSize {
		return nil, errorAt(0, fmt.Sprintf("at least %d bytes", footerSize), "%d", len(data))
	}
	end := uint64(len(data) - footerSize)
	foot := data[end:]
	if v := le.Uint32(foot); v != layout {
		return nil, &VersionError{v}
	}
	files, count, known := uint64(le.Uint32(foot[4:])), uint64(le.Uint32(foot[8:])), uint64(le.Uint32(foot[12:]))
	postings := le.Uint64(foot[16:])
	switch {
	case files > math.MaxInt32 || count > trigrams:
		return nil, errorAt(int64(end)+4, "files below 2^31 and trigrams up to 2^24", "%d and %d", files, count)
	case postings > end || postings+entrySize*count+(files+7)/8 != end:
		return nil, errorAt(int64(end)+16, fmt.Sprintf("parts of %d bytes", end), "%d, %d and %d", postings, entrySize*count, (files+7)/8)
	case le.Uint64(foot[24:]) != 0:
		return nil, errorAt(int64(end)+24, "zero", "%d", le.Uint64(foot[24:]))
	}
	table := postings + entrySize*count
	ix := &Index{postings: data[:postings:postings], table: data[postings:table:table], known: set(data[table:end:end]), files: int(files)}
	last := uint64(0)
	for i := range int(count) {
		e := ix.entry(i)
		if i > 0 && e>>endBits <= last>>endBits || e&endMask < last&endMask || e&endMask > postings {
			return nil, errorAt(int64(postings)+entrySize*int64(i), "ascending trigrams, and lists within the postings", "%#x after %#x", e, last)
		}
		last = e
	}
	if last&endMask != postings {
		return nil, errorAt(int64(table), fmt.Sprintf("a last list that ends at %d", postings), "%d", last&endMask)
	}
	for i := range ix.files {
		if ix.known.has(i) {
			ix.complete++
		}
	}
	if uint64(ix.complete) != known {
		return nil, errorAt(int64(end)+12, fmt.Sprintf("%d known files", ix.complete), "%d", known)
	}
	return ix, nil
}

// Files is the number of files; they are 0 to Files - 1.
func (ix *Index) Files() int { return ix.files }

// Known reports whether a file was added by a builder: [Merge] may leave gaps,
// which may contain anything.
func (ix *Index) Known(file int) bool { return ix.known.has(file) }

// Complete reports whether all files are known.
func (ix *Index) Complete() bool { return ix.complete == ix.files }

func (ix *Index) entry(i int) uint64 { return le.Uint64(ix.table[entrySize*i:]) }

// list appends the files of the i-th trigram.
func (ix *Index) list(i int, files []uint32) ([]uint32, error) {
	from := uint64(0)
	if i > 0 {
		from = ix.entry(i-1) & endMask
	}
	to := ix.entry(i) & endMask
	last := int64(-1)
	for b := ix.postings[from:to]; len(b) > 0; {
		gap, n := binary.Uvarint(b)
		if n <= 0 || gap >= uint64(int64(ix.files)-last-1) {
			return nil, errorAt(int64(to)-int64(len(b)), "a file of those that there are", "%d after number %d of %d", gap, last, ix.files)
		}
		last += int64(gap) + 1
		files, b = append(files, uint32(last)), b[n:]
	}
	return files, nil
}

// find returns the place of a trigram in the table.
func (ix *Index) find(t uint32) (int, bool) {
	lo, hi := 0, len(ix.table)/entrySize
	for lo < hi {
		mid := (lo + hi) / 2
		if got := uint32(ix.entry(mid) >> endBits); got < t {
			lo = mid + 1
		} else if got > t {
			hi = mid
		} else {
			return mid, true
		}
	}
	return 0, false
}

// MayContain returns for each file whether it can contain of each list of needs at
// least one string, where upper and lower case of ASCII letters are equal. nil
// means that all can, as far as is known. The error is a [*FormatError].
func (ix *Index) MayContain(needs [][]string) ([]bool, error) {
	var all set
	for _, list := range needs {
		if slices.ContainsFunc(list, func(s string) bool { return len(s) < 3 }) {
			continue // of these nothing is known
		}
		some := newSet(ix.files)
		for _, s := range list {
			files, err := ix.with(s)
			if err != nil {
				return nil, err
			}
			some.or(files)
		}
		if all == nil {
			all = some
		} else {
			all.and(some)
		}
	}
	if all == nil {
		return nil, nil
	}
	may := make([]bool, ix.files)
	for i := range may {
		may[i] = all.has(i) || !ix.known.has(i)
	}
	return may, nil
}

// with returns the files that have all trigrams of a string.
func (ix *Index) with(s string) (set, error) {
	var places []int
	for i := range len(s) - 2 {
		t := uint32(fold(s[i]))<<16 | uint32(fold(s[i+1]))<<8 | uint32(fold(s[i+2]))
		place, ok := ix.find(t)
		if !ok {
			return newSet(ix.files), nil
		}
		places = append(places, place)
	}
	slices.Sort(places)
	var all set
	var list []uint32
	for _, place := range slices.Compact(places) {
		var err error
		if list, err = ix.list(place, list[:0]); err != nil {
			return nil, err
		}
		files := newSet(ix.files)
		for _, f := range list {
			files.add(int(f))
		}
		if all == nil {
			all = files
		} else {
			all.and(files)
		}
	}
	return all, nil
}

// Source is a section that goes into another, and where its files go.
type Source struct {
	Index *Index
	Files []int // by file: its number in the new section, or Dropped
}

// Dropped is in place of the number of a file that is left out.
const Dropped = -1

// Merge writes a section of so many files, taken from others. No two of them go to
// the same number; a file that none goes to is not known. Memory is needed for the
// table, not for the postings.
func Merge(w io.Writer, files int, sources ...Source) (int64, error) {
	known := newSet(files)
	at := make([]int, len(sources)) // by source: the next of its trigrams
	for _, s := range sources {
		if len(s.Files) != s.Index.files {
			return 0, fmt.Errorf("%d numbers for %d files", len(s.Files), s.Index.files)
		}
		for from, to := range s.Files {
			if to != Dropped && s.Index.Known(from) {
				known.add(to)
			}
		}
	}
	out := &sectionWriter{w: w}
	var list, merged []uint32
	for out.err == nil {
		least := uint64(math.MaxUint64)
		for i, s := range sources {
			if at[i] < len(s.Index.table)/entrySize {
				least = min(least, s.Index.entry(at[i])>>endBits)
			}
		}
		if least == math.MaxUint64 {
			break
		}
		merged = merged[:0]
		for i, s := range sources {
			if at[i] == len(s.Index.table)/entrySize || s.Index.entry(at[i])>>endBits != least {
				continue
			}
			var err error
			if list, err = s.Index.list(at[i], list[:0]); err != nil {
				return 0, err
			}
			at[i]++
			for _, f := range list {
				if to := s.Files[f]; to != Dropped {
					merged = append(merged, uint32(to))
				}
			}
		}
		if len(merged) > 0 {
			slices.SortFunc(merged, cmp.Compare[uint32])
			out.add(uint32(least), merged)
		}
	}
	return out.finish(known, files)
}
