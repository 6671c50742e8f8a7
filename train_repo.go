package hunch

import (
	"hash/fnv"

	"github.com/hunch-search/hunch/internal/dataset"
)

// heldOutFiles is one in so many, whose queries are not trained on.
const heldOutFiles = 5

// HoldOut divides the queries of t by their file: those of one file in five are
// the task held, which a model is to be measured with; the others are pairs to
// train it on, each with the first chunk that answers it. Which files are held
// out depends on their paths alone. The corpus of held is all of t's.
func (t *MinedTask) HoldOut() (pairs []TrainingPair, held *dataset.Task) {
	held = &dataset.Task{Protocol: "repo", Split: "held out", Corpus: t.Corpus}
	for i, query := range t.Queries {
		if isHeldOut(t.paths[i]) {
			held.Queries, held.Relevant = append(held.Queries, query), append(held.Relevant, t.Relevant[i])
		} else {
			pairs = append(pairs, TrainingPair{Query: query, Code: t.Corpus[t.Relevant[i][0]]})
		}
	}
	return pairs, held
}

// Files is how many files the queries are from.
func (t *MinedTask) Files() int {
	paths := map[string]bool{}
	for _, p := range t.paths {
		paths[p] = true
	}
	return len(paths)
}

func isHeldOut(path string) bool {
	h := fnv.New32a()
	h.Write([]byte(path))
	// FNV's low bits hardly depend on the last byte's high ones: fold them in.
	sum := h.Sum32()
	return (sum^sum>>16)%heldOutFiles == 0
}
