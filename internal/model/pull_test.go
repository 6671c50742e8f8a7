package model

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hunch-search/hunch/internal/bert/berttest"
	"github.com/hunch-search/hunch/internal/download"
)

// hub serves one model the way the public hub does: its description as JSON,
// its small files from git, and its weights by a redirect to another host.
type hub struct {
	t      testing.TB
	repo   string
	commit string
	token  string            // that it asks for, "" for none
	files  map[string]string // content by name
	// edit, if set, changes the description before it is sent.
	edit func(*hubModel)
	// intercept, if set, answers in the hub's place when it returns true.
	intercept func(w http.ResponseWriter, r *http.Request) bool

	url, store string
	mu         sync.Mutex
	requests   []string
}

func startHub(t testing.TB, change func(dir string)) *hub {
	t.Helper()
	h := &hub{t: t, repo: "sentence-transformers/small", commit: strings.Repeat("c0ffee42", 5)}
	h.read(folder(t, change))
	site, store := httptest.NewServer(http.HandlerFunc(h.serve)), httptest.NewServer(http.HandlerFunc(h.serveWeights))
	t.Cleanup(site.Close)
	t.Cleanup(store.Close)
	h.url, h.store = site.URL, store.URL
	return h
}

// read makes the files of a folder those of the hub's model.
func (h *hub) read(dir string) {
	h.files = map[string]string{"onnx/model.onnx": "not wanted", "README.md": "# small", "pytorch_model.bin": "not wanted"}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		h.files[name] = string(data)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *hub) describe() hubModel {
	m := hubModel{Commit: h.commit}
	for name, content := range h.files {
		size := int64(len(content))
		f := hubFile{Name: name, Size: &size, BlobID: fmt.Sprintf("%x", sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", size, content)))}
		if name == weightsFile {
			lfs := fmt.Sprintf(`{"size":%d,"sha256":"%x","pointerSize":135}`, size, sha256.Sum256([]byte(content)))
			if err := json.Unmarshal([]byte(lfs), &f.LFS); err != nil {
				h.t.Error(err)
			}
		}
		m.Files = append(m.Files, f)
	}
	if h.edit != nil {
		h.edit(&m)
	}
	return m
}

func (h *hub) note(r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests = append(h.requests, r.URL.RequestURI())
}

func (h *hub) asked() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.requests)
}

func (h *hub) serve(w http.ResponseWriter, r *http.Request) {
	h.note(r)
	if h.intercept != nil && h.intercept(w, r) {
		return
	}
	if h.token != "" && r.Header.Get("Authorization") != "Bearer "+h.token {
		http.Error(w, "Invalid username or password.", http.StatusUnauthorized)
		return
	}
	resolve := "/" + h.repo + "/resolve/" + h.commit + "/"
	name, isFile := strings.CutPrefix(r.URL.Path, resolve)
	content, known := h.files[name]
	switch {
	case r.URL.RequestURI() == "/api/models/"+h.repo+"/revision/main?blobs=true",
		r.URL.RequestURI() == "/api/models/"+h.repo+"/revision/refs%2Fpr%2F1?blobs=true":
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_ = json.NewEncoder(w).Encode(h.describe())
	case isFile && known && name == weightsFile:
		http.Redirect(w, r, h.store+"/"+h.commit+"?signature=secret", http.StatusFound)
	case isFile && known:
		http.ServeContent(w, r, name, time.Time{}, strings.NewReader(content))
	default:
		http.Error(w, "Entry not found", http.StatusNotFound)
	}
}

func (h *hub) serveWeights(w http.ResponseWriter, r *http.Request) {
	h.note(r)
	if r.Header.Get("Authorization") != "" {
		h.t.Error("the token was sent to another host")
	}
	if h.intercept != nil && h.intercept(w, r) {
		return
	}
	http.ServeContent(w, r, weightsFile, time.Time{}, strings.NewReader(h.files[weightsFile]))
}

func (h *hub) options() PullOptions {
	return PullOptions{
		Endpoint: h.url + "/", Token: h.token,
		Client: &download.Client{Stall: 5 * time.Second, Retries: 1, Backoff: time.Millisecond},
	}
}

func (h *hub) pull(library, name string) (string, error) {
	return Pull(h.t.Context(), library, name, h.options())
}

