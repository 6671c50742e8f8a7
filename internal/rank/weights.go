package rank

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"sync"
)

// Weights is a ranker: what each signal counts.
type Weights struct {
	Signal Row
	// Repeat is what a chunk stands back for each one of its file before it.
	Repeat float64
	Answer Answer
}

//go:embed weights.txt
var learned string

// Learned returns the weights of weights.txt. They are shared and must not be
// changed.
var Learned = sync.OnceValue(func() *Weights {
	w, err := ParseWeights(strings.NewReader(learned))
	if err != nil {
		panic("rank: " + err.Error()) // a test reads the same file
	}
	return w
})

// Sum is the sum of a file's signals by their weights.
func (w *Weights) Sum(row *Row) float64 {
	sum := 0.0
	for i, x := range row {
		sum += w.Signal[i] * x
	}
	return sum
}

// Share returns what each signal adds to the sum of a result.
func (w *Weights) Share(r *Result) Row {
	var share Row
	for i, x := range r.Row {
		share[i] = w.Signal[i] * x
	}
	return share
}

// field is a weight by its name.
type field struct {
	name, group, about string
	value              *float64
}

// fields lists all weights in the order of the file.
func (w *Weights) fields() []field {
	var list []field
	for i, s := range Signals {
		list = append(list, field{s.Name, s.Group, s.About, &w.Signal[i]})
	}
	return append(list,
		field{"repeat", "results", "taken off for each chunk of the file before this one", &w.Repeat},
		field{"slope", "probability", "of the sum of all that, in the exponent", &w.Answer.Slope},
		field{"answer-cosine", "probability", "log-odds of an answer for the highest cosine", &w.Answer.Cosine},
		field{"answer-words", "probability", "log-odds for the highest share of the query's words in a chunk", &w.Answer.Words},
		field{"answer-few", "probability", "log-odds for few candidates: 0 from 100 on, 1 for one", &w.Answer.Few},
		field{"answer-level", "probability", "log-odds to begin with", &w.Answer.Level},
	)
}

// ParseWeights reads lines with the name of a weight and its value. What follows
// on a line, empty lines and lines that begin with # are for people. Each weight
// must be there once.
func ParseWeights(r io.Reader) (*Weights, error) {
	w := new(Weights)
	values := map[string]*float64{}
	for _, f := range w.fields() {
		values[f.name] = f.value
	}
	seen := map[string]bool{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		cells := strings.Fields(lines.Text())
		if len(cells) == 0 || cells[0][0] == '#' {
			continue
		}
		name := cells[0]
		switch {
		case values[name] == nil:
			return nil, fmt.Errorf("line %d: unknown weight %q", n, name)
		case seen[name]:
			return nil, fmt.Errorf("line %d: %q stands twice", n, name)
		case len(cells) < 2:
			return nil, fmt.Errorf("line %d: %q has no value", n, name)
		}
		v, err := strconv.ParseFloat(cells[1], 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("line %d: %q is %.40q, want a number", n, name, cells[1])
		}
		*values[name], seen[name] = v, true
	}
	for _, f := range w.fields() {
		if !seen[f.name] {
			return nil, fmt.Errorf("weight of %q is missing", f.name)
		}
	}
	return w, lines.Err()
}

// Write writes the weights as [ParseWeights] reads them, with a heading, whose
// lines become comments.
func (w *Weights) Write(out io.Writer, heading string) error {
	b := bufio.NewWriter(out)
	for line := range strings.Lines(heading) {
		fmt.Fprintf(b, "%s\n", strings.TrimRight("# "+strings.TrimRight(line, "\n"), " "))
	}
	group := ""
	for _, f := range w.fields() {
		if f.group != group {
			group = f.group
			fmt.Fprintf(b, "\n# %s\n", group)
		}
		fmt.Fprintf(b, "%-18s %8.3f  %s\n", f.name, *f.value, f.about)
	}
	return b.Flush()
}
