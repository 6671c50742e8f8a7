package vector

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"unsafe"
)

// batchRows is how many vectors are placed at a time. A batch costs each of its
// vectors half of it in products, but these run through memory in order: 256
// are 2% of the time. Threads share a batch, so fewer would leave some idle.
const batchRows = 256

// BuildHNSW links the vectors of m, by as many goroutines as threads says (0
// means 1). The graph depends on m and c alone: not on threads, nor on the
// machine. It keeps m, which must not change any more. The matrix must come
// from [Quantize]; a matrix with other scales gives a poor graph.
//
// Vectors are inserted in batches. Those of a batch choose their links side by
// side, among what a walk of the graph so far finds (the paper's Algorithm 1)
// and the vectors before them in the batch, all of which they look at. Then
// the links back are made, where each list belongs to one goroutine and takes
// them in the order of the rows. At last, vectors that no links lead to any
// more get one.
//
// progress, if not nil, is told before each batch, and at the end, how many
// vectors are linked.
//
// The error is that of ctx, which is asked once a batch, or says which number
// of c is out of its range.
func BuildHNSW(ctx context.Context, m Matrix, c HNSWConfig, threads int, progress func(done int)) (*HNSW, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if m.Len() > maxRows {
		return nil, fmt.Errorf("hnsw: %d vectors, want at most %d", m.Len(), maxRows)
	}
	b := newBuilder(m, c)
	workers := make([]*worker, max(1, threads))
	for i := range workers {
		workers[i] = &worker{builder: b, walk: newWalk(m), number: i, of: len(workers)}
	}
	for lo := 0; lo < m.Len(); lo += batchRows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if progress != nil {
			progress(lo)
		}
		b.batch(workers, lo, min(lo+batchRows, m.Len()))
	}
	b.connect(workers[0])
	if progress != nil {
		progress(m.Len())
	}
	return b.HNSW, nil
}

// builder is a graph that grows.
type builder struct {
	*HNSW
	lists  []lists           // [top+1]
	level  []uint8           // of each row, the final ones
	place  []uint32          // of each row in upper, or twin
	height int               // the highest level of what is inserted, -1 at the start
	entry  uint32            // id on that level
	edges  [batchRows][]edge // of each row of the batch
}

// edge is a link that a row of the batch has chosen, and is to have a link
// back.
type edge struct {
	level    int
	from, to uint32 // ids
	score    float32
}

// newBuilder draws the levels, by which the place of everything is settled.
func newBuilder(m Matrix, c HNSWConfig) *builder {
	b := &builder{height: -1, level: make([]uint8, m.Len()), place: make([]uint32, m.Len())}
	counts := make([]uint32, maxLevel)
	twins := findTwins(m, b.place)
	for row := range b.level {
		if b.place[row] == twin {
			continue
		}
		b.level[row] = drawLevel(c.Seed, row, c.M)
		for l := range b.level[row] {
			counts[l]++
		}
	}
	words := make([]uint32, sizeInWords(m.Len(), c.M, counts))
	for i := range words[headerWords:] {
		words[headerWords+i] = none
	}
	copy(words, []uint32{hnswVersion, uint32(m.Len()), uint32(m.Dim), uint32(c.M), uint32(c.EfConstruction), 0,
		uint32(c.Seed), uint32(c.Seed >> 32)})
	copy(words[countsAt:], counts)
	b.HNSW = newHNSW(m, c, words)
	words[5] = uint32(len(b.layers) - 1)
	copy(b.twins, twins)
	b.placeUpper(counts)
	for i := range b.layers {
		l := &b.layers[i]
		b.lists = append(b.lists, newLists(l))
	}
	return b
}

// twin is the place of a vector that equals an earlier one.
const twin = none

