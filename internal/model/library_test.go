package model

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hunch-search/hunch/internal/bert/berttest"
)

// library makes a library with the small model under each of the names.
func library(t testing.TB, folders ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "models")
	for _, name := range folders {
		if err := berttest.WriteFolder(filepath.Join(dir, name), 1); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestListDescribesModels(t *testing.T) {
	dir := library(t, "owner--first", "second")
	write(t, dir, "owner--first/hunch.json", `{"name":"owner/first@v2","commit":"c0ffee"}`)
	if err := Quantize(t.Context(), filepath.Join(dir, "second"), filepath.Join(dir, "third")); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "second/config.json", `{"model_type":"mpnet"}`)
	write(t, dir, "a file", "")
	if err := os.MkdirAll(filepath.Join(dir, pullPrefix+"x"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Use(dir, "third"); err != nil {
		t.Fatal(err)
	}
	list, err := List(dir)
	if err != nil || len(list) != 3 {
		t.Fatalf("got %+v, error %v; want 3 models", list, err)
	}
	first, second, third := list[0], list[1], list[2]
	if first.Bytes < 50_000 || third.Bytes > first.Bytes {
		t.Errorf("got %d bytes, and %d as int8", first.Bytes, third.Bytes)
	}
	first.Bytes = 0
	if want := (Installed{Name: "owner/first@v2", Dir: filepath.Join(dir, "owner--first"), Weights: "float32", Dim: 36, Commit: "c0ffee"}); first != want {
		t.Errorf("got %+v, want %+v", first, want)
	}
	if !strings.Contains(second.Problem, `"mpnet"`) || second.Dim != 0 {
		t.Errorf("got %+v, want one with a problem", second)
	}
	if third.Name != "third" || third.Weights != "int8" || !third.InUse || third.Problem != "" {
		t.Errorf("got %+v", third)
	}
}

func TestNoLibraryIsAnEmptyOne(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	if list, err := List(dir); err != nil || len(list) != 0 {
		t.Errorf("List: got %v, error %v", list, err)
	}
	if used, err := InUse(dir); err != nil || used != "" {
		t.Errorf("InUse: got %q, error %v", used, err)
	}
	if err := Use(dir, DefaultName); err != nil {
		t.Errorf("Use: %v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the library was made")
	}
}

func TestFind(t *testing.T) {
	dir := library(t, "owner--first", "sentence-transformers--all-MiniLM-L12-v2", "a--twin", "b--twin")
	for _, tt := range []struct{ name, folder, problem string }{
		{"owner/first", "owner--first", ""},
		{"owner--first", "owner--first", ""},
		{"first", "owner--first", ""},
		{"all-MiniLM-L12-v2", "sentence-transformers--all-MiniLM-L12-v2", ""},
		{"a/twin", "a--twin", ""},
		{"twin", "", `model "twin" could be a/twin or b/twin`},
		{"owner/frist", "", `no model "owner/frist" is installed, did you mean "owner/first"?`},
		{"All-miniLM-L12-V2", "", `did you mean "sentence-transformers/all-MiniLM-L12-v2"?`},
		{"defualt", "", `did you mean "default"?`},
		{"something else", "", `no model "something else" is installed`},
		{"", "", `no model "" is installed`},
		{"../models/owner--first", "", "no model"},
		{".", "", "no model"},
	} {
		got, err := Find(dir, tt.name)
		if tt.problem != "" {
			if err == nil || !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("%q: got error %v, want one with %q", tt.name, err, tt.problem)
			}
			continue
		}
		if want := filepath.Join(dir, tt.folder); err != nil || got != want {
			t.Errorf("%q: got %q, error %v; want %q", tt.name, got, err, want)
		}
	}
	for _, name := range []string{DefaultName, EmbeddedName} {
		if got, err := Find(dir, name); err != nil || got != "" {
			t.Errorf("%q: got %q, error %v; want the embedded model", name, got, err)
		}
	}
	_, err := Find(dir, "firsst")
	if nf, ok := errors.AsType[*NotFoundError](err); !ok || nf.Nearest != "owner/first" {
		t.Errorf("got error %v, want a NotFoundError with the nearest name", err)
	}
}

func TestRemove(t *testing.T) {
	dir := library(t, "owner--first", "second")
	outside := filepath.Join(filepath.Dir(dir), "outside")
	if err := berttest.WriteFolder(outside, 1); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, pullPrefix+"0123456789ab-owner--first")
	if err := os.MkdirAll(left, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", ".", "..", "../outside", outside, "owner--first/1_Pooling", DefaultName, filepath.Base(left)} {
		if err := Remove(dir, name); err == nil {
			t.Errorf("%q was removed", name)
		}
	}
	if err := Use(dir, "second"); err != nil {
		t.Fatal(err)
	}
	if err := Remove(dir, "second"); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("got error %v, want none of a model in use to be removed", err)
	}
	if err := Remove(dir, "first"); err != nil {
		t.Fatal(err)
	}
	if got, want := names(t, dir), []string{"in-use.json", "second"}; !slices.Equal(got, want) {
		t.Errorf("the library holds %v, want %v", got, want)
	}
	if _, err := Open(outside, ""); err != nil {
		t.Error(err)
	}
}

