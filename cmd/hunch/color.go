package main

import (
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// painter adds colours, or none: its zero value leaves text as it is.
type painter struct{ on bool }

func (a *app) painter() painter {
	return painter{!a.noColor && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(a.out)}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// The sixteen colours that every terminal has, and that its user has chosen to
// be readable.
const (
	reset      = "\x1b[0m"
	bold       = "\x1b[1m"
	faint      = "\x1b[2m"
	red        = "\x1b[31m"
	green      = "\x1b[32m"
	yellow     = "\x1b[33m"
	blue       = "\x1b[34m"
	magenta    = "\x1b[35m"
	cyan       = "\x1b[36m"
	placeColor = bold + magenta
	matchColor = bold + red
)

func (p painter) with(color, s string) string {
	if !p.on || s == "" || color == "" {
		return s
	}
	return color + s + reset
}

func (p painter) place(s string) string { return p.with(placeColor, s) }
func (p painter) faint(s string) string { return p.with(faint, s) }
func (p painter) match(s string) string { return p.with(matchColor, s) }

// code splits a snippet into lines, coloured by its language.
func (p painter) code(language, text string) []string {
	syntax := syntaxOf(language)
	if !p.on || syntax == nil {
		return strings.Split(text, "\n")
	}
	var b strings.Builder
	syntax.highlight(text, func(color, part string) {
		for i, line := range strings.Split(part, "\n") {
			if i > 0 {
				b.WriteByte('\n') // colours never run over the end of a line
			}
			b.WriteString(p.with(color, line))
		}
	})
	return strings.Split(b.String(), "\n")
}
