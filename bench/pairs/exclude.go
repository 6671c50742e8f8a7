// Nothing that search is judged with is learnt from: this is the check.

package main

import (
	_ "embed"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
)

//go:embed exclude.txt
var excludeText string

// exclusion is what must not be learnt from.
type exclusion struct {
	repos    map[string]bool // "owner/name" in lower case
	packages []excluded      // built from them
	copies   []string        // ends of paths that give a copy away
}

type excluded struct{ pattern, repo string }

// defaultExclusion is that of exclude.txt.
func defaultExclusion() (*exclusion, error) {
	e := &exclusion{repos: map[string]bool{}}
	return e, e.add("exclude.txt", excludeText)
}

// addFile excludes the repositories of a file, one a line.
func (e *exclusion) addFile(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return e.add(file, string(text))
}

// add reads lines of a repository, the packages built from it (registry:pattern)
// and ends of paths by which copies of it are known (path:end).
func (e *exclusion) add(file, text string) error {
	n := 0
	for line := range strings.Lines(text) {
		n++
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		repo := strings.ToLower(words[0])
		if strings.Count(repo, "/") != 1 {
			return fmt.Errorf("%s:%d: expected owner/name, got %q", file, n, words[0])
		}
		e.repos[repo] = true
		for _, word := range words[1:] {
			kind, pattern, ok := strings.Cut(word, ":")
			if _, err := path.Match(pattern, ""); err != nil || !ok || kind != "path" && registries[kind] == nil {
				return fmt.Errorf("%s:%d: expected registry:name or path:end, got %q", file, n, word)
			}
			if kind == "path" {
				e.copies = append(e.copies, "/"+strings.ToLower(pattern))
			} else {
				e.packages = append(e.packages, excluded{strings.ToLower(word), repo})
			}
		}
	}
	return nil
}

// pack says why a package must not be taken, by its name.
func (e *exclusion) pack(p pack) error {
	name := strings.ToLower(p.repo())
	for _, x := range e.packages {
		if ok, _ := path.Match(x.pattern, name); ok {
			return fmt.Errorf("%s is built from %s, which search is judged with", p, x.repo)
		}
	}
	if p.Registry == "go" {
		return e.places(p, []string{p.Name})
	}
	return nil
}

// places says why a package must not be taken, by the repositories that it names
// as its own.
func (e *exclusion) places(p pack, repos []string) error {
	for _, repo := range repos {
		parts := strings.Split(strings.ToLower(repo), "/")
		for i := range len(parts) - 1 {
			if name := parts[i] + "/" + parts[i+1]; e.repos[name] {
				return fmt.Errorf("%s is kept in %s, which search is judged with", p, name)
			}
		}
	}
	return nil
}

// file says why a file gives its package away as having a copy.
func (e *exclusion) file(p pack, name string) error {
	low := "/" + strings.ToLower(name)
	if i := slices.IndexFunc(e.copies, func(end string) bool { return strings.HasSuffix(low, end) }); i >= 0 {
		return fmt.Errorf("%s has %s, a copy of what search is judged with", p, name)
	}
	return nil
}
