package hunch

// What rankings find, query by query, for reports: the rank of the first right
// answer, the documents before it, and TREC's files.

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
	"github.com/hunch-search/hunch/internal/simd"
)

// Found is what an exact ranking has for a query.
type Found struct {
	// Rank is that of the first right answer, in expectation over the orders of
	// what ties with it.
	Rank float64 `json:"rank"`
	// Best are the first documents, copies of one text in the order of the corpus.
	Best []FoundDocument `json:"best"`
}

// FoundDocument is a document of the corpus, counted from 0, and its cosine.
type FoundDocument struct {
	Document int     `json:"document"`
	Score    float32 `json:"score"`
}

// Find ranks the corpus for every query, by exact cosine, and hands on the first
// depth documents of each.
func (e *Evaluator) Find(ctx context.Context, t *dataset.Task, depth int, visit func(query int, f Found) error) error {
	if err := e.embedTask(ctx, t); err != nil {
		return err
	}
	distinct, index := dataset.Distinct(t.Corpus)
	once, scores := make([]float32, len(distinct)), make([]float32, len(t.Corpus))
	for q, text := range t.Queries {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i, text2 := range distinct {
			once[i] = simd.Dot(e.queries[text], e.vectors[text2])
		}
		for i, at := range index {
			scores[i] = once[at]
		}
		f := Found{Rank: firstRank(scores, t.Relevant[q])}
		for _, doc := range best(scores, depth) {
			f.Best = append(f.Best, FoundDocument{doc, scores[doc]})
		}
		if err := visit(q, f); err != nil {
			return err
		}
	}
	return nil
}

// firstRank is the expected rank of the first of the right answers that have the
// highest score: of n documents that tie, r of them right, it is (n+1)/(r+1)
// behind those before.
func firstRank(scores []float32, relevant []int) float64 {
	top := scores[relevant[0]]
	for _, doc := range relevant {
		top = max(top, scores[doc])
	}
	above, tied, right := 0, 0, 0
	for _, s := range scores {
		switch {
		case s > top+eval.TieTolerance:
			above++
		case s >= top-eval.TieTolerance:
			tied++
		}
	}
	for _, doc := range relevant {
		if scores[doc] >= top-eval.TieTolerance {
			right++
		}
	}
	return float64(above) + float64(tied+1)/float64(right+1)
}

// Nearest ranks texts for a question of one's own; it embeds what is not known
// yet.
func (e *Evaluator) Nearest(ctx context.Context, question string, texts []string, k int) ([]FoundDocument, error) {
	if err := e.embed(ctx, texts); err != nil {
		return nil, err
	}
	query, err := e.Model.EncodeQuery(question)
	if err != nil {
		return nil, err
	}
	scores := make([]float32, len(texts))
	for i, text := range texts {
		scores[i] = simd.Dot(query, e.vectors[text])
	}
	var list []FoundDocument
	for _, doc := range best(scores, k) {
		list = append(list, FoundDocument{doc, scores[doc]})
	}
	return list, nil
}

// WriteTaskQrels writes a task's right answers in TREC's format: query 1 is q1,
// document 1 of the corpus d1.
func WriteTaskQrels(w io.Writer, t *dataset.Task) error {
	qrels := eval.Qrels{}
	for q, right := range t.Relevant {
		grades := map[string]int{}
		for _, doc := range right {
			grades[docID(doc)] = 1
		}
		qrels[queryID(q)] = grades
	}
	return eval.WriteQrels(w, qrels)
}

// AddToRun adds what was found for a query to a run of the same names.
func AddToRun(run eval.Run, query int, f Found) {
	docs := map[string]float32{}
	for _, d := range f.Best {
		docs[docID(d.Document)] = d.Score
	}
	run[queryID(query)] = docs
}

func queryID(i int) string { return fmt.Sprintf("q%d", i+1) }
func docID(i int) string   { return fmt.Sprintf("d%d", i+1) }

