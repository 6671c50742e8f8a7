// Package regex finds the lines of a text that match a regular expression, in the
// syntax of RE2 as [regexp/syntax] has it.
//
// What makes it fast is that most lines are never shown to the expression:
// [Compile] derives strings of which every matching line must contain one, and
// the search goes from one of these to the next. The same strings tell which
// files can match at all; see [Regexp.Needs].
package regex

import (
	"fmt"
	"regexp"
	"regexp/syntax"
)

// Limits of what is compiled. The time for a line is at most its length times the
// steps, so that no expression takes for ever.
const (
	MaxPattern = 10_000 // bytes
	MaxSteps   = 20_000 // instructions of the compiled expression, repeats unrolled
)

// Regexp is a compiled expression. It is safe for concurrent use.
type Regexp struct {
	re    *regexp.Regexp
	needs [][]string
	fold  bool     // needs are in lower case, and so must be what is searched for them
	goals []string // of the needs the one that a search goes by, or none
}

// Compile reads an expression. The error is an [*Error].
func Compile(pattern string) (*Regexp, error) {
	if len(pattern) > MaxPattern {
		return nil, &Error{Pattern: pattern, Got: fmt.Sprintf("%d bytes", len(pattern)), Want: fmt.Sprintf("at most %d", MaxPattern)}
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, explain(pattern, err)
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err == nil && len(prog.Inst) > MaxSteps {
		return nil, &Error{Pattern: pattern, Got: fmt.Sprintf("%d steps with all repeats unrolled", len(prog.Inst)),
			Want: fmt.Sprintf("at most %d, by smaller repeat counts", MaxSteps)}
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, explain(pattern, err)
	}
	r := &Regexp{re: re}
	r.needs, r.fold = analyse(tree.Simplify())
	r.goals = goals(r.needs)
	return r, nil
}

// String returns the expression as it was given.
func (r *Regexp) String() string { return r.re.String() }

// Needs tells what every line that matches contains: of each list at least one
// string, where upper and lower case of ASCII letters count as equal. No lists
// mean that nothing is known.
func (r *Regexp) Needs() [][]string { return r.needs }
