package source

import (
	"slices"
	"strings"
	"testing"
)

func TestNearestLanguage(t *testing.T) {
	for name, want := range map[string]string{
		"pyhton": "python", "pyton": "python", "Javscript": "javascript", "typscript": "typescript", "rubby": "ruby", "golan": "go",
		"Dcoker": "dockerfile", "makefil": "makefile", "phyton": "python", "jav": "java", "objective_c": "objectivec",
		"klingon": "", "": "", "qqqqqq": "", strings.Repeat("python", 1000): "",
	} {
		if got := NearestLanguage(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestDescribe(t *testing.T) {
	find := func(s Settings, name string) LanguageInfo {
		infos := s.Describe()
		i := slices.IndexFunc(infos, func(l LanguageInfo) bool { return l.Name == name })
		if i < 0 {
			t.Fatalf("no %s", name)
		}
		return infos[i]
	}
	docker := find(Settings{}, "dockerfile")
	if got := strings.Join(slices.Concat(docker.Aliases, docker.Extensions, docker.Files), " "); got != "docker .containerfile .dockerfile containerfile dockerfile dockerfile.*" {
		t.Errorf("dockerfile: got %s", got)
	}
	if got := find(Settings{}, "python"); !slices.Contains(got.Interpreters, "python") || !slices.Contains(got.Extensions, ".pyi") {
		t.Errorf("python: got %+v", got)
	}
	for _, name := range []string{"c", "cpp", "objectivec"} {
		if !slices.Contains(find(Settings{}, name).Extensions, ".h") {
			t.Errorf("%s has no .h", name)
		}
	}
	own := Settings{Languages: map[string]string{"tpl": "html", "h": "cpp"}}
	if !slices.Contains(find(own, "html").Extensions, ".tpl") {
		t.Error("an extension of the settings is missing")
	}
	for name, want := range map[string]bool{"c": false, "cpp": true, "objectivec": false} {
		if got := slices.Contains(find(own, name).Extensions, ".h"); got != want {
			t.Errorf("%s has .h: %v, where the settings say that it is cpp", name, got)
		}
	}
	if got, want := len((Settings{}).Describe()), len(Languages()); got != want {
		t.Errorf("got %d languages, want %d", got, want)
	}
}