// names lists what is in a folder, hidden ones too.
func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestPullBringsAModelThatOpens(t *testing.T) {
	h := startHub(t, nil)
	for name, folder := range map[string]string{
		"small":                                  "sentence-transformers--small",
		"sentence-transformers/small":            "sentence-transformers--small",
		"sentence-transformers/small@refs/pr/1":  "sentence-transformers--small@refs--pr--1",
		"sentence-transformers/small@refs/pr/1 ": "",
	} {
		library := filepath.Join(t.TempDir(), "models")
		dir, err := h.pull(library, name)
		if folder == "" {
			if err == nil || !strings.Contains(err.Error(), "is not the name of a model") {
				t.Errorf("%q: got error %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if want := filepath.Join(library, folder); dir != want {
			t.Errorf("%s: got folder %s, want %s", name, dir, want)
		}
		m, err := Open(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		if got, want := m.Info().Fingerprint, small(t).Info().Fingerprint; got != want {
			t.Errorf("%s: got fingerprint %s, want %s", name, got, want)
		}
		want := []string{"1_Pooling", "README.md", "config.json", "hunch.json", "model.safetensors",
			"sentence_bert_config.json", "special_tokens_map.json", "tokenizer_config.json", "vocab.txt"}
		if got := names(t, dir); !slices.Equal(got, want) {
			t.Errorf("%s: got files %v, want %v", name, got, want)
		}
		if got := names(t, library); !slices.Equal(got, []string{folder}) {
			t.Errorf("%s: the library holds %v", name, got)
		}
	}
}

func TestPullReportsProgress(t *testing.T) {
	h := startHub(t, nil)
	o := h.options()
	got := map[string]int64{}
	o.Progress = func(file string, done, total int64) {
		if got[file] = done; total != int64(len(h.files[file])) {
			t.Errorf("%s: got total %d, want %d", file, total, len(h.files[file]))
		}
	}
	if _, err := Pull(t.Context(), t.TempDir(), "small", o); err != nil {
		t.Fatal(err)
	}
	if got[weightsFile] != int64(len(h.files[weightsFile])) || got["1_Pooling/config.json"] == 0 {
		t.Errorf("progress ended with %v", got)
	}
}

func TestPullOfAPrivateModel(t *testing.T) {
	h := startHub(t, nil)
	h.token = "t0ken"
	if _, err := h.pull(t.TempDir(), "small"); err != nil {
		t.Fatal(err)
	}
	o := h.options()
	for token, want := range map[string]string{"": "needs a token in HF_TOKEN", "wrong": "the token in HF_TOKEN gives no access"} {
		o.Token = token
		_, err := Pull(t.Context(), t.TempDir(), "small", o)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "401") {
			t.Errorf("token %q: got error %v, want one with %q", token, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "t0ken") {
			t.Errorf("error %q tells the token", err)
		}
	}
}

func TestPullRefuses(t *testing.T) {
	without := func(name string) func(*hub) { return func(h *hub) { delete(h.files, name) } }
	answer := func(status int, body string) func(*hub) {
		return func(h *hub) {
			h.intercept = func(w http.ResponseWriter, r *http.Request) bool {
				w.WriteHeader(status)
				fmt.Fprint(w, body)
				return true
			}
		}
	}
	describe := func(edit func(f *hubFile)) func(*hub) {
		return func(h *hub) {
			h.edit = func(m *hubModel) {
				for i := range m.Files {
					edit(&m.Files[i])
				}
			}
		}
	}
	for _, tt := range []struct {
		name, model string
		edit        func(*hub)
		want        []string
		weights     bool // whether they are downloaded before the refusal
	}{
		{"unknown", "sentence-transformers/smal", nil, []string{"sentence-transformers/smal", "there is no such model", "404"}, false},
		{"way out", "../../etc", nil, []string{`"../../etc" is not the name of a model`}, false},
		{"no safetensors", "small", without(weightsFile), []string{"no model.safetensors, only pytorch_model.bin"}, false},
		{"several weights", "small", func(h *hub) {
			delete(h.files, weightsFile)
			h.files["model.safetensors.index.json"] = "{}"
		}, []string{"its weights are in several files"}, false},
		{"no config", "small", without(configFile), []string{"it has no config.json"}, false},
		{"no vocabulary", "small", without(vocabFile), []string{"it has no vocab.txt"}, false},
		{"another architecture", "small", func(h *hub) { h.files[configFile] = `{"model_type":"roberta"}` },
			[]string{"config.json", `model_type is "roberta"`}, false},
		{"another pooling", "small", func(h *hub) {
			h.files["1_Pooling/config.json"] = `{"pooling_mode_max_tokens":true,"pooling_mode_mean_tokens":false}`
		}, []string{"1_Pooling/config.json", "pooling_mode_max_tokens"}, false},
		{"dense layer", "small", func(h *hub) {
			h.files[modulesFile] = `[{"path":"2_Dense","type":"sentence_transformers.models.Dense"}]`
		}, []string{"modules.json", "Dense"}, false},
		{"pooling outside of the folder", "small", func(h *hub) {
			h.files[modulesFile] = `[{"path":"../../x","type":"sentence_transformers.models.Pooling"}]`
		}, []string{"modules.json", "outside"}, false},
		{"weights that do not fit", "small", func(h *hub) { h.files[weightsFile] = "nonsense" }, []string{"model.safetensors"}, true},
		{"no hashes", "small", describe(func(f *hubFile) { f.BlobID = "" }), []string{"gives no size and hash"}, false},
		{"a hash that is none", "small", describe(func(f *hubFile) {
			if f.LFS != nil {
				f.LFS.SHA256 = "none"
			}
		}), []string{"gives no size and hash of model.safetensors"}, false},
		{"no sizes", "small", describe(func(f *hubFile) { f.Size = nil }), []string{"gives no size and hash"}, false},
		{"too large", "small", describe(func(f *hubFile) {
			if f.Name == "README.md" {
				*f.Size = 1 << 40
			}
		}), []string{"README.md has 1099511627776 bytes, expected at most"}, false},
		{"another hash", "small", describe(func(f *hubFile) {
			if f.LFS != nil {
				f.LFS.SHA256 = strings.Repeat("0", 64)
			}
		}), []string{"SHA-256", "expected 0000"}, true},
		{"another size", "small", describe(func(f *hubFile) {
			if f.LFS != nil {
				f.LFS.Size++
			}
		}), []string{"bytes, expected"}, true},
		{"web page", "small", answer(200, "<!doctype html><p>Log in"), []string{"web page"}, false},
		{"not JSON", "small", answer(200, "hello"), []string{"expected the description of a model in JSON"}, false},
		{"empty JSON", "small", answer(200, "{}"), []string{"names no commit"}, false},
		{"broken", "small", answer(500, ""), []string{"500"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := startHub(t, nil)
			if tt.edit != nil {
				tt.edit(h)
			}
			library := t.TempDir()
			_, err := h.pull(library, tt.model)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got error %q, want one with %q", err, want)
				}
			}
			if strings.Contains(err.Error(), pullPrefix) || strings.Contains(err.Error(), "secret") {
				t.Errorf("error %q tells of a temporary folder or a signature", err)
			}
			asked := slices.ContainsFunc(h.asked(), func(r string) bool { return strings.HasSuffix(r, weightsFile) })
			if asked != tt.weights {
				t.Errorf("weights were asked for: %v, want %v", asked, tt.weights)
			}
			if list, err := List(library); err != nil || len(list) > 0 {
				t.Errorf("the library lists %v, error %v", list, err)
			}
		})
	}
}

func TestRefusedModelLeavesNothingBehind(t *testing.T) {
	h := startHub(t, func(dir string) { write(t, dir, configFile, `{"model_type":"roberta"}`) })
	library := t.TempDir()
	if _, err := h.pull(library, "small"); err == nil {
		t.Fatal("no error")
	}
	if got := names(t, library); len(got) > 0 {
		t.Errorf("the library holds %v", got)
	}
}

func TestPullContinuesWhereItWasInterrupted(t *testing.T) {
	h := startHub(t, nil)
	library := t.TempDir()
	half := len(h.files[weightsFile]) / 2
	ctx, cancel := context.WithCancel(t.Context())
	h.intercept = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/"+h.commit {
			return false
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(h.files[weightsFile])))
		fmt.Fprint(w, h.files[weightsFile][:half])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		return true
	}
	o := h.options()
	o.Progress = func(file string, done, _ int64) {
		if file == weightsFile && done == int64(half) {
			cancel()
		}
	}
	if _, err := Pull(ctx, library, "small", o); !errors.Is(err, context.Canceled) {
		t.Fatalf("got error %v", err)
	}
	if list, _ := List(library); len(list) > 0 {
		t.Errorf("half a model is listed: %v", list)
	}

	h.requests = nil
	h.intercept = func(_ http.ResponseWriter, r *http.Request) bool {
		if got, want := r.Header.Get("Range"), fmt.Sprintf("bytes=%d-", half); r.URL.Path == "/"+h.commit && got != want {
			t.Errorf("got range %q, want %q", got, want)
		}
		return false
	}
	dir, err := h.pull(library, "small")
	if err != nil {
		t.Fatal(err)
	}
	if got := h.asked(); len(got) != 3 {
		t.Errorf("got requests %v, want the description, the weights and their store", got)
	}
	if data, err := os.ReadFile(filepath.Join(dir, weightsFile)); err != nil || !bytes.Equal(data, []byte(h.files[weightsFile])) {
		t.Errorf("the weights differ, or error %v", err)
	}
}

