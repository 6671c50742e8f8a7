package rank

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Weights is a ranker: what each signal counts.
type Weights struct {
	Signal Row
	// Repeat is what a chunk stands back for each one of its file before it.
	Repeat float64
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

// Score is the score of a file.
func (w *Weights) Score(row *Row) float64 {
	sum := 0.0
	for i, x := range row {
		sum += w.Signal[i] * x
	}
	return sum
}

// Share returns what each signal adds to the score of a result.
func (w *Weights) Share(r *Result) Row {
	var share Row
	for i, x := range r.Row {
		share[i] = w.Signal[i] * x
	}
	return share
}

const repeatName = "repeat"

// ParseWeights reads lines with a signal's name and its weight. What follows on a
// line, empty lines and lines that begin with # are for people. Each signal must
// be there once.
func ParseWeights(r io.Reader) (*Weights, error) {
	w := new(Weights)
	seen := map[string]bool{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		cells := strings.Fields(lines.Text())
		if len(cells) == 0 || cells[0][0] == '#' {
			continue
		}
		if seen[cells[0]] {
			return nil, fmt.Errorf("line %d: %q stands twice", n, cells[0])
		}
		seen[cells[0]] = true
		if err := w.set(cells); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	for _, s := range Signals {
		if !seen[s.Name] {
			return nil, fmt.Errorf("weight of %q is missing", s.Name)
		}
	}
	if !seen[repeatName] {
		return nil, fmt.Errorf("weight of %q is missing", repeatName)
	}
	return w, lines.Err()
}

func (w *Weights) set(cells []string) error {
	if len(cells) < 2 {
		return fmt.Errorf("%q has no weight", cells[0])
	}
	v, err := strconv.ParseFloat(cells[1], 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("weight of %q is %.40q, want a number", cells[0], cells[1])
	}
	if cells[0] == repeatName {
		w.Repeat = v
		return nil
	}
	i := slices.IndexFunc(Signals[:], func(s Signal) bool { return s.Name == cells[0] })
	if i < 0 {
		return fmt.Errorf("unknown signal %q", cells[0])
	}
	w.Signal[i] = v
	return nil
}

// Write writes the weights as [ParseWeights] reads them, with a heading, whose
// lines become comments.
func (w *Weights) Write(out io.Writer, heading string) error {
	b := bufio.NewWriter(out)
	for line := range strings.Lines(heading) {
		fmt.Fprintf(b, "%s\n", strings.TrimRight("# "+strings.TrimRight(line, "\n"), " "))
	}
	group := ""
	for i, s := range Signals {
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(b, "\n# %s\n", group)
		}
		fmt.Fprintf(b, "%-18s %8.3f  %s\n", s.Name, w.Signal[i], s.About)
	}
	fmt.Fprintf(b, "\n%-18s %8.3f  %s\n", repeatName, w.Repeat, "taken off for each chunk of the file before this one")
	return b.Flush()
}
