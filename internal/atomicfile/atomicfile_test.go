package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestWriteReplacesAll(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.txt")
	for _, content := range []string{"longer than the next", "next", ""} {
		if err := Write(name, Bytes([]byte(content))); err != nil {
			t.Fatal(err)
		}
		check(t, name, content)
	}
	if err := Write(name, nil); err != nil {
		t.Fatal(err)
	}
	check(t, name, "")
	if info, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o644 {
		t.Errorf("mode %v, %v; want 0644", info.Mode(), err)
	}
}

func TestErrorLeavesWhatWasThere(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.txt")
	if err := Write(name, Bytes([]byte("before"))); err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	err := Write(name, func(w io.Writer) error {
		_, err := w.Write(make([]byte, 1<<16))
		return errors.Join(err, full)
	})
	if !errors.Is(err, full) {
		t.Errorf("got error %v, want %v", err, full)
	}
	check(t, name, "before")
	if err := Write(filepath.Join(name, "b"), nil); err == nil {
		t.Error("no error where the folder is a file")
	}
}

// check wants a file with the content, and nothing beside it.
func check(t *testing.T, name, content string) {
	t.Helper()
	got, err := os.ReadFile(name)
	if err != nil || string(got) != content {
		t.Errorf("got %q, %v; want %q", got, err, content)
	}
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files in the folder (%v), want one", len(entries), err)
	}
}
