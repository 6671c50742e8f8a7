package index

import (
	"fmt"
	"math"
	"slices"
)

// manifest lists the segments that count. It is small and replaced as a whole.
type manifest struct {
	generation uint64 // counts the commits
	unread     uint64 // files that the writer knew of and had not yet read
	meta       Meta
	segments   []segmentEntry
}

// segmentEntry is a segment as the manifest knows it.
type segmentEntry struct {
	id            uint64 // its name
	size          int64
	crc           uint32 // of its header, which covers the sections' checksums
	files, chunks uint32
	dead          []uint32 // files that do not count any more, ascending
	outdated      []uint32 // files that another program than the manifest's judged, likewise
}

const segmentEntrySize = 32

var manifestTags = []string{"META", "SEGS", "DEAD"}

// outdatedTag is that of a section which is there if some files are outdated.
const outdatedTag = "OLDF"

// write writes the manifest in its format.
func (m *manifest) write(f outFile) error {
	outdated := slices.ContainsFunc(m.segments, func(s segmentEntry) bool { return len(s.outdated) > 0 })
	sections := len(manifestTags)
	if outdated {
		sections++
	}
	w := newContainerWriter(f, manifestMagic, sections)
	w.begin("META")
	b := le.AppendUint64(nil, m.generation)
	b = le.AppendUint64(b, m.unread)
	b = le.AppendUint32(b, uint32(m.meta.Dim))
	b = le.AppendUint32(b, uint32(m.meta.Template))
	for _, s := range [...]string{m.meta.Root, m.meta.Model, m.meta.Precision, m.meta.Tool} {
		b = appendString(b, s)
	}
	w.Write(b)
	w.begin("SEGS")
	for _, s := range m.segments {
		b = le.AppendUint64(b[:0], s.id)
		b = le.AppendUint64(b, uint64(s.size))
		for _, v := range [...]uint32{s.crc, s.files, s.chunks, uint32(len(s.dead))} {
			b = le.AppendUint32(b, v)
		}
		w.Write(b)
	}
	w.begin("DEAD")
	for _, s := range m.segments {
		for _, id := range s.dead {
			w.Write(le.AppendUint32(b[:0], id))
		}
	}
	if outdated {
		w.beginOptional(outdatedTag)
		for _, s := range m.segments {
			b = le.AppendUint32(b[:0], uint32(len(s.outdated)))
			for _, id := range s.outdated {
				b = le.AppendUint32(b, id)
			}
			w.Write(b)
		}
	}
	_, _, err := w.finish()
	return err
}

func parseManifest(file string, data []byte) (*manifest, error) {
	c, err := parseContainer(file, manifestMagic, data, slices.Concat(manifestTags, []string{outdatedTag})...)
	if err != nil {
		return nil, err
	}
	m := &manifest{}
	if err := m.parseMeta(c); err != nil {
		return nil, err
	}
	deadCounts, err := m.parseSegments(c)
	if err != nil {
		return nil, err
	}
	if err := m.parseDead(c, deadCounts); err != nil {
		return nil, err
	}
	return m, m.parseOutdated(c)
}

func (m *manifest) parseMeta(c *container) error {
	r, err := c.get("META")
	if err != nil {
		return err
	}
	m.generation, m.unread = r.u64("generation"), r.u64("unread files")
	dim, template := r.u32("dim"), r.u32("template")
	if dim < 1 || dim > maxDim {
		r.failAt(16, fmt.Sprintf("a dim from 1 to %d", maxDim), "%d", dim)
	}
	if template > math.MaxInt32 {
		r.failAt(20, "a template version below 2^31", "%d", template)
	}
	m.meta = Meta{Dim: int(dim), Template: int(template),
		Root: r.str("root"), Model: r.str("model"), Precision: r.str("precision"), Tool: r.str("tool")}
	return r.done()
}

func (m *manifest) parseSegments(c *container) (dead []uint32, err error) {
	r, err := c.get("SEGS")
	if err != nil {
		return nil, err
	}
	data, n := r.records(segmentEntrySize)
	seen := map[uint64]bool{}
	var files, chunks uint64
	for i := range n {
		b := data[i*segmentEntrySize:]
		s := segmentEntry{id: le.Uint64(b), size: int64(le.Uint64(b[8:])),
			crc: le.Uint32(b[16:]), files: le.Uint32(b[20:]), chunks: le.Uint32(b[24:])}
		if seen[s.id] {
			r.failAt(int64(i)*segmentEntrySize, "each segment once", "%016x again", s.id)
		}
		seen[s.id] = true
		m.segments = append(m.segments, s)
		dead = append(dead, le.Uint32(b[28:]))
		files, chunks = files+uint64(s.files), chunks+uint64(s.chunks)
	}
	if max(files, chunks) > math.MaxUint32 {
		r.failAt(0, "files and chunks below 2^32", "%d and %d", files, chunks)
	}
	return dead, r.done()
}

func (m *manifest) parseDead(c *container, counts []uint32) error {
	r, err := c.get("DEAD")
	if err != nil {
		return err
	}
	for i := range m.segments {
		s := &m.segments[i]
		s.dead = s.parseFiles(r, counts[i], "dead files")
	}
	return r.done()
}

func (m *manifest) parseOutdated(c *container) error {
	r := c.find(outdatedTag)
	if r == nil {
		return nil
	}
	for i := range m.segments {
		s := &m.segments[i]
		s.outdated = s.parseFiles(r, r.u32("the number of outdated files"), "outdated files")
	}
	return r.done()
}

// parseFiles reads n files of the segment, which are in ascending order.
func (s *segmentEntry) parseFiles(r *reader, n uint32, what string) (ids []uint32) {
	at := r.off
	b := r.take(4*int64(n), what)
	for j := range len(b) / 4 {
		id := le.Uint32(b[4*j:])
		if id >= s.files || (j > 0 && id <= ids[j-1]) {
			r.failAt(at+4*int64(j), fmt.Sprintf("ascending files below %d", s.files), "%d", id)
			break
		}
		ids = append(ids, id)
	}
	return ids
}