// A link to a model elsewhere is removed, what it leads to stays.
func TestRemoveOfALink(t *testing.T) {
	dir, elsewhere := library(t, "first"), folder(t, nil)
	if err := os.Symlink(elsewhere, filepath.Join(dir, "linked")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if err := Remove(dir, "linked"); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"first"}) {
		t.Errorf("the library holds %v", got)
	}
	if _, err := Open(elsewhere, ""); err != nil {
		t.Error(err)
	}
}

func TestUse(t *testing.T) {
	dir := library(t, "owner--first", "second")
	elsewhere := folder(t, nil)
	write(t, dir, "second/config.json", "{")
	for _, tt := range []struct{ name, want, problem string }{
		{"first", filepath.Join(dir, "owner--first"), ""},
		{elsewhere, elsewhere, ""},
		{"second", elsewhere, "config.json"},
		{"third", elsewhere, `no model "third" is installed`},
		{t.TempDir(), elsewhere, "model.safetensors is missing"},
		{filepath.Join(dir, "owner--first"), filepath.Join(dir, "owner--first"), ""},
		{DefaultName, "", ""},
	} {
		err := Use(dir, tt.name)
		if (err == nil) != (tt.problem == "") || err != nil && !strings.Contains(err.Error(), tt.problem) {
			t.Errorf("%s: got error %v, want one with %q", tt.name, err, tt.problem)
		}
		if got, err := InUse(dir); err != nil || got != tt.want {
			t.Errorf("after %s: got %q, error %v; want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestUseOfTheLibrariesFolderSurvivesItsMove(t *testing.T) {
	dir := library(t, "first")
	if err := Use(dir, filepath.Join(dir, "first")); err != nil {
		t.Fatal(err)
	}
	if err := Remove(dir, "first"); err == nil {
		t.Error("the model in use was removed")
	}
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	if got, err := InUse(moved); err != nil || got != filepath.Join(moved, "first") {
		t.Errorf("got %q, error %v", got, err)
	}
}

func TestInUseOfABadFile(t *testing.T) {
	dir := library(t, "first")
	for content, want := range map[string]string{
		`{`:                       "in-use.json",
		`{"model":"../models"}`:   "is not the name of a folder",
		`{"model":".."}`:          "is not the name of a folder",
		`{"model":"gone"}`:        "the model in use is gone",
		`{"dir":"/nowhere/gone"}`: "the model in use is gone",
	} {
		write(t, dir, inUseFile, content)
		if _, err := InUse(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want one with %q", content, err, want)
		}
		if list, err := List(dir); err != nil || len(list) != 1 || list[0].InUse {
			t.Errorf("%s: got models %v, error %v", content, list, err)
		}
	}
	write(t, dir, inUseFile, `{"model":"gone"}`)
	if _, err := InUse(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got error %v, want one for what does not exist", err)
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "", 3}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"Flaw", "lawn", 2}, {"ABC", "abc", 0}, {"größe", "große", 1},
	} {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("%q to %q: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
