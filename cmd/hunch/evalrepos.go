package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/dataset"
)

type reposFlags struct {
	judgeFlags
	data, repos string
	ranker      string
	first       time.Duration
}

func (a *app) evalReposCommand() *cobra.Command {
	var f reposFlags
	cmd := &cobra.Command{
		Use:   "repos --data DIR --repos DIR [NAME...]",
		Short: "Measure on labelled repositories: queries and the files that answer them",
		Long: `repos indexes repositories for which others have written queries and labelled the
files that answer them, searches as hunch does, and prints nDCG@10 over files (a
second result in a file takes up a place), the time to index, and the time that a
search takes, the index being up to date.

--data is a folder with repos.json and annotations/, --repos one with a work tree
for each repository under its name, as bench/semble/layout.py makes them. Of each
the labelled folder is indexed, into the usual place, so that a second run is
fast: its index time is that of the chunks that had to be embedded, and says what
a first index takes only where that is all of them. With --index and an empty
folder it is. NAME picks repositories.

--ranker compares: hybrid is what searches use, dense the vectors alone, bm25 the
words alone, and rrf their reciprocal rank fusion. The weights of hybrid were
learned on labelled repositories; figures on those same are not held out, as
those of docs/ranking.md are.

--first measures first answers instead: each query is asked as if nothing had ever
been read or embedded, and has this time. Then the chunks are those that were read,
in the mean over the queries, and the time of a search is that of the whole answer.
No index is read or kept.` + judgeHelp("bm25, rrf …             a ranker"),
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, names []string) error {
			if err := f.settle(cmd.Flags()); err != nil {
				return err
			}
			return a.evalRepos(cmd.Context(), &f, names)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.data, "data", "", "`folder` with repos.json and annotations")
	flags.StringVar(&f.repos, "repos", "", "`folder` with the repositories")
	flags.StringVar(&f.ranker, "ranker", string(hunch.Hybrid), "what orders the results: hybrid, dense, bm25 or rrf")
	flags.DurationVar(&f.first, "first", 0, "measure first answers within this `time` instead")
	f.register(cmd, []string{"ndcg@10"})
	return cmd
}

func (a *app) evalRepos(ctx context.Context, f *reposFlags, names []string) error {
	switch {
	case f.data == "":
		return errors.New("name the folder with repos.json with --data")
	case f.repos == "":
		return errors.New("name the folder with the repositories with --repos")
	case f.first < 0:
		return fmt.Errorf("--first is %v, want a time of more than 0", f.first)
	}
	ranker, err := hunch.ParseRanker(f.ranker)
	if err != nil {
		return err
	}
	labelled, err := dataset.OpenRepos(f.data)
	if err != nil {
		return err
	}
	if labelled, err = pick(labelled, names); err != nil {
		return err
	}
	here, missing, err := a.split(labelled, f.repos)
	if err != nil {
		return err
	}
	places := make([]string, len(here))
	for i, l := range here {
		places[i] = filepath.Join(f.repos, l.Name)
	}
	return a.judgeRepos(ctx, &f.judgeFlags, labelledTask{here, places, missing, ranker, f.first}, printRepos)
}

// labelledTask is repositories with their folders.
type labelledTask struct {
	repos   []dataset.LabelledRepo
	places  []string
	missing []string
	ranker  hunch.Ranker
	first   time.Duration // that first answers have; 0 for full ones
}

// judgeRepos evaluates, or compares, and prints.
func (a *app) judgeRepos(ctx context.Context, f *judgeFlags, t labelledTask, print func(io.Writer, *hunch.ReposEvaluation)) error {
	if err := t.checkLabels(); err != nil {
		return err
	}
	if len(f.compare) > 0 {
		return a.compareRepos(ctx, f, t)
	}
	m, err := a.openModel()
	if err != nil {
		return err
	}
	s, err := a.evalLabelled(ctx, m, t, t.ranker)
	if err != nil {
		return err
	}
	f.gate.judge(ofRepos(s))
	err = f.writeTSV(func(w io.Writer) { writeQueriesTSV(w, s.Protocol, "labelled", s.PerQuery(), f.metrics, true) })
	if err != nil {
		return err
	}
	if f.json {
		return errors.Join(writeJSON(a.out, s), f.gate.verdict())
	}
	w := bufio.NewWriter(a.out)
	print(w, s)
	if f.perQuery {
		printQueries(w, s.PerQuery(), telling(f.metrics))
	}
	return errors.Join(w.Flush(), f.gate.verdict())
}

func (a *app) compareRepos(ctx context.Context, f *judgeFlags, t labelledTask) error {
	var rankings []string
	for _, r := range hunch.Rankers() {
		rankings = append(rankings, string(r))
	}
	list, models, err := a.systems(f, rankings)
	if err != nil {
		return err
	}
	all, err := task[*hunch.ReposEvaluation]{
		evaluate: func(ctx context.Context, s system, m *hunch.Model) (*hunch.ReposEvaluation, error) {
			return a.evalLabelled(ctx, m, t, cmp.Or(hunch.Ranker(s.ranking), t.ranker))
		},
		compare: hunch.CompareRepos,
		figures: ofRepos,
	}.run(ctx, f, list, models)
	if err != nil {
		return err
	}
	return errors.Join(a.printComparisons(f, all), f.gate.verdict())
}

