package main

// How comparisons and single queries are printed.

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/hunch-search/hunch"
)

// printComparisons writes them as the flags ask for.
func (a *app) printComparisons(f *judgeFlags, all []*hunch.Comparison) error {
	hunch.Correct(all)
	err := f.writeTSV(func(w io.Writer) {
		for i, c := range all {
			writeComparisonTSV(w, c, i == 0)
		}
	})
	if err != nil {
		return err
	}
	if f.json {
		return writeAll(a.out, all, len(all) > 1)
	}
	return printAll(a.out, all, func(w io.Writer, c *hunch.Comparison) {
		printComparison(w, c)
		if f.perQuery {
			printGains(w, c)
		}
	})
}

// writeAll writes figures as JSON: one object, or an array of them.
func writeAll[T any](w io.Writer, all []T, array bool) error {
	if array {
		return writeJSON(w, all)
	}
	return writeJSON(w, all[0])
}

// printAll writes figures for people, an empty line between them.
func printAll[T any](out io.Writer, all []T, print func(io.Writer, T)) error {
	w := bufio.NewWriter(out)
	for i, x := range all {
		if i > 0 {
			fmt.Fprintln(w)
		}
		print(w, x)
	}
	return w.Flush()
}

func printComparison(w io.Writer, c *hunch.Comparison) {
	variant, over := "", ""
	if c.Docstring == "stripped" {
		variant = ", docstrings stripped"
	}
	if c.Corpus > 0 {
		over = fmt.Sprintf(" over %s", thousands(c.Corpus))
	}
	fmt.Fprintf(w, "%s %s%s: %s%s, %s distinct\n", c.Protocol, c.Split, variant, queries(c.Queries), over, thousands(c.Distinct))
	for i, s := range []hunch.Compared{c.A, c.B} {
		fmt.Fprintf(w, "  %c  %s: %s (%s), %s\n", 'A'+i, printable(s.Name), printable(s.Model), s.Precision, s.Ranking)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\n  \tA\tB\tB - A\t95% interval\tp\tHolm\tbetter\tworse\tequal")
	for _, d := range c.Differences {
		interval := "too few queries"
		if d.CI95 != nil {
			interval = fmt.Sprintf("[%s, %s]", signed(d.CI95[0]), signed(d.CI95[1]))
		}
		fmt.Fprintf(t, "  %s\t%.4f\t%.4f\t%s\t%s\t%.4f\t%.4f\t%s\t%s\t%s\n", metricName(d.Metric), d.A, d.B, signed(d.Difference),
			interval, d.P, d.PHolm, thousands(d.Better), thousands(d.Worse), thousands(d.Equal))
	}
	t.Flush()
	fmt.Fprintf(w, "\np: paired randomisation test, %s permutations by distinct query, seed %d; Holm: corrected for %s\n",
		thousands(c.Permutations), c.Seed, count(c.Tests, "test"))
}

func queries(n int) string {
	if n == 1 {
		return "1 query"
	}
	return thousands(n) + " queries"
}

// metricName is a figure's name as people write it.
func metricName(name string) string {
	return strings.NewReplacer("recall", "Recall", "mrr", "MRR", "ndcg", "nDCG").Replace(name)
}

// telling is the figure by which queries are sorted: the last that is compared,
// which is nDCG@10 unless other figures were chosen.
func telling(metrics []string) string { return metrics[len(metrics)-1] }

// printGains lists the queries on which the systems differ, the gains first.
func printGains(w io.Writer, c *hunch.Comparison) {
	d := c.Differences[len(c.Differences)-1]
	fmt.Fprintf(w, "\nby %s: %s better, %s worse, %s equal\n", metricName(d.Metric), thousands(d.Better), thousands(d.Worse), thousands(d.Equal))
	list := slices.Clone(c.PerQuery)
	slices.SortStableFunc(list, func(x, y hunch.QueryPair) int {
		return cmp.Compare(y.Gain(d.Metric), x.Gain(d.Metric))
	})
	for _, q := range list {
		if gain := signed(q.Gain(d.Metric)); gain != signed(0) {
			fmt.Fprintf(w, "  %s  %.4f  %.4f  %s\n", gain, q.A[d.Metric], q.B[d.Metric], queryLine(q.Repository, q.Query))
		}
	}
}

func queryLine(repository, query string) string {
	if repository != "" {
		query = repository + ": " + query
	}
	return printable(strings.Join(strings.Fields(query), " "))
}

// printQueries lists the queries of one system, the worst first.
func printQueries(w io.Writer, list []hunch.QueryFigures, metric string) {
	fmt.Fprintf(w, "\nby %s, worst first\n", metricName(metric))
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(x, y hunch.QueryFigures) int {
		return cmp.Compare(x.Metrics[metric], y.Metrics[metric])
	})
	for _, q := range list {
		fmt.Fprintf(w, "  %.4f  %s\n", q.Metrics[metric], queryLine(q.Repository, q.Query))
	}
}

// writeTSV writes the file of --tsv, if there is to be one.
func (f *judgeFlags) writeTSV(write func(io.Writer)) error {
	out, err := openOutput(f.tsv)
	if err != nil {
		return err
	}
	defer out.drop()
	return out.save(func(w io.Writer) error {
		b := bufio.NewWriter(w)
		write(b)
		return b.Flush()
	})
}

func writeComparisonTSV(w io.Writer, c *hunch.Comparison, head bool) {
	row := []string{"protocol", "split", "a", "b", "repository", "query"}
	for _, d := range c.Differences {
		row = append(row, d.Metric+" a", d.Metric+" b", d.Metric+" b-a")
	}
	if head {
		writeRow(w, row)
	}
	for _, q := range c.PerQuery {
		row = []string{c.Protocol, c.Split, c.A.Name, c.B.Name, q.Repository, q.Query}
		for _, d := range c.Differences {
			row = append(row, number(q.A[d.Metric]), number(q.B[d.Metric]), number(q.Gain(d.Metric)))
		}
		writeRow(w, row)
	}
}

func writeQueriesTSV(w io.Writer, protocol, split string, list []hunch.QueryFigures, metrics []string, head bool) {
	if head {
		writeRow(w, append([]string{"protocol", "split", "repository", "query"}, metrics...))
	}
	for _, q := range list {
		row := []string{protocol, split, q.Repository, q.Query}
		for _, m := range metrics {
			row = append(row, number(q.Metrics[m]))
		}
		writeRow(w, row)
	}
}

// writeRow keeps a cell on its line and in its column.
func writeRow(w io.Writer, cells []string) {
	for i, c := range cells {
		cells[i] = printable(strings.Join(strings.Fields(c), " "))
	}
	fmt.Fprintln(w, strings.Join(cells, "\t"))
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
