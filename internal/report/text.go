package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/hunch-search/hunch/internal/eval"
)

var metricNames = eval.MetricNames()

// metricName is a figure's name as people write it.
func metricName(name string) string {
	return strings.NewReplacer("recall", "Recall", "mrr", "MRR", "ndcg", "nDCG").Replace(name)
}

// thousands writes 12345 as 12,345.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// counted writes a number of things.
func counted(n int, thing string) string {
	switch {
	case n == 1:
		return "1 " + thing
	case strings.HasSuffix(thing, "y"):
		return thousands(n) + " " + strings.TrimSuffix(thing, "y") + "ies"
	}
	return thousands(n) + " " + thing + "s"
}

// signed writes a difference with its sign, a minus that is as wide as the plus,
// and what is nothing in four decimals as nothing.
func signed(v float64) string {
	if math.Abs(v) < 0.00005 {
		return "0.0000"
	}
	return strings.Replace(fmt.Sprintf("%+.4f", v), "-", "−", 1)
}

// pValue writes a p-value.
func pValue(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return fmt.Sprintf("%.3f", p)
}

// bytesText writes a size.
func bytesText(n int64) string {
	if n < 1e6 {
		return fmt.Sprintf("%.0f kB", math.Ceil(float64(n)/1e3))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// rankText writes a rank, which is a fraction where copies tie.
func rankText(rank float64) string {
	if rank == math.Trunc(rank) {
		return thousands(int(rank))
	}
	return fmt.Sprintf("%.1f", rank)
}

// lines are the first n lines of code, and whether there are more.
func firstLines(code string, n int) (string, int) {
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(code, "\t", "    "), "\n"), "\n")
	if len(lines) <= n+1 {
		return strings.Join(lines, "\n"), 0
	}
	return strings.Join(lines[:n], "\n"), len(lines) - n
}