func TestPullAgain(t *testing.T) {
	h := startHub(t, nil)
	library := t.TempDir()
	dir, err := h.pull(library, "small")
	if err != nil {
		t.Fatal(err)
	}
	pullAgain := func(name string, wantRequests bool) {
		t.Helper()
		before := len(h.asked())
		if _, err := h.pull(library, "small"); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := len(h.asked()) > before+1; got != wantRequests {
			t.Errorf("%s: files were asked for: %v, want %v", name, got, wantRequests)
		}
		if got := names(t, library); len(got) != 1 {
			t.Errorf("%s: the library holds %v", name, got)
		}
	}
	pullAgain("unchanged", false)
	if err := os.Truncate(filepath.Join(dir, weightsFile), 100); err != nil {
		t.Fatal(err)
	}
	pullAgain("damaged", true)

	other := startHub(t, func(dir string) { os.RemoveAll(dir); _ = berttest.WriteFolder(dir, 2) })
	h.files, h.commit = other.files, strings.Repeat("beef0123", 5)
	if err := os.MkdirAll(filepath.Join(library, pullPrefix+"0123456789ab-sentence-transformers--small"), 0o755); err != nil {
		t.Fatal(err)
	}
	pullAgain("newer on the hub", true)
	m, err := Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if m.Info().Fingerprint == small(t).Info().Fingerprint {
		t.Error("the older model is still there")
	}
}

