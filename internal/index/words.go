package index

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hunch-search/hunch/internal/lexical"
)

// WordHit is a chunk and how well the words of a query match it.
type WordHit struct {
	Chunk ChunkID
	// Score is that of BM25F, higher is better; Fields is what each field would
	// score alone, and Share how much of the query is there. See [lexical.Hit].
	Score  float32
	Fields [lexical.NumFields]float32
	Share  float32
}

// Words searches an index for the words of one query. Scores compare within one
// view.
type Words struct {
	views  views
	query  lexical.Query
	stats  lexical.Stats // of all chunks that count
	scorer *lexical.Scorer
}

// Words prepares a search for the words of a query.
func (ix *Index) Words(q lexical.Query) (*Words, error) {
	w := &Words{views: ix.views, query: q, stats: lexical.Stats{DF: make([]int, len(q.Terms))}}
	for _, v := range ix.views {
		if v.lexical == nil {
			continue
		}
		stats, err := v.lexical.Stats(q, v.deadChunks())
		if err != nil {
			return nil, fmt.Errorf("look words up: %w", err)
		}
		w.stats.Add(stats)
	}
	w.scorer = lexical.NewScorer(q, w.stats, lexical.DefaultParams)
	return w, nil
}

// Search returns the k chunks with the highest scores above 0, best first; equal
// scores in the order of their IDs. keep, if not nil, says which files count and
// is called no more than once for each. Chunks of files that are not
// [FileInfo.Analysed] are not found.
func (w *Words) Search(k int, keep func(FileInfo) bool) ([]WordHit, error) {
	var found []WordHit
	for s, v := range w.views {
		if v.lexical == nil {
			continue
		}
		hits, err := v.lexical.Search(w.scorer, k, newFilter(w.views, s, keep).rows())
		if err != nil {
			return nil, fmt.Errorf("search words: %w", err)
		}
		found = append(found, w.views.wordHits(s, hits)...)
	}
	slices.SortFunc(found, func(a, b WordHit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Chunk, b.Chunk))
	})
	return slices.Clip(found[:max(0, min(k, len(found)))]), nil
}

// Score scores chunks that were found in another way, as Search does, in the
// order of their IDs. Those without any word of the query have zeros. The IDs
// must come from the same view, each once.
func (w *Words) Score(chunks []ChunkID) ([]WordHit, error) {
	docs := make([][]int, len(w.views))
	for _, id := range slices.Sorted(slices.Values(chunks)) {
		s, i := w.views.locate(id)
		docs[s] = append(docs[s], i)
	}
	var scored []WordHit
	for s, v := range w.views {
		hits := make([]lexical.Hit, len(docs[s]))
		if v.lexical != nil {
			var err error
			if hits, err = v.lexical.Score(w.scorer, docs[s]); err != nil {
				return nil, fmt.Errorf("score words: %w", err)
			}
		}
		for i := range hits {
			hits[i].Doc = docs[s][i]
		}
		scored = append(scored, w.views.wordHits(s, hits)...)
	}
	return scored, nil
}

// Rarity returns how rare each term of the query is: its inverse document
// frequency over all chunks with words.
func (w *Words) Rarity() []float64 {
	rarity := make([]float64, len(w.query.Terms))
	for i := range rarity {
		rarity[i] = w.stats.IDF(i)
	}
	return rarity
}

func (vs views) wordHits(segment int, hits []lexical.Hit) []WordHit {
	found := make([]WordHit, len(hits))
	for i, h := range hits {
		found[i] = WordHit{vs.id(segment, h.Doc), h.Score, h.Fields, h.Share}
	}
	return found
}

// SymbolHit is a chunk that defines a symbol.
type SymbolHit struct {
	Chunk ChunkID
	Whole bool // the name asked for is all of the symbol's, and not only its end
}

// FindSymbol returns at most k chunks that define a symbol of a name, in any
// case: first those whose symbol has just this name, then those that have it as
// the end of a qualified one; see [lexical.Index.Symbol]. keep is as in
// [Words.Search].
func (ix *Index) FindSymbol(name string, k int, keep func(FileInfo) bool) ([]SymbolHit, error) {
	var found []SymbolHit
	for s, v := range ix.views {
		if v.lexical == nil {
			continue
		}
		hits, err := v.lexical.Symbol(name, k, newFilter(ix.views, s, keep).rows())
		if err != nil {
			return nil, fmt.Errorf("look a symbol up: %w", err)
		}
		for _, h := range hits {
			found = append(found, SymbolHit{ix.views.id(s, h.Doc), h.Whole})
		}
	}
	slices.SortStableFunc(found, func(a, b SymbolHit) int {
		switch {
		case a.Whole && !b.Whole:
			return -1
		case b.Whole && !a.Whole:
			return 1
		}
		return 0
	})
	return slices.Clip(found[:max(0, min(k, len(found)))]), nil
}

// LacksWords reports whether files are in the index that are not
// [FileInfo.Analysed].
func (ix *Index) LacksWords() bool {
	for _, v := range ix.views {
		if v.lexical != nil && v.lexical.Complete() && v.grams != nil && v.grams.Complete() {
			continue
		}
		for f := range v.files {
			if !v.dead.has(f) && !v.analysed(f) {
				return true
			}
		}
	}
	return false
}
