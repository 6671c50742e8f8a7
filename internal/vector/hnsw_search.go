package vector

import (
	"cmp"
	"fmt"
	"slices"
)

// Search returns k vectors of highest cosine with the query, best first, among
// those that a walk of the graph meets; equal scores in the order of the rows.
// It returns fewer than k only where there are fewer. It is [HNSW.Walk], and
// where that gives up the exact [Search] instead.
//
// keep, if not nil, says which rows count; it is called from several goroutines
// at once. Errors and panics are those of [Search].
func (h *HNSW) Search(query []float32, k, ef int, keep func(row int) bool) ([]Hit, error) {
	if found, ok, err := h.Walk(query, k, ef, keep); ok || err != nil {
		return found, err
	}
	return Search(query, k, keepRow(keep), h.matrix)
}

// Walk returns k vectors of highest cosine with the query, best first, among
// those that a walk of the graph meets; equal scores in the order of the rows.
// It returns fewer than k only where there are no more vectors.
//
// ef is the number of candidates that the walk keeps: more finds more of the
// true neighbours and takes longer, about in proportion. It is at least k; 0
// means [DefaultEfSearch]. The walk multiplies int8 by int8, and its
// candidates are scored again as [Search] does: a vector has the same score
// from either.
//
// keep, if not nil, says which rows count; it is called from this goroutine,
// and only for rows that the walk meets. Rows that do not count still lead to
// others, so a row is deleted by not keeping it.
//
// ok is false where so few rows count (about one in sixteen) that the exact scan
// is the better way, or so few that the walk has found less than k of them. Errors and panics are those of [Search].
func (h *HNSW) Walk(query []float32, k, ef int, keep func(row int) bool) (found []Hit, ok bool, err error) {
	m := h.matrix
	if len(query) != m.Dim {
		panic(fmt.Sprintf("vector: HNSW: the query has %d numbers, the vectors have %d", len(query), m.Dim))
	}
	q, err := newProbe(query)
	if err != nil {
		return nil, false, fmt.Errorf("query: %w", err)
	}
	if k = min(k, m.Len()); k <= 0 {
		return nil, true, nil
	}
	w := h.walks.Get().(*walk)
	defer h.walks.Put(w)
	w.aim(q.int8, float32(q.scale))
	limit := m.Len()
	if keep != nil {
		limit /= 4
	}
	ef = max(k, cmp.Or(ef, DefaultEfSearch))
	if !h.find(w, ef, limit, h.keepAny(keep)) {
		return nil, false, nil
	}
	found = h.rescore(w, &q, k, keep)
	return found, len(found) == k, nil
}

// keepAny says of the first of equal vectors whether any of them counts.
func (h *HNSW) keepAny(keep func(row int) bool) func(row int) bool {
	if keep == nil {
		return nil
	}
	return func(row int) bool {
		for ; row >= 0; row = h.next(row) {
			if keep(row) {
				return true
			}
		}
		return false
	}
}

// next returns the next vector equal to that of row, or -1. They ascend, so
// that damage makes no circles.
func (h *HNSW) next(row int) int {
	if to := int64(h.twins[row]); to > int64(row) && to < int64(len(h.twins)) {
		return int(to)
	}
	return -1
}

func keepRow(keep func(row int) bool) func(matrix, row int) bool {
	if keep == nil {
		return nil
	}
	return func(_, row int) bool { return keep(row) }
}

// find goes down the layers from the entry point; see walk.search.
func (h *HNSW) find(w *walk, ef, limit int, keep func(row int) bool) bool {
	at := uint32(0)
	for i := len(h.layers) - 1; i > 0; i-- {
		at = w.descend(&h.layers[i], at)
		if i == 1 {
			at = h.layers[1].row(at)
		}
	}
	return w.search(&h.layers[0], at, ef, limit, keep)
}

// rescore returns the k best of the results by their exact score. They come in
// the order of the approximate one, so it ends at the first that cannot reach
// the k-th any more; the walk's float32 rounding is far below the 1e-6 added.
func (h *HNSW) rescore(w *walk, q *probe, k int, keep func(row int) bool) []Hit {
	found := topK{limit: k, hits: make([]Hit, 0, k)}
	for _, c := range w.best {
		if c&counted == 0 {
			continue
		}
		if found.full() && float64(c.score())+q.slack+1e-6 < found.worst().Score {
			break
		}
		left := k
		for row := int(c.id()); row >= 0 && left > 0; row = h.next(row) {
			if keep == nil || keep(row) {
				found.offer(Hit{0, row, q.exact(w.matrix.Row(row), w.matrix.Scales[row])})
				left--
			}
		}
	}
	return slices.Compact(best(found.hits, k)) // in a damaged graph one may come twice
}
