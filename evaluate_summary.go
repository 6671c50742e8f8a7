package hunch

// What the evaluations of labelled repositories come to.

import (
	"time"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
)

// SummarizeRepos joins the parts. All of them were made with m and ranker; missing are the
// names of the repositories that were not there.
func SummarizeRepos(m *Model, ranker Ranker, all []*RepoEvaluation, missing []string) *ReposEvaluation {
	info := m.Info()
	s := &ReposEvaluation{
		Schema: 1, Protocol: "repos", Model: info.Name, Fingerprint: info.Fingerprint, Precision: info.Precision, Ranker: ranker,
		Labelled: len(all) + len(missing), Missing: append([]string{}, missing...),
		Languages: map[string]FileScore{}, Categories: map[string]FileScore{},
		Repositories: append([]*RepoEvaluation{}, all...),
	}
	var total FileScore
	var searches []time.Duration
	var labelled []dataset.LabelledRepo
	for _, e := range all {
		labelled = append(labelled, e.labelled)
		part := FileScore{e.Queries, e.NDCG}
		total = total.with(part)
		s.Languages[e.Language] = s.Languages[e.Language].with(part)
		for category, score := range e.Categories {
			s.Categories[category] = s.Categories[category].with(score)
		}
		s.Chunks += e.Chunks
		s.Embedded += e.Embedded
		s.Recalled += e.Recalled
		s.IndexSeconds += e.IndexSeconds
		searches = append(searches, e.searches...)
	}
	s.Data = dataset.HashRepos(labelled)
	s.interval()
	s.Queries, s.NDCG, s.Latency = total.Queries, total.NDCG, latencyOf(searches)
	return s
}

// interval fills in CI95. Questions about one repository have more in common than
// those about two.
func (s *ReposEvaluation) interval() {
	f := s.perQuery()
	s.CI95Over = "repositories"
	groups := f.repos
	if len(s.Repositories) == 1 {
		s.CI95Over, groups = "queries", f.groups
	}
	if in := eval.Bootstrap(f.per, groups, bootstrapSamples, bootstrapSeed); in != nil {
		s.CI95 = &in.NDCGAt10
	}
}

// repoFigures are the figures of all queries of all repositories, of which only
// nDCG@10 is set.
type repoFigures struct {
	per    []eval.Metrics
	repos  []int    // which of the repositories each is of
	names  []string // of those
	texts  []string
	groups []int // equal for queries with the same text
}

func (s *ReposEvaluation) perQuery() (f repoFigures) {
	for i, e := range s.Repositories {
		for q, score := range e.scores {
			f.per, f.repos = append(f.per, eval.Metrics{NDCGAt10: score}), append(f.repos, i)
			f.names, f.texts = append(f.names, e.Name), append(f.texts, e.labelled.Queries[q].Text)
		}
	}
	if len(s.Repositories) == 1 {
		clear(f.names) // nobody has to be told which
	}
	_, f.groups = dataset.Distinct(f.texts)
	return f
}
