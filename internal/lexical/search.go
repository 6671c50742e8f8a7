package lexical

import (
	"container/heap"
	"slices"
	"sync"
)

// Hit is a document and how well it matches.
type Hit struct {
	Doc   int
	Score float32 // BM25F; higher is better, and 0 means that no term stands there
	// Fields is what each field would score alone. They do not add up to Score.
	Fields [NumFields]float32
	// Share is how much of the query is there: the sum of the weights (with the
	// inverse document frequencies) of the terms that stand in any field, over
	// that of all; 0 to 1.
	Share float32
}

// pool has the scores of searches that are done, all zero.
var pool = sync.Pool{New: func() any { return new([]float32) }}

// Search returns the k documents with the highest scores above 0, best first;
// equal ones in order of their numbers. keep, if not nil, says which count; it is
// asked about those alone that would be among the best so far, in ascending
// order.
//
// It adds up, term by term, the score of every document that has one, and picks
// the best: 50,000 documents take less than half a millisecond, so nothing is
// skipped.
func (ix *Index) Search(sc *Scorer, k int, keep func(doc int) bool) ([]Hit, error) {
	if k <= 0 || ix.docs == 0 {
		return nil, nil
	}
	buf := pool.Get().(*[]float32)
	defer pool.Put(buf)
	if cap(*buf) < ix.docs {
		*buf = make([]float32, ix.docs)
	}
	scores := (*buf)[:ix.docs]
	defer clear(scores)
	for _, t := range sc.terms {
		if err := ix.addScores(sc, t, scores); err != nil {
			return nil, err
		}
	}
	best := pick(scores, k, keep)
	docs := make([]int, len(best))
	for i, h := range best {
		docs[i] = h.Doc
	}
	slices.Sort(docs)
	hits, err := ix.Score(sc, docs)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(hits, byScore)
	return hits, nil
}

// addScores adds a term's part to the documents' scores.
func (ix *Index) addScores(sc *Scorer, t weighedTerm, scores []float32) error {
	e, ok, err := ix.find(t.text)
	if err != nil || !ok {
		return err
	}
	var c cursor
	for c.open(ix, e); c.next(); {
		for _, p := range c.list[:c.n] {
			lengths := ix.lengths[NumFields*int(p.doc):][:NumFields]
			scores[p.doc] += t.weight * sc.value(p.counts, lengths)
		}
	}
	return c.err
}

// Score scores documents that are named, ascending and each once, such as those
// that were found in another way. The scores are those of Search; a document that
// has no term has zeros.
func (ix *Index) Score(sc *Scorer, docs []int) ([]Hit, error) {
	hits := make([]Hit, len(docs))
	for i, doc := range docs {
		hits[i].Doc = doc
	}
	for _, t := range sc.terms {
		e, _, err := ix.find(t.text)
		if err != nil {
			return nil, err
		}
		err = ix.among(e, docs, func(i int, c counts) { hits[i].add(sc, t, c, ix.lengths[NumFields*docs[i]:][:NumFields]) })
		if err != nil {
			return nil, err
		}
	}
	for i := range hits {
		hits[i].Share /= max(sc.total, 1e-30)
	}
	return hits, nil
}

// among calls found for each of the documents, ascending and each once, that is
// in the list of a term, with its place in docs.
func (ix *Index) among(e entry, docs []int, found func(i int, c counts)) error {
	var c cursor
	c.open(ix, e)
	at := 0
	for i, doc := range docs {
		if n := c.n; n == 0 || c.list[n-1].doc < uint32(doc) {
			if at = 0; !c.seek(uint32(doc)) {
				return c.err
			}
		}
		for c.list[at].doc < uint32(doc) {
			at++
		}
		if p := c.list[at]; p.doc == uint32(doc) {
			found(i, p.counts)
		}
	}
	return nil
}

// add adds a term's part to a document that has it. lengths are the document's
// codes.
func (h *Hit) add(sc *Scorer, t weighedTerm, c counts, lengths []byte) {
	h.Score += t.weight * sc.value(c, lengths)
	for f := range Field(NumFields) {
		h.Fields[f] += t.weight * sc.saturate(sc.weigh(c, f, lengths))
	}
	h.Share += t.weight
}

func byScore(a, b Hit) int {
	switch {
	case a.Score > b.Score:
		return -1
	case a.Score < b.Score:
		return 1
	}
	return a.Doc - b.Doc
}

// worst is a heap of hits, the worst at the top.
type worst []Hit

func (w worst) Len() int           { return len(w) }
func (w worst) Less(i, j int) bool { return byScore(w[i], w[j]) > 0 }
func (w worst) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *worst) Push(x any)        { *w = append(*w, x.(Hit)) }
func (w *worst) Pop() any          { panic("lexical: nothing is taken out") }

// pick returns the k best.
func pick(scores []float32, k int, keep func(doc int) bool) worst {
	var best worst
	bar := float32(0)
	for doc, score := range scores {
		if score <= bar || keep != nil && !keep(doc) {
			continue
		}
		h := Hit{Doc: doc, Score: score}
		if len(best) < k {
			heap.Push(&best, h)
		} else {
			best[0] = h
			heap.Fix(&best, 0)
		}
		if len(best) == k {
			bar = best[0].Score
		}
	}
	return best
}
