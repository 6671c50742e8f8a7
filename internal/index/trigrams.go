package index

import "fmt"

// MayMatch returns the files that can contain of each list of needs at least one
// string within a line, where upper and lower case of ASCII letters are equal; see
// package trigram. Those that it leaves out cannot. nil means that all
// can, as far as is known.
func (ix *Index) MayMatch(needs [][]string) (paths map[string]bool, err error) {
	paths = map[string]bool{}
	filtered := false
	for _, v := range ix.views {
		var may []bool
		if v.grams != nil {
			if may, err = v.grams.MayContain(needs); err != nil {
				return nil, fmt.Errorf("look trigrams up: %w", err)
			}
		}
		filtered = filtered || may != nil
		for f := range v.files {
			if (may == nil || may[f]) && !v.dead.has(f) {
				paths[string(v.path(f))] = true
			}
		}
	}
	if !filtered {
		return nil, nil
	}
	return paths, nil
}
