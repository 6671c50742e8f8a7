package dataset

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesAreUpstreams is of the real data: each file is told to be upstream's,
// and no longer after a change of one byte.
func TestFilesAreUpstreams(t *testing.T) {
	shared := os.Getenv("HUNCH_TESTDATA")
	if shared == "" {
		t.Skip("HUNCH_TESTDATA is not set: CoSQA is not here")
	}
	c, err := OpenCoSQA(filepath.Join(shared, "cosqa"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.Files()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range list {
		if !f.Upstream || len(f.SHA256) != 64 || len(f.GitBlob) != 40 {
			t.Errorf("got %+v, want upstream's", f)
		}
		data, err := os.ReadFile(filepath.Join(shared, "cosqa", f.Name))
		if err != nil {
			t.Fatal(err)
		}
		data[strings.Index(string(data), "def ")] = 'f' // in a function
		if err := os.WriteFile(filepath.Join(dir, f.Name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	changed, err := OpenCoSQA(dir)
	if err != nil {
		t.Fatal(err)
	}
	if list, err = changed.Files(); err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if f.Upstream {
			t.Errorf("%s with another byte is told to be upstream's", f.Name)
		}
	}
	if err := os.Remove(filepath.Join(dir, "code_idx_map.txt")); err != nil {
		t.Fatal(err)
	}
	if _, err := changed.Files(); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "CoSQA's distinct functions") {
		t.Errorf("a missing file: got %v", err)
	}
}
