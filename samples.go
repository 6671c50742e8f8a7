package hunch

import (
	"context"
	"errors"
	"slices"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/rank"
)

// RankSample is a labelled query with what a search chooses from, for the recipe
// that trains the ranker.
type RankSample struct {
	Repo string
	Root string // see dataset.LabelledRepo
	dataset.RepoQuery
	Terms      []rank.Term
	Candidates []rank.Candidate
	// First are the candidates of a first answer, to which words and names alone
	// lead. Their vectors are those that they would get.
	First []rank.Candidate
}

// RankSamples indexes a labelled repository as [EvaluateRepo] does and returns a
// sample for each of its queries, in order, and then for each of the queries
// foreign to it, which have no targets.
func RankSamples(ctx context.Context, labelled dataset.LabelledRepo, dir string, foreign []string, opts Options) ([]RankSample, error) {
	repo, _, err := openLabelled(ctx, labelled, dir, opts)
	if err != nil {
		return nil, err
	}
	ix, damage, err := repo.open()
	if err = errors.Join(err, damage); err == nil && ix == nil {
		err = ErrIndexGone
	}
	if err != nil {
		return nil, err
	}
	defer ix.Close()
	var samples []RankSample
	queries := slices.Clone(labelled.Queries)
	for _, text := range foreign {
		queries = append(queries, dataset.RepoQuery{Text: text, Category: "foreign"})
	}
	for _, q := range queries {
		v, err := repo.encode(q.Text)
		if err != nil {
			return nil, err
		}
		all, err := Query{Text: q.Text}.gather(ix, v, nil, allEmbedded, 0)
		if err != nil {
			return nil, err
		}
		first, err := Query{Text: q.Text}.gather(ix, v, nil, noneEmbedded, 0)
		if err != nil {
			return nil, err
		}
		samples = append(samples, RankSample{labelled.Name, labelled.Root, q, all.terms, all.candidates, first.candidates})
	}
	return samples, nil
}
