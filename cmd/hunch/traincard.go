package main

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/eval"
)

// card is what a trained model's README.md tells.
type card struct {
	License string            // of the data, where it is known
	Before  *hunch.Evaluation // of queries not trained on; nil without
	After   *hunch.Evaluation

	base, baseLicense string
	widened           bool
	mined             int // negatives
	name, data        string
	pairs             int
	recipe            hunch.Recipe
	losses            []float32
	seconds           float64
	resumed           bool
	threads           int
}

// describe takes over what the training knows.
func (c *card) describe(t *training, losses []float32) {
	c.base, c.baseLicense, c.widened = t.trainer.Base.Name(), t.trainer.Base.License(), t.widened
	if c.widened {
		c.baseLicense = "apache-2.0" // NOTICE
	}
	c.mined = t.mined
	c.name, c.data, c.pairs = filepath.Base(t.flags.out), t.data, len(t.pairs)
	c.recipe, _ = t.flags.recipe.Meant() // check has seen that it is right
	c.losses, c.seconds, c.resumed = losses, time.Since(t.began).Seconds(), t.flags.resume
	c.threads = cmp.Or(t.threads, runtime.GOMAXPROCS(0))
}

func (c *card) markdown() (string, error) {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("---\nlibrary_name: sentence-transformers\npipeline_tag: sentence-similarity\ntags:\n- sentence-transformers\n- feature-extraction\n- code-search\n---\n")
	line("# %s, fine-tuned for code search\n", c.base)
	line("It turns queries and code into vectors whose cosine says how well they fit. Made by hunch %s.\n", hunch.Version)
	line("| | |\n|---|---|")
	for _, row := range c.rows() {
		if row[1] != "" {
			line("| %s | %s |", row[0], strings.ReplaceAll(row[1], "|", `\|`))
		}
	}
	line("\n![loss of each step](loss.svg)")
	if err := c.results(line); err != nil {
		return "", err
	}
	line("\n## Use\n\nIn hunch:\n\n```\nhunch model use %s\n```\n", c.name)
	line("In Python:\n\n```python\nfrom sentence_transformers import SentenceTransformer\nmodel = SentenceTransformer(%q)\n```", c.name)
	return b.String(), nil
}

// rows say what it was made of, and how; those without a text are left out.
func (c *card) rows() [][2]string {
	r := c.recipe
	base, loss, mined, average, arithmetic, seconds := c.base, "", "", "", "float32", fmt.Sprintf("%.0f s", c.seconds)
	if c.widened {
		base += ", the model in hunch, its weights widened from int8 to float32"
	}
	if r.Symmetric {
		loss = ", symmetric"
	}
	if r.AverageFrom > 0 {
		average = fmt.Sprintf("mean of those after each step from %g of the steps on", r.AverageFrom)
	}
	if c.mined > 0 {
		mined = fmt.Sprintf("%s found, from the 6th to 25th of the base model's ranking", thousands(c.mined))
	}
	if r.Keep > 0 {
		average = strings.TrimPrefix(fmt.Sprintf("%s; %g of these and %g of the base model's", average, 1-r.Keep, r.Keep), "; ")
	}
	if r.BF16 {
		arithmetic = "bfloat16 in the products of linear layers, else float32"
	}
	if c.resumed {
		seconds += " since the training was resumed"
	}
	first, last := ends(c.losses)
	return [][2]string{
		{"base model", base},
		{"licence of the base model", c.baseLicense},
		{"trained on", fmt.Sprintf("%s: %s", quotePath(c.data), count(c.pairs, "pair"))},
		{"licence of the data", c.License},
		{"loss", fmt.Sprintf("MultipleNegativesRanking over the codes of the batch, cosine, scale %g%s", r.Scale, loss)},
		{"negatives", mined},
		{"epochs, batch", fmt.Sprintf("%s, %s: %s", thousands(r.Epochs), count(r.Batch, "pair"), count(len(c.losses), "step"))},
		{"optimiser", fmt.Sprintf("AdamW, weight decay %g, gradients clipped to norm %g", r.WeightDecay, r.Clip)},
		{"learning rate", fmt.Sprintf("%g at its peak, warm-up over %g of the steps, then linearly to 0", r.LR, r.Warmup)},
		{"dropout", fmt.Sprintf("%g", r.Dropout)},
		{"arithmetic", arithmetic},
		{"weights", average},
		{"seed", fmt.Sprint(r.Seed)},
		{"training loss", fmt.Sprintf("%.4f at first, %.4f at last: means of a tenth of the steps", first, last)},
		{"time", fmt.Sprintf("%s on %s of %s/%s, evaluations included", seconds, count(c.threads, "thread"), runtime.GOOS, runtime.GOARCH)},
	}
}

// ends are the means of the first and the last tenth: one step's loss is chance.
func ends(losses []float32) (first, last float64) {
	n := max(len(losses)/10, 1)
	for i := range n {
		first += float64(losses[i]) / float64(n)
		last += float64(losses[len(losses)-1-i]) / float64(n)
	}
	return first, last
}

func (c *card) results(line func(format string, args ...any)) error {
	if c.Before == nil || c.After == nil {
		return nil
	}
	gain, interval, err := c.After.Gain(c.Before)
	if err != nil {
		return err
	}
	line("\n## Before and after\n")
	line("%s %s, %s queries over %s texts, with 95%% intervals.\n", c.After.Protocol, c.After.Split, thousands(c.After.Queries), thousands(c.After.Corpus))
	line("| | before | after | gain |\n|---|---|---|---|")
	for _, row := range metricRows(c.Before, c.After, gain, interval) {
		line("| %s | %s | %s | %s |", row[0], row[1], row[2], row[3])
	}
	return nil
}

// metricRows puts two evaluations of the same queries side by side, and what was
// gained.
func metricRows(before, after *hunch.Evaluation, gain eval.Metrics, gains *eval.Intervals) [][4]string {
	cell := func(m eval.Metrics, in *eval.Intervals, name string, write func(float64) string) string {
		text := write(m.Named()[name])
		if in != nil {
			i := in.Named()[name]
			text += fmt.Sprintf(" [%s, %s]", write(i[0]), write(i[1]))
		}
		return text
	}
	plain := func(v float64) string { return fmt.Sprintf("%.4f", v) }
	var rows [][4]string
	for _, name := range []string{"recall@10", "mrr@10", "mrr", "ndcg@10"} {
		rows = append(rows, [4]string{metricName(name), cell(before.Metrics, before.CI95, name, plain),
			cell(after.Metrics, after.CI95, name, plain), cell(gain, gains, name, signed)})
	}
	return rows
}

// signed writes what is nothing in four decimals without the sign of nothing.
func signed(v float64) string {
	if math.Abs(v) < 0.00005 {
		return "0.0000"
	}
	return fmt.Sprintf("%+.4f", v)
}
