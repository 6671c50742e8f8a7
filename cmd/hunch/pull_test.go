package main

// Models and data by name, from servers that answer otherwise than they should.

import (
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// hubOf serves a model folder as sentence-transformers/small, the way the public
// hub does.
func hubOf(t *testing.T, dir string) *httptest.Server {
	t.Helper()
	const commit = "c0ffee42c0ffee42c0ffee42c0ffee42c0ffee42"
	type file struct {
		Name   string `json:"rfilename"`
		Size   int    `json:"size"`
		BlobID string `json:"blobId"`
	}
	var files []file
	mux := http.NewServeMux()
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files = append(files, file{name, len(data), fmt.Sprintf("%x", sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", len(data), data)))})
		mux.HandleFunc("/sentence-transformers/small/resolve/"+commit+"/"+name, func(w http.ResponseWriter, _ *http.Request) {
			w.Write(data)
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	mux.HandleFunc("/api/models/sentence-transformers/small/revision/main", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"sha": commit, "siblings": files})
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// pullPlace is a home of its own with nothing in it.
func pullPlace(t *testing.T) place {
	ownHome(t)
	p := newPlace(t, map[string]string{"a.txt": "some text\n"})
	t.Setenv("HF_TOKEN", "")
	t.Setenv("HF_ENDPOINT", "")
	return p
}

func TestModelPull(t *testing.T) {
	p := pullPlace(t)
	hub := hubOf(t, smallModel(t))
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		elsewhere.Add(1)
		http.NotFound(w, nil)
	}))
	t.Cleanup(other.Close)
	pull := func(args ...string) int {
		_, _, code := command(t, append([]string{"model", "pull", "small"}, args...)...)
		return code
	}

	// A repository cannot name a hub; its own file is not even read here.
	p.write(t, map[string]string{".hunch.toml": fmt.Sprintf("endpoint = %q\n", other.URL)})
	t.Chdir(p.tree)
	t.Setenv("HF_ENDPOINT", hub.URL)
	if code := pull(); code != exitFound || elsewhere.Load() != 0 {
		t.Fatalf("HF_ENDPOINT: exit code %d, %d requests elsewhere", code, elsewhere.Load())
	}
	if out, _, _ := command(t, "model", "list"); !strings.Contains(out, "small") {
		t.Errorf("the list is %q", out)
	}
	t.Setenv("HUNCH_MODEL", "")
	found(t, "--model", "small", "text", p.tree, "-l", "-q")
	if _, stderr, code := command(t, "--model", "smal", "text", p.tree, "-q"); code != exitError || !strings.Contains(stderr, `did you mean "sentence-transformers/small"?`) {
		t.Errorf("a misspelt name: exit code %d, %q", code, stderr)
	}

	// HUNCH_ENDPOINT goes over HF_ENDPOINT, --endpoint over both, and HF_ENDPOINT
	// over the user's file.
	writeUserFile(t, fmt.Sprintf("endpoint = %q\n", other.URL))
	if code := pull(); code != exitFound {
		t.Errorf("HF_ENDPOINT and the user's file: exit code %d", code)
	}
	t.Setenv("HUNCH_ENDPOINT", other.URL)
	if code := pull(); code != exitError || elsewhere.Load() != 1 {
		t.Errorf("HUNCH_ENDPOINT: exit code %d, %d requests", code, elsewhere.Load())
	}
	if code := pull("--endpoint", hub.URL); code != exitFound {
		t.Errorf("--endpoint: exit code %d", code)
	}
	t.Setenv("HUNCH_ENDPOINT", "")
	t.Setenv("HF_ENDPOINT", "")
	if code := pull(); code != exitError || elsewhere.Load() != 2 {
		t.Errorf("the user's file: exit code %d, %d requests", code, elsewhere.Load())
	}
}

// answers are what a server may say in place of what is wanted.
var answers = []struct {
	name   string
	handle http.HandlerFunc // nil for a server that is down
	want   string
}{
	{"down", nil, "refused (gave up after 3 attempts)"},
	{"404", http.NotFound, "the server answered 404 Not Found"},
	{"403", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no\x1b[2J", http.StatusForbidden) }, "the server answered 403 Forbidden"},
	{"a web page", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<!DOCTYPE html><title>Log in</title>\x1b[2J\u202e")
	}, "the answer is a web page, expected the file (a proxy or a login page may stand in between)"},
}

func serverFor(t *testing.T, handle http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(handle)
	if handle == nil {
		s.Close()
	} else {
		t.Cleanup(s.Close)
	}
	return s
}

func TestModelPullFromABadServer(t *testing.T) {
	for _, tt := range answers {
		t.Run(tt.name, func(t *testing.T) {
			pullPlace(t)
			checkFailure(t, tt.want, "model", "pull", "all-MiniLM-L6-v3", "--endpoint", serverFor(t, tt.handle).URL)
			library, err := cacheFolder("models")
			if err != nil {
				t.Fatal(err)
			}
			if entries, _ := os.ReadDir(library); len(entries) > 0 {
				t.Errorf("%v is left in the library", entries)
			}
		})
		if tt.handle == nil {
			continue
		}
		// The description comes, but the weights do not.
		t.Run(tt.name+" for the weights", func(t *testing.T) {
			pullPlace(t)
			hub := hubOf(t, smallModel(t))
			rest := hub.Config.Handler
			hub.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/model.safetensors") {
					tt.handle(w, r)
				} else {
					rest.ServeHTTP(w, r)
				}
			})
			checkFailure(t, tt.want, "model", "pull", "small", "--endpoint", hub.URL)
			if out, _, _ := command(t, "model", "list"); strings.Contains(out, "small") {
				t.Errorf("half a model is in the list: %q", out)
			}
			hub.Config.Handler = rest
			if _, stderr, code := command(t, "model", "pull", "small", "--endpoint", hub.URL); code != exitFound {
				t.Errorf("after that: exit code %d, %s", code, stderr)
			}
		})
	}
}

func TestModelPullSuggestsANearName(t *testing.T) {
	pullPlace(t)
	hub := serverFor(t, http.NotFound).URL
	for name, want := range map[string]string{
		"all-MiniLM-L6-v3":          "there is no such model (did you mean sentence-transformers/all-MiniLM-L6-v2?): ",
		"bge-small-en-v1.5":         "(did you mean BAAI/bge-small-en-v1.5?)",
		"someone/all-minilm-l12-v2": "(did you mean sentence-transformers/all-MiniLM-L12-v2?)",
		"quite-another/name":        "there is no such model: ",
		"a/b/c":                     `"a/b/c" is not the name of a model, want OWNER/NAME or OWNER/NAME@REVISION`,
		"../../etc":                 "is not the name of a model",
	} {
		checkFailure(t, want, "model", "pull", name, "--endpoint", hub)
	}
	checkFailure(t, "expected a URL that starts with https:// or http://", "model", "pull", "small", "--endpoint", "no address")
}

func TestDataPullFromABadServer(t *testing.T) {
	for _, tt := range append(answers, struct {
		name   string
		handle http.HandlerFunc
		want   string
	}{"other data", func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 392308)) }, "test_webquery.json"}) {
		t.Run(tt.name, func(t *testing.T) {
			pullPlace(t)
			out := filepath.Join(t.TempDir(), "out")
			checkFailure(t, tt.want, "data", "pull", "cosqa", "--out", out, "--mirror", serverFor(t, tt.handle).URL)
			if _, err := os.Stat(out); err == nil {
				t.Error("data were laid out all the same")
			}
			checkFailure(t, "hunch data pull cosqa", "eval", "cosqa")
		})
	}
	pullPlace(t)
	checkFailure(t, `unknown data "cosqo", want cosqa`, "data", "pull", "cosqo")
	checkFailure(t, `unknown data "\x1b[2J", want cosqa`, "data", "pull", "\x1b[2J")
}

// checkFailure runs a command that ends with an error, which it tells in one
// line, the last one.
func checkFailure(t *testing.T, want string, args ...string) {
	t.Helper()
	stdout, stderr, code := command(t, args...)
	lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	last := lines[len(lines)-1]
	if code != exitError || stdout != "" || !strings.HasPrefix(last, "hunch: ") || !strings.Contains(last, want) {
		t.Errorf("hunch %q: exit code %d, %q, want an error with %q", args, code, stderr, want)
	}
	checkSafe(t, args, "standard error", stderr)
}
