package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hunch-search/hunch/internal/config"
)

// ownHome gives a test a home without models, data and git settings.
func ownHome(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	for _, name := range []string{"HOME", "USERPROFILE", "LocalAppData", "XDG_CACHE_HOME"} {
		t.Setenv(name, home)
	}
}

// writeUserFile writes the user's own settings.
func writeUserFile(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	path := filepath.Join(dir, "hunch", "config.toml")
	for _, err := range []error{os.Mkdir(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// diagnose runs doctor on a tree.
func diagnose(t *testing.T, args ...string) (c checkup, stderr string) {
	t.Helper()
	stdout, stderr, code := command(t, append([]string{"doctor", "--json"}, args...)...)
	if code == exitError {
		t.Fatalf("doctor %q: %s", args, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), &c); err != nil {
		t.Fatal(err)
	}
	return c, stderr
}

func TestPrecedenceOfSettings(t *testing.T) {
	const user, repository = "threads = 2\nignore = [\"u\"]\n", "threads = 9\nignore = [\"r\"]\n"
	for _, tt := range []struct {
		name, user, repository, env string
		args                        []string
		threads                     int // 0: one for each processor
		want                        []checkedSetting
	}{
		{name: "none"},
		{"user", user, "", "", nil, 2, []checkedSetting{{"threads", "2", "user", "USER:1"}, {"ignore", "u", "user", "USER:2"}}},
		{"repository over user", user, repository, "", nil, 2, []checkedSetting{
			{"threads", "2", "user", "USER:1"}, {"ignore", "r", "repository", "REPO:2"}, {"ignore", "u", "user", "USER:2"}}},
		{"repository alone", "", repository, "", nil, 0, []checkedSetting{{"ignore", "r", "repository", "REPO:2"}}},
		{"environment over both", user, repository, "3", nil, 3, []checkedSetting{
			{"threads", "3", "environment", "HUNCH_THREADS"}, {"ignore", "r", "repository", "REPO:2"}, {"ignore", "u", "user", "USER:2"}}},
		{"flag over all", user, "", "3", []string{"--threads", "4"}, 4, []checkedSetting{
			{"threads", "4", "flag", "--threads"}, {"ignore", "u", "user", "USER:2"}}},
		{"flag that says the default", user, "", "3", []string{"--threads", "0"}, 0, []checkedSetting{
			{"threads", "0", "flag", "--threads"}, {"ignore", "u", "user", "USER:2"}}},
		{"empty variable", "threads = 2", "", "", nil, 2, []checkedSetting{{"threads", "2", "user", "USER:1"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ownHome(t)
			p := newPlace(t, map[string]string{config.RepositoryFile: tt.repository})
			file := writeUserFile(t, tt.user)
			t.Setenv("HUNCH_THREADS", tt.env)
			c, _ := diagnose(t, append(tt.args, p.tree)...)
			root, err := filepath.EvalSymlinks(p.tree)
			if err != nil {
				t.Fatal(err)
			}
			short := strings.NewReplacer(file, "USER", filepath.Join(root, config.RepositoryFile), "REPO")
			var got []checkedSetting
			for _, s := range c.Settings {
				if s.Where = short.Replace(s.Where); s.Key == "threads" || s.Key == "ignore" {
					got = append(got, s)
				}
			}
			if !equal(got, tt.want) || tt.threads > 0 && c.Threads != tt.threads {
				t.Errorf("got %v and %d threads, want %v and %d", got, c.Threads, tt.want, tt.threads)
			}
		})
	}
}

func equal(a, b []checkedSetting) bool {
	x, _ := json.Marshal(append([]checkedSetting{}, a...))
	y, _ := json.Marshal(append([]checkedSetting{}, b...))
	return string(x) == string(y)
}

// TestARepositoryChoosesNothing: what its file may not set is told with file,
// line and key, and all commands do what they do without it.
func TestARepositoryChoosesNothing(t *testing.T) {
	ownHome(t)
	p := newPlace(t, map[string]string{"a.txt": "text\n"})
	want, _ := diagnose(t, p.tree)
	for key, value := range map[string]string{
		"model": `"/evil"`, "precision": `"fp32"`, "index": `"/evil"`, "threads": "7", "top-k": "1", "wait": `"0s"`, "verbose": "true", "quiet": "true",
		"no-color": "true", "endpoint": `"https://evil.example"`, "max-file-size": "1", "command": `"evil"`, "json": "true", "include": `"evil"`,
	} {
		p.write(t, map[string]string{config.RepositoryFile: "# settings\n" + key + " = " + value + "\n"})
		got, stderr := diagnose(t, p.tree)
		if !equal(got.Settings, want.Settings) || got.Model == nil || got.Model.Source != want.Model.Source || got.Threads != want.Threads || got.Repository.Index != want.Repository.Index {
			t.Errorf("%s has effect: got %+v", key, got)
		}
		named := config.RepositoryFile + `:2: "` + key + `" is n`
		if len(got.Problems) != 1 || !strings.Contains(got.Problems[0].Problem, named) || stderr != "" {
			t.Errorf("%s: got problems %+v, want %s…", key, got.Problems, named)
		}
		if _, stderr, code := command(t, "text", p.tree); code != exitFound || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, named) {
			t.Errorf("%s: a search ends with %d and tells %q, want %s…", key, code, stderr, named)
		}
	}
}
