package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"github.com/hunch-search/hunch/internal/near"
)

// Error is something wrong with a setting.
type Error struct {
	File   string // or the variable
	Line   int    // from 1; 0 if none is to blame
	Key    string // as it stands in the file; "" if none is to blame
	Reason string
}

func (e *Error) Error() string {
	s := place(e.File, e.Line) + ": "
	if e.Key != "" {
		s += quote(e.Key) + " "
	}
	return s + e.Reason
}

func place(file string, line int) string {
	if line == 0 {
		return file
	}
	return file + ":" + strconv.Itoa(line)
}

// syntaxError puts the library's error into our words. Its message may quote
// the file.
func syntaxError(file string, err error) error {
	e := &Error{File: file, Reason: err.Error()}
	if parse, ok := errors.AsType[toml.ParseError](err); ok {
		e.Line, e.Reason = parse.Position.Line, parse.Message
	}
	e.Reason = "is not TOML: " + printable(strings.TrimSuffix(e.Reason, "."))
	return e
}

// describe names a value's type, and the value where it is short.
func describe(v any) string {
	switch v := v.(type) {
	case string:
		return quote(v)
	case map[string]any:
		return "a table"
	case []any, []map[string]any:
		return "an array"
	default:
		return printable(fmt.Sprint(v))
	}
}

const maxQuoted = 60 // bytes of what is quoted from a file

// quote makes text from a file fit to print.
func quote(s string) string {
	if len(s) > maxQuoted {
		return strconv.Quote(s[:maxQuoted]) + "…"
	}
	return strconv.Quote(s)
}

func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
	if len(s) > 4*maxQuoted {
		return strings.ToValidUTF8(s[:4*maxQuoted], "") + "…"
	}
	return s
}

// didYouMean ends a sentence about a name that is none of those known.
func didYouMean(name string, known []string) string {
	meant, best := "", (len(name)+1)/3+1
	name = strings.ToLower(strings.ReplaceAll(name, "_", "-"))
	for _, k := range known {
		if len(name) > maxQuoted {
			break
		}
		if d := near.Edits([]byte(name), []byte(k)); d < best {
			meant, best = k, d
		}
	}
	if meant == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", meant)
}