// checkLabels makes sure that there is what the labels name: no search finds
// what is not there, and a figure would say that it is bad.
func (t *labelledTask) checkLabels() error {
	var lines []string
	total := 0
	for i, l := range t.repos {
		missing := hunch.MissingLabels(l, t.places[i])
		if total += len(missing); len(missing) == 0 {
			continue
		}
		const most = 10
		var names []string
		for _, m := range missing[:min(len(missing), most)] {
			name := quotePath(m.Path)
			if m.Instead != "" {
				name += " (" + m.Instead + ")"
			}
			names = append(names, name)
		}
		if more := len(missing) - most; more > 0 {
			names = append(names, fmt.Sprintf("and %s more", thousands(more)))
		}
		lines = append(lines, fmt.Sprintf("in %s: %s", quotePath(t.places[i]), strings.Join(names, ", ")))
	}
	if total == 0 {
		return nil
	}
	return fmt.Errorf("the labels name %s that %s not exist %s", count(total, "place"), map[bool]string{true: "does", false: "do"}[total == 1], strings.Join(lines, "; "))
}

// pick keeps the repositories with these names, in the order of the data;
// without names all.
func pick(labelled []dataset.LabelledRepo, names []string) ([]dataset.LabelledRepo, error) {
	if len(names) == 0 {
		return labelled, nil
	}
	var known []string
	for _, l := range labelled {
		known = append(known, l.Name)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("no labelled repository %q, want one of %s", name, strings.Join(known, ", "))
		}
	}
	return slices.DeleteFunc(labelled, func(l dataset.LabelledRepo) bool { return !slices.Contains(names, l.Name) }), nil
}

// split tells the repositories that are there from those that are not. One
// without the labelled folder is an error.
func (a *app) split(labelled []dataset.LabelledRepo, dir string) (here []dataset.LabelledRepo, missing []string, err error) {
	if err := checkFolder(dir); err != nil {
		return nil, nil, err
	}
	for _, l := range labelled {
		place := filepath.Join(dir, l.Name)
		if checkFolder(place) != nil {
			missing = append(missing, l.Name)
			a.note("%s is left out: it is not in %s", quotePath(l.Name), quotePath(dir))
			continue
		}
		if err := checkFolder(filepath.Join(place, filepath.FromSlash(l.Root))); err != nil {
			return nil, nil, err
		}
		here = append(here, l)
	}
	if len(here) == 0 {
		err = fmt.Errorf("none of the labelled repositories (%s) is in %s: bench/semble/layout.py puts them there", thousands(len(labelled)), quotePath(dir))
	}
	return here, missing, err
}

// evalLabelled evaluates the model on all repositories that are there.
func (a *app) evalLabelled(ctx context.Context, m *hunch.Model, t labelledTask, ranker hunch.Ranker) (*hunch.ReposEvaluation, error) {
	var all []*hunch.RepoEvaluation
	for i, l := range t.repos {
		p := a.newProgress("embedding "+quotePath(l.Name), "chunks")
		var e *hunch.RepoEvaluation
		var err error
		if t.first > 0 {
			e, err = hunch.EvaluateFirst(ctx, l, t.places[i], t.first, ranker, a.options(m, a.events(p)))
		} else {
			e, err = hunch.EvaluateRepo(ctx, l, t.places[i], ranker, a.options(m, a.events(p)))
		}
		p.stop()
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	s := hunch.SummarizeRepos(m, ranker, all, t.missing)
	s.FirstSeconds = t.first.Seconds()
	return s, nil
}

func checkFolder(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		err = errors.New("is a file, want a folder")
	}
	if err != nil {
		return pathError(path, err)
	}
	return nil
}

func printRepos(w io.Writer, s *hunch.ReposEvaluation) {
	fmt.Fprintf(w, "%s of %s labelled repositories: %s queries, %s (%s), ranked by %s", thousands(len(s.Repositories)),
		thousands(s.Labelled), thousands(s.Queries), printable(s.Model), s.Precision, s.Ranker)
	if s.FirstSeconds > 0 {
		fmt.Fprintf(w, ", first answers within %v", time.Duration(s.FirstSeconds*float64(time.Second)))
	}
	fmt.Fprint(w, "\n\n")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "repository\tlanguage\tqueries\tnDCG@10\tchunks\tembedded\tindexed in\tsearch p50\tp99")
	row := func(name, language string, queries int, ndcg float64, chunks, embedded int, seconds float64, l hunch.Latency) {
		fmt.Fprintf(t, "%s\t%s\t%s\t%.4f\t%s\t%s\t%.1f s\t%.1f ms\t%.1f ms\n", quotePath(name), quotePath(language),
			thousands(queries), ndcg, thousands(chunks), thousands(embedded), seconds, l.P50, l.P99)
	}
	for _, e := range s.Repositories {
		row(e.Name, e.Language, e.Queries, e.NDCG, e.Chunks, e.Embedded, e.IndexSeconds, e.Latency)
	}
	row("all", "", s.Queries, s.NDCG, s.Chunks, s.Embedded, s.IndexSeconds, s.Latency)
	t.Flush()
	fmt.Fprintf(w, "nDCG@10 of all: %.4f, %s\n", s.NDCG, reposInterval(s))
	printScores(w, "language", s.Languages)
	printScores(w, "category", s.Categories)
}

func reposInterval(s *hunch.ReposEvaluation) string {
	if s.CI95 == nil {
		return "too few queries for an interval"
	}
	return fmt.Sprintf("95%% interval %.4f to %.4f by %s", s.CI95[0], s.CI95[1], s.CI95Over)
}

func printScores(w io.Writer, title string, scores map[string]hunch.FileScore) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\n%s\tqueries\tnDCG@10\n", title)
	for _, name := range slices.Sorted(maps.Keys(scores)) {
		fmt.Fprintf(t, "%s\t%s\t%.4f\n", quotePath(name), thousands(scores[name].Queries), scores[name].NDCG)
	}
	t.Flush()
}
