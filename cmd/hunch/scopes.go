package main

// Which repositories a search is about: those that its paths lie in.

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/source"
)

// scope is a repository, and what of it is searched.
type scope struct {
	repo  *hunch.Repository
	paths []string // relative to its root
}

// openScopes opens the repositories of the paths, each once, in the order in which
// they come; without paths that of the current folder. One that cannot be opened
// is told, and an error only if there is no other.
func (a *app) openScopes(m *hunch.Model, paths []string, events hunch.Events) ([]scope, error) {
	if len(paths) == 0 {
		repo, err := a.openAt(m, ".", events)
		return []scope{{repo: repo}}, err
	}
	var scopes []scope
	var failed []error
	for _, path := range paths {
		repo, err := a.openAt(m, path, events)
		var rel string
		if err == nil {
			rel, err = relative(repo.Root(), path)
		}
		if err != nil {
			failed = append(failed, err)
			continue
		}
		at := slices.IndexFunc(scopes, func(p scope) bool { return p.repo.Root() == repo.Root() })
		if at < 0 {
			at = len(scopes)
			scopes = append(scopes, scope{repo: repo})
		}
		if p := &scopes[at]; !slices.Contains(p.paths, rel) {
			p.paths = append(p.paths, rel)
		}
	}
	if len(scopes) == 0 {
		return nil, errors.Join(failed...)
	}
	for _, err := range failed {
		a.note("%s", quoteError(err))
	}
	return scopes, nil
}

// openAt opens the repository that a path belongs to, with the settings of its own.
func (a *app) openAt(m *hunch.Model, path string, events hunch.Events) (*hunch.Repository, error) {
	root, err := source.FindRoot(path)
	var repo *hunch.Repository
	if err == nil {
		var options hunch.Options
		if options, err = a.optionsOf(root, m, events); err == nil {
			repo, err = hunch.Open(path, options)
		}
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, pathError(path, err)
	}
	return repo, err
}

// failure is an error of one of several repositories.
func (a *app) failure(scopes []scope, p scope, err error) error {
	if len(scopes) == 1 {
		return err
	}
	return fmt.Errorf("%s: %w", displayPath(p.repo.Root(), "."), err)
}

// roots lists the folders of the repositories.
func roots(scopes []scope) string {
	var names []string
	for _, p := range scopes {
		names = append(names, quotePath(filepath.Clean(p.repo.Root())))
	}
	return strings.Join(names, ", ")
}
