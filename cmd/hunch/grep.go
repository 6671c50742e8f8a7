package main

// Search by regular expression: hunch -e RE.

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
)

// questionAndPaths tells the words of a search apart. With a regular expression
// the question may be missing: the first word is one if no file has this name, and
// it does not look as if one should.
func questionAndPaths(args []string, regex bool) (question string, paths []string) {
	if len(args) == 0 {
		return "", nil
	}
	if regex {
		_, err := os.Stat(args[0])
		if err == nil || strings.ContainsAny(args[0], `/\`) && !strings.ContainsAny(args[0], " \t\n") {
			return "", args
		}
	}
	return args[0], args[1:]
}

// regex returns the one regular expression that there may be.
func (f *searchFlags) regex() (string, error) {
	switch len(f.regexes) {
	case 0:
		return "", nil
	case 1:
		regex := cmp.Or(f.regexes[0], "(?:)") // which matches every line, too
		return regex, hunch.CheckRegexp(regex)
	}
	return "", errors.New(`-e is there more than once; "a|b" matches either`)
}

// ranked are flags that say something of an answer to a question.
var ranked = []string{"ann", "explain", "threshold", "wait"}

// grep prints the lines that match.
func (a *app) grep(cmd *cobra.Command, f *searchFlags, repo *hunch.Repository) error {
	for _, flag := range ranked {
		if a.settings.given[flag] {
			return fmt.Errorf("--%s is about an answer to a question, and with -e alone there is none", flag)
		}
	}
	limit := 0
	if a.settings.given["top-k"] { // a setting is meant for questions
		limit = f.query.TopK
	}
	w := bufio.NewWriter(a.out)
	n, more, err := a.printLines(cmd.Context(), w, f, repo, limit)
	if e := w.Flush(); err == nil {
		err = e
	}
	switch {
	case err != nil:
		return err
	case more && !f.json:
		a.note("more than these %s match; -k %d shows more", count(n, "result"), 10*limit)
	case n == 0:
		a.note("no result%s", a.whyNothing(f.query, repo))
		return errNothing
	}
	return nil
}

// printLines writes up to limit results, or all if it is 0, in the form that the
// flags ask for, and tells how many and whether there are more.
func (a *app) printLines(ctx context.Context, w *bufio.Writer, f *searchFlags, repo *hunch.Repository, limit int) (n int, more bool, err error) {
	answer := hunch.Answer{Schema: 1, Regexp: f.query.Regexp, Root: repo.Root(), Results: []hunch.Result{}}
	p := newPrinter(a, w, repo.Root())
	last := ""
	for r, err := range repo.Lines(ctx, f.query) {
		if err != nil {
			return n, false, err
		}
		if f.files && n > 0 && r.Path == last {
			continue
		}
		if n++; limit > 0 && n > limit {
			n, more = limit, true
			break
		}
		last = r.Path
		switch {
		case f.json:
			answer.Results = append(answer.Results, r)
		case f.jsonl:
			err = writeJSON(w, r)
		case f.files:
			_, err = fmt.Fprintln(w, displayPath(repo.Root(), r.Path))
		case f.query.Before > 0 || f.query.After > 0:
			p.block(r, n > 1)
		default:
			p.line(r)
		}
		if err != nil {
			return n, false, err
		}
	}
	if f.json {
		answer.More = more
		err = writeJSON(w, answer)
	}
	return n, more, err
}

// line writes a result of one line as grep does, which editors and scripts read.
func (p *printer) line(r hunch.Result) {
	place := fmt.Sprintf("%s:%d", displayPath(p.root, r.Path), r.StartLine)
	fmt.Fprintf(p.w, "%s:%s\n", p.paint.place(place), p.matched(r.Content, r.Matches[0].Spans))
}

// block writes a result with the lines around it.
func (p *printer) block(r hunch.Result, gap bool) {
	if gap {
		fmt.Fprintln(p.w)
	}
	place := fmt.Sprintf("%s:%d-%d", displayPath(p.root, r.Path), r.StartLine, r.EndLine)
	fmt.Fprintln(p.w, strings.TrimRight(p.paint.place(place)+"  "+p.paint.faint(r.Symbol), " "))
	p.snippet(r, math.MaxInt) // it was asked for as it is
}

// mark replaces, of a result's lines as they are to be shown, those that match.
func (p *printer) mark(shown []string, r hunch.Result) {
	if len(r.Matches) == 0 {
		return
	}
	lines := strings.Split(r.Content, "\n")
	for _, m := range r.Matches {
		shown[m.Line-r.StartLine] = p.matched(lines[m.Line-r.StartLine], m.Spans)
	}
}

// Of a line that is longer than maxWidth bytes so many are shown, beginWidth of
// them before the first match.
const (
	maxWidth   = 400
	beginWidth = 100
)

// matched returns a line for people, with its matches marked.
func (p *printer) matched(line string, spans [][2]int) string {
	from, to := 0, len(line)
	if to > maxWidth {
		if len(spans) > 0 {
			from = max(0, spans[0][0]-beginWidth)
		}
		from = min(from, to-maxWidth)
		to = from + maxWidth
	}
	var b strings.Builder
	if from > 0 {
		b.WriteString(p.paint.faint("…"))
	}
	at := from
	for _, s := range spans {
		start, end := min(max(s[0], at), to), min(s[1], to)
		if start < end {
			b.WriteString(cut(line, at, start))
			b.WriteString(p.paint.match(cut(line, start, end)))
			at = end
		}
	}
	b.WriteString(strings.TrimRight(cut(line, at, to), " "))
	if to < len(line) {
		b.WriteString(p.paint.faint("…"))
	}
	return b.String()
}

// cut returns a part of a line as [printable] has it. Where a letter is cut it is
// left out.
func cut(line string, from, to int) string {
	return printable(strings.ToValidUTF8(line[from:to], ""))
}
