package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// place is a tree, an index and the small model for tests that call run.
type place struct{ tree, index string }

// newPlace writes files below a new folder and points hunch's variables at it.
func newPlace(t *testing.T, files map[string]string) place {
	t.Helper()
	p := place{t.TempDir(), filepath.Join(t.TempDir(), "index")}
	p.write(t, files)
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "HUNCH_") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("XDG_CONFIG_HOME", t.TempDir()) // not the settings of whoever runs the test
	t.Setenv("HUNCH_MODEL", smallModel(t))
	t.Setenv("HUNCH_INDEX", p.index)
	t.Setenv("HUNCH_WAIT", "all") // the machine may be busy
	return p
}

func (p place) write(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(p.tree, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// command runs a command line in this process.
func command(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &err)
	return out.String(), err.String(), code
}

// found runs a search that must find something, and must have nothing to say.
func found(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, code := command(t, args...)
	if code != exitFound || stderr != "" {
		t.Fatalf("hunch %q: exit code %d, %s", args, code, stderr)
	}
	return stdout
}

// TestJSON holds the names, the order and the types of the fields, which are
// stable, to golden files, without what differs from machine to machine or with
// the text that is embedded.
func TestJSON(t *testing.T) {
	p := newPlace(t, map[string]string{
		"a/retry.go": "package a\n\n// next is <the> wait & more.\nfunc next(n int) int {\n\treturn 1 << n\n}\n",
		"notes.txt":  "some text\n",
	})
	for _, tt := range []struct {
		golden string
		args   []string
	}{
		{"search.json", []string{"where is it read", p.tree, "--json", "--lang", "go"}},
		{"search.jsonl", []string{"where is it read", p.tree, "--jsonl"}},
		{"status.json", []string{"status", p.tree, "--json"}},
	} {
		t.Run(tt.golden, func(t *testing.T) {
			got := found(t, tt.args...)
			for line := range strings.Lines(got) {
				checkScores(t, line)
			}
			compareGolden(t, tt.golden, anonymous(t, p, got))
		})
	}
}

// checkScores decodes a line of output and finds every score to be a cosine.
func checkScores(t *testing.T, line string) {
	t.Helper()
	var object struct {
		Score   *float64
		Results []struct{ Score *float64 }
	}
	if err := json.Unmarshal([]byte(line), &object); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	for _, r := range append(object.Results, struct{ Score *float64 }{object.Score}) {
		if r.Score != nil && (*r.Score < -1 || *r.Score > 1) {
			t.Errorf("score %v is no cosine", *r.Score)
		}
	}
}

// anonymous replaces what differs between machines.
func anonymous(t *testing.T, p place, s string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(p.tree)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []struct{ path, name string }{{root, "ROOT"}, {p.index, "INDEX"}} {
		quoted, err := json.Marshal(r.path)
		if err != nil {
			t.Fatal(err)
		}
		s = strings.ReplaceAll(s, strings.Trim(string(quoted), `"`), r.name)
	}
	for pattern, name := range map[string]string{
		`"score":[-0-9.e]+`: `"score":0`,
		`"INDEX[^"]*"`:      `"INDEX"`,
		`"bytes":\d+`:       `"bytes":0`,
		`("truncated_chunks"|"truncated_tokens"|"tokens"):\d+`: `${1}:0`,
	} {
		s = regexp.MustCompile(pattern).ReplaceAllString(s, name)
	}
	lines := slices.Sorted(strings.Lines(s)) // the order of results is the model's
	return strings.Join(lines, "")
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// A query may be longer than any command line: programs that call run, and
// systems without such a limit, can send one.
func TestLongQuery(t *testing.T) {
	p := newPlace(t, map[string]string{"a.txt": "some text\n"})
	query := strings.Repeat("where is the file read ", 1<<20/23)
	for _, query := range []string{query, strings.Repeat("x", 1<<20), strings.Repeat("\xff\x00", 1<<19)} {
		var answer struct{ Results []struct{ Path string } }
		if err := json.Unmarshal([]byte(found(t, query, p.tree, "--json")), &answer); err != nil {
			t.Fatal(err)
		}
		if len(answer.Results) != 1 || answer.Results[0].Path != "a.txt" {
			t.Errorf("results %v, want a.txt", answer.Results)
		}
	}
}

// Every number of threads gives the same answer.
func TestThreads(t *testing.T) {
	files := map[string]string{}
	for _, c := range "abcdefghij" {
		files[string(c)+".py"] = "def " + string(c) + "():\n    read the file\n"
	}
	var want string
	for _, threads := range []string{"0", "1", "2", "64"} {
		p := newPlace(t, files)
		got := anonymous(t, p, found(t, "read", p.tree, "--json", "-k", "20", "--threads", threads))
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("--threads %s: got\n%s\nwant\n%s", threads, got, want)
		}
	}
}

// checkSafe finds nothing in an output that a terminal might obey, but the ends
// of lines.
func checkSafe(t *testing.T, args []string, where, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("hunch %q: %s is not valid UTF-8: %q", args, where, text)
	}
	for _, c := range text {
		if c != '\n' && unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			t.Errorf("hunch %q: %s has %U raw: %q", args, where, c, text)
			return
		}
	}
}

// An output that takes nothing, such as that of a full disk, is an error, told
// once.
func TestFullOutput(t *testing.T) {
	p := newPlace(t, map[string]string{"a.txt": "some text\n"})
	found(t, "index", "-q", p.tree)
	for _, args := range [][]string{
		{"read", p.tree}, {"read", p.tree, "-l"}, {"read", p.tree, "--json"}, {"read", p.tree, "--jsonl"},
		{"status", p.tree}, {"status", p.tree, "--json"},
		{"model", "info"}, {"model", "info", "--json"}, {"version"},
		{"embed", filepath.Join(p.tree, "a.txt")},
	} {
		var notes bytes.Buffer
		code := run(t.Context(), args, strings.NewReader(""), fullDisk{}, &notes)
		if code != exitError || notes.String() != "hunch: no space left\n" {
			t.Errorf("hunch %q: exit code %d, notes %q", args, code, notes.String())
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }
