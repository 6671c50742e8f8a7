package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// loader collects what the sources have.
type loader struct {
	Options
	found    map[string][]found // by key
	warnings []error
	errs     []error
}

type found struct {
	source Source
	where  string
	value  any // as check returned it
}

// maxProblems is how many things wrong with a file are told.
const maxProblems = 20

// file takes over what a file sets and returns what is wrong with it.
func (l *loader) file(c *scope, name string, data []byte, err error) []error {
	if err != nil {
		return []error{&Error{File: name, Reason: err.Error()}}
	}
	var values map[string]toml.Primitive
	meta, err := toml.Decode(string(data), &values)
	if err != nil {
		return []error{syntaxError(name, err)}
	}
	var problems []error
	for _, e := range entries(&meta, values) {
		if err := l.entry(c, name, e); err != nil && len(problems) < maxProblems {
			problems = append(problems, err)
		}
	}
	return problems
}

// entry is a top-level key of a file.
type entry struct {
	key  string
	line int
	v    any
}

// entries lists the keys in the order of the file. Unknown ones are cut off
// beyond what can be told, since finding each one's line reads the file anew.
func entries(meta *toml.MetaData, values map[string]toml.Primitive) []entry {
	var list []entry
	seen := map[string]bool{}
	unknown := 0
	for _, path := range meta.Keys() {
		key := path[0]
		if seen[key] || keyNamed(key) == nil && unknown == maxProblems {
			continue
		}
		seen[key] = true
		if keyNamed(key) == nil {
			unknown++
		}
		// A key inside a table stands for the table where that has no line.
		var v any
		_ = meta.PrimitiveDecode(values[key], &v)
		list = append(list, entry{key, lineOf(meta, values[key], path), v})
	}
	slices.SortStableFunc(list, func(a, b entry) int { return cmp.Compare(a.line, b.line) })
	return list
}

// lineOf finds the line of a key: the library tells it only with an error from
// an Unmarshaler. path is that of the first key in or at the value.
func lineOf(meta *toml.MetaData, v toml.Primitive, path toml.Key) int {
	parse, _ := errors.AsType[toml.ParseError](meta.PrimitiveDecode(v, locator{}))
	if parse.Position.Line > 0 || len(path) < 2 {
		return parse.Position.Line
	}
	var inner map[string]toml.Primitive
	if err := meta.PrimitiveDecode(v, &inner); err != nil {
		return 0
	}
	return lineOf(meta, inner[path[1]], path[1:])
}

type locator struct{}

var errHere = errors.New("here")

func (locator) UnmarshalTOML(any) error { return errHere }

// entry checks one key and takes it over.
func (l *loader) entry(c *scope, file string, e entry) error {
	k := keyNamed(e.key)
	if why := c.refuses(k, e.key); why != "" {
		return &Error{File: file, Line: e.line, Key: e.key, Reason: why}
	}
	v, want := k.check(c, e.v)
	if want != "" {
		return &Error{File: file, Line: e.line, Key: e.key, Reason: fmt.Sprintf("is %s, want %s", describe(e.v), want)}
	}
	l.found[k.name] = append(l.found[k.name], found{c.source, place(file, e.line), v})
	return nil
}

// refuses says why a source may not have a key; k is nil for an unknown one.
func (c *scope) refuses(k *key, name string) string {
	allowed := allowedNames(c.source)
	switch {
	case k == nil:
		return "is no setting" + didYouMean(name, allowed)
	case c.source == Repository && !k.repository:
		return fmt.Sprintf("is not allowed in a repository's file, which may set %s, and has no effect; it belongs in your own settings or in %s",
			strings.Join(allowed, ", "), Variable(name))
	}
	return ""
}

// allowedNames lists what a source may set.
func allowedNames(s Source) []string {
	var names []string
	for _, k := range keys {
		if s != Repository || k.repository {
			names = append(names, k.name)
		}
	}
	return names
}

// variable returns the first of a key's variables that says something.
func (l *loader) variable(k key) (name, value string) {
	for _, name := range Variables(k.name) {
		if s, ok := l.Env(name); ok && s != "" {
			return name, s
		}
	}
	return "", ""
}

func (l *loader) environment() {
	if l.Env == nil {
		return
	}
	c := &scope{source: Environment, language: l.Language, nearLanguage: l.NearLanguage}
	for _, k := range keys {
		name, s := l.variable(k)
		if s == "" {
			continue
		}
		v, want := k.check(c, k.parse(s))
		if want != "" {
			l.errs = append(l.errs, &Error{File: "environment variable " + name, Reason: fmt.Sprintf("is %s, want %s", quote(s), want)})
			continue
		}
		l.found[k.name] = append(l.found[k.name], found{Environment, name, v})
	}
}
