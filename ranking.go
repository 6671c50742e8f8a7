package hunch

// How the results of a search come into their order.

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/lexical"
	"github.com/hunch-search/hunch/internal/rank"
)

// Ranker is what orders the results of a search.
type Ranker string

// The rankers. The zero value is Hybrid.
const (
	// Hybrid weighs vectors, words, names and what a file is for, by weights that
	// were learned; see docs/ranking.md.
	Hybrid Ranker = "hybrid"
	// Dense takes the vectors alone: the score is the cosine.
	Dense Ranker = "dense"
	// BM25 takes the words alone.
	BM25 Ranker = "bm25"
	// RRF is reciprocal rank fusion of vectors and words.
	RRF Ranker = "rrf"
)

// Rankers lists them, the usual one first.
func Rankers() []Ranker { return []Ranker{Hybrid, Dense, BM25, RRF} }

// ParseRanker checks a name of a Ranker; "" is Hybrid.
func ParseRanker(name string) (Ranker, error) {
	if name == "" {
		return Hybrid, nil
	}
	if r := Ranker(name); slices.Contains(Rankers(), r) {
		return r, nil
	}
	var names []string
	for _, r := range Rankers() {
		names = append(names, string(r))
	}
	return "", fmt.Errorf("unknown ranker %q, want one of %s", name, strings.Join(names, ", "))
}

// Explanation tells why a result is where it is. Its JSON form is stable, but for
// which signals there are.
type Explanation struct {
	Cosine float64 `json:"cosine"` // of query and chunk
	BM25   float64 `json:"bm25"`   // of the query's words in the chunk
	// Answer is the probability that there is any answer among the candidates.
	Answer float64 `json:"answer"`
	// Sum is the shares of the Signals, which are of the whole file, and Repeat,
	// since other chunks of the file come before. The score is a file's part of
	// Answer by exp(slope · Sum).
	Sum     float64       `json:"sum"`
	Signals []SignalShare `json:"signals"`
	Repeat  float64       `json:"repeat"`
}

// SignalShare is a signal and what it adds to the sum.
type SignalShare struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Share float64 `json:"share"`
}

// sources is how many candidates each source gives to a search for few results;
// see docs/ranking.md.
type sources struct{ vectors, words int }

// Where not all chunks have vectors, words stand in for what those do not lead to.
var (
	allEmbedded  = sources{vectors: 100, words: 100}
	someEmbedded = sources{vectors: 100, words: firstCandidates}
	noneEmbedded = sources{words: firstCandidates}
)

// What names in the query lead to.
const (
	symbolCandidates = 30 // for each name of a symbol
	pathCandidates   = 10 // files for each path
	chunksOfPath     = 30 // of each of them
)

func sourcesOf(ix *index.Index) sources {
	if chunks, embedded := ix.Counts(); embedded < chunks {
		return someEmbedded
	}
	return allEmbedded
}

// ranked is a chunk in its place.
type ranked struct {
	chunk   index.ChunkID
	score   float64
	explain *Explanation // if the query asks for it
}

// leastJudged is how many candidates it takes to tell whether there is an answer
// among them. It was measured on trees of about as few chunks.
const leastJudged = 10

// rank returns chunks for a query, whose vector is v, best first, and whether
// there may be more. fetch is how many are wanted.
//
// answer is the probability that there is one, 1 where nobody can tell, as
// without judged.
func (q Query) rank(ix *index.Index, v []float32, keep func(index.FileInfo) bool, fetch int, judged bool) (list []ranked, more bool, answer float64, err error) {
	switch q.Ranker {
	case Dense:
		hits, err := q.nearest(ix, v, fetch, keep)
		for _, h := range hits {
			if q.admits(ix, h.Chunk) {
				list = append(list, ranked{h.Chunk, h.Score, nil})
			}
		}
		return byPlace(ix, list), len(hits) == fetch, 1, err
	case BM25:
		words, err := ix.Words(lexical.ParseQuery(q.Text))
		if err != nil {
			return nil, false, 1, err
		}
		hits, err := words.Search(fetch, keep)
		for _, h := range hits {
			if q.admits(ix, h.Chunk) {
				list = append(list, ranked{h.Chunk, float64(h.Score), nil})
			}
		}
		return byPlace(ix, list), len(hits) == fetch, 1, err
	}
	p, err := q.gather(ix, v, keep, sourcesOf(ix), fetch)
	if err != nil {
		return nil, false, 1, err
	}
	exists := 1.0
	var results []rank.Result
	var w *rank.Weights // to explain by
	if q.Ranker == RRF {
		results = rank.Fuse(p.candidates)
	} else {
		learned := rank.Learned()
		if slices.ContainsFunc(p.candidates, func(c rank.Candidate) bool { return c.HasVector }) {
			exists = learned.Exists(p.candidates) // without any vector nobody can tell
		}
		results = rank.Order(learned, p.query, p.candidates, exists)
		if q.Explain {
			w = learned
		}
	}
	if answer = 1; judged && len(p.candidates) >= leastJudged {
		answer = exists
	}
	// Each result costs the reading of its file.
	first := results[:min(fetch, len(results))]
	return p.place(first, w, exists), p.more || len(first) < len(results), answer, nil
}

