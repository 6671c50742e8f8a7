package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/dataset"
)

type minedFlags struct {
	judgeFlags
	max        int
	seed       uint64
	run, qrels string
	labels     string
	ranker     string
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
the file without its documentation.

--labels FILE takes your own questions instead, and searches as hunch does, with
its index and --ranker; the figure is nDCG@10 over files. FILE is a JSON array:

  [{"query": "where is the wait computed", "relevant": ["src/wait.go"]},
   {"query": "...", "relevant": [{"path": "a.go", "start_line": 3, "end_line": 9}],
    "secondary": ["b.go"], "category": "symbol"}]

Paths are relative to PATH; a file that does not exist is an error. To change
files, models or rules and see what that does, see docs/judge-your-search.md.` +
			judgeHelp("exact, hnsw             how vectors are compared; with --labels bm25, rrf …"),
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.labels != "" {
				f.known = []string{"ndcg@10"}
			}
			if err := f.settle(cmd.Flags()); err != nil {
				return err
			}
			path := cmp.Or(strings.Join(args, ""), ".")
			if f.labels != "" {
				return a.evalLabels(cmd.Context(), &f, path)
			}
			return a.evalRepo(cmd.Context(), &f, path)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&f.max, "max", 200, "most queries, chosen by their hash; 0 for all")
	flags.Uint64Var(&f.seed, "seed", 0, "another `number` chooses other queries")
	flags.StringVar(&f.run, "run", "", "write the rankings to this `file`, in TREC's format")
	flags.StringVar(&f.qrels, "qrels", "", "write the right answers to this `file`, in TREC's format")
	flags.StringVar(&f.labels, "labels", "", "`file` with questions of your own and the files that answer them")
	flags.StringVar(&f.ranker, "ranker", string(hunch.Hybrid), "with --labels, what orders the results: hybrid, dense, bm25 or rrf")
	f.register(cmd, allMetrics)
	return cmd
}

// evalLabels measures on one repository with labels of one's own.
func (a *app) evalLabels(ctx context.Context, f *minedFlags, path string) error {
	if f.run != "" || f.qrels != "" {
		return errors.New("--run and --qrels are of mined queries, not of --labels")
	}
	ranker, err := hunch.ParseRanker(f.ranker)
	if err != nil {
		return err
	}
	if err := checkFolder(path); err != nil {
		return err
	}
	queries, err := dataset.OpenLabels(f.labels)
	if err != nil {
		return err
	}
	// The figures of a clone elsewhere compare: the name is that of the labels.
	repo := dataset.LabelledRepo{Name: strings.TrimSuffix(filepath.Base(f.labels), ".json"), Queries: queries}
	// The file has the words of all questions, and answers none.
	if inside, err := relativeTo(path, f.labels); err == nil {
		repo.Exclude = []string{"/" + globEscapes.Replace(filepath.ToSlash(inside))}
	}
	return a.judgeRepos(ctx, &f.judgeFlags, labelledTask{[]dataset.LabelledRepo{repo}, []string{path}, nil, ranker, 0}, printLabelled)
}

// relativeTo is the path of a file in a folder.
func relativeTo(dir, name string) (string, error) {
	var paths [2]string
	for i, path := range []string{dir, name} {
		abs, err := filepath.Abs(path)
		if err == nil {
			abs, err = filepath.EvalSymlinks(abs)
		}
		if err != nil {
			return "", err
		}
		paths[i] = abs
	}
	rel, err := filepath.Rel(paths[0], paths[1])
	if err == nil && !filepath.IsLocal(rel) {
		err = fmt.Errorf("%s is not in %s", quotePath(name), quotePath(dir))
	}
	return rel, err
}

// globEscapes makes a pattern of a name that matches that name alone.
var globEscapes = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)

func printLabelled(w io.Writer, s *hunch.ReposEvaluation) {
	e := s.Repositories[0]
	fmt.Fprintf(w, "%s: %s over %s, %s (%s), ranked by %s\n", quotePath(e.Name), queries(s.Queries), count(s.Chunks, "chunk"),
		printable(s.Model), s.Precision, s.Ranker)
	fmt.Fprintf(w, "  nDCG@10  %.4f, %s\n", s.NDCG, reposInterval(s))
	if len(s.Categories) > 1 {
		printScores(w, "category", s.Categories)
	}
}

func (a *app) evalRepo(ctx context.Context, f *minedFlags, path string) error {
	if f.max < 0 {
		return fmt.Errorf("--max is %d, want 1 or more, or 0 for all", f.max)
	}
	if err := checkFolder(path); err != nil {
		return err
	}
	if len(f.compare) > 0 {
		return a.compareMined(ctx, f, path)
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
	task, err := a.mine(ctx, f, path, progress)
	if err != nil {
		return err
	}
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
	return a.printMined(&f.judgeFlags, result)
}

func (a *app) mine(ctx context.Context, f *minedFlags, path string, progress *progress) (*hunch.MinedTask, error) {
	task, err := hunch.MineTask(ctx, path, hunch.MineOptions{
		Max: f.max, Seed: f.seed, Warn: a.events(progress).Warning,
		Index: a.options(nil, hunch.Events{}),
	})
	if err != nil {
		return nil, err
	}
	a.note("queries from %s of %s; embedding %s", thousands(len(task.Queries)),
		count(task.Documented, "documented definition"), count(len(task.Corpus), "chunk"))
	return task, nil
}

func (a *app) compareMined(ctx context.Context, f *minedFlags, path string) error {
	if f.run != "" || f.qrels != "" {
		return errors.New("--run and --qrels are of one system, not of --compare")
	}
	list, models, err := a.systems(&f.judgeFlags, []string{"exact", "hnsw"})
	if err != nil {
		return err
	}
	progress := a.newProgress("embedding", "texts")
	defer progress.stop()
	mined, err := a.mine(ctx, f, path, progress)
	if err != nil {
		return err
	}
	evaluators := a.evaluators(progress, false)
	all, err := task[*hunch.Evaluation]{
		evaluate: func(ctx context.Context, s system, m *hunch.Model) (*hunch.Evaluation, error) {
			defer progress.stop()
			return evaluators(s, m).EvaluateMined(ctx, mined)
		},
		compare: func(a, b *hunch.Evaluation) (*hunch.Comparison, error) { return hunch.Compare(a, b, f.metrics...) },
		figures: ofEvaluation,
	}.run(ctx, &f.judgeFlags, list, models)
	if err != nil {
		return err
	}
	return errors.Join(a.printComparisons(&f.judgeFlags, all), f.gate.verdict())
}

func (a *app) printMined(f *judgeFlags, e *hunch.Evaluation) error {
	f.gate.judge(ofEvaluation(e))
	err := f.writeTSV(func(w io.Writer) { writeQueriesTSV(w, e.Protocol, e.Split, e.PerQuery(), f.metrics, true) })
	if err != nil {
		return err
	}
	if f.json {
		return errors.Join(writeJSON(a.out, e), f.gate.verdict())
	}
	w := bufio.NewWriter(a.out)
	fmt.Fprintf(w, "mined queries: %s over %s, %s (%s), %.1f s\n", thousands(e.Queries),
		count(e.Corpus, "chunk"), printable(e.Model), e.Precision, e.Seconds)
	printMetrics(w, e)
	if f.perQuery {
		printQueries(w, e.PerQuery(), telling(f.metrics))
	}
	return errors.Join(w.Flush(), f.gate.verdict())
}
