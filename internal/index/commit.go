package index

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hunch-search/hunch/internal/vector"
)

const (
	maxSegments = 8       // more are merged, as far as size allows
	maxMerged   = 1 << 22 // files and chunks of a segment that a merge makes: 1.6 GB at 384 numbers
)

// Commit makes all that was added, removed and touched since the last one
// visible to those who open the index from now on, and durable: it is on disk
// when Commit returns. After an error the index is as before, nothing is lost,
// and Commit may be called again.
//
// It writes at most one new segment. That also takes over the live files of
// segments that are more than half dead, and of the smallest ones where there
// would be more than eight. When ctx is done, such merging is left to a later
// commit; what is pending is committed all the same, so that an interrupted
// run keeps its work. A segment that it writes has no graph: a run commits
// often and merges much, and builds graphs once, at its end; see
// [Writer.BuildGraphs].
func (w *Writer) Commit(ctx context.Context) error {
	next := w.plan()
	if !w.fresh && !next.changed && w.unread == w.told && w.meta.Tool == w.tool {
		return nil
	}
	if ctx.Err() != nil {
		next.victims = nil
	}
	added, err := w.writeSegment(ctx, next)
	if err != nil && ctx.Err() != nil {
		next.victims = nil
		added, err = w.writeSegment(context.WithoutCancel(ctx), next)
	}
	if err != nil {
		return fmt.Errorf("commit index: %w", err)
	}
	return w.install(next, added)
}

// plan is what a commit is going to do.
type plan struct {
	changed bool
	dead    [][]uint32   // by present segment: its dead files, ascending
	touched []ref        // files to be copied for their new time
	victims map[int]bool // segments to be merged into the new one
}

// plan finds the files that die and the segments to merge. It changes nothing.
func (w *Writer) plan() *plan {
	p := &plan{dead: make([][]uint32, len(w.views)), victims: map[int]bool{}, changed: len(w.pending.byPath)+len(w.judged) > 0}
	kill := func(path string) (located, bool) {
		l, ok := w.views.find(path)
		if ok {
			p.dead[l.segment] = append(p.dead[l.segment], uint32(l.file))
			p.changed = true
		}
		return l, ok
	}
	for path := range w.pending.byPath {
		kill(path)
	}
	for path := range w.removed {
		if _, again := w.pending.byPath[path]; !again {
			kill(path)
		}
	}
	for path, modTime := range w.touched {
		if _, again := w.pending.byPath[path]; again || w.removed[path] {
			continue
		}
		if l, ok := kill(path); ok {
			p.touched = append(p.touched, ref{w.views[l.segment], l.file, modTime})
		}
	}
	weights := make([]weight, len(w.views))
	for i, v := range w.views {
		p.dead[i] = append(p.dead[i], v.entry.dead...)
		slices.Sort(p.dead[i])
		weights[i] = v.weigh(p.dead[i])
	}
	pending := len(p.touched) + len(w.pending.byPath)
	for _, f := range w.pending.byPath {
		pending += int(w.pending.fileRec[f].chunks)
	}
	for _, f := range p.touched {
		pending += int(f.file(f.id).chunks)
	}
	for _, i := range pickMerge(weights, pending) {
		p.victims[i] = true
	}
	return p
}

// weight measures a segment in files and chunks.
type weight struct{ live, all int }

func (v *view) weigh(dead []uint32) weight {
	w := weight{all: v.files + v.chunks}
	w.live = w.all - len(dead)
	for _, id := range dead {
		w.live -= int(v.file(int(id)).chunks)
	}
	return w
}