func TestFailedPullKeepsTheModelThatIsThere(t *testing.T) {
	h := startHub(t, nil)
	library := t.TempDir()
	dir, err := h.pull(library, "small")
	if err != nil {
		t.Fatal(err)
	}
	h.files[weightsFile], h.commit = "nonsense", strings.Repeat("beef0123", 5)
	if _, err := h.pull(library, "small"); err == nil {
		t.Fatal("no error")
	}
	if _, err := Open(dir, ""); err != nil {
		t.Error(err)
	}
}

func TestSeveralPullsAtOnce(t *testing.T) {
	h := startHub(t, nil)
	library := t.TempDir()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := h.pull(library, "small"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if list, err := List(library); err != nil || len(list) != 1 || list[0].Problem != "" {
		t.Errorf("got models %+v, error %v", list, err)
	}
}

func TestPullOptionsFromEnv(t *testing.T) {
	h := startHub(t, nil)
	h.token = "t0ken"
	t.Setenv("HF_ENDPOINT", h.url)
	t.Setenv("HF_TOKEN", "t0ken\n")
	if _, err := Pull(t.Context(), t.TempDir(), "small", PullOptionsFromEnv()); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HF_ENDPOINT", "")
	if got := PullOptionsFromEnv().endpoint(); got != "https://huggingface.co" {
		t.Errorf("got endpoint %q without HF_ENDPOINT", got)
	}
}

func TestParseRef(t *testing.T) {
	for name, want := range map[string]string{
		"all-MiniLM-L6-v2":       "sentence-transformers/all-MiniLM-L6-v2",
		"BAAI/bge-small-en-v1.5": "BAAI/bge-small-en-v1.5",
		"a/b@main":               "a/b@main",
		"a/b@refs/pr/1":          "a/b@refs/pr/1",
		"a_/b_c.d":               "a_/b_c.d",
		"":                       "", "/": "", "a/": "", "/b": "", "a/b/c": "", "..": "", "a/..": "", "../b": "",
		".a/b": "", "a./b": "", "a/-b": "", "a--b/c": "", "a/b@": "", "a/b@../x": "", "a/b@x//y": "", "a b": "",
		`a\b`: "", "a/b:c": "", "a/b?x": "", "a/b#x": "", "a/%2e": "", "ä/b": "", "https://huggingface.co/a/b": "",
		strings.Repeat("a", 97): "",
	} {
		r, err := parseRef(name)
		if (err == nil) != (want != "") || err == nil && r.String() != want {
			t.Errorf("%q: got %q, error %v; want %q", name, r, err, want)
		}
	}
}