// byPlace puts equal scores in the order of path and line, not in that of the
// index, which depends on how it came to be.
func byPlace(ix *index.Index, list []ranked) []ranked {
	slices.SortStableFunc(list, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(ix.FileOf(a.chunk).Path, ix.FileOf(b.chunk).Path),
			cmp.Compare(ix.Chunk(a.chunk).StartLine, ix.Chunk(b.chunk).StartLine))
	})
	return list
}

func (q Query) nearest(ix *index.Index, v []float32, k int, keep func(index.FileInfo) bool) ([]index.Hit, error) {
	if q.Approximate {
		return ix.SearchApproximate(v, k, keep)
	}
	return ix.Search(v, k, keep)
}

// pool is the candidates of a query. Chunk i of ids is candidate i.
type pool struct {
	terms      []rank.Term
	query      *rank.Query
	candidates []rank.Candidate
	ids        []index.ChunkID
	more       bool // a source may have more
}

// gather finds the candidates: what the vectors, the words and the names of
// symbols lead to, and what vectors and words say of all of them. n is how many
// results are wanted.
func (q Query) gather(ix *index.Index, v []float32, keep func(index.FileInfo) bool, from sources, n int) (*pool, error) {
	query := lexical.ParseQuery(q.Text)
	words, err := ix.Words(query)
	if err != nil {
		return nil, err
	}
	p := new(pool)
	for i, rarity := range words.Rarity() {
		p.terms = append(p.terms, rank.Term{Text: query.Terms[i].Text, Weight: rarity})
	}
	p.query = rank.NewQuery(q.Text, p.terms)
	if err := p.find(ix, q, v, words, keep, sources{max(from.vectors, n), max(from.words, n)}); err != nil {
		return nil, err
	}
	slices.Sort(p.ids)
	p.ids = slices.Compact(p.ids)
	p.ids = slices.DeleteFunc(p.ids, func(id index.ChunkID) bool { return !q.admits(ix, id) })
	cosines, err := ix.Score(v, p.ids)
	if err != nil {
		return nil, err
	}
	scores, err := words.Score(p.ids)
	if err != nil {
		return nil, err
	}
	for i, id := range p.ids {
		file, c := ix.FileOf(id), ix.Chunk(id)
		has := !math.IsNaN(cosines[i])
		if !has {
			cosines[i] = 0
		}
		p.candidates = append(p.candidates, rank.Candidate{
			Path: file.Path, StartLine: c.StartLine, EndLine: c.EndLine, Symbols: c.Symbols, FileChunks: file.Chunks,
			Cosine: cosines[i], HasVector: has,
			Words: float64(scores[i].Score), InPath: float64(scores[i].Fields[lexical.Path]), WordShare: float64(scores[i].Share),
		})
	}
	return p, nil
}

// find adds what each source leads to.
func (p *pool) find(ix *index.Index, q Query, v []float32, words *index.Words, keep func(index.FileInfo) bool, from sources) error {
	nearest, err := q.nearest(ix, v, from.vectors, keep)
	if err != nil {
		return err
	}
	for _, h := range nearest {
		p.ids = append(p.ids, h.Chunk)
	}
	matching, err := words.Search(from.words, keep)
	if err != nil {
		return err
	}
	for _, h := range matching {
		p.ids = append(p.ids, h.Chunk)
	}
	for _, name := range p.query.Names() {
		defining, err := ix.FindSymbol(name, symbolCandidates, keep)
		if err != nil {
			return err
		}
		for _, h := range defining {
			p.ids = append(p.ids, h.Chunk)
		}
	}
	for _, name := range p.query.Paths() {
		for _, f := range ix.FindPath(name, pathCandidates, keep) {
			for i := range min(f.Chunks, chunksOfPath) {
				p.ids = append(p.ids, f.FirstChunk+index.ChunkID(i))
			}
		}
	}
	p.more = len(nearest) >= from.vectors && from.vectors > 0 || len(matching) >= from.words
	return nil
}

// place turns candidates into chunks in the same order, explained if w is not
// nil.
func (p *pool) place(results []rank.Result, w *rank.Weights, answer float64) []ranked {
	list := make([]ranked, len(results))
	for i := range results {
		r := &results[i]
		list[i] = ranked{p.ids[r.Candidate], r.Score, nil}
		if w != nil {
			list[i].explain = explain(w, r, &p.candidates[r.Candidate], answer)
		}
	}
	return list
}

func explain(w *rank.Weights, r *rank.Result, c *rank.Candidate, answer float64) *Explanation {
	e := &Explanation{
		Cosine: c.Cosine, BM25: c.Words, Answer: answer,
		Sum: r.Sum, Signals: []SignalShare{}, Repeat: 0 - w.Repeat*float64(r.Repeats), // -0 would show
	}
	for i, share := range w.Share(r) {
		if share != 0 {
			e.Signals = append(e.Signals, SignalShare{rank.Signals[i].Name, r.Row[i], share})
		}
	}
	slices.SortStableFunc(e.Signals, func(a, b SignalShare) int {
		return cmp.Compare(math.Abs(b.Share), math.Abs(a.Share))
	})
	return e
}
