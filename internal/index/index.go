package index

import (
	"bytes"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
)

// Index is a read-only view of an index as it was when it was opened, whatever
// a writer does since. All methods but Close are safe for concurrent use. What
// they return is copied and outlives Close.
type Index struct {
	manifest *manifest
	views    views
}

// Open opens the index in the folder dir and verifies all of it: one pass over
// the files at about the speed of memory. It takes no lock and writes nothing.
//
// Errors: one that matches [io/fs.ErrNotExist] where there is no index,
// [*FormatError], [*NewerFormatError], or one of the operating system.
func Open(dir string) (*Index, error) {
	m, vs, err := load(dir)
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	return &Index{m, vs}, nil
}

// Measure returns what the index in the folder dir was built from and how many bytes
// it takes, as its manifest tells. The errors are those of [Open].
func Measure(dir string) (meta Meta, bytes int64, err error) {
	path, data, err := readManifestFile(dir)
	if err != nil {
		return Meta{}, 0, err
	}
	m, err := parseManifest(path, data)
	if err != nil {
		return Meta{}, 0, err
	}
	bytes = int64(len(data))
	for _, s := range m.segments {
		bytes += s.size
	}
	return m.meta, bytes, nil
}

// Close unmaps the files. No other method may be running or called after.
func (ix *Index) Close() error {
	err := ix.views.close()
	ix.views = nil
	return err
}

// Meta returns what the index was built from.
func (ix *Index) Meta() Meta { return ix.manifest.meta }

// Generation counts the commits since the folder had no readable index.
func (ix *Index) Generation() uint64 { return ix.manifest.generation }

// Unread is the number of files that were still to be read at the last commit,
// as its writer knew; see [Writer.SetUnread].
func (ix *Index) Unread() int { return int(min(ix.manifest.unread, math.MaxInt32)) }

// Files yields the files in order of path (by bytes).
func (ix *Index) Files() iter.Seq[FileInfo] { return ix.views.all() }

func (vs views) all() iter.Seq[FileInfo] {
	return func(yield func(FileInfo) bool) {
		for _, l := range vs.liveFiles() {
			if !yield(vs.info(l)) {
				return
			}
		}
	}
}

// Lookup returns the file of a path.
func (ix *Index) Lookup(path string) (FileInfo, bool) { return ix.views.lookup(path) }

// FindPath returns at most k files whose path is name or ends in it behind a
// slash, in order of path (by bytes). keep is as in [Index.Search].
func (ix *Index) FindPath(name string, k int, keep func(FileInfo) bool) []FileInfo {
	var found []FileInfo
	want := []byte(name)
	for s, v := range ix.views {
		for id := range v.files {
			path := v.path(id)
			if !bytes.HasSuffix(path, want) || v.dead.has(id) {
				continue
			}
			if n := len(path) - len(want); n > 0 && path[n-1] != '/' {
				continue
			}
			if f := ix.views.info(located{s, id}); keep == nil || keep(f) {
				found = append(found, f)
			}
		}
	}
	slices.SortFunc(found, func(a, b FileInfo) int { return strings.Compare(a.Path, b.Path) })
	return found[:min(k, len(found))]
}

func (vs views) lookup(path string) (FileInfo, bool) {
	l, ok := vs.find(path)
	if !ok {
		return FileInfo{}, false
	}
	return vs.info(l), true
}

// locate returns the segment and the number in it of a chunk. An id that the
// view never gave out is the caller's mistake and panics.
func (vs views) locate(id ChunkID) (segment, chunk int) {
	chunk = int(id)
	for s, v := range vs {
		if chunk < v.chunks {
			return s, chunk
		}
		chunk -= v.chunks
	}
	panic(fmt.Sprintf("index: no chunk %d", id))
}

// Chunk returns a chunk. The id must come from this view.
func (ix *Index) Chunk(id ChunkID) Chunk { return ix.views.chunk(id) }

func (vs views) chunk(id ChunkID) Chunk {
	s, i := vs.locate(id)
	v := vs[s]
	rec := v.chunk(i)
	c := Chunk{
		StartLine: int(rec.start), EndLine: int(rec.end),
		Tokens: int(rec.tokens), Truncated: int(rec.truncated), Flags: rec.flags,
	}
	for n := range int(rec.names) {
		c.Symbols = append(c.Symbols, string(v.name(int(rec.firstName)+n)))
	}
	return c
}

// FileOf returns the file of a chunk. The id must come from this view.
func (ix *Index) FileOf(id ChunkID) FileInfo {
	s, i := ix.views.locate(id)
	return ix.views.info(located{s, int(ix.views[s].chunk(i).file)})
}

// Counts returns how many chunks there are, and how many of them have a vector.
func (ix *Index) Counts() (chunks, embedded int) {
	for _, v := range ix.views {
		_, n := v.live()
		chunks, embedded = chunks+n, embedded+v.liveRows()
	}
	return chunks, embedded
}

// Stats describes an index in numbers.
type Stats struct {
	Generation uint64
	Segments   int
	Bytes      int64 // on disk, without the manifest
	Files      int
	Chunks     int // of these files
	Embedded   int // of these chunks, those with a vector
	DeadFiles  int // changed or removed since, not yet merged away
	DeadChunks int
	Tokens     int64 // of the chunks
	Truncated  int64 // of these, not seen by the model
	Cut        int   // chunks with such tokens
	Graphed    int   // chunks that a graph leads to
}

// Stats counts; it reads every chunk's record.
func (ix *Index) Stats() Stats {
	s := Stats{Generation: ix.manifest.generation, Segments: len(ix.views)}
	for _, v := range ix.views {
		files, chunks := v.live()
		s.Embedded += v.liveRows()
		s.Bytes += v.size
		s.Files, s.DeadFiles = s.Files+files, s.DeadFiles+v.files-files
		s.Chunks, s.DeadChunks = s.Chunks+chunks, s.DeadChunks+v.segment.chunks-chunks
		if v.graph != nil {
			s.Graphed += chunks
		}
		for i := range v.chunks {
			c := v.chunk(i)
			if v.dead.has(int(c.file)) {
				continue
			}
			s.Tokens += int64(c.tokens)
			s.Truncated += int64(c.truncated)
			if c.truncated > 0 {
				s.Cut++
			}
		}
	}
	return s
}
