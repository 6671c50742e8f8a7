package main

import (
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
	judgeFlags
	protocol, split, data string
	strip, ann            bool
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

Tune on the dev split, which is the default. The test split is for reporting.` +
			judgeHelp("exact, hnsw             how vectors are compared"),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.settle(cmd.Flags()); err != nil {
				return err
			}
			return a.evalCoSQA(cmd.Context(), &f)
		},
	}
	flags := cosqa.Flags()
	flags.StringVar(&f.protocol, "protocol", "cosqa", "`name`: "+strings.Join(dataset.Protocols(), ", ")+" or all")
	flags.StringVar(&f.split, "split", "dev", "`split`: dev or test")
	flags.StringVar(&f.data, "data", "", "`folder` with CoSQA's files (default: what hunch data pull cosqa downloaded)")
	flags.BoolVar(&f.strip, "strip-docstrings", false, "take the docstrings out of the functions")
	flags.BoolVar(&f.ann, "ann", false, "rank by an HNSW graph over int8 vectors, to 100 results")
	f.register(cosqa, allMetrics)
	eval.AddCommand(cosqa)
	eval.AddCommand(a.evalReposCommand())
	eval.AddCommand(a.evalRepoCommand())
	return eval
}

func (a *app) evalCoSQA(ctx context.Context, f *evalFlags) error {
	protocols, err := f.protocols()
	if err != nil {
		return err
	}
	data, err := openCoSQA(f.data)
	if err != nil {
		return err
	}
	if len(f.compare) > 0 {
		return a.compareCoSQA(ctx, f, data, protocols)
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
		task, err := f.task(data, protocol)
		if err != nil {
			return err
		}
		result, err := evaluate(ctx, e, task, f.strip)
		progress.stop()
		if err != nil {
			return err
		}
		f.gate.judge(ofEvaluation(result))
		all = append(all, result)
	}
	return errors.Join(a.printEvaluations(f, all), f.gate.verdict())
}

// task reads what a protocol needs, and says how to get it if it is not there.
func (f *evalFlags) task(data *dataset.CoSQA, protocol string) (*dataset.Task, error) {
	task, err := data.Task(protocol, f.split)
	if errors.Is(err, fs.ErrNotExist) && f.data == "" {
		err = fmt.Errorf("%w; hunch data pull cosqa downloads what is missing", err)
	}
	return task, err
}

func (a *app) compareCoSQA(ctx context.Context, f *evalFlags, data *dataset.CoSQA, protocols []string) error {
	list, models, err := a.systems(&f.judgeFlags, []string{"exact", "hnsw"})
	if err != nil {
		return err
	}
	progress := a.newProgress("embedding", "texts")
	defer progress.stop()
	evaluators := a.evaluators(progress, f.ann)
	var all []*hunch.Comparison
	for _, protocol := range protocols {
		set, err := f.task(data, protocol)
		if err != nil {
			return err
		}
		some, err := task[*hunch.Evaluation]{
			evaluate: func(ctx context.Context, s system, m *hunch.Model) (*hunch.Evaluation, error) {
				defer progress.stop()
				return evaluate(ctx, evaluators(s, m), set, f.strip)
			},
			compare: func(a, b *hunch.Evaluation) (*hunch.Comparison, error) { return hunch.Compare(a, b, f.metrics...) },
			figures: ofEvaluation,
		}.run(ctx, &f.judgeFlags, list, models)
		if err != nil {
			return err
		}
		all = append(all, some...)
	}
	return errors.Join(a.printComparisons(&f.judgeFlags, all), f.gate.verdict())
}

// evaluators gives each system its evaluator. Those with the same model share
// one, which has embedded each text.
func (a *app) evaluators(progress *progress, ann bool) func(s system, m *hunch.Model) *hunch.Evaluator {
	known := map[*hunch.Model]*hunch.Evaluator{}
	return func(s system, m *hunch.Model) *hunch.Evaluator {
		if known[m] == nil {
			known[m] = &hunch.Evaluator{Model: m, Threads: a.threads, Progress: progress.set}
		}
		known[m].Approximate = s.ranking == "hnsw" || s.ranking == "" && ann
		return known[m]
	}
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
func (f *evalFlags) protocols() ([]string, error) {
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

func (a *app) printEvaluations(f *evalFlags, all []*hunch.Evaluation) error {
	err := f.writeTSV(func(w io.Writer) {
		for i, e := range all {
			writeQueriesTSV(w, e.Protocol, e.Split, e.PerQuery(), f.metrics, i == 0)
		}
	})
	if err != nil {
		return err
	}
	if f.json {
		return writeAll(a.out, all, f.protocol == "all")
	}
	return printAll(a.out, all, func(w io.Writer, e *hunch.Evaluation) {
		printEvaluation(w, e)
		if f.perQuery {
			printQueries(w, e.PerQuery(), telling(f.metrics))
		}
	})
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
	metrics, intervals := e.Metrics.Named(), map[string][2]float64{}
	if e.CI95 != nil {
		intervals = e.CI95.Named()
	}
	for _, name := range allMetrics {
		fmt.Fprintf(t, "  %s\t%.4f\t%s\n", metricName(name), metrics[name], interval(intervals, name))
	}
	t.Flush()
}

// interval writes that of a figure, if there is one.
func interval(all map[string][2]float64, name string) string {
	in, ok := all[name]
	if !ok {
		return "(too few queries for an interval)"
	}
	return fmt.Sprintf("[%.4f, %.4f]", in[0], in[1])
}
