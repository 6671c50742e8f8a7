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

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/dataset"
)

type reposFlags struct {
	data, repos string
	ranker      string
	json        bool
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
those of docs/ranking.md are.`,
		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, names []string) error { return a.evalRepos(cmd.Context(), f, names) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.data, "data", "", "`folder` with repos.json and annotations")
	flags.StringVar(&f.repos, "repos", "", "`folder` with the repositories")
	flags.StringVar(&f.ranker, "ranker", string(hunch.Hybrid), "what orders the results: hybrid, dense, bm25 or rrf")
	flags.BoolVar(&f.json, "json", false, "print one JSON object")
	return cmd
}

func (a *app) evalRepos(ctx context.Context, f reposFlags, names []string) error {
	switch {
	case f.data == "":
		return errors.New("name the folder with repos.json with --data")
	case f.repos == "":
		return errors.New("name the folder with the repositories with --repos")
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
	m, err := a.openModel()
	if err != nil {
		return err
	}
	var all []*hunch.RepoEvaluation
	for _, l := range here {
		e, err := a.evalLabelled(ctx, m, l, filepath.Join(f.repos, l.Name), ranker)
		if err != nil {
			return err
		}
		all = append(all, e)
	}
	s := hunch.SummarizeRepos(m, ranker, all, missing)
	if f.json {
		return writeJSON(a.out, s)
	}
	w := bufio.NewWriter(a.out)
	printRepos(w, s)
	return w.Flush()
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

func (a *app) evalLabelled(ctx context.Context, m *hunch.Model, l dataset.LabelledRepo, dir string, ranker hunch.Ranker) (*hunch.RepoEvaluation, error) {
	p := a.newProgress("embedding "+quotePath(l.Name), "chunks")
	defer p.stop()
	return hunch.EvaluateRepo(ctx, l, dir, ranker, a.options(m, a.events(p)))
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
	fmt.Fprintf(w, "%s of %s labelled repositories: %s queries, %s (%s), ranked by %s\n\n", thousands(len(s.Repositories)),
		thousands(s.Labelled), thousands(s.Queries), printable(s.Model), s.Precision, s.Ranker)
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
	fmt.Fprintf(w, "nDCG@10 of all: %.4f, 95%% interval %.4f to %.4f by repositories\n", s.NDCG, s.CI95[0], s.CI95[1])
	printScores(w, "language", s.Languages)
	printScores(w, "category", s.Categories)
}

func printScores(w io.Writer, title string, scores map[string]hunch.FileScore) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\n%s\tqueries\tnDCG@10\n", title)
	for _, name := range slices.Sorted(maps.Keys(scores)) {
		fmt.Fprintf(t, "%s\t%s\t%.4f\n", quotePath(name), thousands(scores[name].Queries), scores[name].NDCG)
	}
	t.Flush()
}

type minedFlags struct {
	max        int
	seed       uint64
	run, qrels string
	json       bool
}

func (a *app) evalRepoCommand() *cobra.Command {
	var f minedFlags
	cmd := &cobra.Command{
		Use:   "repo [PATH]",
		Short: "Measure on your own code, with queries from its documentation",
		Long: `repo takes the first sentence of Go doc comments and Python docstrings in the
folder PATH as queries for what they document, takes the documentation out of all
files, and ranks all their chunks by exact cosine. A chunk is right if it is of
that file and holds a part of that definition. Every chunk is embedded, and no
index is read or written, so this takes as long as the first index does.

Such queries were written by one who knew the code. The figures compare models
and settings on one repository; those of other data are another matter.

--run has the best 1,000 chunks of each query, named PATH:START-END in lines of
the file without its documentation.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.evalRepo(cmd.Context(), f, cmp.Or(strings.Join(args, ""), "."))
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&f.max, "max", 200, "most queries, chosen by their hash; 0 for all")
	flags.Uint64Var(&f.seed, "seed", 0, "another `number` chooses other queries")
	flags.StringVar(&f.run, "run", "", "write the rankings to this `file`, in TREC's format")
	flags.StringVar(&f.qrels, "qrels", "", "write the right answers to this `file`, in TREC's format")
	flags.BoolVar(&f.json, "json", false, "print one JSON object")
	return cmd
}

func (a *app) evalRepo(ctx context.Context, f minedFlags, path string) error {
	if f.max < 0 {
		return fmt.Errorf("--max is %d, want 1 or more, or 0 for all", f.max)
	}
	if err := checkFolder(path); err != nil {
		return err
	}
	m, err := a.openModel()
	if err != nil {
		return err
	}
	// Opened first: nobody waits for an hour to hear that there is no such folder.
	run, err := openOutput(f.run)
	if err != nil {
		return err
	}
	defer run.drop()
	qrels, err := openOutput(f.qrels)
	if err != nil {
		return err
	}
	defer qrels.drop()
	progress := a.newProgress("embedding", "texts")
	defer progress.stop()
	task, err := hunch.MineTask(ctx, path, hunch.MineOptions{
		Max: f.max, Seed: f.seed, Warn: a.events(progress).Warning,
		Index: a.options(m, hunch.Events{}),
	})
	if err != nil {
		return err
	}
	a.note("queries from %s of %s; embedding %s", thousands(len(task.Queries)),
		count(task.Documented, "documented definition"), count(len(task.Corpus), "chunk"))
	e := &hunch.Evaluator{Model: m, Threads: a.threads, Progress: progress.set}
	result, err := e.EvaluateMined(ctx, task)
	progress.stop()
	if err != nil {
		return err
	}
	if err := run.save(func(w io.Writer) error { return e.WriteRun(w, task) }); err != nil {
		return err
	}
	if err := qrels.save(task.WriteQrels); err != nil {
		return err
	}
	return a.printMined(f, result)
}

func (a *app) printMined(f minedFlags, e *hunch.Evaluation) error {
	if f.json {
		return writeJSON(a.out, e)
	}
	w := bufio.NewWriter(a.out)
	fmt.Fprintf(w, "mined queries: %s over %s, %s (%s), %.1f s\n", thousands(e.Queries),
		count(e.Corpus, "chunk"), printable(e.Model), e.Precision, e.Seconds)
	printMetrics(w, e)
	return w.Flush()
}

// output is a file that replaces what was there when it is complete. A nil one
// was not asked for.
type output struct {
	file *os.File
	name string // that it will have; "" for a pipe or device, which stays
}

func openOutput(name string) (*output, error) {
	if name == "" {
		return nil, nil
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s is a folder, want a file", quotePath(name))
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return nil, pathError(name, err)
		}
		return &output{f, ""}, nil
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.tmp")
	if err != nil {
		return nil, pathError(name, err)
	}
	return &output{f, name}, nil
}

func (o *output) save(write func(io.Writer) error) error {
	if o == nil {
		return nil
	}
	if err := write(o.file); err != nil {
		return err
	}
	if o.name == "" {
		return o.file.Close()
	}
	if err := errors.Join(o.file.Chmod(0o644), o.file.Sync(), o.file.Close()); err != nil {
		return err
	}
	return os.Rename(o.file.Name(), o.name)
}

// drop removes what was not saved.
func (o *output) drop() {
	if o == nil {
		return
	}
	o.file.Close()
	if o.name != "" {
		os.Remove(o.file.Name())
	}
}
