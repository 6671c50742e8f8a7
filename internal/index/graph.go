package index

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"github.com/hunch-search/hunch/internal/vector"
)

// GraphFloor is the number of live chunks from which a segment gets a graph. It
// takes about 0.2 ms to scan a segment of that size (384 numbers, two cores) and
// a third of that to walk its graph: nobody would notice the difference beside
// the milliseconds that the question's embedding takes, and of an index most
// chunks are in segments that are far larger. docs/speed.md has the figures.
const GraphFloor = 4096

// lacksGraph says whether a segment should have a graph and has none.
func (v *view) lacksGraph(floor int) bool {
	if v.graph != nil || len(v.vectors.Scales) < floor {
		return false
	}
	_, live := v.live()
	return live >= floor && v.liveRows() == live // all are embedded before any is linked
}

// LacksGraphs says whether [Writer.BuildGraphs] would build any.
func (ix *Index) LacksGraphs() bool {
	return slices.ContainsFunc(ix.views, func(v *view) bool { return v.lacksGraph(GraphFloor) })
}

// BuildGraphs commits what is pending and gives a graph to every segment of
// [GraphFloor] chunks or more that has none, for [Index.SearchApproximate], on
// so many threads (0 means one for each processor). A segment keeps its graph until it is merged into
// another, which has none until the next BuildGraphs.
//
// Each graph is a commit: the segment is written again, with the graph, and
// takes the place of the old one. When ctx is done, BuildGraphs returns its
// error, and what was finished stays. progress, if not nil, is told how many of
// how many chunks are linked.
func (w *Writer) BuildGraphs(ctx context.Context, threads int, progress func(done, total int)) error {
	if err := w.Commit(ctx); err != nil {
		return err
	}
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	var lacking views
	before, total := 0, 0
	for _, v := range w.views {
		if v.lacksGraph(w.graphFloor) {
			lacking = append(lacking, v)
			total += len(v.vectors.Scales)
		}
	}
	for _, v := range lacking {
		vectors := len(v.vectors.Scales) // addGraph closes v
		g, err := vector.BuildHNSW(ctx, v.vectors, vector.HNSWConfig{}, threads, func(done int) {
			if progress != nil {
				progress(before+done, total)
			}
		})
		if err == nil {
			err = w.addGraph(ctx, v, g)
		}
		if err != nil {
			return fmt.Errorf("build graphs: %w", err)
		}
		before += vectors
	}
	return nil
}

// addGraph replaces a segment by one with the same files and a graph. The dead
// files stay, since the graph is over the vectors as they lie in the mapped file.
func (w *Writer) addGraph(ctx context.Context, v *view, g *vector.HNSW) error {
	files := make([]ref, v.files)
	for f := range files {
		files[f] = ref{v, f, v.file(f).modTime}
	}
	added, err := w.addSegment(ctx, files, g, v.entry.dead)
	if err != nil {
		return err
	}
	p := &plan{victims: map[int]bool{slices.Index(w.views, v): true}}
	for _, v := range w.views {
		p.dead = append(p.dead, v.entry.dead)
	}
	return w.install(p, added)
}