// Figures are those of each query, in the order of the task's.
func (e *Evaluation) Figures() []eval.Metrics { return slices.Clone(e.per) }

// Restore gives an evaluation that was read from JSON the figures of its queries
// back, which it needs to be compared. They must be of the same task.
func (e *Evaluation) Restore(t *dataset.Task, per []eval.Metrics) error {
	if len(per) != len(t.Queries) || e.Queries != len(t.Queries) || e.Data != t.Hash() {
		return fmt.Errorf("%s %s: %d figures of other data than the %d queries", e.Protocol, e.Split, len(per), len(t.Queries))
	}
	e.per, e.groups, e.texts = per, t.Groups, t.Queries
	return nil
}

// Ceiling is the most that any system can reach on a task on average: copies of
// a right answer that are not right themselves tie with it, and of queries with
// the same text only one can have its own answer first.
//
// It tries, for the queries of each group, every order of their answers' texts,
// and takes the best for each figure: with more than a few different texts in a
// group that is too much, and an error.
func Ceiling(t *dataset.Task) (eval.Metrics, error) {
	const most = 6
	_, text := dataset.Distinct(t.Corpus)
	members := map[int][]int{}
	for q := range t.Queries {
		group := q
		if t.Groups != nil {
			group = t.Groups[q]
		}
		members[group] = append(members[group], q)
	}
	sum := map[string]float64{}
	for _, group := range slices.Sorted(maps.Keys(members)) { // sums depend on the order
		queries := members[group]
		var answers []int // texts
		for _, q := range queries {
			for _, doc := range t.Relevant[q] {
				if !slices.Contains(answers, text[doc]) {
					answers = append(answers, text[doc])
				}
			}
		}
		if len(queries) == 1 {
			// All its answers first: only copies that are not right matter.
			answers = leastCopies(answers, text, t.Relevant[queries[0]])
		} else if len(answers) > most {
			return eval.Metrics{}, fmt.Errorf("%d queries with the same text have %d different answers, more than %d", len(queries), len(answers), most)
		}
		for name, v := range bestOrder(t, text, queries, answers) {
			sum[name] += v
		}
	}
	for name := range sum {
		sum[name] /= float64(len(t.Queries))
	}
	return eval.MetricsOf(sum), nil
}

// leastCopies puts the answers of one query in the order in which copies that are
// not right are in the way as late as can be.
func leastCopies(answers, text []int, right []int) []int {
	copies := map[int]int{}
	for _, at := range text {
		copies[at]++
	}
	for _, doc := range right {
		copies[text[doc]]--
	}
	slices.SortStableFunc(answers, func(a, b int) int { return cmp.Compare(copies[a], copies[b]) })
	return answers
}

// bestOrder sums up, for each figure, the queries' values under the order of the
// answers that is best for it.
func bestOrder(t *dataset.Task, text, queries, answers []int) map[string]float64 {
	most := map[string]float64{}
	scores := make([]float32, len(t.Corpus))
	try := func(order []int) {
		place := map[int]float32{}
		for i, a := range order {
			place[a] = float32(len(order) - i)
		}
		for doc, at := range text {
			scores[doc] = place[at]
		}
		sum := map[string]float64{}
		for _, q := range queries {
			for name, v := range eval.Judge(scores, t.Relevant[q], eval.TieTolerance).Named() {
				sum[name] += v
			}
		}
		for name, v := range sum {
			most[name] = max(most[name], v)
		}
	}
	if len(queries) == 1 {
		try(answers)
		return most
	}
	permute(answers, 0, try)
	return most
}

// permute calls visit with every order of list.
func permute(list []int, from int, visit func([]int)) {
	if from == len(list) {
		visit(list)
		return
	}
	for i := from; i < len(list); i++ {
		list[from], list[i] = list[i], list[from]
		permute(list, from+1, visit)
		list[from], list[i] = list[i], list[from]
	}
}
