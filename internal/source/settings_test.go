package source

import (
	"errors"
	"strings"
	"testing"
)

func TestSettingsNameLanguages(t *testing.T) {
	s := Settings{Languages: map[string]string{"inc": "php", "go": "text", "mod": "python"}}
	for path, want := range map[string]string{
		"a/b.inc": "php", "a/B.INC": "php", "a.go": "text", "go.mod": "python", "x.py": "python", ".inc": "php", "inc": "", "a.inc/b": "",
	} {
		if got := s.Language(path, nil); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if got := (Settings{}).Language("a.inc", []byte("#!/bin/sh\n")); got != Language("a.inc", []byte("#!/bin/sh\n")) {
		t.Errorf("without settings: got %q", got)
	}
}

// The size that is set bounds what is listed and what is read, whatever the
// file was when it was listed.
func TestSettingsBoundTheSize(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	write(t, dir, "at.txt", strings.Repeat("a\n", 50))
	write(t, dir, "over.txt", strings.Repeat("a\n", 50)+"b")
	s := Settings{MaxSize: 100}
	reasons := map[string]string{}
	var got []string
	for f, err := range Walk(t.Context(), dir, Options{Settings: s, Skipped: func(path, reason string) { reasons[path] = reason }}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, f.Path)
	}
	if len(got) != 1 || got[0] != "at.txt" || reasons["over.txt"] != ReasonTooLarge {
		t.Errorf("got %v, skipped %v", got, reasons)
	}
	if _, err := s.Read(dir, File{Path: "at.txt"}); err != nil {
		t.Error(err)
	}
	if skip, ok := errors.AsType[*SkipError](read(s, dir, "over.txt")); !ok || skip.Reason != ReasonTooLarge {
		t.Errorf("got %v", skip)
	}
	if err := read(Settings{}, dir, "over.txt"); err != nil {
		t.Error(err)
	}
}

func read(s Settings, dir, path string) error {
	_, err := s.Read(dir, File{Path: path})
	return err
}
