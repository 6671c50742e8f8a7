package config

// The checks: each takes a value as TOML has it (string, int64, bool, []any,
// map[string]any) and returns it as a setting has it, or what is wanted.

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// scope is what a check may need to know of the place that a value stands in.
type scope struct {
	source Source
	dir    string // of the user's file; "" for the environment

	language     func(string) (string, bool) // as in Options
	nearLanguage func(string) string         // as in Options
}

// Bounds on what a file can ask for.
const (
	maxText     = 4096 // bytes of a string
	maxPatterns = 1000
	maxPattern  = 1024 // bytes

	maxLanguages = 1000 // extensions
	maxExtension = 64   // bytes
)

func plainText(v any) (string, bool) {
	s, ok := v.(string)
	return s, ok && s != "" && len(s) <= maxText && !strings.ContainsAny(s, "\x00\n\r")
}

// modelName takes a name or a folder. Only what is written as a path is one: a
// name must not depend on what lies in some folder.
func modelName(c *scope, v any) (any, string) {
	s, ok := plainText(v)
	if !ok {
		return nil, "a model's name or folder"
	}
	if c.source == User && (strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../")) {
		return filepath.Join(c.dir, filepath.FromSlash(s)), ""
	}
	return c.atHome(s), ""
}

// folder takes an absolute path from a file: a relative one would mean another
// folder in each place that the program is started in.
func folder(c *scope, v any) (any, string) {
	s, ok := plainText(v)
	if !ok {
		return nil, "a folder"
	}
	if s = c.atHome(s); c.source == User && !filepath.IsAbs(s) {
		return nil, "an absolute path, or one that begins with ~/"
	}
	return s, ""
}

// atHome resolves ~/, as the shell does for variables and flags but nobody for
// a file.
func (c *scope) atHome(s string) string {
	if rest, ok := strings.CutPrefix(s, "~/"); ok && c.source == User {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, filepath.FromSlash(rest))
		}
	}
	return s
}

func between(low, high int64) func(*scope, any) (any, string) {
	return func(_ *scope, v any) (any, string) {
		n, ok := v.(int64)
		if !ok || n < low || n > high {
			return nil, fmt.Sprintf("a whole number from %d to %d", low, high)
		}
		return n, ""
	}
}

func oneOf(names ...string) func(*scope, any) (any, string) {
	return func(_ *scope, v any) (any, string) {
		if s, ok := v.(string); ok && slices.Contains(names, s) {
			return s, ""
		}
		return nil, "one of " + strings.Join(names, ", ")
	}
}

func boolean(_ *scope, v any) (any, string) {
	if b, ok := v.(bool); ok {
		return b, ""
	}
	return nil, "true or false"
}

func wait(_ *scope, v any) (any, string) {
	s, _ := v.(string)
	d, err := ParseWait(s)
	if err != nil {
		return nil, `a time such as "500ms" or "10s", or "all"`
	}
	return d, ""
}

// share takes 0 to 1. TOML has whole numbers of another type.
func share(_ *scope, v any) (any, string) {
	f, ok := v.(float64)
	if n, whole := v.(int64); whole {
		f, ok = float64(n), true
	}
	if !ok || !(f >= 0 && f <= 1) {
		return nil, "a number from 0 to 1"
	}
	return f, ""
}

// WaitForAll is a wait without end.
const WaitForAll time.Duration = math.MaxInt64

// ParseWait reads how long to wait: a time, or "all" for [WaitForAll].
func ParseWait(s string) (time.Duration, error) {
	if s == "all" {
		return WaitForAll, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, errors.New("want a time such as 500ms or 2s, or all")
	}
	return d, nil
}

func patterns(_ *scope, v any) (any, string) {
	list, ok := v.([]any)
	if !ok {
		return nil, `an array of patterns such as ["*.min.js"]`
	}
	if len(list) > maxPatterns {
		return nil, fmt.Sprintf("at most %d patterns", maxPatterns)
	}
	out := make([]string, len(list))
	for i, item := range list {
		s, ok := plainText(item)
		if !ok || len(s) > maxPattern {
			return nil, fmt.Sprintf("patterns of one line, up to %d bytes (entry %d is not)", maxPattern, i+1)
		}
		out[i] = s
	}
	return out, ""
}

// address takes the address of a server, to which paths are added.
func address(_ *scope, v any) (any, string) {
	const want = `an address such as "https://hub.example.org"`
	s, ok := plainText(v)
	if !ok {
		return nil, want
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, want
	}
	return s, ""
}

// languages takes the names of languages by extension.
func languages(c *scope, v any) (any, string) {
	table, ok := v.(map[string]any)
	if !ok {
		return nil, `a table of languages by extension such as {inc = "php"}`
	}
	if len(table) > maxLanguages {
		return nil, fmt.Sprintf("at most %d extensions", maxLanguages)
	}
	out := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		ext := strings.ToLower(strings.TrimPrefix(key, "."))
		if ext == "" || len(ext) > maxExtension || strings.ContainsFunc(ext, notInExtension) {
			return nil, fmt.Sprintf("extensions without dots and slashes (%s is none)", quote(key))
		}
		given, ok := plainText(table[key])
		name := given
		if ok && c.language != nil {
			name, ok = c.language(given)
		}
		if !ok {
			return nil, fmt.Sprintf("the name of a language for %s (%s is none%s)", quote(key), describe(table[key]), c.near(given))
		}
		out[ext] = name
	}
	return out, ""
}

// near goes on with what may have been meant by the name of a language.
func (c *scope) near(name string) string {
	if c.nearLanguage == nil {
		return ""
	}
	if near := c.nearLanguage(name); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// notInExtension tells what no extension has, and what would make it another
// one in a variable.
func notInExtension(r rune) bool {
	return strings.ContainsRune("./\\=,", r) || r == utf8.RuneError || !unicode.IsPrint(r)
}

// The parsers: a variable's text as TOML would have it. What they cannot take
// they leave as text, which no check of that key accepts.

func text(s string) any { return s }

func number(s string) any {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	return s
}

func fraction(s string) any {
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return f
	}
	return s
}

func truth(s string) any {
	if b, err := strconv.ParseBool(s); err == nil {
		return b
	}
	return s
}

func list(s string) any {
	var items []any
	for item := range strings.SplitSeq(s, ",") {
		items = append(items, item)
	}
	return items
}

// assignments parses what languages takes: inc=php,h=cpp.
func assignments(s string) any {
	table := map[string]any{}
	for item := range strings.SplitSeq(s, ",") {
		name, value, ok := strings.Cut(item, "=")
		if !ok {
			return s
		}
		table[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	return table
}

// show writes a checked value as its flag or variable takes it.
func show(v any) string {
	switch v := v.(type) {
	case []string:
		return strings.Join(v, ",")
	case map[string]string:
		var items []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			items = append(items, key+"="+v[key])
		}
		return strings.Join(items, ",")
	}
	return fmt.Sprint(v)
}
