package index

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// compareTrigrams looks for words that have no trigram in common, so that a file
// that may have one has it.
func (want model) compareTrigrams(ix *Index) error {
	for _, word := range []string{"alpha", "GAMMA", "retry.next()", "omega"} {
		expected := map[string]bool{}
		for path, doc := range want {
			if strings.Contains(strings.ToLower(doc.file.Text), strings.ToLower(word)) {
				expected[path] = true
			}
		}
		got, err := ix.MayMatch([][]string{{word}})
		if err != nil {
			return err
		}
		if !maps.Equal(got, expected) && !(got == nil && len(want) == 0) {
			return fmt.Errorf("%q may be in %q, want %q", word, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(expected)))
		}
	}
	return nil
}

func TestWhatIsTooShortMayBeAnywhere(t *testing.T) {
	dir := t.TempDir()
	build(t, dir, 5, 2)
	ix, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	for _, needs := range [][][]string{nil, {{"ab"}}, {{"omega", "x"}}} {
		if got, err := ix.MayMatch(needs); got != nil || err != nil {
			t.Errorf("%q: got %v, error %v, want all", needs, got, err)
		}
	}
	if got, err := ix.MayMatch([][]string{{"x"}, {"omega"}}); len(got) != 0 || got == nil || err != nil {
		t.Errorf("got %v, error %v, want none", got, err)
	}
}
