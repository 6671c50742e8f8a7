package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/hunch-search/hunch/internal/eval"
)

// results are the figures of each question, by template.
type results map[string][]figures

// columns are the figures that are printed; the first ones also as differences.
var columns = []struct {
	name string
	of   func(*figures) float64
}{
	{"nDCG@10", func(f *figures) float64 { return f.NDCGAt10 }},
	{"by length", func(f *figures) float64 { return f.ByLength }},
	{"MRR@10", func(f *figures) float64 { return f.MRRAt10 }},
	{"Recall@10", func(f *figures) float64 { return f.RecallAt10 }},
}

const compared = 3

func (r results) save(name string) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// loadBase reads the figures of the shipped template that an earlier run saved.
func loadBase(name string, queries []query) ([]figures, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var r results
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if got, want := len(r[shipped]), len(queries); got != want {
		return nil, fmt.Errorf("%s: %d questions, want %d", name, got, want)
	}
	return r[shipped], nil
}

// printTables prints a table for all questions and one for each kind.
func printTables(w io.Writer, queries []query, order []string, r results, base []figures) {
	var kinds []string
	for _, q := range queries {
		if !slices.Contains(kinds, q.Kind) {
			kinds = append(kinds, q.Kind)
		}
	}
	for _, kind := range append([]string{"all"}, kinds...) {
		var at []int
		for i, q := range queries {
			if kind == "all" || q.Kind == kind {
				at = append(at, i)
			}
		}
		printHead(w, fmt.Sprintf("%s (%d)", kind, len(at)))
		for _, name := range order {
			printRow(w, name, pick(r[name], at), pick(base, at))
		}
	}
}

func printHead(w io.Writer, title string) {
	fmt.Fprintf(w, "\n| %s |", title)
	for _, c := range columns {
		fmt.Fprintf(w, " %s |", c.name)
	}
	for _, c := range columns[:compared] {
		fmt.Fprintf(w, " Δ %s |", c.name)
	}
	fmt.Fprintf(w, "\n|%s\n", strings.Repeat("---|", 1+len(columns)+compared))
}

func pick(list []figures, at []int) []figures {
	var picked []figures
	for _, i := range at {
		picked = append(picked, list[i])
	}
	return picked
}

// printRow prints the means, and the differences to base with their 95%
// intervals over the questions.
func printRow(w io.Writer, name string, list, base []figures) {
	fmt.Fprintf(w, "| %s |", name)
	var changes strings.Builder
	for i, c := range columns {
		values, change := make([]eval.Metrics, len(list)), make([]eval.Metrics, len(list))
		for q := range list {
			values[q].NDCGAt10 = c.of(&list[q])
			change[q].NDCGAt10 = c.of(&list[q]) - c.of(&base[q])
		}
		fmt.Fprintf(w, " %.3f |", eval.Mean(values).NDCGAt10)
		if i < compared {
			ci := [2]float64{math.NaN(), math.NaN()} // of fewer than two questions
			if in := eval.Bootstrap(change, nil, 10_000, 42); in != nil {
				ci = in.NDCGAt10
			}
			fmt.Fprintf(&changes, " %+.3f [%+.3f, %+.3f] |", eval.Mean(change).NDCGAt10, ci[0], ci[1])
		}
	}
	fmt.Fprintln(w, changes.String())
}
