package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/dataset"
)

type evalFlags struct {
	protocol, split, data string
	strip, ann, json      bool
}

func (a *app) evalCommand() *cobra.Command {
	eval := &cobra.Command{Use: "eval", Short: "Measure how well a model ranks code"}
	var f evalFlags
	cosqa := &cobra.Command{
		Use:   "cosqa",
		Short: "Measure on CoSQA: web queries and Python functions",
		Long: `cosqa ranks the Python functions of CoSQA for its web queries by exact cosine and
prints Recall, MRR and nDCG with 95% intervals. Ties count in expectation.

  webquery        1,046 queries over 1,046 functions, copies kept (test only)
  webquery-dedup  523 queries over 803 functions (test only)
  cosqa           500 queries over 6,267 functions
  coir            500 queries over 20,604 functions, copies kept

Tune on the dev split, which is the default. The test split is for reporting.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.evalCoSQA(cmd.Context(), f) },
	}
	flags := cosqa.Flags()
	flags.StringVar(&f.protocol, "protocol", "cosqa", "`name`: "+strings.Join(dataset.Protocols(), ", ")+" or all")
	flags.StringVar(&f.split, "split", "dev", "`split`: dev or test")
	flags.StringVar(&f.data, "data", "", "`folder` with CoSQA's files (default: what hunch data pull cosqa downloaded)")
	flags.BoolVar(&f.strip, "strip-docstrings", false, "take the docstrings out of the functions")
	flags.BoolVar(&f.ann, "ann", false, "rank by an HNSW graph over int8 vectors, to 100 results")
	flags.BoolVar(&f.json, "json", false, "print JSON: an object, or an array of them for all protocols")
	eval.AddCommand(cosqa)
	eval.AddCommand(a.evalReposCommand())
	eval.AddCommand(a.evalRepoCommand())
	return eval
}

func (a *app) evalCoSQA(ctx context.Context, f evalFlags) error {
	protocols, err := f.protocols()
	if err != nil {
		return err
	}
	data, err := openCoSQA(f.data)
	if err != nil {
		return err
	}
	m, err := a.openModel()
	if err != nil {
		return err
	}
	progress := a.newProgress("embedding", "texts")
	defer progress.stop()
	e := &hunch.Evaluator{Model: m, Threads: a.threads, Approximate: f.ann, Progress: progress.set}
	var all []*hunch.Evaluation
	for _, protocol := range protocols {
		task, err := data.Task(protocol, f.split)
		if errors.Is(err, fs.ErrNotExist) && f.data == "" {
			err = fmt.Errorf("%w; hunch data pull cosqa downloads what is missing", err)
		}
		if err != nil {
			return err
		}
		result, err := evaluate(ctx, e, task, f.strip)
		progress.stop()
		if err != nil {
			return err
		}
		all = append(all, result)
	}
	return a.printEvaluations(f, all)
}

func evaluate(ctx context.Context, e *hunch.Evaluator, task *dataset.Task, strip bool) (*hunch.Evaluation, error) {
	if strip {
		task = task.StripDocstrings()
	}
	result, err := e.Evaluate(ctx, task)
	if err == nil && strip {
		result.Docstring = "stripped"
	}
	return result, err
}

// protocols lists those that are asked for and have the split.
func (f evalFlags) protocols() ([]string, error) {
	known := dataset.Protocols()
	if f.protocol == "all" {
		has := func(p string) bool { return slices.Contains(dataset.Splits(p), f.split) }
		some := slices.DeleteFunc(slices.Clone(known), func(p string) bool { return !has(p) })
		if len(some) == 0 {
			return nil, fmt.Errorf("unknown split %q, want dev or test", f.split)
		}
		return some, nil
	}
	if !slices.Contains(known, f.protocol) {
		return nil, fmt.Errorf("unknown protocol %q, want %s or all", f.protocol, strings.Join(known, ", "))
	}
	if splits := dataset.Splits(f.protocol); !slices.Contains(splits, f.split) {
		return nil, fmt.Errorf("%s has no %s split: use --split %s", f.protocol, f.split, strings.Join(splits, " or "))
	}
	return []string{f.protocol}, nil
}

func (a *app) printEvaluations(f evalFlags, all []*hunch.Evaluation) error {
	switch {
	case f.json && f.protocol == "all":
		return writeJSON(a.out, all)
	case f.json:
		return writeJSON(a.out, all[0])
	}
	w := bufio.NewWriter(a.out)
	for i, e := range all {
		if i > 0 {
			fmt.Fprintln(w)
		}
		printEvaluation(w, e)
	}
	return w.Flush()
}

func printEvaluation(w io.Writer, e *hunch.Evaluation) {
	variant := ""
	if e.Docstring == "stripped" {
		variant = ", docstrings stripped"
	}
	if e.Ranking != "exact" {
		variant += ", " + e.Ranking
	}
	fmt.Fprintf(w, "%s %s%s: %s queries, %s functions, %s (%s), %.1f s\n", e.Protocol, e.Split, variant,
		thousands(e.Queries), thousands(e.Corpus), e.Model, e.Precision, e.Seconds)
	printMetrics(w, e)
}

func printMetrics(w io.Writer, e *hunch.Evaluation) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range []struct {
		name  string
		value float64
		ci    [2]float64
	}{
		{"Recall@1", e.Metrics.RecallAt1, e.CI95.RecallAt1},
		{"Recall@10", e.Metrics.RecallAt10, e.CI95.RecallAt10},
		{"Recall@100", e.Metrics.RecallAt100, e.CI95.RecallAt100},
		{"MRR@10", e.Metrics.MRRAt10, e.CI95.MRRAt10},
		{"MRR", e.Metrics.MRR, e.CI95.MRR},
		{"nDCG@10", e.Metrics.NDCGAt10, e.CI95.NDCGAt10},
	} {
		fmt.Fprintf(t, "  %s\t%.4f\t[%.4f, %.4f]\n", row.name, row.value, row.ci[0], row.ci[1])
	}
	t.Flush()
}
