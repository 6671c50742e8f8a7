package main

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/hunch-search/hunch/internal/config"
)

// docs/settings.md lists the keys that there are, in their order, and says of
// each whether a repository may set it.
func TestSettingsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/settings.md")
	if err != nil {
		t.Fatal(err)
	}
	var keys, repository []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|.*\\| (yes )?\\|\r?$").FindAllStringSubmatch(string(page), -1) {
		if keys = append(keys, row[1]); row[2] != "" {
			repository = append(repository, row[1])
		}
	}
	if want := config.Keys(); !slices.Equal(keys, want) {
		t.Errorf("the page has %q, want %q", keys, want)
	}
	if want := config.RepositoryKeys(); !slices.Equal(repository, want) {
		t.Errorf("the page says that a repository may set %q, want %q", repository, want)
	}
}