// pickMerge chooses the segments whose live files go into the next segment
// together with pending new files and chunks. Segments that are more than half
// dead always do, so that the index takes at most twice the room it needs. If
// there are too many of the others, the smallest do: as many as must, and
// further ones while each is at most twice what is merged already, which lets
// sizes grow like powers and a file be copied O(log n) times.
func pickMerge(segments []weight, pending int) []int {
	var picked, rest []int
	sum := pending
	for i, s := range segments {
		switch {
		case s.live == 0: // simply dropped
		case 2*s.live < s.all:
			picked = append(picked, i)
			sum += s.live
		default:
			rest = append(rest, i)
		}
	}
	if len(rest) == maxSegments && sum == 0 {
		return nil // no new segment, no need
	}
	excess := len(rest) + 1 - maxSegments
	if excess <= 0 {
		return picked
	}
	slices.SortStableFunc(rest, func(a, b int) int { return cmp.Compare(segments[a].live, segments[b].live) })
	for n, i := range rest {
		size := segments[i].live
		if (n >= excess && size > 2*sum) || sum+size > maxMerged {
			break
		}
		picked = append(picked, i)
		sum += size
	}
	return picked
}

// writeSegment writes and opens the new segment. It returns nil if there is
// nothing to be written.
func (w *Writer) writeSegment(ctx context.Context, p *plan) (*view, error) {
	files := slices.Clone(p.touched)
	for _, f := range w.pending.byPath {
		files = append(files, ref{w.pending, f, w.pending.fileRec[f].modTime})
	}
	for s := range p.victims {
		v := w.views[s]
		dead := newBitset(v.files)
		for _, id := range p.dead[s] {
			dead.set(int(id))
		}
		for f := range v.files {
			if !dead.has(f) {
				files = append(files, ref{v, f, v.file(f).modTime})
			}
		}
	}
	if len(files) == 0 {
		return nil, nil
	}
	return w.addSegment(ctx, files, nil, nil)
}

// addSegment writes and opens a segment of the files, of which some may be dead.
func (w *Writer) addSegment(ctx context.Context, files []ref, graph *vector.HNSW, dead []uint32) (*view, error) {
	e := segmentEntry{id: newID(), dead: dead}
	name := segmentName(e.id)
	err := w.disk.write(w.dir, name, func(f outFile) error {
		return writeSegment(ctx, f, w.meta, files, graph, &e)
	})
	if err != nil {
		return nil, err
	}
	v, err := openView(w.dir, e, w.meta) // the last check before old data goes
	if err == nil {
		err = w.disk.syncDir(w.dir)
	}
	if err != nil {
		if v != nil {
			v.close()
		}
		w.disk.remove(filepath.Join(w.dir, name))
		return nil, err
	}
	return v, nil
}

// newID names a segment. Names never come again, so a reader with an old
// manifest cannot take a new segment for the one it looks for.
func newID() uint64 {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return le.Uint64(b[:])
}

// install writes the manifest and, when that is done, makes its state this
// writer's and removes what is not needed any more.
func (w *Writer) install(p *plan, added *view) error {
	m := &manifest{generation: w.generation + 1, unread: w.unread, meta: w.meta}
	var kept, gone views
	for i, v := range w.views {
		if p.victims[i] || len(p.dead[i]) == v.files {
			gone = append(gone, v)
			continue
		}
		e := v.entry
		e.dead, e.outdated = p.dead[i], w.leftOutdated(v, p.dead[i])
		m.segments = append(m.segments, e)
		kept = append(kept, v)
	}
	if added != nil {
		added.entry.outdated = w.inheritsOutdated(added)
		m.segments = append(m.segments, added.entry)
		kept = append(kept, added)
	}
	if err := w.disk.write(w.dir, manifestName, m.write); err != nil {
		if added != nil {
			added.close()
			w.disk.remove(filepath.Join(w.dir, segmentName(added.entry.id)))
		}
		return fmt.Errorf("commit index: %w", err)
	}
	for i, v := range kept {
		v.setDead(m.segments[i].dead)
		v.setOutdated(m.segments[i].outdated)
	}
	w.views, w.generation, w.told, w.tool, w.fresh = kept, m.generation, m.unread, m.meta.Tool, false
	w.reset()
	gone.close()
	w.sweep()
	if err := w.disk.syncDir(w.dir); err != nil {
		return fmt.Errorf("commit index: it is written, but may not outlive a power failure: %w", err)
	}
	return nil
}
