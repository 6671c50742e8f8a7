package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/hunch-search/hunch"
)

// print writes the findings for people. What comes from outside was quoted when
// it was found, or is here.
func (c *checkup) print(out io.Writer) error {
	w := bufio.NewWriter(out)
	row := func(label, format string, args ...any) {
		fmt.Fprintf(w, "%-11s %s\n", label, printable(fmt.Sprintf(format, args...)))
	}
	row("hunch", "%s, %s, %s/%s", c.Version, c.Go, c.OS, c.Arch)
	row("processor", "%s; %s", count(c.Threads, "thread"), cmp.Or(strings.Join(c.Features, " "), "no feature that matters here"))
	row("kernels", "%s", c.Kernels)
	if c.Model == nil {
		row("model", "none, see below")
	} else {
		row("model", "%s, %s weights, computed in %s, from %s", quotePath(c.Model.Name), c.Model.Weights, c.Model.Precision, c.modelSource())
	}
	c.printSettings(row)
	row("indexes", "%s", c.Indexes.describe(countIndexes(c.Indexes.Count)))
	row("embeddings", "%s", c.Embeddings.describe(count(c.Embeddings.Count, "text")))
	row("models", "%s", c.Models.describe(count(c.Models.Count, "model")))
	row("data", "%s", c.Data.describe(count(c.Data.Count, "file")))
	if s := c.Repository; s != nil {
		row("repository", "%s", quotePath(s.Root))
		row("index", "%s, in %s", c.indexState(s), quotePath(s.Index))
	}
	row("terminal", "%s, colours %s", yesNo[c.Terminal], onOff[c.Colors])
	c.printProblems(w)
	return w.Flush()
}

func (c *checkup) modelSource() string {
	if c.Model.Source == "embedded" {
		return "the binary"
	}
	return quotePath(c.Model.Source)
}

func (c *checkup) printSettings(row func(label, format string, args ...any)) {
	label := "settings"
	for _, s := range c.Settings {
		row(label, "%s = %s  (%s)", s.Key, quotePath(s.Value), quotePath(s.Where))
		label = ""
	}
	if len(c.Settings) == 0 {
		where := "no folder for a file of yours"
		if c.UserFile != "" {
			where = "yours would be in " + quotePath(c.UserFile)
		}
		row(label, "none (%s)", where)
	}
}

func (c *checkup) printProblems(w io.Writer) {
	for _, p := range c.Problems {
		fmt.Fprintf(w, "\nproblem  %s\n  do     %s\n", printable(p.Problem), printable(p.Do))
	}
	if len(c.Problems) == 0 {
		fmt.Fprintln(w, "\nno problem found")
	}
}

func (f checkedFolder) describe(counted string) string {
	if f.Path == "" {
		return "no folder for them"
	}
	return fmt.Sprintf("%s, %s, in %s", counted, size(f.Bytes), quotePath(f.Path))
}

func countIndexes(n int) string {
	if n == 1 {
		return "1 index"
	}
	return thousands(n) + " indexes"
}

// indexState says in some words what printStatus says at length.
func (c *checkup) indexState(s *hunch.Status) string {
	switch {
	case s.Damage != "":
		return "damaged"
	case c.unreadable:
		return "cannot be read"
	case !s.Exists:
		return "none yet"
	}
	return fmt.Sprintf("%s in %s, %s", count(s.Chunks, "chunk"), count(s.Segments, "segment"), size(s.Bytes))
}

var (
	yesNo = map[bool]string{true: "yes", false: "no"}
	onOff = map[bool]string{true: "on", false: "off"}
)
