package vector

import (
	"math"

	"github.com/hunch-search/hunch/internal/simd"
)

// key is a vector that a walk met: its score, its id, and two flags, so packed
// that the greater key is the better candidate, and among equal scores the
// lower id. Comparing candidates is comparing two numbers, and no two are
// equal: the order in which they were met does not matter.
//
//	bits 32–63  the float32 score, its bits turned so that they order as numbers
//	bits  2–31  2³⁰-1 - id
//	bit      1  counts as a result
//	bit      0  its links have not been followed yet
type key uint64

const (
	open    key = 1
	counted key = 2
)

func newKey(score float32, id uint32, flags key) key {
	b := math.Float32bits(score)
	b ^= uint32(int32(b)>>31) | 1<<31
	return key(b)<<32 | key(maxRows-1-id)<<2 | flags
}

func (k key) id() uint32 { return maxRows - 1 - uint32(k)>>2 }

func (k key) score() float32 {
	b := uint32(k >> 32)
	return math.Float32frombits(b ^ (^uint32(int32(b)>>31) | 1<<31))
}

// walk is the state of one search of a layer, kept for the next one. It is the
// paper's Algorithm 2, with one sorted list in place of its two heaps: the
// candidates that are still to be followed and those that were are together the
// ef best, and what falls off the end is never needed again.
type walk struct {
	matrix Matrix
	query  []int8
	scale  float32 // a score is int8 dot × scale × the row's scale

	seen    []uint64 // a bit for each id
	touched []uint32 // the ids whose bits are set
	best    []key    // descending
	results int      // of best, those that count
	fresh   []uint32 // ids met for the first time by one step …
	rows    []uint32 // … their rows, where these are not the ids …
	dots    []int32  // … and their products with the query
	ahead   uint32   // see touch
}

func newWalk(m Matrix) *walk {
	return &walk{matrix: m, seen: make([]uint64, (m.Len()+63)/64)}
}

func (w *walk) aim(query []int8, scale float32) { w.query, w.scale = query, scale }

// reset forgets what was seen. It costs what the last search met, not what
// there is.
func (w *walk) reset() {
	for _, id := range w.touched {
		w.seen[id/64] = 0
	}
	w.touched, w.best, w.results = w.touched[:0], w.best[:0], 0
}

// measure multiplies the query with the rows of ids; the results are in w.dots.
func (w *walk) measure(l *layer, ids []uint32) {
	if l.rows != nil {
		w.rows = w.rows[:0]
		for _, id := range ids {
			w.rows = append(w.rows, l.rows[id])
		}
		ids = w.rows
	}
	for len(w.dots) < len(ids) {
		w.dots = append(w.dots, 0)
	}
	simd.DotInt8Rows(w.dots[:len(ids)], w.query, w.matrix.Data, ids)
}

func (w *walk) score(dot int32, row uint32) float32 {
	return float32(dot) * (w.scale * w.matrix.Scales[row])
}

// similarity of two rows is what a walk that aims at either finds for the
// other, bit for bit and on every machine.
func similarity(dot int32, a, b float32) float32 { return float32(dot) * (a * b) }

// descend goes from one id of a layer to ever nearer ones until none is: the
// paper's search with ef = 1.
func (w *walk) descend(l *layer, at uint32) uint32 {
	w.fresh = append(w.fresh[:0], at)
	w.measure(l, w.fresh)
	here := newKey(w.score(w.dots[0], l.row(at)), at, 0)
	for {
		w.fresh = w.fresh[:0]
		for _, to := range l.linksOf(here.id()) {
			if int64(to) >= int64(l.n) {
				break
			}
			w.fresh = append(w.fresh, to)
		}
		w.measure(l, w.fresh)
		next := here
		for i, id := range w.fresh {
			next = max(next, newKey(w.score(w.dots[i], l.row(id)), id, 0))
		}
		if next == here {
			return here.id()
		}
		here = next
	}
}

// maxOverhang bounds the list of a walk of which few count, each entry of which
// costs more than the one before. Where one in 16 counts, the exact scan is about
// as fast at 10,000 vectors, and a walk that gives up has lost a tenth of a
// millisecond by then. Without this bound, where one in a hundred counts, a walk
// took ten times as long as the scan (10,000 and 100,000 vectors).
const maxOverhang = 16

// search finds the ef nearest from one id of a layer on, in w.best. keep, if
// not nil, says which rows count among the ef; the others are in w.best too as
// long as they may lead to some. It gives up and returns false when it has met
// more than limit, or when less than one in maxOverhang seems to count.
func (w *walk) search(l *layer, from uint32, ef, limit int, keep func(row int) bool) bool {
	w.reset()
	w.fresh = append(w.fresh[:0], from)
	w.seen[from/64] |= 1 << (from % 64)
	w.meet(l, ef, keep)
	for at := 0; at < len(w.best); {
		k := w.best[at]
		if k&open == 0 {
			at++
			continue
		}
		w.best[at] = k &^ open
		w.step(l, k.id())
		if at+1 < len(w.best) {
			w.touch(l, w.best[at+1].id())
		}
		at = min(at+1, w.meet(l, ef, keep))
		if len(w.touched) > limit || len(w.best) > maxOverhang*ef {
			return false
		}
	}
	return true
}

// touch reads from the links that will probably be followed next, so that they
// come from memory while the products are computed: 8% of a search.
func (w *walk) touch(l *layer, id uint32) {
	links := l.linksOf(id)
	w.ahead = links[0] ^ links[len(links)/2]
}

// step collects the links of an id that were not seen yet. An id that is not
// one ends the links, or is damage.
func (w *walk) step(l *layer, id uint32) {
	fresh, seen := w.fresh[:0], w.seen
	for _, to := range l.linksOf(id) {
		if int64(to) >= int64(l.n) {
			break
		}
		if bit := uint64(1) << (to % 64); seen[to/64]&bit == 0 {
			seen[to/64] |= bit
			fresh = append(fresh, to)
		}
	}
	w.fresh = fresh
}

// meet scores what is fresh and returns the first place in w.best where
// something was put.
func (w *walk) meet(l *layer, ef int, keep func(row int) bool) int {
	w.touched = append(w.touched, w.fresh...)
	w.measure(l, w.fresh)
	first := len(w.best)
	for i, id := range w.fresh {
		row := l.row(id)
		k := newKey(w.score(w.dots[i], row), id, open|counted)
		if w.results >= ef && k < w.best[len(w.best)-1] {
			continue
		}
		if keep != nil && !keep(int(row)) {
			k &^= counted
		}
		first = min(first, w.insert(k, ef))
	}
	return first
}

// insert puts k where it belongs, drops what is no longer among or before the
// ef best that count, and returns k's place.
func (w *walk) insert(k key, ef int) int {
	lo, hi := 0, len(w.best)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if w.best[mid] > k {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	w.best = append(w.best, 0)
	copy(w.best[lo+1:], w.best[lo:])
	w.best[lo] = k
	if k&counted != 0 {
		w.results++
	}
	for w.results > ef || w.results == ef && w.best[len(w.best)-1]&counted == 0 {
		if w.best[len(w.best)-1]&counted != 0 {
			w.results--
		}
		w.best = w.best[:len(w.best)-1]
	}
	return lo
}
