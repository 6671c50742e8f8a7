package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/hunch-search/hunch"
)

// print writes the answer in the form that the flags ask for.
func (a *app) print(f *searchFlags, answer *hunch.Answer) error {
	w := bufio.NewWriter(a.out)
	var err error
	switch {
	case f.json:
		err = writeJSON(w, answer)
	case f.jsonl:
		for _, r := range answer.Results {
			err = writeJSON(w, r)
		}
	case f.files:
		printFiles(w, answer)
	default:
		newPrinter(a, w, answer.Root).results(answer.Results)
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

// writeJSON writes v on one line. Code is full of <, > and &, which stay as
// they are; what a terminal might obey is escaped.
func writeJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapeControls(b.Bytes()))
	return err
}

// escapeControls escapes the control and format characters that JSON allows in
// a string and that terminals obey nevertheless: DEL, the C1 set (U+009B begins
// an escape sequence), and those that turn the direction of a text.
func escapeControls(json []byte) []byte {
	harmless := func(c rune) bool { return c == '\n' || !unicode.In(c, unicode.Cc, unicode.Cf) }
	if !bytes.ContainsFunc(json, func(c rune) bool { return !harmless(c) }) {
		return json
	}
	var out []byte
	for _, c := range string(json) {
		if harmless(c) {
			out = utf8.AppendRune(out, c)
			continue
		}
		for _, unit := range utf16.Encode([]rune{c}) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
	}
	return out
}

func printFiles(w io.Writer, answer *hunch.Answer) {
	var seen []string
	for _, r := range answer.Results {
		if path := displayPath(cmp.Or(r.Root, answer.Root), r.Path); !slices.Contains(seen, path) {
			seen = append(seen, path)
			fmt.Fprintln(w, path)
		}
	}
}

// printer writes results for people.
type printer struct {
	w     io.Writer
	root  string
	paint painter

	lastRoot, lastPath, shown string // of the last path
}

func newPrinter(a *app, w io.Writer, root string) *printer {
	return &printer{w: w, root: root, paint: a.painter()}
}

func (p *printer) results(results []hunch.Result) {
	for i, r := range results {
		if i > 0 {
			fmt.Fprintln(p.w)
		}
		place := fmt.Sprintf("%s:%d-%d", p.path(r), r.StartLine, r.EndLine)
		fmt.Fprintf(p.w, "%s  %s\n", p.paint.place(place), p.paint.faint(strings.TrimSpace(r.Symbol+"  "+strconv.FormatFloat(r.Score, 'f', 2, 64))))
		p.explain(r.Explain)
		p.snippet(r, maxLines)
	}
}

// path is that of a result, as the user would type it. Lines of one file come one
// after the other.
func (p *printer) path(r hunch.Result) string {
	if root := cmp.Or(r.Root, p.root); p.shown == "" || root != p.lastRoot || r.Path != p.lastPath {
		p.lastRoot, p.lastPath, p.shown = root, r.Path, displayPath(root, r.Path)
	}
	return p.shown
}

// explain writes what each signal adds to a score, the largest first.
func (p *printer) explain(e *hunch.Explanation) {
	if e == nil {
		return
	}
	parts := []string{fmt.Sprintf("sum %.2f:", e.Sum)}
	shares := append(slices.Clone(e.Signals), hunch.SignalShare{Name: "repeat", Share: e.Repeat})
	for _, s := range shares {
		if math.Abs(s.Share) >= 0.005 {
			parts = append(parts, fmt.Sprintf("%s %+.2f", s.Name, s.Share))
		}
	}
	parts = append(parts, fmt.Sprintf("(cosine %.3f, BM25 %.2f, answer %.2f)", e.Cosine, e.BM25, e.Answer))
	fmt.Fprintln(p.w, p.paint.faint("  "+strings.Join(parts, "  ")))
}

// maxLines is how much of a result is shown to a person; JSON has all of it.
const maxLines = 40

// snippet writes the lines with their numbers, about so many at most.
func (p *printer) snippet(r hunch.Result, most int) {
	width := len(strconv.Itoa(r.EndLine))
	lines := p.paint.code(r.Language, printable(r.Content))
	p.mark(lines, r)
	more := len(lines) - most
	if more < most/8 { // not worth a line that says so
		more = 0
	}
	for i, line := range lines[:len(lines)-more] {
		number := fmt.Sprintf("%*d", width, r.StartLine+i)
		fmt.Fprintf(p.w, "%s  %s\n", p.paint.faint(number), strings.TrimRight(line, " "))
	}
	if more > 0 {
		fmt.Fprintln(p.w, p.paint.faint(fmt.Sprintf("%*s  %s", width, "", "… "+count(more, "more line"))))
	}
}

// printable makes text safe for a terminal: control characters and invalid
// bytes show as U+FFFD, tabs are widened.
func printable(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\t", "    ")
	return strings.Map(func(c rune) rune {
		if c != '\n' && !unicode.IsPrint(c) && !unicode.Is(unicode.Zs, c) {
			return utf8.RuneError
		}
		return c
	}, s)
}

// displayPath is a path as the user would type it from where they stand.
func displayPath(root, path string) string {
	full := filepath.Join(root, filepath.FromSlash(path))
	if here, err := os.Getwd(); err == nil {
		if real, err := filepath.EvalSymlinks(here); err == nil {
			here = real
		}
		if rel, err := filepath.Rel(here, full); err == nil {
			return quotePath(rel)
		}
	}
	return quotePath(full)
}

// quotePath returns a path as it is, or quoted where it holds something that a
// terminal might obey.
func quotePath(path string) string {
	strange := func(c rune) bool { return !unicode.IsPrint(c) }
	if utf8.ValidString(path) && !strings.ContainsFunc(path, strange) {
		return path
	}
	return strconv.Quote(path)
}

// count writes "1 chunk" or "1,234 chunks".
func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	if rest, ok := strings.CutSuffix(unit, "ry"); ok { // query, repository
		return thousands(n) + " " + rest + "ries"
	}
	return thousands(n) + " " + unit + "s"
}

// size writes a number of bytes as "42 kB" or "4.2 MB".
func size(n int64) string {
	if n < 1e6 {
		return fmt.Sprintf("%.0f kB", math.Ceil(float64(n)/1e3))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// thousands writes n as 1,234,567.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
