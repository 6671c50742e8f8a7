package config

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// key is a row of the table of settings.
type key struct {
	name       string
	check      func(c *scope, v any) (any, string) // the value, or what is wanted instead
	parse      func(string) any                    // of a variable's text, for check
	store      func(s *Settings, v any)
	also       string // another variable that is looked at
	repository bool   // may set it
	adds       bool   // to the other sources' instead of replacing them
}

// keys lists the settings in the order of the package's documentation.
var keys = []key{
	{name: "model", check: modelName, parse: text, store: func(s *Settings, v any) { s.Model = v.(string) }},
	{name: "precision", check: oneOf("auto", "fp32", "int8"), parse: text, store: func(s *Settings, v any) { s.Precision = v.(string) }},
	{name: "index", check: folder, parse: text, store: func(s *Settings, v any) { s.Index = v.(string) }},
	{name: "threads", check: between(0, 1024), parse: number, store: func(s *Settings, v any) { s.Threads = int(v.(int64)) }},
	{name: "top-k", check: between(1, 1_000_000), parse: number, store: func(s *Settings, v any) { s.TopK = int(v.(int64)) }},
	{name: "wait", check: wait, parse: text, store: func(s *Settings, v any) { s.Wait = v.(time.Duration) }},
	{name: "threshold", check: share, parse: fraction, store: func(s *Settings, v any) { s.Threshold = v.(float64) }},
	{name: "verbose", check: boolean, parse: truth, store: func(s *Settings, v any) { s.Verbose = v.(bool) }},
	{name: "quiet", check: boolean, parse: truth, store: func(s *Settings, v any) { s.Quiet = v.(bool) }},
	{name: "no-color", check: boolean, parse: truth, store: func(s *Settings, v any) { s.NoColor = v.(bool) }},
	{name: "endpoint", check: address, parse: text, store: func(s *Settings, v any) { s.Endpoint = v.(string) }, also: "HF_ENDPOINT"},
	{name: "max-file-size", check: between(1, 100_000_000), parse: number, store: func(s *Settings, v any) { s.MaxFileSize = v.(int64) }},
	{name: "ignore", check: patterns, parse: list, store: storeIgnore, repository: true, adds: true},
	{name: "languages", check: languages, parse: assignments, store: storeLanguages, repository: true, adds: true},
	{name: "chunk-tokens", check: between(64, 8192), parse: number, store: func(s *Settings, v any) { s.ChunkTokens = int(v.(int64)) }, repository: true},
}

func keyNamed(name string) *key {
	if i := slices.IndexFunc(keys, func(k key) bool { return k.name == name }); i >= 0 {
		return &keys[i]
	}
	return nil
}

// Keys lists the names of all settings, in the order of the package's table.
func Keys() []string { return allowedNames(User) }

// RepositoryKeys lists those that a repository's file may set.
func RepositoryKeys() []string { return allowedNames(Repository) }

// Variable is the name of a key's environment variable.
func Variable(name string) string {
	return "HUNCH_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// Variables lists all environment variables that are looked at for a key.
func Variables(name string) []string {
	variables := []string{Variable(name)}
	if k := keyNamed(name); k != nil && k.also != "" {
		variables = append(variables, k.also)
	}
	return variables
}

// merge orders: later sources go over earlier ones, except that a repository's
// patterns stand before its user's.
var (
	rising      = []Source{User, Repository, Environment}
	ignoreOrder = []Source{Repository, User, Environment}
)

// merge decides for each key.
func (l *loader) merge() *Loaded {
	out := &Loaded{Warnings: l.warnings}
	for _, k := range keys {
		order := rising
		if k.name == "ignore" {
			order = ignoreOrder
		}
		values := inOrder(l.found[k.name], order)
		if len(values) == 0 {
			out.Values = append(out.Values, Value{Key: k.name})
			continue
		}
		if !k.adds {
			values = values[len(values)-1:]
		}
		for _, v := range values {
			k.store(&out.Settings, v.value)
			out.Values = append(out.Values, Value{k.name, show(v.value), v.source, v.where})
		}
	}
	return out
}

func inOrder(values []found, order []Source) []found {
	values = slices.Clone(values)
	slices.SortStableFunc(values, func(a, b found) int {
		return slices.Index(order, a.source) - slices.Index(order, b.source)
	})
	return values
}

func storeIgnore(s *Settings, v any) { s.Ignore = append(s.Ignore, v.([]string)...) }

func storeLanguages(s *Settings, v any) {
	if s.Languages == nil {
		s.Languages = map[string]string{}
	}
	maps.Copy(s.Languages, v.(map[string]string))
}