// findTwins returns for each row the next one that is equal, and marks those
// others in place.
func findTwins(m Matrix, place []uint32) []uint32 {
	twins := make([]uint32, m.Len())
	last := make(map[string]uint32, m.Len())
	for row := range twins {
		twins[row] = none
		// A view: the map does not outlive the matrix.
		v := m.Row(row)
		key := unsafe.String((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v))
		if before, ok := last[key]; ok {
			twins[before], place[row] = uint32(row), twin
		}
		last[key] = uint32(row)
	}
	return twins
}

// placeUpper sorts the rows of the upper levels, by counting.
func (b *builder) placeUpper(counts []uint32) {
	next := append(counts[1:], 0) // where the rows of level 1, 2 … go: behind the higher ones
	for row, l := range b.level {
		if l > 0 {
			at := next[l-1]
			next[l-1]++
			b.place[row] = at
			b.layers[1].rows[at] = uint32(row)
		}
	}
}

// drawLevel returns the level of a row: at least l with probability M⁻ˡ, as the
// paper's ⌊-ln(uniform)/ln M⌋, but in whole numbers and from nothing but the
// seed and the row. The mixing is SplitMix64 (Steele, Lea and Flood 2014).
func drawLevel(seed uint64, row, m int) (level uint8) {
	x := seed + (uint64(row)+1)*0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	x ^= x >> 31
	for bound := uint64(math.MaxUint64) / uint64(m); x < bound && level < maxLevel; bound /= uint64(m) {
		level++
	}
	return level
}

// batch inserts rows [lo, hi).
func (b *builder) batch(workers []*worker, lo, hi int) {
	var next atomic.Int64
	next.Store(int64(lo))
	each(workers, func(w *worker) {
		for row := int(next.Add(1) - 1); row < hi; row = int(next.Add(1) - 1) {
			w.edges[row-lo] = w.edges[row-lo][:0]
			if w.place[row] != twin {
				w.insert(row, lo)
			}
		}
	})
	each(workers, func(w *worker) {
		for _, edges := range b.edges[:hi-lo] {
			w.linkBack(edges)
		}
	})
	for row := lo; row < hi; row++ {
		if l := int(b.level[row]); l > b.height && b.place[row] != twin {
			b.height, b.entry = l, b.id(l, row)
		}
	}
}

func each(workers []*worker, do func(w *worker)) {
	var wg sync.WaitGroup
	for _, w := range workers[1:] {
		wg.Go(func() { do(w) })
	}
	do(workers[0])
	wg.Wait()
}

// id returns the id of a row on a level.
func (b *builder) id(level, row int) uint32 {
	if level == 0 {
		return uint32(row)
	}
	return b.place[row]
}

// worker is one of the goroutines that build.
type worker struct {
	*builder
	*walk
	number, of int
	chosen     []uint32 // rows
	pruned     []key
}

// insert gives a row its links. They do not change what the others of the batch
// see: nothing leads to the row yet.
func (w *worker) insert(row, batch int) {
	m := w.walk.matrix
	top, at := int(w.level[row]), w.entry
	w.aim(m.Row(row), m.Scales[row])
	down := func(l int) { // from the id on level l to that below
		if l == 1 {
			at = w.layers[1].row(at)
		}
	}
	for l := w.height; l > top; l-- {
		at = w.descend(&w.layers[l], at)
		down(l)
	}
	edges := w.edges[row-batch]
	for l := top; l >= 0; l-- {
		w.reset()
		if l <= w.height {
			w.walk.search(&w.layers[l], at, w.config.EfConstruction, m.Len(), nil)
			at = w.best[0].id()
			down(l)
		}
		w.mates(l, row, batch)
		edges = w.choose(edges, l, row)
	}
	w.edges[row-batch] = edges
}

// mates adds the vectors before row in its batch to the candidates.
func (w *worker) mates(level, row, batch int) {
	l := &w.layers[level]
	w.fresh = w.fresh[:0]
	for mate := batch; mate < row; mate++ {
		if int(w.level[mate]) >= level && w.place[mate] != twin {
			w.fresh = append(w.fresh, w.id(level, mate))
		}
	}
	w.meet(l, w.config.EfConstruction, nil)
}
