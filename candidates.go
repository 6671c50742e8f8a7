package hunch

// What a search chooses from: the chunks that the vectors, the words and the
// names of symbols lead to, with what each of these sources says of all of them.

import (
	"cmp"
	"math"
	"slices"

	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/lexical"
	"github.com/hunch-search/hunch/internal/rank"
)

// How many candidates each source gives.
const (
	vectorCandidates = 200
	wordCandidates   = 200
	symbolCandidates = 30 // for each name in the query
)

// pool is the candidates of a query. Chunk i of ids is candidate i.
type pool struct {
	query      *rank.Query
	terms      []rank.Term
	candidates []rank.Candidate
	ids        []index.ChunkID
}

// gather finds the candidates of a query, whose vector is v.
func gather(ix *index.Index, words *lexicon, text string, v []float32, keep func(index.FileInfo) bool) (*pool, error) {
	hits, err := ix.Search(v, vectorCandidates, keep)
	if err != nil {
		return nil, err
	}
	var ids []index.ChunkID
	for _, h := range hits {
		ids = append(ids, h.Chunk)
	}
	found, err := words.search(ix, text, keep)
	if err != nil {
		return nil, err
	}
	ids = append(ids, found.ids...)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	cosines, err := ix.Score(v, ids)
	if err != nil {
		return nil, err
	}
	scores, err := words.score(found.scorer, ids)
	if err != nil {
		return nil, err
	}
	p := &pool{query: found.query, terms: found.terms, ids: ids}
	for i, id := range ids {
		file, c := ix.FileOf(id), ix.Chunk(id)
		p.candidates = append(p.candidates, rank.Candidate{
			Path: file.Path, StartLine: c.StartLine, EndLine: c.EndLine, Symbols: c.Symbols, FileChunks: file.Chunks,
			Cosine: cosines[i], HasVector: true,
			Words: float64(scores[i].Score), InPath: float64(scores[i].Fields[lexical.Path]),
		})
	}
	return p, nil
}

// wordHits is what the words of a query lead to.
type wordHits struct {
	query  *rank.Query
	terms  []rank.Term
	scorer *lexical.Scorer
	ids    []index.ChunkID
}

// lexicon is the words of an index's chunks.
type lexicon struct {
	ix  *lexical.Index
	ids []index.ChunkID       // by number of the document
	doc map[index.ChunkID]int // the other way round
}

// newLexicon reads all files of an index.
func newLexicon(r *Repository, ix *index.Index) (*lexicon, error) {
	var b lexical.Builder
	l := &lexicon{doc: map[index.ChunkID]int{}}
	c := collector{repo: r, ix: ix, texts: map[string][]byte{}}
	for f := range ix.Files() {
		text := c.text(f.Path)
		for i := range f.Chunks {
			id := f.FirstChunk + index.ChunkID(i)
			ck := ix.Chunk(id)
			l.doc[id] = b.Add(lexical.Document{
				Content: string(lines(text, ck.StartLine, ck.EndLine)), Path: f.Path, Symbols: ck.Symbols,
			})
			l.ids = append(l.ids, id)
		}
		clear(c.texts)
	}
	var err error
	l.ix, err = lexical.Open(b.Bytes())
	return l, err
}

func (l *lexicon) search(ix *index.Index, text string, keep func(index.FileInfo) bool) (*wordHits, error) {
	q := lexical.ParseQuery(text)
	stats, err := l.ix.Stats(q)
	if err != nil {
		return nil, err
	}
	terms := termsOf(q, stats)
	h := &wordHits{
		query: rank.NewQuery(text, terms), terms: terms,
		scorer: lexical.NewScorer(q, stats, lexical.DefaultParams),
	}
	var keepDoc func(int) bool
	if keep != nil {
		keepDoc = func(doc int) bool { return keep(ix.FileOf(l.ids[doc])) }
	}
	hits, err := l.ix.Search(h.scorer, wordCandidates, keepDoc)
	if err != nil {
		return nil, err
	}
	for _, hit := range hits {
		h.ids = append(h.ids, l.ids[hit.Doc])
	}
	for _, name := range h.query.Names() {
		hits, err := l.ix.Symbol(name, symbolCandidates, keepDoc)
		if err != nil {
			return nil, err
		}
		for _, hit := range hits {
			h.ids = append(h.ids, l.ids[hit.Doc])
		}
	}
	return h, nil
}

// score scores chunks, in their order.
func (l *lexicon) score(sc *lexical.Scorer, ids []index.ChunkID) ([]lexical.Hit, error) {
	docs := make([]int, len(ids))
	for i, id := range ids {
		docs[i] = l.doc[id]
	}
	sorted := slices.Sorted(slices.Values(docs))
	hits, err := l.ix.Score(sc, sorted)
	if err != nil {
		return nil, err
	}
	out := make([]lexical.Hit, len(ids))
	for i, doc := range docs {
		at, _ := slices.BinarySearchFunc(hits, doc, func(h lexical.Hit, doc int) int { return cmp.Compare(h.Doc, doc) })
		out[i] = hits[at]
	}
	return out, nil
}

// termsOf weighs the terms of a query by their rarity.
func termsOf(q lexical.Query, s lexical.Stats) []rank.Term {
	terms := make([]rank.Term, len(q.Terms))
	for i, t := range q.Terms {
		df := float64(s.DF[i])
		terms[i] = rank.Term{Text: t.Text, Weight: math.Log(1 + (float64(s.Docs)-df+0.5)/(df+0.5))}
	}
	return terms
}
