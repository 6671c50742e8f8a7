package main

// Search by regular expression: hunch -e RE.

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/near"
)

// questionAndPaths tells the words of a search apart. With a regular expression
// the question may be missing: the first word is one if no file has this name, and
// it does not look as if one should.
func questionAndPaths(args []string, regex bool) (question string, paths []string) {
	if len(args) == 0 {
		return "", nil
	}
	if regex && looksLikePath(args[0]) {
		return "", args
	}
	return args[0], args[1:]
}

// looksLikePath tells a file from a question, whether or not there is such a file:
// a question has spaces and no slashes, or is at least in no folder that exists.
func looksLikePath(s string) bool {
	if _, err := os.Stat(s); err == nil {
		return true
	}
	slash := strings.LastIndexAny(s, `/\`)
	if slash < 0 {
		return false
	}
	if !strings.ContainsAny(s, " \t\n") {
		return true
	}
	folder, err := os.Stat(s[:slash+1])
	return err == nil && folder.IsDir()
}

// longestName is the most bytes that most file systems take for a name.
const longestName = 255

// noteWord tells, of a question beside a regular expression that is one word and
// nearly the name of a file or folder here, that it is not taken for that.
func (a *app) noteWord(question string) {
	entries, err := os.ReadDir(".")
	if err != nil || len(question) > longestName || strings.ContainsAny(question, " \t\n") {
		return
	}
	nearest, best := "", len(question)/4+1
	for _, e := range entries {
		if d := near.EditsAndSwaps([]byte(question), []byte(e.Name())); d < best {
			nearest, best = e.Name(), d
		}
	}
	if nearest != "" {
		a.note("%s is the question, for there is no such file; did you mean %s?", quotePath(question), quotePath(nearest))
	}
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
func (a *app) grep(cmd *cobra.Command, f *searchFlags, scopes []scope) error {
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
	g := &lineWriter{app: a, flags: f, limit: limit, w: w, printer: newPrinter(a, w, "")}
	err := g.all(cmd.Context(), scopes)
	if e := w.Flush(); err == nil {
		err = e
	}
	switch {
	case err != nil:
		return err
	case g.answer.More && !f.json:
		a.note("more than these %s match; -k %d shows more", count(g.n, "result"), 10*limit)
	case g.n == 0:
		a.note("no result%s", whyNothing(f.query, scopes))
		return errNothing
	}
	return nil
}

// lineWriter writes up to limit results, or all if it is 0, as they come.
type lineWriter struct {
	*app
	flags   *searchFlags
	limit   int
	w       io.Writer
	printer *printer

	n      int // results so far
	answer hunch.Answer
}

// all goes through the repositories. What goes wrong in one is told, and an error
// only if it does in all.
func (g *lineWriter) all(ctx context.Context, scopes []scope) error {
	g.answer = hunch.Answer{Schema: 1, Regexp: g.flags.query.Regexp, Results: []hunch.Result{}}
	g.answer.Coverage.Complete = true // every file is looked at
	var failed []error
	seen := map[string]bool{} // files of the repositories before
	for _, p := range scopes {
		if len(scopes) == 1 {
			g.answer.Root = p.repo.Root()
		} else {
			g.answer.Parts = append(g.answer.Parts, hunch.Part{Root: p.repo.Root(), Coverage: g.answer.Coverage})
		}
		if err := g.one(ctx, p, len(scopes) > 1, seen); err != nil {
			if ctx.Err() != nil {
				return err
			}
			failed = append(failed, g.failure(scopes, p, err))
		}
	}
	if len(failed) == len(scopes) {
		return errors.Join(failed...)
	}
	for _, err := range failed {
		g.note("%s", quoteError(err))
	}
	if g.flags.json {
		return writeJSON(g.w, g.answer)
	}
	return nil
}

func (g *lineWriter) one(ctx context.Context, p scope, several bool, seen map[string]bool) error {
	q := g.flags.query
	q.Paths = p.paths
	own := map[string]bool{}
	for r, err := range p.repo.Lines(ctx, q) {
		if err != nil {
			return err
		}
		r.Root = p.repo.Root()
		file := r.File()
		if seen[file] || g.flags.files && own[file] {
			continue
		}
		own[file] = true
		if g.limit > 0 && g.n == g.limit {
			g.answer.More = true
			break
		}
		g.n++
		if err := g.write(r, several); err != nil {
			return err
		}
	}
	maps.Copy(seen, own)
	return nil
}

func (g *lineWriter) write(r hunch.Result, several bool) error {
	f := g.flags
	switch {
	case f.files:
		_, err := fmt.Fprintln(g.w, g.printer.path(r))
		return err
	case f.json || f.jsonl:
		if !several {
			r.Root = ""
		}
		if f.jsonl {
			return writeJSON(g.w, r)
		}
		g.answer.Results = append(g.answer.Results, r)
	case f.query.Before > 0 || f.query.After > 0:
		g.printer.block(r, g.n > 1)
	default:
		g.printer.line(r)
	}
	return nil
}

// line writes a result of one line as grep does, which editors and scripts read.
func (p *printer) line(r hunch.Result) {
	place := fmt.Sprintf("%s:%d", p.path(r), r.StartLine)
	fmt.Fprintf(p.w, "%s:%s\n", p.paint.place(place), p.matched(r.Content, r.Matches[0].Spans))
}

// block writes a result with the lines around it.
func (p *printer) block(r hunch.Result, gap bool) {
	if gap {
		fmt.Fprintln(p.w)
	}
	place := fmt.Sprintf("%s:%d-%d", p.path(r), r.StartLine, r.EndLine)
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
