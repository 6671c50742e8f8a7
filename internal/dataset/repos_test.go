package dataset

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const someRevision = "0123456789abcdef0123456789abcdef01234567"

// repoItem is an item of repos.json; the tests break it by replacing its parts.
const repoItem = `{"name": "one.go", "language": "go", "repo": "o/n", "revision": "` + someRevision + `", "root": "src/x", "queries": 2}`

const twoQueries = `[
 {"query": "how", "relevant": ["src/x/a.go", {"path": "b.go", "start_line": 3, "end_line": 9}], "secondary": ["src/y/c.go"], "category": "semantic", "seed": {"path": "z"}},
 {"query": "Name", "relevant": ["a.go"], "category": "symbol"}
]`

// labelled lays out a folder with one repository.
func labelled(t *testing.T, repos, annotations string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "annotations"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"repos.json": repos, "annotations/one.go.json": annotations} {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestOpenRepos(t *testing.T) {
	got, err := OpenRepos(labelled(t, "["+repoItem+"]", twoQueries))
	want := []LabelledRepo{{
		Name: "one.go", Language: "go", Source: "o/n", Revision: someRevision, Root: "src/x",
		Queries: []RepoQuery{
			{"how", "semantic", []Target{{Path: "src/x/a.go"}, {Path: "b.go", Start: 3, End: 9}, {Path: "src/y/c.go", Secondary: true}}},
			{"Name", "symbol", []Target{{Path: "a.go"}}},
		},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestOpenReposRefuses(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"not JSON", `[{"name"`, `[{name`, "repos.json: near byte 3: invalid character 'n'"},
		{"cut off", `"queries": 2}]`, `"queries": 2}`, "repos.json: near byte"},
		{"more text", `"queries": 2}]`, `"queries": 2}] x`, "repos.json: near byte"},
		{"another type", `"queries": 2}`, `"queries": "2"}`, "repos.json: near byte"},
		{"nothing", "[" + repoItem + "]", "[]", "repos.json: has no repositories"},
		{"no name", `"name": "one.go"`, `"name": ""`, `repos.json: repository 1 (""): name is not that of a folder`},
		{"name that leads out", `"name": "one.go"`, `"name": ".."`, `repository 1 (".."): name is not`},
		{"name with a slash", `"name": "one.go"`, `"name": "a/b"`, `name is not that of a folder`},
		{"name with a backslash", `"name": "one.go"`, `"name": "a\\b"`, `name is not that of a folder`},
		{"name twice", repoItem, repoItem + "," + repoItem, `repository 2 ("one.go"): name stands twice`},
		{"no language", `"language": "go"`, `"x": 1`, `repository 1 ("one.go"): language is missing`},
		{"no owner", `"o/n"`, `"n"`, `repo is "n", expected owner/name`},
		{"short revision", `"0123`, `"123`, `expected a commit's 40 hexadecimal digits`},
		{"branch", someRevision, "main", `revision is "main", expected`},
		{"root that leads out", `"src/x"`, `"../x"`, `root is "../x", expected a folder of the repository`},
		{"absolute root", `"src/x"`, `"/x"`, `root is "/x", expected a folder`},
		{"no count", `, "queries": 2`, ``, "queries is 0"},
		{"another count", `"queries": 2`, `"queries": 3`, "one.go.json: has 2 queries, expected the 3"},

		{"no query", `"query": "how"`, `"query": " "`, `one.go.json: query 1 (" "): query is missing`},
		{"no category", `, "category": "symbol"`, ``, `one.go.json: query 2 ("Name"): category is missing`},
		{"no targets", `["a.go"]`, `[]`, `query 2 ("Name"): relevant is missing or empty`},
		{"misspelt", `"relevant": ["a.go"]`, `"relevent": ["a.go"]`, `query 2 ("Name"): relevant is missing or empty`},
		{"target of a number", `["a.go"]`, `[3]`, `query 2 ("Name"): target 1: is 3, expected a path or an object`},
		{"empty target", `["a.go"]`, `[""]`, `target 1: path is "", expected a file's path`},
		{"null target", `["a.go"]`, `[null]`, `target 1: path is ""`},
		{"absolute target", `["a.go"]`, `["/a.go"]`, `target 1: path is "/a.go"`},
		{"target that leads out", `["src/y/c.go"]`, `["../c.go"]`, `query 1 ("how"): target 3: path is "../c.go"`},
		{"target with backslashes", `["a.go"]`, `["a\\b.go"]`, `target 1: path is "a\\b.go"`},
		{"target twice", `["src/y/c.go"]`, `["src/x/a.go"]`, `target 3: "src/x/a.go" stands twice`},
		{"lines from 0", `"start_line": 3`, `"start_line": 0`, `target 2: lines 0 to 9 are no range`},
		{"lines backwards", `"end_line": 9`, `"end_line": 2`, `target 2: lines 3 to 2 are no range`},
		{"unknown key in a target", `"start_line": 3, "end_line": 9`, `"lines": [3, 9]`, `target 2: is {"path": "b.go", "lines": [3, 9]}, expected a path or an object with path, start_line and end_line`},
		{"one line missing", `, "end_line": 9`, ``, `target 2: has one of start_line and end_line, expected both`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			repos, annotations := "["+repoItem+"]", twoQueries
			if strings.Contains(repos, tt.old) == strings.Contains(annotations, tt.old) {
				t.Fatalf("%q is not in one of the files", tt.old)
			}
			repos = strings.Replace(repos, tt.old, tt.new, 1)
			annotations = strings.Replace(annotations, tt.old, tt.new, 1)
			if _, err := OpenRepos(labelled(t, repos, annotations)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestOpenReposNamesMissingFiles(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenRepos(dir); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "repos.json") {
		t.Errorf("got %v", err)
	}
	dir = labelled(t, "["+repoItem+"]", twoQueries)
	if err := os.Remove(filepath.Join(dir, "annotations", "one.go.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenRepos(dir); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "one.go.json") {
		t.Errorf("got %v", err)
	}
}

// TestOpenReposOfTheTuningSet reads the real data.
func TestOpenReposOfTheTuningSet(t *testing.T) {
	data := os.Getenv("HUNCH_TESTDATA")
	if data == "" {
		t.Skip("HUNCH_TESTDATA names no folder with the reference data")
	}
	repos, err := OpenRepos(filepath.Join(data, "bench", "semble"))
	if err != nil {
		t.Fatal(err)
	}
	queries, languages, categories, spans := 0, map[string]bool{}, map[string]int{}, 0
	for _, r := range repos {
		languages[r.Language] = true
		queries += len(r.Queries)
		for _, q := range r.Queries {
			categories[q.Category]++
			for _, target := range q.Targets {
				if target.Start > 0 {
					spans++
				}
			}
		}
	}
	if len(repos) != 25 || queries != 497 || len(languages) != 19 || spans != 17 {
		t.Errorf("got %d repositories, %d queries, %d languages, %d spans", len(repos), queries, len(languages), spans)
	}
	if want := map[string]int{"semantic": 277, "architecture": 142, "symbol": 78}; !reflect.DeepEqual(categories, want) {
		t.Errorf("got %v, want %v", categories, want)
	}
}

// FuzzOpenRepos: whatever the file, no panic, and every target is a plain path.
func FuzzOpenRepos(f *testing.F) {
	f.Add(twoQueries)
	f.Add(strings.Replace(twoQueries, `"a.go"`, `{"path": null, "start_line": 1e9}`, 1))
	f.Add(`[{"query": "a", "relevant": [[]]}, null]`)
	f.Fuzz(func(t *testing.T, annotations string) {
		repos, err := OpenRepos(labelled(t, "["+repoItem+"]", annotations))
		if err != nil {
			return
		}
		for _, q := range repos[0].Queries {
			if len(q.Targets) == 0 || q.Text == "" {
				t.Errorf("got %+v", q)
			}
			for _, target := range q.Targets {
				if !fs.ValidPath(target.Path) || target.End < target.Start {
					t.Errorf("got %+v", target)
				}
			}
		}
	})
}

func TestOpenLabels(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "labels.json")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(`[{"query": "how", "relevant": ["a.go"]}, {"query": "why", "relevant": [{"path": "b.go", "start_line": 1, "end_line": 2}], "category": "symbol"}]`)
	got, err := OpenLabels(name)
	want := []RepoQuery{{"how", "other", []Target{{Path: "a.go"}}}, {"why", "symbol", []Target{{Path: "b.go", Start: 1, End: 2}}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	for text, want := range map[string]string{
		`[]`:                                     "labels.json: has no queries",
		`[{"query": "how"}]`:                     `labels.json: query 1 ("how"): relevant is missing or empty`,
		`[{"query": "how", "relevant": ["/a"]}]`: `query 1 ("how"): target 1: path is "/a"`,
		`{"query": "how"}`:                       "labels.json: is a JSON object, expected an array",
		`["how"]`:                                "labels.json: near byte",
		`[{"query": "how", "relevant": ["./a/b.go"]}]`: `path is "./a/b.go", expected it as "a/b.go"`,
		`[{"query": "how", "relevant": ["a/"]}]`:       `path is "a/", expected it as "a"`,
	} {
		write(text)
		if _, err := OpenLabels(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}

// TestHashes: whatever figures depend on changes the hash, and moving text from
// one field to the next does, too.
func TestHashes(t *testing.T) {
	task := func() *Task {
		return &Task{Queries: []string{"a", "bc"}, Corpus: []string{"x", "y"}, Relevant: [][]int{{0}, {0, 1}}}
	}
	repos := func() []LabelledRepo {
		return []LabelledRepo{{Name: "n", Revision: "r", Queries: []RepoQuery{{"how", "semantic", []Target{{Path: "a.go", Start: 1, End: 2}}}}}}
	}
	seen := map[string]string{task().Hash(): "the task", HashRepos(repos()): "the repositories"}
	different := func(name, hash string) {
		t.Helper()
		if other, ok := seen[hash]; ok {
			t.Errorf("%s has the hash of %s", name, other)
		}
		seen[hash] = name
	}
	for name, change := range map[string]func(*Task){
		"another query":     func(t *Task) { t.Queries[0] = "b" },
		"letters moved":     func(t *Task) { t.Queries = []string{"ab", "c"} },
		"query to corpus":   func(t *Task) { t.Queries, t.Corpus = t.Queries[:1], []string{"bc", "x", "y"} },
		"another answer":    func(t *Task) { t.Relevant[0][0] = 1 },
		"answers moved":     func(t *Task) { t.Relevant = [][]int{{0, 0}, {1}} },
		"corpus reordered":  func(t *Task) { t.Corpus[0], t.Corpus[1] = "y", "x" },
		"one document less": func(t *Task) { t.Corpus = t.Corpus[:1] },
	} {
		changed := task()
		change(changed)
		different(name, changed.Hash())
	}
	for name, change := range map[string]func(*LabelledRepo){
		"another name":     func(r *LabelledRepo) { r.Name = "m" },
		"another revision": func(r *LabelledRepo) { r.Revision = "s" },
		"another folder":   func(r *LabelledRepo) { r.Root = "src" },
		"another question": func(r *LabelledRepo) { r.Queries[0].Text = "why" },
		"another file":     func(r *LabelledRepo) { r.Queries[0].Targets[0].Path = "b.go" },
		"another line":     func(r *LabelledRepo) { r.Queries[0].Targets[0].End = 3 },
	} {
		changed := repos()
		change(&changed[0])
		different(name, HashRepos(changed))
	}
	if first, again := task().Hash(), task().Hash(); first != again {
		t.Errorf("the same task has the hashes %s and %s", first, again)
	}
}
