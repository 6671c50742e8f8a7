// Rank trains the ranker on labelled repositories and measures it on those that
// it was not trained on. It prints the tables of docs/ranking.md and writes the
// weights:
//
//	go run ./bench/rank --data DIR --repos DIR --out internal/rank/weights.txt
//
// --data and --repos are as for hunch eval repos. Each repository is left out
// once, and ranked by weights that the others gave. The weights that are written
// are those of all repositories together. The same data give the same weights.
package main

import (
	"context"
	"encoding/gob"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/dataset"
)

type settings struct {
	data, repos  string
	out, samples string
	model        string
	worst        int
	quick        bool
	signals      bool
}

func main() {
	var s settings
	flag.StringVar(&s.data, "data", "", "`folder` with repos.json and annotations")
	flag.StringVar(&s.repos, "repos", "", "`folder` with the repositories")
	flag.StringVar(&s.out, "out", "", "`file` to write the weights to")
	flag.StringVar(&s.samples, "samples", "", "`file` that keeps the candidates of all queries, so that another run need not search")
	flag.StringVar(&s.model, "model", "", "model `folder`; the one in the program if empty")
	flag.BoolVar(&s.quick, "quick", false, "measure the whole ranker alone, without its parts")
	flag.BoolVar(&s.signals, "signals", false, "measure without each signal, too")
	flag.IntVar(&s.worst, "worst", 0, "print so many of the queries that were answered worst")
	flag.Parse()
	if err := run(context.Background(), s); err != nil {
		fmt.Fprintln(os.Stderr, "rank:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	all, err := load(ctx, s)
	if err != nil {
		return err
	}
	r := measure(prepare(all.Whole), prepare(all.Small), s.quick, s.signals)
	r.print(os.Stdout)
	r.worst(os.Stdout, s.worst)
	if s.out == "" {
		return nil
	}
	var b strings.Builder
	if err := r.weights.Write(&b, r.heading()); err != nil {
		return err
	}
	return os.WriteFile(s.out, []byte(b.String()), 0o644)
}

// found is what the searches of all queries choose from.
type found struct {
	Whole []hunch.RankSample // of the repositories
	Small []hunch.RankSample // of a few files of each
}

// load searches, or reads what an earlier run found.
func load(ctx context.Context, s settings) (found, error) {
	var all found
	if s.samples != "" {
		f, err := os.Open(s.samples)
		if err == nil {
			defer f.Close()
			err = gob.NewDecoder(f).Decode(&all)
			return all, err
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return all, err
		}
	}
	all, err := search(ctx, s)
	if err != nil || s.samples == "" {
		return all, err
	}
	f, err := os.Create(s.samples)
	if err != nil {
		return all, err
	}
	return all, errors.Join(gob.NewEncoder(f).Encode(all), f.Close())
}

func search(ctx context.Context, s settings) (all found, err error) {
	repos, err := dataset.OpenRepos(s.data)
	if err != nil {
		return all, err
	}
	m, err := hunch.OpenModel(s.model, "")
	if err != nil {
		return all, err
	}
	for i, repo := range repos {
		dir, o := filepath.Join(s.repos, repo.Name), hunch.Options{Model: m}
		whole, err := hunch.RankSamples(ctx, repo, dir, foreign(repos, i), o)
		if err != nil {
			return all, err
		}
		few, err := small(ctx, repo, dir, foreign(repos, i)[:8], o)
		if err != nil {
			return all, err
		}
		all.Whole, all.Small = append(all.Whole, whole...), append(all.Small, few...)
		fmt.Fprintln(os.Stderr, repo.Name)
	}
	return all, nil
}

// foreign returns queries of other repositories, one of each: most have no answer
// in repository at.
func foreign(repos []dataset.LabelledRepo, at int) []string {
	var texts []string
	for i, repo := range repos {
		if i != at {
			texts = append(texts, repo.Queries[at%len(repo.Queries)].Text)
		}
	}
	return texts
}
