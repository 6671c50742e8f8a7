//go:build unix

package main

// What a tree holds is not ours: its names and texts may be made to deceive
// whoever looks at them in a terminal.

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const evil = "\x1b]0;title\x07\x1b[31mred\u009b2J\r\x7f\u202etxt.exe\u2066 \x00\xff\xc3"

// evilNames are file names; some file systems refuse some of them.
var evilNames = []string{
	"new\nline", "esc\x1b[2J", "c1\u009b31m", "title\x1b]0;t\x07", "back\b\b\b\bspace", "del\x7f",
	"bidi\u202etxt", "isolate\u2066x", "invalid\xff", "cut\xc3", "tab\tand\rreturn", `quote"`,
}

func TestEvilNamesAndTexts(t *testing.T) {
	p := newPlace(t, map[string]string{"plain.txt": "text " + strings.ReplaceAll(evil, "\x00", "") + "\n"})
	var made []string
	for _, name := range evilNames {
		if makeEvil(t, p.tree, name) {
			made = append(made, name+".txt")
		}
	}
	if len(made) == 0 {
		t.Skip("the file system takes none of these names")
	}
	labelled := evilLabels(t, p.tree)
	evilFile := filepath.Join(p.tree, "quote\".txt")
	for _, args := range [][]string{
		{"-v", "text", p.tree, "-k", "100"},
		{"text", p.tree, "-k", "100", "-C", "3"},
		{"-l", "text", p.tree, "-k", "100"},
		{"--json", "text", p.tree, "-k", "100"},
		{"--jsonl", "text", p.tree, "-k", "100"},
		{"--json", "text" + evil, p.tree},
		{"text", evilFile},
		{"-e", "text", p.tree},
		{"-e", "text", p.tree, "-C", "1"},
		{"-e", "text", p.tree, "--json"},
		{"-e", "text", "text", p.tree, "-k", "100"},
		{"-e", evil + "(", p.tree},
		{"-e", "text", p.tree, "/" + evil},
		{"similar", filepath.Join(p.tree, "plain.txt") + ":1"},
		{"similar", evilFile + ":1"},
		{"similar", evilFile + ":99"},
		{"similar", p.tree + evil},
		{"similar", evilFile + evil + ":1"},
		{"status", p.tree},
		{"index", "-v", p.tree},
		{"index", filepath.Join(p.tree, "dir esc\x1b[2J")},
		{"status", "--json", filepath.Join(p.tree, "dir new\nline")},
		{"doctor", p.tree},
		{"doctor", filepath.Join(p.tree, "dir esc\x1b[2J")},
		{"doctor", "--json", filepath.Join(p.tree, "dir new\nline")},
		// What the user passes may come from such a tree, too.
		{"text", p.tree + evil},
		{"text", p.tree, "/" + evil},
		{"text", p.tree, "--lang", evil},
		{"text", p.tree, "--include", evil + "["},
		{"text", p.tree, "--" + evil},
		{"text", p.tree, "--wait", evil},
		{"text", p.tree, "--model", evil},
		{"text", p.tree, "--index", "/dev/null/" + evil},
		{"doctor", p.tree, "--model", evil},
		{"doctor", p.tree, "--index", "/dev/null/" + evil},
		{"doctor", p.tree + evil},
		{"model", "info", evil},
		{"model", "quantize", evil, evil},
		{"model", evil},
		{"embed", evil},
		{"embed", "--from", evil},
		{"embed", "--from", "jsonl", filepath.Join(p.tree, "plain.txt")},
		{"eval", "cosqa", "--data", evil},
		{"eval", "cosqa", "--data", ".", "--protocol", evil},
		{"eval", "repo", p.tree},
		{"eval", "repo", filepath.Join(p.tree, "dir esc\x1b[2J")},
		{"eval", "repo", p.tree, "--run", filepath.Join(t.TempDir(), evilFree), "--qrels", filepath.Join(p.tree, "none esc\x1b[2J", "x")},
		{"eval", "repo", p.tree + evil},
		{"eval", "repos", "--data", evil, "--repos", p.tree},
		{"eval", "repos", "--data", labelled, "--repos", evil},
		{"eval", "repos", "--data", labelled, "--repos", p.tree},
		{"eval", "repos", "--data", labelled, "--repos", p.tree, "--json"},
		{"eval", "repos", "--data", labelled, "--repos", p.tree, evil},
	} {
		stdout, stderr, _ := command(t, args...)
		checkSafe(t, args, "standard output", stdout)
		checkSafe(t, args, "standard error", stderr)
		for line := range strings.Lines(stderr) {
			if !strings.HasPrefix(line, "hunch: ") {
				t.Errorf("hunch %q: a line of standard error that a name made up: %q", args, line)
			}
		}
	}
	// Each is found by its name.
	for _, name := range made {
		stdout, _, code := command(t, "-l", "text", filepath.Join(p.tree, name))
		if code != exitFound || strings.Count(stdout, "\n") != 1 {
			t.Errorf("a search in %q: exit code %d, found %q", name, code, stdout)
		}
	}
	// One line for each file: no name breaks a line.
	out, _, _ := command(t, "-l", "text", p.tree, "-k", "100")
	if got, want := strings.Count(out, "\n"), 3*len(made)+1; got != want {
		t.Errorf("%d lines for %d files:\n%s", got, want, out)
	}
}

const evilFree = "run \x1b[2J \u202e.txt"

// evilLabels makes labelled data that speak of a folder of the tree, in bad
// language.
func evilLabels(t *testing.T, tree string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	bad := strings.ToValidUTF8(strings.ReplaceAll(evil, "\x00", ""), "")
	type object = map[string]any
	name := "dir esc\x1b[2J"
	repos := []object{{
		"name": name, "language": bad, "repo": "a/b", "revision": strings.Repeat("0", 40), "root": "", "queries": 1,
	}, {"name": "gone " + bad[:5], "language": "go", "repo": "a/b", "revision": strings.Repeat("0", 40), "root": "", "queries": 1}}
	queries := []object{{"query": "text " + bad, "category": bad, "relevant": []string{"a.txt"}, "secondary": []string{}}}
	write := func(file string, v any) {
		data, err := json.Marshal(v)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, file), data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "annotations"), 0o755); err != nil {
		t.Fatal(err)
	}
	write("repos.json", repos)
	for _, r := range repos {
		write("annotations/"+r["name"].(string)+".json", queries)
	}
	return dir
}

// makeEvil makes a file and a folder with a file, and things to skip and to
// warn of; false if the file system does not take the name.
func makeEvil(t *testing.T, tree, name string) bool {
	t.Helper()
	dir := filepath.Join(tree, "dir "+name)
	for _, err := range []error{
		os.Mkdir(dir, 0o755),
		os.WriteFile(filepath.Join(dir, "a.txt"), []byte("text in a folder\n"), 0o644),
		os.WriteFile(filepath.Join(dir, name+".go"), []byte("package a\n\n// Text"+strings.ReplaceAll(strings.ReplaceAll(name, "\n", ""), "\r", "")+" is written to the file.\nfunc Text() {}\n"), 0o644),
		os.WriteFile(filepath.Join(tree, name+".txt"), []byte("text\n"), 0o644),
		os.WriteFile(filepath.Join(tree, name+".png"), []byte("binary\n"), 0o644),
		os.Mkdir(filepath.Join(tree, "closed "+name), 0),
	} {
		if errors.Is(err, syscall.EILSEQ) || errors.Is(err, syscall.EINVAL) || errors.Is(err, fs.ErrExist) {
			os.RemoveAll(dir)
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return true
}
