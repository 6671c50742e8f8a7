package index

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"sort"
)

// view is a segment with the files of it that are dead, and those that are
// outdated.
type view struct {
	*segment
	entry          segmentEntry
	dead, outdated bitset
}

// bitset is a set of small numbers of a size fixed by newBitset.
type bitset []uint64

func newBitset(n int) bitset    { return make(bitset, (n+63)/64) }
func (b bitset) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }

func (v *view) setDead(ids []uint32) {
	v.entry.dead = ids
	v.dead = newBitset(v.files)
	for _, id := range ids {
		v.dead.set(int(id))
	}
}

// live returns the numbers of files and chunks that count.
func (v *view) live() (files, chunks int) {
	files, chunks = v.files-len(v.entry.dead), v.chunks
	for _, id := range v.entry.dead {
		chunks -= int(v.file(int(id)).chunks)
	}
	return files, chunks
}

// liveRows returns the number of chunks that count and have a vector.
func (v *view) liveRows() int {
	_, n := v.rows(0, v.chunks)
	for _, id := range v.entry.dead {
		f := v.file(int(id))
		from, to := v.rows(int(f.first), int(f.chunks))
		n -= to - from
	}
	return n
}

// deadChunks returns the chunks of the files that do not count, ascending.
func (v *view) deadChunks() []int {
	var chunks []int
	for _, id := range v.entry.dead {
		f := v.file(int(id))
		for i := range f.chunks {
			chunks = append(chunks, int(f.first+i))
		}
	}
	return chunks
}

// find returns the live file of a path.
func (v *view) find(path []byte) (file int, ok bool) {
	i, ok := sort.Find(v.files, func(i int) int { return bytes.Compare(path, v.path(i)) })
	return i, ok && !v.dead.has(i)
}

// openView opens the segment of a manifest's entry and checks that it is the
// one that the manifest means.
func openView(dir string, e segmentEntry, meta Meta) (*view, error) {
	path := filepath.Join(dir, segmentName(e.id))
	s, err := openSegment(path, meta)
	if err != nil {
		return nil, err
	}
	v := &view{segment: s, entry: e}
	switch {
	case s.size != e.size:
		err = errorAt(path, 16, fmt.Sprintf("the manifest's size %d", e.size), "%d", s.size)
	case s.crc != e.crc:
		err = errorAt(path, 28, fmt.Sprintf("the manifest's checksum %08x", e.crc), "%08x", s.crc)
	case s.files != int(e.files) || s.chunks != int(e.chunks):
		err = errorAt(path, 0, fmt.Sprintf("the manifest's %d files and %d chunks", e.files, e.chunks), "%d and %d", s.files, s.chunks)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	v.setDead(e.dead)
	v.setOutdated(e.outdated)
	return v, nil
}

// views are the segments of one manifest.
type views []*view

func openViews(dir string, m *manifest) (views, error) {
	var vs views
	for _, e := range m.segments {
		v, err := openView(dir, e, m.meta)
		if err != nil {
			return nil, errors.Join(err, vs.close())
		}
		vs = append(vs, v)
	}
	return vs, nil
}

func (vs views) close() error {
	var errs []error
	for _, v := range vs {
		errs = append(errs, v.close())
	}
	return errors.Join(errs...)
}

// load opens what the folder's manifest lists. Between the reading of the
// manifest and of a segment a writer may have replaced the one and removed the
// other: then it starts over with the new manifest.
func load(dir string) (*manifest, views, error) {
	path, data, err := readManifestFile(dir)
	if err != nil {
		return nil, nil, err
	}
	for {
		m, err := parseManifest(path, data)
		if err != nil {
			return nil, nil, err
		}
		vs, err := openViews(dir, m)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return m, vs, err
		}
		_, now, readErr := readManifestFile(dir)
		if readErr != nil {
			return nil, nil, readErr
		}
		if bytes.Equal(now, data) {
			return nil, nil, errorAt(path, headerSize, "segments that exist", "one that is missing: %v", err)
		}
		data = now
	}
}

// liveFiles returns the files that count, in order of path.
func (vs views) liveFiles() []located {
	var files []located
	for s, v := range vs {
		for id := range v.files {
			if !v.dead.has(id) {
				files = append(files, located{s, id})
			}
		}
	}
	slices.SortFunc(files, func(a, b located) int {
		return cmp.Or(bytes.Compare(vs[a.segment].path(a.file), vs[b.segment].path(b.file)), cmp.Compare(a.segment, b.segment))
	})
	return files
}

// located is the place of a file.
type located struct{ segment, file int }

// find returns the live file of a path.
func (vs views) find(path string) (located, bool) {
	p := []byte(path)
	for s, v := range vs {
		if id, ok := v.find(p); ok {
			return located{s, id}, true
		}
	}
	return located{}, false
}

// info copies what the segment knows of a file.
func (vs views) info(l located) FileInfo {
	v := vs[l.segment]
	rec := v.file(l.file)
	first := int(rec.first)
	for _, before := range vs[:l.segment] {
		first += before.chunks
	}
	from, to := v.rows(int(rec.first), int(rec.chunks))
	return FileInfo{
		File: File{
			Path: string(v.path(l.file)), Size: rec.size, ModTime: rec.modTime, Hash: rec.hash,
			Language: string(v.language(l.file)),
		},
		FirstChunk: ChunkID(first),
		Chunks:     int(rec.chunks),
		Embedded:   to - from,
		Analysed:   v.analysed(l.file),
		Outdated:   v.outdated.has(l.file),
	}
}
