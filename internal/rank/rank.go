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
//
// What is shown is a probability:
//
//	P(file is right) = P(there is an answer) · exp(slope·sum) / Σ over files exp(slope·sum)
//
// The second part says which file is the best of those there are, as the weights
// were learned to. The first says whether any is good: how near the nearest
// vector is, and how many of the query's words stand in one chunk.
package rank

import (
	"cmp"
	"math"
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
	// in the path alone; 0 where there are none. WordShare is the part of the
	// query's words that is there, by rarity.
	Words, InPath, WordShare float64
}

// Result is a candidate in its place.
type Result struct {
	Candidate int // its number
	// Score is the probability that its file is right, as far as that was learned;
	// [Fuse] has scores of its own. Higher is better.
	Score float64
	// Sum is what the signals add up to, less what stands back for Repeats.
	Sum float64
	// Row has the file's signals; see [Signals].
	Row Row
	// Repeats is how many chunks of its file come before it.
	Repeats int
}

// Order returns all candidates, best first. Equal ones are in order of path and
// line, so that the order of the candidates does not matter. answer is the
// probability that there is one; see [Weights.Exists]. w may be shared.
func Order(w *Weights, q *Query, candidates []Candidate, answer float64) []Result {
	return OrderFiles(w, Files(q, candidates), candidates, answer)
}

// OrderFiles is [Order] for files that [Files] made of the candidates, so that
// several weights can be tried on them.
func OrderFiles(w *Weights, files []File, candidates []Candidate, answer float64) []Result {
	results := make([]Result, 0, len(candidates))
	sums := make([]float64, len(files))
	top := math.Inf(-1)
	for i := range files {
		sums[i] = w.Sum(&files[i].Row)
		top = max(top, sums[i])
	}
	total := 0.0
	for _, sum := range slices.Sorted(slices.Values(sums)) { // to the same bits whatever the order of the files
		total += math.Exp(w.Answer.Slope * (sum - top))
	}
	for i := range files {
		for n, c := range files[i].Chunks {
			sum := sums[i] - float64(n)*w.Repeat
			results = append(results, Result{c, answer * math.Exp(w.Answer.Slope*(sum-top)) / total, sum, files[i].Row, n})
		}
	}
	sortResults(results, candidates)
	return results
}

// Answer makes probabilities of sums; see the package.
type Answer struct {
	Slope float64 // of the sums
	// Log-odds of there being an answer: Cosine·(highest cosine) +
	// Words·(highest share of the words) + Few·[Fewness] + Level.
	Cosine, Words, Few, Level float64
}

// Fewness is how few candidates there are: 0 from a hundred on, which is as many
// as the vectors alone lead to, 1 for one. The best of few is worse than the best
// of many.
func Fewness(candidates int) float64 {
	return 1 - math.Log10(float64(max(1, min(candidates, 100))))/2
}

// Exists is the probability that the candidates hold an answer.
func (w *Weights) Exists(candidates []Candidate) float64 {
	cosine, words := Best(candidates)
	return 1 / (1 + math.Exp(-(w.Answer.Cosine*cosine + w.Answer.Words*words + w.Answer.Few*Fewness(len(candidates)) + w.Answer.Level)))
}

// Best returns what tells whether candidates hold an answer at all: the highest
// cosine, and the highest share of the query's words.
func Best(candidates []Candidate) (cosine, words float64) {
	for i := range candidates {
		if c := &candidates[i]; c.HasVector {
			cosine = max(cosine, c.Cosine)
		}
		words = max(words, candidates[i].WordShare)
	}
	return cosine, words
}

func sortResults(results []Result, candidates []Candidate) {
	slices.SortFunc(results, func(a, b Result) int {
		x, y := &candidates[a.Candidate], &candidates[b.Candidate]
		return cmp.Or(cmp.Compare(b.Sum, a.Sum), cmp.Compare(b.Score, a.Score), cmp.Compare(x.Path, y.Path),
			cmp.Compare(a.Repeats, b.Repeats), cmp.Compare(x.StartLine, y.StartLine))
	})
}
