package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func excluding(t *testing.T) *exclusion {
	t.Helper()
	e, err := defaultExclusion()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestPackagesOfJudgedRepositoriesAreRefused(t *testing.T) {
	e := excluding(t)
	for name, refused := range map[string]bool{
		"pypi:flask": true, "pypi:Flask": true, "pypi:flask-login": true, "pypi:typer": true, "pypi:requests": true,
		"pypi:attrs": false, "pypi:requestsx": false,
		"go:github.com/gin-gonic/gin": true, "go:github.com/gin-gonic/contrib": true, "go:github.com/go-chi/chi/v5": true,
		"go:github.com/spf13/cobra": true, "go:github.com/spf13/viper": false,
		"npm:@trpc/server": true, "npm:express": true, "npm:redux": true, "npm:mobx": false,
		"crates:tokio": true, "crates:tokio-util": true, "crates:serde_derive": true, "crates:serde_json": false, "crates:axum-core": true,
		"maven:com.google.code.gson:gson": true, "maven:org.apache.commons:commons-lang3": true, "maven:org.apache.commons:commons-csv": false,
		"debian:curl": true, "debian:redis": true, "debian:haskell-aeson-pretty": true, "debian:jansson": false,
	} {
		registry, name, _ := strings.Cut(name, ":")
		if err := e.pack(pack{Registry: registry, Name: name, Version: "1"}); (err != nil) != refused {
			t.Errorf("%s %s: got %v, want refused: %t", registry, name, err, refused)
		}
	}
}

func TestRepositoryThatAPackageNamesIsChecked(t *testing.T) {
	e := excluding(t)
	p := pack{Registry: "pypi", Name: "new-name", Version: "1"}
	if err := e.places(p, []string{"x/y", "Pallets/Flask"}); err == nil || !strings.Contains(err.Error(), "pallets/flask") {
		t.Errorf("got %v", err)
	}
	if err := e.places(p, []string{"x/y"}); err != nil {
		t.Error(err)
	}
}

func TestCopiesAreKnownByTheirPath(t *testing.T) {
	e := excluding(t)
	for name, refused := range map[string]bool{
		"src/x/click/core.py": true, "include/nlohmann/json.hpp": true, "util/json.hpp": true,
		"src/clicker/core.py": false, "src/flask_app/app.py": false, "a/my-json.hpp": false,
	} {
		if err := e.file(pack{}, name); (err != nil) != refused {
			t.Errorf("%s: got %v, want refused: %t", name, err, refused)
		}
	}
}

func TestListHasNoPackageToRefuse(t *testing.T) {
	packs, _, err := readList("packages.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(packs) == 0 {
		t.Fatal("the list is empty")
	}
	e := excluding(t)
	for _, p := range packs {
		if err := e.pack(p); err != nil {
			t.Error(err)
		}
		if len(p.SHA256) != 64 || p.Licence == "" {
			t.Errorf("%s is not pinned", p)
		}
	}
}

// The repositories of exclude.txt are those that search is judged with.
func TestExclusionIsComplete(t *testing.T) {
	data := os.Getenv("HUNCH_TESTDATA")
	if data == "" {
		t.Skip("HUNCH_TESTDATA is not set")
	}
	text, err := os.ReadFile(filepath.Join(data, "bench", "do-not-train.txt"))
	if err != nil {
		t.Skip(err)
	}
	e := excluding(t)
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if repo := strings.ToLower(strings.TrimSpace(line)); repo != "" && !e.repos[repo] {
			t.Errorf("%s is not excluded", repo)
		}
	}
}

func TestExclusionNamesItsBadLine(t *testing.T) {
	for text, want := range map[string]string{
		"a/b\nc":          "f:2: expected owner/name",
		"a/b x":           "f:1: expected registry:name",
		"a/b nowhere:x":   "f:1: expected registry:name",
		"a/b pypi:[":      "f:1: expected registry:name",
		"a/b pypi:x y:zz": "f:1: expected registry:name",
	} {
		e := &exclusion{repos: map[string]bool{}}
		if err := e.add("f", text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}
