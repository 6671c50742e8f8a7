package vector

import (
	"cmp"
	"math"
	"slices"
)

// compare orders hits best first: higher score, then earlier place. No two
// different hits are equal, so every selection by it has one answer.
func compare(a, b Hit) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Matrix, b.Matrix), cmp.Compare(a.Row, b.Row))
}

// topK keeps the best of the hits offered to it: a binary heap with the worst
// at hits[0]. (container/heap would box every element.)
type topK struct {
	hits  []Hit
	limit int
}

func (h *topK) full() bool { return len(h.hits) == h.limit }

// worst is the hit that goes next; the heap must not be empty.
func (h *topK) worst() Hit { return h.hits[0] }

// floor is the score below which no hit is taken.
func (h *topK) floor() float64 {
	if !h.full() {
		return math.Inf(-1)
	}
	return h.worst().Score
}

func (h *topK) offer(x Hit) {
	switch {
	case !h.full():
		h.hits = append(h.hits, x)
		h.up(len(h.hits) - 1)
	case before(&x, &h.hits[0]):
		h.hits[0] = x
		h.down(0)
	}
}

// before reports compare(a, b) < 0, which the scores decide nearly always.
func before(a, b *Hit) bool {
	if a.Score != b.Score {
		return a.Score > b.Score
	}
	return compare(*a, *b) < 0
}

func (h *topK) up(i int) {
	x := h.hits[i]
	for i > 0 {
		parent := (i - 1) / 2
		if !before(&h.hits[parent], &x) {
			break
		}
		h.hits[i] = h.hits[parent]
		i = parent
	}
	h.hits[i] = x
}

func (h *topK) down(i int) {
	x := h.hits[i]
	for {
		child := 2*i + 1
		if child >= len(h.hits) {
			break
		}
		if right := child + 1; right < len(h.hits) && before(&h.hits[child], &h.hits[right]) {
			child = right
		}
		if !before(&x, &h.hits[child]) {
			break
		}
		h.hits[i] = h.hits[child]
		i = child
	}
	h.hits[i] = x
}

// best sorts hits and returns the first k of them.
func best(hits []Hit, k int) []Hit {
	slices.SortFunc(hits, compare)
	return slices.Clip(hits[:min(k, len(hits))])
}
