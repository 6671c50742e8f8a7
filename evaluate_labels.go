package hunch

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
	"github.com/hunch-search/hunch/internal/index"
)

// MissingLabel is what labels name and is not there.
type MissingLabel struct {
	Path    string
	Instead string // what is there, such as "a folder"; "" for nothing
}

// MissingLabels lists what labels name and is not in the folder dir, files and
// lines, in the order of the labels, each once.
func MissingLabels(labelled dataset.LabelledRepo, dir string) []MissingLabel {
	var missing []MissingLabel
	for _, q := range labelled.Queries {
		for _, t := range q.Targets {
			if m := missingLabel(dir, labelled.Root, t); m != nil && !slices.Contains(missing, *m) {
				missing = append(missing, *m)
			}
		}
	}
	return missing
}

// missingLabel looks for a file as labels name them: relative to the repository
// or to the folder of it that is searched. It returns nil if that is there.
func missingLabel(dir, root string, t dataset.Target) *MissingLabel {
	instead := ""
	for _, base := range []string{dir, filepath.Join(dir, filepath.FromSlash(root))} {
		name := filepath.Join(base, filepath.FromSlash(t.Path))
		info, err := os.Stat(name)
		switch {
		case err != nil:
		case info.IsDir():
			instead = "a folder"
		case info.Mode().IsRegular():
			last := max(t.Start, t.End)
			if last == 0 {
				return nil
			}
			text, err := os.ReadFile(name)
			if err != nil { // indexing it will tell
				return nil
			}
			lines := countLines(text)
			if lines >= last {
				return nil
			}
			instead = fmt.Sprintf("%d lines, not %d", lines, last)
		}
	}
	return &MissingLabel{t.Path, instead}
}

// warnOfUnsearched names the files that labels of one's own name and no search
// looks through, such as generated ones: what they are the answer to scores 0
// whatever is found. In data that others made that is as they meant it.
func (r *Repository) warnOfUnsearched(labelled dataset.LabelledRepo, dir string) error {
	if labelled.Revision != "" {
		return nil
	}
	ix, err := r.openWhole()
	if ix == nil {
		return err
	}
	defer ix.Close()
	warned := map[string]bool{}
	for _, q := range labelled.Queries {
		for _, t := range q.Targets {
			// The file is looked at last: most are in the index.
			if warned[t.Path] || isSearched(ix, t.Path) || missingLabel(dir, labelled.Root, t) != nil {
				continue
			}
			warned[t.Path] = true
			r.warn(fmt.Errorf("the labels of %s name %q, which no search looks through: a search with --verbose says why", labelled.Name, t.Path))
		}
	}
	return nil
}

func isSearched(ix *index.Index, name string) bool {
	for f := range indexFiles(ix) {
		if eval.SamePath(f.Path, name) {
			return true
		}
	}
	return false
}
