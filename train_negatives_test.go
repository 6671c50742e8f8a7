package hunch

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/hunch-search/hunch/internal/dataset"
)

// negativesCase has 40 codes, each the answer to two queries, and one pair of a
// repository.
func negativesCase() []TrainingPair {
	pairs := []TrainingPair{{Query: "in a repository", Code: "def there(): pass", Repo: "r"}}
	for i := range 80 {
		code := fmt.Sprintf("def f%d(x):\n    return x ** %d + %d", i%40, i%40, i%7)
		if i >= 40 {
			code = pairs[i-39].Code
		}
		pairs = append(pairs, TrainingPair{Query: fmt.Sprintf("power %d of x, %d", i%40, i/40), Code: code})
	}
	pairs[5].Negatives = []string{"given"}
	return pairs
}

func TestNegativesAreFromTheRanksWanted(t *testing.T) {
	pairs := negativesCase()
	trainer := &Trainer{Threads: 2}
	got, count, err := trainer.MineNegatives(t.Context(), smallModel(), pairs, 3)
	if err != nil {
		t.Fatal(err)
	}
	if count != 3*80 {
		t.Errorf("%d negatives in all, want three for each of 80 pairs", count)
	}
	if len(got[0].Negatives) > 0 {
		t.Errorf("%d negatives for a pair of a repository, want none", len(got[0].Negatives))
	}
	if n := got[5].Negatives; len(n) != 4 || n[0] != "given" || len(pairs[5].Negatives) != 1 {
		t.Errorf("negatives %q of a pair that had one, want three more; it now has %q", n, pairs[5].Negatives)
	}
	e := embeddings(t, pairs)
	for i, p := range got[1:] {
		mined := p.Negatives[len(pairs[i+1].Negatives):]
		if len(mined) != 3 {
			t.Fatalf("query %q has %d negatives, want 3", p.Query, len(mined))
		}
		cosine := cosinesToOthers(e, p.Query, p.Code, pairs[1:])
		sorted := slices.SortedFunc(maps.Values(cosine), func(a, b float64) int { return cmp.Compare(b, a) })
		for j, n := range mined {
			// Sums in float32 may swap neighbours.
			if c, ok := cosine[n]; !ok || c > sorted[firstNegative]+1e-6 || c < sorted[endNegatives-1]-1e-6 {
				t.Errorf("query %q: %q has cosine %v, want %v to %v", p.Query, n, c, sorted[endNegatives-1], sorted[firstNegative])
			}
			if slices.Contains(mined[:j], n) {
				t.Errorf("query %q has %q twice", p.Query, n)
			}
		}
	}
}

func embeddings(t *testing.T, pairs []TrainingPair) *Evaluator {
	t.Helper()
	texts := new(dataset.Task)
	for _, p := range pairs {
		texts.Queries, texts.Corpus = append(texts.Queries, p.Query), append(texts.Corpus, p.Code)
	}
	e := &Evaluator{Model: smallModel()}
	if err := e.embedTask(t.Context(), texts); err != nil {
		t.Fatal(err)
	}
	return e
}

// cosinesToOthers are those of the codes other than right, by sums in float64.
func cosinesToOthers(e *Evaluator, query, right string, pairs []TrainingPair) map[string]float64 {
	cosine := map[string]float64{}
	for _, p := range pairs {
		var sum float64
		for k, v := range e.queries[query] {
			sum += float64(v) * float64(e.vectors[p.Code][k])
		}
		cosine[p.Code] = sum
	}
	delete(cosine, right)
	return cosine
}

func TestNegativesAreDrawnBySeed(t *testing.T) {
	mine := func(seed uint64, threads int) []TrainingPair {
		trainer := &Trainer{Threads: threads, Recipe: Recipe{Seed: seed}}
		got, _, err := trainer.MineNegatives(t.Context(), smallModel(), negativesCase(), 1)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	same := func(a, b []TrainingPair) bool {
		return slices.EqualFunc(a, b, func(a, b TrainingPair) bool { return slices.Equal(a.Negatives, b.Negatives) })
	}
	if !same(mine(1, 1), mine(1, 4)) {
		t.Error("other negatives with the same seed and more threads")
	}
	if same(mine(1, 1), mine(2, 1)) {
		t.Error("the same negatives with another seed")
	}
}

// Where there are few codes there are few negatives, or none.
func TestNegativesOfFewCodes(t *testing.T) {
	for _, tt := range []struct{ codes, want int }{{1, 0}, {6, 0}, {7, 1}, {9, 3}} {
		got, count, err := new(Trainer).MineNegatives(t.Context(), smallModel(), negativesCase()[:1+tt.codes], 5)
		if err != nil {
			t.Fatal(err)
		}
		if count != tt.codes*tt.want {
			t.Errorf("%d codes: %d negatives in all, want %d", tt.codes, count, tt.codes*tt.want)
		}
		for _, p := range got[1:] {
			mined := slices.DeleteFunc(p.Negatives, func(n string) bool { return n == "given" })
			if len(mined) != tt.want {
				t.Errorf("%d codes: query %q has %d negatives, want %d", tt.codes, p.Query, len(mined), tt.want)
			}
		}
	}
}

// What any pair has as the answer is no negative, and what a pair has as a
// negative is none again.
func TestNegativesAreNeitherRightNorGiven(t *testing.T) {
	pairs := negativesCase()
	query := pairs[1].Query
	var codes []string
	for _, p := range pairs[1:41] {
		codes = append(codes, p.Code)
	}
	for _, c := range codes[20:] {
		pairs = append(pairs, TrainingPair{Query: query, Code: c, Repo: "r"})
	}
	pairs[2].Negatives = slices.Clone(codes)
	got, _, err := new(Trainer).MineNegatives(t.Context(), smallModel(), pairs, MostNegatives)
	if err != nil {
		t.Fatal(err)
	}
	if len(got[1].Negatives) == 0 {
		t.Error("no negatives")
	}
	for _, n := range got[1].Negatives {
		if !slices.Contains(codes[1:20], n) {
			t.Errorf("%q is a negative of a query that it answers", n)
		}
	}
	if !slices.Equal(got[2].Negatives, codes) {
		t.Errorf("%d negatives where all %d codes were given", len(got[2].Negatives), len(codes))
	}
}

func TestTooManyNegativesAreRefused(t *testing.T) {
	for _, count := range []int{-1, MostNegatives + 1} {
		if _, _, err := new(Trainer).MineNegatives(t.Context(), smallModel(), negativesCase(), count); err == nil {
			t.Errorf("no error for %d", count)
		}
	}
}
