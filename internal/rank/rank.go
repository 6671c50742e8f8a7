// Package rank orders the candidates of a search: chunks that the vectors, the
// words or the names of symbols led to.
//
// What is known of a candidate and its file becomes a row of signals, such as
// how near the vector is, how many of the query's words stand in the file's name
// and whether it is a test. The score is the sum of the signals by their weights:
//
//	score = Σ weight[i] · signal[i]
//
// The weights are learned, and lie in weights.txt together with what made them;
// docs/ranking.md tells what each signal is worth. Signals do not depend on the
// language of the code, nor on the repository.
//
// A file is judged as a whole, since several good chunks in it tell more than
// one, and its chunks share its score. Among themselves they are in the order of
// their own matches, and each after the first stands back by [Weights.Repeat], so
// that the results are spread over files.
package rank

import (
	"cmp"
	"slices"
)

// Candidate is a chunk that may answer a query, with what its sources say. The
// candidates of a query are compared with each other: all that some source
// ranked high should be among them, and their figures complete.
type Candidate struct {
	Path               string // relative, with slashes
	StartLine, EndLine int
	Symbols            []string // qualified names that it defines
	FileChunks         int      // of the whole file

	// Cosine with the query, if HasVector.
	Cosine    float64
	HasVector bool
	// Words is what the query's words score in all fields, InPath what they score
	// in the path alone; 0 where there are none.
	Words, InPath float64
}

// Result is a candidate in its place.
type Result struct {
	Candidate int // its number
	// Score is higher for better ones, and compares within one query.
	Score float64
	// Row has the file's signals; see [Signals].
	Row Row
	// Repeats is how many chunks of its file come before it.
	Repeats int
}

// Order returns all candidates, best first. Equal ones are in order of path and
// line, so that the order of the candidates does not matter. w may be shared.
func Order(w *Weights, q *Query, candidates []Candidate) []Result {
	return OrderFiles(w, Files(q, candidates), candidates)
}

// OrderFiles is [Order] for files that [Files] made of the candidates, so that
// several weights can be tried on them.
func OrderFiles(w *Weights, files []File, candidates []Candidate) []Result {
	results := make([]Result, 0, len(candidates))
	for i := range files {
		f := &files[i]
		score := w.Score(&f.Row)
		for n, c := range f.Chunks {
			results = append(results, Result{c, score - float64(n)*w.Repeat, f.Row, n})
		}
	}
	sortResults(results, candidates)
	return results
}

func sortResults(results []Result, candidates []Candidate) {
	slices.SortFunc(results, func(a, b Result) int {
		x, y := &candidates[a.Candidate], &candidates[b.Candidate]
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(x.Path, y.Path),
			cmp.Compare(a.Repeats, b.Repeats), cmp.Compare(x.StartLine, y.StartLine))
	})
}
