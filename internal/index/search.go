package index

import (
	"cmp"
	"math"
	"slices"

	"github.com/hunch-search/hunch/internal/vector"
)

// Hit is a chunk that [Index.Search] found.
type Hit struct {
	Chunk ChunkID
	Score float64 // cosine, -1 to 1; higher is better
}

// Search returns the k chunks whose vectors have the highest cosine with the
// query [Meta.Dim], best first; equal scores in the order of their IDs. Chunks
// without a vector are not found. keep,
// if not nil, says which files count and is called once for each file. For
// exactness see [vector.Search], whose errors it returns.
func (ix *Index) Search(query []float32, k int, keep func(FileInfo) bool) ([]Hit, error) {
	return ix.views.search(query, k, keep, false)
}

// SearchApproximate is Search by way of the graphs: what it returns has the same
// scores, but a few of the nearest may be missing. It returns as many chunks as
// Search does. keep is called no more than once for each file.
//
// It searches a segment exactly that has no graph, or where k is more than one in
// 64 of the chunks, or where so few of them count that the scan is faster.
func (ix *Index) SearchApproximate(query []float32, k int, keep func(FileInfo) bool) ([]Hit, error) {
	return ix.views.search(query, k, keep, true)
}

// walkWiden is how many candidates a walk keeps for each result. On clustered
// vectors, 5,000 to 100,000 of them, and for 20 to 3,000 results, six give a
// recall of 0.99 and more; three give 0.97, and one 0.86, of the far ones in
// particular.
const walkWiden = 6

// walkShare bounds what is asked of a graph: a walk for more than this part of
// the vectors is not much faster than the scan, or with a filter slower. Tests
// set it lower, for small graphs.
var walkShare = 64

func (vs views) search(query []float32, k int, keep func(FileInfo) bool, approximate bool) ([]Hit, error) {
	var found []Hit
	var scan []int // the segments without an answer
	filters := make([]*filter, len(vs))
	for s, v := range vs {
		filters[s] = newFilter(vs, s, keep)
		if approximate && v.graph != nil && k <= len(v.vectors.Scales)/walkShare {
			hits, ok, err := v.graph.Walk(query, k, max(vector.DefaultEfSearch, walkWiden*k), filters[s].vectors())
			if err != nil {
				return nil, err
			}
			if ok {
				for _, h := range hits {
					found = append(found, Hit{vs.id(s, v.chunkOf(h.Row)), h.Score})
				}
				continue
			}
		}
		scan = append(scan, s)
	}
	scanned, err := vs.scan(query, k, scan, filters)
	if err != nil {
		return nil, err
	}
	found = append(found, scanned...)
	slices.SortFunc(found, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Chunk, b.Chunk))
	})
	return slices.Clip(found[:max(0, min(k, len(found)))]), nil
}

// scan searches some segments exactly, all at once.
func (vs views) scan(query []float32, k int, segments []int, filters []*filter) ([]Hit, error) {
	var matrices []vector.Matrix
	var out []bitset
	for _, s := range segments {
		matrices = append(matrices, vs[s].vectors)
		out = append(out, filters[s].all())
	}
	hits, err := vector.Search(query, k, func(m, row int) bool {
		v := vs[segments[m]]
		return !out[m].has(v.fileOf(v.chunkOf(row)))
	}, matrices...)
	if err != nil {
		return nil, err
	}
	found := make([]Hit, len(hits))
	for i, h := range hits {
		found[i] = Hit{vs.id(segments[h.Matrix], vs[segments[h.Matrix]].chunkOf(h.Row)), h.Score}
	}
	return found, nil
}

// Score returns the cosine of the query [Meta.Dim] with each of these chunks, as
// [Index.Search] would tell it, and has its errors. It is NaN for a chunk without
// a vector.
func (ix *Index) Score(query []float32, chunks []ChunkID) ([]float64, error) {
	scorer, err := vector.NewScorer(query)
	if err != nil {
		return nil, err
	}
	scores := make([]float64, len(chunks))
	for i, id := range chunks {
		s, chunk := ix.views.locate(id)
		scores[i] = math.NaN()
		if row, ok := ix.views[s].row(chunk); ok {
			scores[i] = scorer.Score(ix.views[s].vectors, row)
		}
	}
	return scores, nil
}

// Vector returns the vector of a chunk [Meta.Dim], of length 1, as it is kept: with
// 8 bits a number. That of a zero vector is zero; ok is false for a chunk that has
// none yet.
func (ix *Index) Vector(id ChunkID) (v []float32, ok bool) {
	s, chunk := ix.views.locate(id)
	row, ok := ix.views[s].row(chunk)
	if !ok {
		return nil, false
	}
	m := ix.views[s].vectors
	v = make([]float32, m.Dim)
	for i, x := range m.Data[row*m.Dim:][:m.Dim] {
		v[i] = m.Scales[row] * float32(x)
	}
	return v, true
}

// id returns the ID of a segment's chunk.
func (vs views) id(segment, chunk int) ChunkID {
	for _, v := range vs[:segment] {
		chunk += v.chunks
	}
	return ChunkID(chunk)
}

// fileOf returns the file of a chunk.
func (s *segment) fileOf(chunk int) int { return int(le.Uint32(s.chunkRecs[chunk*chunkSize:])) }

// filter knows which files of a segment do not count: those that are dead or
// that keep rejects. It asks keep about each once, and only about those that
// somebody wants to know of: to ask about all takes longer than a walk.
type filter struct {
	views   views
	segment int
	keep    func(FileInfo) bool
	out     bitset
	asked   bitset // or dead
}

func newFilter(vs views, segment int, keep func(FileInfo) bool) *filter {
	f := &filter{views: vs, segment: segment, keep: keep, out: vs[segment].dead}
	if keep != nil {
		f.out, f.asked = slices.Clone(f.out), slices.Clone(f.out)
	}
	return f
}

// ask makes out true for a file.
func (f *filter) ask(file int) {
	if f.keep == nil || f.asked.has(file) {
		return
	}
	f.asked.set(file)
	if !f.keep(f.views.info(located{f.segment, file})) {
		f.out.set(file)
	}
}

// rows tells which chunks count; nil means all. It is not safe for concurrent use.
func (f *filter) rows() func(chunk int) bool {
	v := f.views[f.segment]
	if f.keep == nil && len(v.entry.dead) == 0 {
		return nil
	}
	return func(chunk int) bool {
		file := v.fileOf(chunk)
		f.ask(file)
		return !f.out.has(file)
	}
}

// vectors is rows for the rows of the segment's vectors.
func (f *filter) vectors() func(row int) bool {
	rows, v := f.rows(), f.views[f.segment]
	if rows == nil || v.vectored == nil {
		return rows
	}
	return func(row int) bool { return rows(v.chunkOf(row)) }
}

// all returns the files that do not count.
func (f *filter) all() bitset {
	for file := range f.views[f.segment].files {
		f.ask(file)
	}
	return f.out
}
