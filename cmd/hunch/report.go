package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch/internal/model"
	"github.com/hunch-search/hunch/internal/report"
)

type reportFlags struct {
	data, out, base, trained string
	quick, changed           bool
}

// usualBase is the model that the notebook began with.
const usualBase = "all-MiniLM-L6-v2"

func (a *app) reportCommand() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Measure, train and write a page that tells how well hunch finds code",
		Long: `report runs the whole story on CoSQA and writes it into a folder: how the search is
built, how well the base model ranks by every protocol, and what one epoch of
fine-tuning changes, with intervals, tests and examples.

  report.html   one page with everything, for a browser, a phone or paper
  report.json   every figure, and all that they depend on
  plots/        the plots, as SVG
  trec/         runs and qrels, for trec_eval

The base is all-MiniLM-L6-v2 (hunch model pull all-MiniLM-L6-v2) or what --base
names; the model in use stands beside it as the shipped one. The fine-tuned model is
kept in the folder and taken again by the next report; --trained takes another. It
takes a while, as each model embeds 8,000 functions and queries and one is trained
on 9,014 pairs, which --quick cuts to 64 steps of 32. A run that was interrupted or
killed goes on at the figure that it was at: call it again.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.report(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.data, "data", "", "`folder` with CoSQA's files (default: what hunch data pull cosqa downloaded)")
	flags.StringVar(&f.out, "out", "report", "`folder` of the report")
	flags.BoolVar(&f.quick, "quick", false, "train 64 steps only, and mark what depends on them")
	flags.StringVar(&f.base, "base", "", "model with float32 weights to begin with, a `folder` or a pulled model's name")
	flags.StringVar(&f.trained, "trained", "", "`folder` of a fine-tuned model to take instead of training one")
	flags.BoolVar(&f.changed, "changed-data", false, "go on with data that are not what CoSQA's authors publish")
	return cmd
}

func (a *app) report(ctx context.Context, f reportFlags) error {
	data, err := openCoSQA(f.data)
	if err != nil {
		return err
	}
	if f.trained != "" {
		if err := checkFolder(f.trained); err != nil {
			return err
		}
	}
	shipped, err := a.openModel()
	if err != nil {
		return err
	}
	base, err := a.reportBase(f.base)
	if err != nil {
		return err
	}
	shown := &reportProgress{app: a, bar: a.newProgress("report", "")}
	defer shown.bar.stop()
	r, err := report.Run(ctx, report.Config{
		Data: data, Out: filepath.Clean(f.out), Base: base, Shipped: shipped, Trained: f.trained,
		Quick: f.quick, ChangedData: f.changed, Threads: a.threads, Note: shown.note, Progress: shown.show,
	})
	shown.bar.stop()
	if errors.Is(err, context.Canceled) {
		a.note("what is done is kept: the same command goes on")
	}
	if err != nil {
		return err
	}
	a.note("the report is in %s", quotePath(filepath.Join(f.out, "report.html")))
	w := bufio.NewWriter(a.out)
	printReport(w, r)
	return w.Flush()
}

// reportBase is the folder of the base model. The model in the binary is none: it
// was trained on CoSQA already.
func (a *app) reportBase(name string) (string, error) {
	dir, err := a.modelDirOf(cmp.Or(name, usualBase))
	if _, unknown := errors.AsType[*model.NotFoundError](err); unknown && name == "" {
		return "", fmt.Errorf("the report begins with %s, which is not there: get it with hunch model pull %[1]s, or name a folder with --base", usualBase)
	}
	if err == nil && dir == "" {
		err = errors.New("--base: the model in the binary has int8 weights, want float32")
	}
	return dir, err
}

// reportProgress shows the task at hand and how long the whole takes, on a
// terminal in a bar and elsewhere in a line now and then.
type reportProgress struct {
	app  *app
	bar  *progress
	told time.Time
}

func (p *reportProgress) note(s string) {
	p.bar.stop()
	p.app.note("%s", s)
}

func (p *reportProgress) show(s report.Progress) {
	left := ""
	if s.Left > 0 {
		left = fmt.Sprintf("%s left", s.Left.Round(time.Second))
	}
	if p.bar.on {
		p.bar.say(s.Task, left)
		p.bar.set(int(1000*s.Share), 1000)
		return
	}
	const every = 30 * time.Second
	if time.Since(p.told) < every {
		return
	}
	if p.told = time.Now(); left != "" {
		p.app.note("%s, %.0f%% of the report, %s", s.Task, 100*s.Share, left)
	}
}

// printReport writes the headlines of all parts.
func printReport(w io.Writer, r *report.Report) {
	mark := ""
	if r.Training.Quick {
		mark = "*"
	}
	printIndexes(w, r)
	printSets(w, r, mark)
	printNotebook(w, r, mark)
	printTests(w, r, mark)
	if mark != "" {
		fmt.Fprintf(w, "\n* trained for %d steps only (--quick)\n", r.Training.Steps)
	}
}

func printIndexes(w io.Writer, r *report.Report) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "index of\tvectors\tint8\tHNSW graph\texact, a query\tHNSW, a query\tof the exact 10 found")
	for _, x := range r.Index {
		fmt.Fprintf(t, "%s %s\t%s\t%s\t%s\t%.3f ms\t%.3f ms\t%.1f%%\n", x.Protocol, x.Split, thousands(x.Vectors), size(x.VectorBytes),
			size(x.GraphBytes), x.ExactMS, x.GraphMS, 100*x.Overlap)
	}
	t.Flush()
}

func printSets(w io.Writer, r *report.Report, mark string) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\nset\tqueries\tfigure\tbase\tfine-tuned%s\tshipped\n", mark)
	for _, s := range r.Sets {
		for _, name := range []string{"recall@10", "mrr@10", "ndcg@10"} {
			fmt.Fprintf(t, "%s\t%s\t%s", s.Name(), thousands(s.Queries), metricName(name))
			for _, result := range s.Results {
				if result.Ranking == "exact" {
					fmt.Fprintf(t, "\t%.4f", result.Metrics.Named()[name])
				}
			}
			fmt.Fprintln(t)
		}
	}
	t.Flush()
}

func printNotebook(w io.Writer, r *report.Report, mark string) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nwebquery test\tfigure\tthe notebook's\tours, HNSW\tours, exact")
	for _, n := range r.Notebook {
		what := n.What
		if n.Role == report.Tuned {
			what += mark
		}
		for _, name := range []string{"recall@10", "mrr@10", "ndcg@10"} {
			fmt.Fprintf(t, "%s\t%s\t%.4f\t%.4f\t%.4f\n", what, metricName(name), n.Notebook.Named()[name], n.OursHNSW.Named()[name], n.Ours.Named()[name])
		}
	}
	t.Flush()
}

func printTests(w io.Writer, r *report.Report, mark string) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\nfine-tuned%s less base\tfigure\tdifference\t95%% interval\tp, Holm\tbetter\tworse\n", mark)
	for _, c := range r.Comparisons {
		if c.A.Name != report.Base || c.B.Name != report.Tuned || c.Docstring != "kept" {
			continue
		}
		for _, d := range c.Differences {
			if d.Metric != "ndcg@10" && d.Metric != "mrr" {
				continue
			}
			interval := "too few queries"
			if d.CI95 != nil {
				interval = fmt.Sprintf("%s to %s", signed(d.CI95[0]), signed(d.CI95[1]))
			}
			fmt.Fprintf(t, "%s %s\t%s\t%s\t%s\t%.4f\t%s\t%s\n", c.Protocol, c.Split, metricName(d.Metric), signed(d.Difference), interval, d.PHolm,
				thousands(d.Better), thousands(d.Worse))
		}
	}
	t.Flush()
}
