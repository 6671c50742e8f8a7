package main

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/hunch-search/hunch"
)

// card is what a trained model's README.md tells.
type card struct {
	Base    string
	Data    string
	License string // of the data, where it is known
	Pairs   int
	Recipe  hunch.Recipe
	Losses  []float32
	Seconds float64
	Before  *hunch.Evaluation // of held-out queries; nil without
	After   *hunch.Evaluation
}

func (c *card) markdown() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("---\nlibrary_name: sentence-transformers\npipeline_tag: sentence-similarity\ntags:\n- sentence-transformers\n- feature-extraction\n- code-search\n---\n")
	line("# %s, fine-tuned for code search\n", c.Base)
	line("It turns queries and code into vectors whose cosine says how well they fit. Made by hunch %s.\n", hunch.Version)
	line("| | |\n|---|---|")
	line("| base model | %s |", c.Base)
	line("| trained on | %s: %s pairs |", c.Data, thousands(c.Pairs))
	if c.License != "" {
		line("| licence of the data | %s |", c.License)
	}
	r := c.Recipe
	line("| loss | MultipleNegativesRanking, scale %g%s |", r.Scale, map[bool]string{true: ", symmetric"}[r.Symmetric])
	line("| epochs, batch | %d, %d pairs; %s steps |", r.Epochs, r.Batch, thousands(len(c.Losses)))
	line("| learning rate | %g at its peak, warm-up %g of the steps, then linearly to 0 |", r.LR, r.Warmup)
	if r.AverageFrom > 0 {
		line("| weights | mean of those after %g of the steps |", r.AverageFrom)
	}
	line("| seed | %d |", r.Seed)
	line("| last loss | %.4f |", c.Losses[len(c.Losses)-1])
	line("| time | %.0f s on %d threads of %s/%s |\n", c.Seconds, runtime.GOMAXPROCS(0), runtime.GOOS, runtime.GOARCH)
	if c.Before != nil && c.After != nil {
		line("## Before and after\n")
		line("%s %s, %s queries over %s texts, with 95%% intervals.\n", c.After.Protocol, c.After.Split, thousands(c.After.Queries), thousands(c.After.Corpus))
		line("| | before | after |\n|---|---|---|")
		for _, row := range metricRows(c.Before, c.After) {
			line("| %s | %s | %s |", row[0], row[1], row[2])
		}
	}
	return b.String()
}

// metricRows puts two evaluations of the same queries side by side.
func metricRows(before, after *hunch.Evaluation) [][3]string {
	cell := func(v float64, ci [2]float64) string { return fmt.Sprintf("%.4f [%.4f, %.4f]", v, ci[0], ci[1]) }
	b, a, bc, ac := before.Metrics, after.Metrics, before.CI95, after.CI95
	return [][3]string{
		{"Recall@10", cell(b.RecallAt10, bc.RecallAt10), cell(a.RecallAt10, ac.RecallAt10)},
		{"MRR@10", cell(b.MRRAt10, bc.MRRAt10), cell(a.MRRAt10, ac.MRRAt10)},
		{"MRR", cell(b.MRR, bc.MRR), cell(a.MRR, ac.MRR)},
		{"nDCG@10", cell(b.NDCGAt10, bc.NDCGAt10), cell(a.NDCGAt10, ac.NDCGAt10)},
	}
}
