package regex

// What is wrong with an expression, and where: package syntax tells the part that
// it stumbled over, but not its place.

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"
)

// Error says what is wrong with an expression.
type Error struct {
	Pattern string
	Offset  int // in bytes
	// Part is what stands there that is wrong; "" if it is the whole.
	Part string
	Got  string
	Want string
}

func (e *Error) Error() string {
	pattern := e.Pattern
	if len(pattern) > maxShown {
		pattern = strings.ToValidUTF8(pattern[:maxShown], "") + "…"
	}
	if e.Part == "" {
		return fmt.Sprintf("regex %q: got %s, want %s", pattern, e.Got, e.Want)
	}
	return fmt.Sprintf("regex %q: at byte %d, %q: %s, want %s", pattern, e.Offset, e.Part, e.Got, e.Want)
}

// maxShown is how much of an expression an error repeats.
const maxShown = 200

// wanted is what each kind of error asks for.
var wanted = map[syntax.ErrorCode]string{
	syntax.ErrInvalidCharClass:      "a class such as [a-z]",
	syntax.ErrInvalidCharRange:      "a range that ascends, such as a-z, or a class that exists",
	syntax.ErrInvalidEscape:         `an escape of RE2, such as \d or \.`,
	syntax.ErrInvalidNamedCapture:   "a name of its own, as in (?P<name>…)",
	syntax.ErrInvalidPerlOp:         "a group of RE2, such as (?:…) or (?i); it has no look-around",
	syntax.ErrInvalidRepeatOp:       "one repeat at a time",
	syntax.ErrInvalidRepeatSize:     "counts up to 1000 in all, the first not above the second",
	syntax.ErrInvalidUTF8:           "UTF-8",
	syntax.ErrMissingBracket:        `a "]" that closes it`,
	syntax.ErrMissingParen:          `a ")" that closes it`,
	syntax.ErrMissingRepeatArgument: `something to repeat before it, or "\" for the character itself`,
	syntax.ErrTrailingBackslash:     "a character behind it",
	syntax.ErrUnexpectedParen:       `a "(" before it, or "\)"`,
	syntax.ErrNestingDepth:          "groups at most 1000 deep",
	syntax.ErrLarge:                 "a smaller one",
}

// explain makes an Error of one of package syntax.
func explain(pattern string, err error) error {
	e, ok := errors.AsType[*syntax.Error](err)
	if !ok {
		return &Error{Pattern: pattern, Got: err.Error(), Want: "a regular expression"}
	}
	want := wanted[e.Code]
	if want == "" {
		want = "a regular expression"
	}
	if e.Code == syntax.ErrNestingDepth || e.Code == syntax.ErrLarge {
		return &Error{Pattern: pattern, Got: e.Code.String(), Want: want}
	}
	at := stumble(pattern)
	if e.Code == syntax.ErrTrailingBackslash {
		e.Expr = `\`
	}
	if i := strings.Index(pattern[at:], e.Expr); i >= 0 {
		at += i
	} else if i := strings.LastIndex(pattern[:min(at+len(e.Expr), len(pattern))], e.Expr); i > 0 {
		at = i // it was right until its end
	}
	part := pattern[at:]
	if strings.HasPrefix(part, e.Expr) {
		part = e.Expr
	}
	if len(part) > maxPart {
		part = strings.ToValidUTF8(part[:maxPart], "") + "…"
	}
	return &Error{Pattern: pattern, Offset: at, Part: part, Got: e.Code.String(), Want: want}
}

const (
	maxPart    = 40
	maxStumble = 1000 // bytes, each of which costs a parse of what is before
)

// stumble returns the length of the longest beginning of a wrong pattern that is
// a right one: what is wrong begins behind it.
func stumble(pattern string) int {
	for n := min(len(pattern)-1, maxStumble); n > 0; n-- {
		if _, err := syntax.Parse(pattern[:n], syntax.Perl); err == nil {
			return n
		}
	}
	return 0
}
