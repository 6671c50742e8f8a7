package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// fakeRepo makes a repository as far as this package asks, without git.
func fakeRepo(t *testing.T, dir string) {
	t.Helper()
	write(t, dir, ".git/HEAD", "ref: refs/heads/main\n")
	for _, sub := range []string{"objects", "refs"} {
		if err := os.MkdirAll(filepath.Join(dir, ".git", sub), 0o777); err != nil {
			t.Fatal(err)
		}
	}
}

func writeAll(t *testing.T, dir string, paths string) {
	t.Helper()
	for path := range strings.FieldsSeq(paths) {
		write(t, dir, path, "text\n")
	}
}

func checkFiles(t *testing.T, dir, want string) {
	t.Helper()
	if got, skipped := walkFiles(t, dir); !slices.Equal(got, strings.Fields(want)) {
		t.Errorf("got  %q\nwant %q\nskipped %q", got, strings.Fields(want), skipped)
	}
}

func TestWalkSkipsWithAReason(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	fakeRepo(t, dir)
	want := map[string]string{
		".git/":                 ReasonVCS,
		"svn/.svn/":             ReasonVCS,
		"ignored.txt":           "ignored by .gitignore:2",
		"sub/own":               "ignored by sub/.gitignore:1",
		"hunch.txt":             "ignored by .hunchignore:1",
		"build/":                "ignored by .gitignore:3",
		"go/vendor/":            ReasonVendored,
		"modules/vendor/":       ReasonVendored,
		"node_modules/":         ReasonVendored,
		"myenv/":                ReasonVendored,
		"ios/Pods/":             ReasonVendored,
		"go/go.sum":             ReasonGenerated,
		"package-lock.json":     ReasonGenerated,
		"api.pb.go":             ReasonGenerated,
		"api_pb2.py":            ReasonGenerated,
		"Form.Designer.cs":      ReasonGenerated,
		"app.min.js":            ReasonMinified,
		"app.min.js.map":        ReasonGenerated,
		"logo.PNG":              ReasonBinary,
		"a.tar.gz":              ReasonBinary,
		"tls/server.pem":        ReasonData,
		"large.go":              ReasonTooLarge,
		"inner/":                ReasonNested,
		"sub/one_very/deep.zip": ReasonBinary,
	}
	for path := range want {
		if strings.HasSuffix(path, "/") {
			path += "f.txt"
		}
		if !strings.HasPrefix(path, ".git/") {
			write(t, dir, path, "text\n")
		}
	}
	write(t, dir, ".gitignore", "# comment\nignored.txt\nbuild/\n")
	write(t, dir, "sub/.gitignore", "own\n")
	write(t, dir, ".hunchignore", "hunch.txt\n")
	write(t, dir, "large.go", strings.Repeat("x\n", DefaultMaxSize/2+1))
	write(t, dir, "exact.go", strings.Repeat("x\n", DefaultMaxSize/2))
	write(t, dir, "empty.go", "")
	fakeRepo(t, filepath.Join(dir, "inner"))
	writeAll(t, dir, `go/go.mod go/main.go modules/vendor/modules.txt myenv/pyvenv.cfg ios/Podfile
		plain/vendor/ours.go third_party/ours.c dist/ours.js README.pt .github/ci.yml .golangci.yml map/x.map`)

	var got []string
	skipped := map[string]string{}
	opts := Options{Skipped: func(path, reason string) { skipped[path] = reason }}
	for f, err := range Walk(t.Context(), dir, opts) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, f.Path)
	}
	wantFiles := strings.Fields(`.github/ci.yml .gitignore .golangci.yml .hunchignore README.pt dist/ours.js exact.go go/go.mod go/main.go
		ios/Podfile map/x.map plain/vendor/ours.go sub/.gitignore third_party/ours.c`)
	if !slices.Equal(got, wantFiles) {
		t.Errorf("got  %q\nwant %q", got, wantFiles)
	}
	if !maps.Equal(skipped, want) {
		for path, reason := range want {
			if skipped[path] != reason {
				t.Errorf("%s: got reason %q, want %q", path, skipped[path], reason)
			}
		}
		for path, reason := range skipped {
			if want[path] == "" {
				t.Errorf("%s was skipped: %s", path, reason)
			}
		}
	}
}

func TestWalkTellsOfAFile(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	write(t, dir, "a/b.go", "package b\n")
	when := time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(dir, "a", "b.go"), when, when); err != nil {
		t.Fatal(err)
	}
	want := File{Path: "a/b.go", Size: 10, ModTime: when, Language: "go"}
	for got, err := range Walk(t.Context(), dir, Options{}) {
		if known := runtime.GOOS == "linux" || runtime.GOOS == "darwin"; known != got.Changed.After(when) || got.Changed.Before(when) {
			t.Errorf("changed at %v, set to %v just now", got.Changed, when)
		}
		got.Changed = time.Time{}
		if got.ModTime = got.ModTime.UTC(); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
}

func TestWalkOrdersByBytesOfThePath(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	writeAll(t, dir, "a/b a.b a-b a/b.c a0 b/a B ab/c a/b-/x é")
	checkFiles(t, dir, "B a-b a.b a/b a/b-/x a/b.c a0 ab/c b/a é")
}

func TestHunchignoreHasTheLastWord(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	fakeRepo(t, dir)
	write(t, dir, ".gitignore", "gen/\n*.tmp\nsecret\n")
	write(t, dir, ".hunchignore", "!gen/\n!vendor/\n!yarn.lock\n!node_modules\n*.md\n")
	write(t, dir, "docs/.hunchignore", "!*.md\n")
	write(t, dir, "gen/.gitignore", "*.o\n")
	writeAll(t, dir, `gen/a.go gen/b.tmp gen/c.o vendor/modules.txt vendor/x.go node_modules/y/z.js
		yarn.lock README.md docs/README.md secret`)
	checkFiles(t, dir, `.gitignore .hunchignore docs/.hunchignore docs/README.md gen/.gitignore gen/a.go
		node_modules/y/z.js vendor/modules.txt vendor/x.go yarn.lock`)
}

// TestPatternsOfTheCallerGoOverAllFiles: whoever wrote the tree cannot bring
// back what its reader hides.
func TestPatternsOfTheCallerGoOverAllFiles(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	fakeRepo(t, dir)
	fakeRepo(t, filepath.Join(dir, "sub", "inner"))
	write(t, dir, ".gitignore", "*.log\n")
	write(t, dir, ".hunchignore", "!*.pw\n*.md\n!sub/inner/\n")
	writeAll(t, dir, "a.pw a.log a.md a.go sub/a.pw sub/only/x sub/inner/b.pw sub/inner/b.go sub/top")
	for _, tt := range []struct {
		root, ignore, want string
	}{
		{"", "", ".gitignore .hunchignore a.go a.pw sub/a.pw sub/inner/b.go sub/inner/b.pw sub/only/x sub/top"},
		{"", "*.pw", ".gitignore .hunchignore a.go sub/inner/b.go sub/only/x sub/top"},
		{"", "*.pw !a.pw /sub/only/ #x", ".gitignore .hunchignore a.go a.pw sub/a.pw sub/inner/b.go sub/top"},
		{"", "!*.log !a.md sub", ".gitignore .hunchignore a.go a.log a.md a.pw"},
		{"sub", "/only /top inner/b.*", "a.pw"},
	} {
		skipped := map[string]string{}
		o := Options{Settings: Settings{Ignore: strings.Fields(tt.ignore)}, Skipped: func(path, reason string) { skipped[path] = reason }}
		var got []string
		for f, err := range Walk(t.Context(), filepath.Join(dir, tt.root), o) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, f.Path)
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%s with %q: got %s, want %s", tt.root, tt.ignore, got, tt.want)
		}
		if reason := skipped["sub/"]; strings.HasSuffix(tt.ignore, " sub") && reason != `ignored by "sub"` {
			t.Errorf("got reason %q", reason)
		}
	}
}

func TestHunchignoreForcesFilesPastTheirContent(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	write(t, dir, ".hunchignore", "*.md\n!/a.py\n!gen/\n!all/**\n")
	for _, path := range []string{"a.py", "b.py", "gen/c.py", "all/d.py", "all/e/f.py"} {
		write(t, dir, path, "# @generated\n")
	}
	want := map[string]bool{".hunchignore": false, "a.py": true, "b.py": false, "gen/c.py": false, "all/d.py": true, "all/e/f.py": true}
	for f, err := range Walk(t.Context(), dir, Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		if forced, ok := want[f.Path]; !ok || f.Forced != forced {
			t.Errorf("%s: got forced %v, want %v", f.Path, f.Forced, forced)
		}
		if _, err := Read(dir, f); (err == nil) != (f.Forced || f.Path == ".hunchignore") {
			t.Errorf("%s: got %v", f.Path, err)
		}
		delete(want, f.Path)
	}
	if len(want) > 0 {
		t.Errorf("missed %v", want)
	}
}

// In an ignored folder only tracked files count, at every depth, until a
// .hunchignore brings a folder back.
func TestWalkOfAnIgnoredFolderWithTrackedFiles(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	fakeRepo(t, dir)
	write(t, dir, ".git/index", makeIndex(2, 20, "out/a/b/tracked", "out/back/tracked"))
	write(t, dir, ".gitignore", "/out/\n")
	write(t, dir, ".hunchignore", "!back\n")
	writeAll(t, dir, "out/x out/a/x out/a/b/x out/a/b/tracked out/a/c/x out/back/tracked out/back/x out/back/d/x")
	checkFiles(t, dir, ".gitignore .hunchignore out/a/b/tracked out/back/d/x out/back/tracked out/back/x")
}

// Where case does not matter, the index may have a name as it once was on disk.
func TestWalkFindsTrackedFilesInAnotherCase(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	fakeRepo(t, dir)
	write(t, dir, ".git/index", makeIndex(2, 20, "MOD.sub", "OUT/Sub/Tracked.TXT", "Z.txt", "a.txt"))
	write(t, dir, ".gitignore", "out\n*.txt\n")
	writeAll(t, dir, "Out/sub/tracked.txt Out/sub/other.txt A.txt z.txt b.txt Mod.sub/x")
	write(t, dir, ".git/config", "[core]\n\tignoreCase = true\n")
	checkFiles(t, dir, ".gitignore A.txt Out/sub/tracked.txt z.txt")
	write(t, dir, ".git/config", "")
	checkFiles(t, dir, ".gitignore Mod.sub/x")
}

func TestWalkKnowsGitFoldersInAnotherCase(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	fakeRepo(t, dir)
	writeAll(t, dir, "sub/.GIT/x sub/y")
	checkFiles(t, dir, "sub/.GIT/x sub/y")
	write(t, dir, ".git/config", "[core]\n\tignoreCase = true\n")
	checkFiles(t, dir, "sub/y")
}

// Errors without a path mean that the walk failed; none of these is that.
func TestErrorsOfRulesHaveAPath(t *testing.T) {
	home := cleanEnv(t)
	dir := t.TempDir()
	fakeRepo(t, filepath.Join(dir, "repo"))
	write(t, dir, "repo/.git/index", "bad")
	write(t, dir, "repo/.gitignore", strings.Repeat("#", maxRuleFile+1))
	write(t, home, ".gitconfig", "bad")
	writeAll(t, dir, "repo/sub/x")
	for root, want := range map[string][]string{
		".":        {".git", "repo/.git", "repo/.git", "repo/.gitignore"},
		"repo":     {".git", ".git", ".gitignore"},
		"repo/sub": {".git", ".git", ".git"},
	} {
		var got []string
		for f, err := range Walk(t.Context(), filepath.Join(dir, filepath.FromSlash(root)), Options{}) {
			if err != nil {
				got = append(got, f.Path)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("walk of %s: got errors for %q, want %q", root, got, want)
		}
	}
}

func TestWalkOutsideOfARepository(t *testing.T) {
	home := cleanEnv(t)
	write(t, home, ".config/git/ignore", "*.glob\n/top\n")
	dir := t.TempDir()
	write(t, dir, ".gitignore", "*.tmp\n")
	fakeRepo(t, filepath.Join(dir, "one"))
	write(t, dir, "one/.git/info/exclude", "/x\n")
	fakeRepo(t, filepath.Join(dir, "one", "inner"))
	writeAll(t, dir, "a.tmp a.c a.glob top one/a.tmp one/x one/sub/x one/top one/y.glob one/inner/z two/top")
	checkFiles(t, dir, ".gitignore a.c one/a.tmp one/sub/x two/top")
}

func TestWalkOfAFolderInARepositoryKnowsTheRulesAbove(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	fakeRepo(t, dir)
	write(t, dir, ".gitignore", "*.tmp\n/a/b/anchored\n/top\n")
	write(t, dir, "a/.gitignore", "!keep.tmp\nb/x\n")
	write(t, dir, "a/.hunchignore", "y\n")
	write(t, dir, "a/b/.gitignore", "z\n")
	writeAll(t, dir, "a/b/f.tmp a/b/keep.tmp a/b/anchored a/b/top a/b/x a/b/y a/b/z a/b/c/z a/b/c/d a/other")
	checkFiles(t, filepath.Join(dir, "a", "b"), ".gitignore c/d keep.tmp top")
}

func TestWalkOfSomethingElse(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	write(t, dir, "f", "text\n")
	for _, root := range []string{"f", "missing", ""} {
		n := 0
		for f, err := range Walk(t.Context(), filepath.Join(dir, root), Options{}) {
			if n++; root != "" && (err == nil || f.Path != "") {
				t.Errorf("%q: got %q without an error", root, f.Path)
			}
		}
		if n != 1 {
			t.Errorf("%q: yielded %d times, want once", root, n)
		}
	}
}

func TestWalkStopsWithTheCaller(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	writeAll(t, dir, "a/1 a/2 b/1 c")
	n := 0
	for range Walk(t.Context(), dir, Options{}) {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("yielded %d", n)
	}
}

func TestWalkEndsWithTheContext(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	writeAll(t, dir, "a/1 a/2 b/1 c")
	for _, after := range []int{0, 1, 3} {
		ctx, cancel := context.WithCancel(t.Context())
		if after == 0 {
			cancel()
		}
		n, ended := 0, false
		for _, err := range Walk(ctx, dir, Options{}) {
			if ended {
				t.Fatal("yielded after the error")
			}
			if ended = err != nil; ended && !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			if n++; n == after {
				cancel()
			}
		}
		if n != after+1 || !ended {
			t.Errorf("cancelled after %d: yielded %d, ended with an error: %v", after, n, ended)
		}
		cancel()
	}
}

func TestWalkGoesOnWhileTheTreeChanges(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	writeAll(t, dir, "a/1 b/1 c/1 d")
	var got []string
	for f, err := range Walk(t.Context(), dir, Options{}) {
		if err != nil {
			t.Errorf("%q: %v", f.Path, err)
		}
		if got = append(got, f.Path); f.Path == "a/1" {
			os.RemoveAll(filepath.Join(dir, "b"))
			write(t, dir, "c/2", "text\n")
		}
	}
	// Folders are read ahead: what changes in them meanwhile may be seen or not.
	got = slices.DeleteFunc(got, func(path string) bool { return path == "b/1" || path == "c/2" })
	if want := []string{"a/1", "c/1", "d"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWalkTellsOfWhatItCannotRead(t *testing.T) {
	cleanEnv(t)
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("permissions do not bind this user")
	}
	dir := t.TempDir()
	writeAll(t, dir, "a/1 b/1 c rules/.gitignore rules/x")
	for _, path := range []string{"b", "c", "rules/.gitignore"} {
		os.Chmod(filepath.Join(dir, path), 0)
		t.Cleanup(func() { os.Chmod(filepath.Join(dir, path), 0o700) })
	}
	var files, failed []string
	for f, err := range Walk(t.Context(), dir, Options{}) {
		if err == nil {
			files = append(files, f.Path)
		} else if failed = append(failed, f.Path); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%q: %v", f.Path, err)
		}
	}
	if want := []string{"a/1", "c", "rules/.gitignore", "rules/x"}; !slices.Equal(files, want) {
		t.Errorf("got %q, want %q", files, want)
	}
	if want := []string{"b", "rules/.gitignore"}; !slices.Equal(failed, want) {
		t.Errorf("got errors for %q, want %q", failed, want)
	}
	if _, err := Read(dir, File{Path: "c"}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Read: got %v", err)
	}
}

func TestWalkGoesOnWithBadGitFiles(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	fakeRepo(t, dir)
	write(t, dir, ".git/config", "[core]\n\texcludesFile = \"open\n")
	write(t, dir, ".git/index", "DIRC\x00\x00\x00\x02\x00\x00\x00\x09short")
	write(t, dir, "f", "text\n")
	var errs []string
	var files []string
	for f, err := range Walk(t.Context(), dir, Options{}) {
		if err != nil {
			if f.Path != ".git" {
				t.Errorf("got path %q for %v, want .git", f.Path, err)
			}
			errs = append(errs, err.Error())
		} else {
			files = append(files, f.Path)
		}
	}
	if len(errs) != 2 || !strings.Contains(errs[0], filepath.Join(".git", "config")+":2: expected") || !strings.Contains(errs[1], "9 entries") {
		t.Errorf("got errors %q", errs)
	}
	if !slices.Equal(files, []string{"f"}) {
		t.Errorf("got files %q", files)
	}
}

func TestWalkOfADeepTree(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	depth := maxDepth // longer in bytes than any path that a system call takes
	if runtime.GOOS == "windows" {
		depth = 20
	}
	path := strings.Repeat("ten-bytes/", depth)
	if err := root.MkdirAll(strings.TrimSuffix(path, "/"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := root.WriteFile(path+"f.go", []byte("package f\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root, _ := os.OpenRoot(dir); root.RemoveAll("ten-bytes"); root.Close() })
	deeper := path + "deeper/"
	if err := root.Mkdir(strings.TrimSuffix(deeper, "/"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := root.WriteFile(deeper+"f.go", []byte("package f\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	want := []string{path + "f.go"}
	if depth < maxDepth {
		want = []string{deeper + "f.go", path + "f.go"}
	}
	got, skipped := walkFiles(t, dir)
	if !slices.Equal(got, want) {
		t.Fatalf("got %d files, want %d", len(got), len(want))
	}
	if got := skipped[deeper]; depth == maxDepth && got != ReasonTooDeep {
		t.Errorf("deeper: got reason %q, want %q", got, ReasonTooDeep)
	}
	if text, err := Read(dir, File{Path: path + "f.go"}); err != nil || string(text) != "package f\n" {
		t.Errorf("Read: %q, %v", text, err)
	}
}

func TestFindRoot(t *testing.T) {
	dir := evalSymlinks(t, t.TempDir())
	fakeRepo(t, filepath.Join(dir, "repo"))
	writeAll(t, dir, "repo/a/b/f.go plain/sub/f.go fake/.git/f fake/sub/f")
	write(t, dir, "linked/.git", "gitdir: ../repo/.git\n")
	write(t, dir, "linked/sub/f", "text\n")
	for _, tt := range []struct{ path, want string }{
		{"repo", "repo"},
		{"repo/a/b", "repo"},
		{"repo/a/b/f.go", "repo"},
		{"plain/sub", "plain/sub"},
		{"plain/sub/f.go", "plain/sub"},
		{"fake/sub", "fake/sub"},
		{"linked/sub", "linked"},
		{"repo/a/../../plain", "plain"},
	} {
		got, err := FindRoot(filepath.Join(dir, filepath.FromSlash(tt.path)))
		if want := filepath.Join(dir, filepath.FromSlash(tt.want)); err != nil || got != want {
			t.Errorf("FindRoot(%s) = %q, %v, want %q", tt.path, got, err, want)
		}
	}
	if _, err := FindRoot(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: got %v", err)
	}
	t.Chdir(filepath.Join(dir, "repo", "a"))
	if got, err := FindRoot("."); err != nil || got != filepath.Join(dir, "repo") {
		t.Errorf("FindRoot(.) = %q, %v", got, err)
	}
}

func BenchmarkWalk(b *testing.B) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		b.Skip("needs the go command: ", err)
	}
	root := filepath.Join(strings.TrimSpace(string(out)), "src")
	files := 0
	for b.Loop() {
		files = 0
		for f, err := range Walk(b.Context(), root, Options{}) {
			if err != nil {
				b.Fatal(f.Path, err)
			}
			files++
		}
	}
	b.ReportMetric(float64(files), "files")
	b.ReportMetric(float64(files)*float64(b.N)/b.Elapsed().Seconds(), "files/s")
}

// Whoever reads the folders, and however far ahead, files come in byte order,
// each once.
func TestWalkKeepsTheOrderWithManyFolders(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	var want []string
	for i := range 40 {
		for j := range 20 {
			name := fmt.Sprintf("d%02d/e%02d/x", i, j)
			write(t, dir, name, "text\n")
			want = append(want, name)
		}
		want = append(want, fmt.Sprintf("d%02d/z", i))
		write(t, dir, want[len(want)-1], "text\n")
	}
	write(t, dir, "d00/e00/f/g/h/deep", "text\n")
	want = slices.Sorted(slices.Values(append(want, "d00/e00/f/g/h/deep")))
	for _, processors := range []int{1, 2, 16} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		var got []string
		for f, err := range Walk(t.Context(), dir, Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, f.Path)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d processors: got %d files, want %d in order", processors, len(got), len(want))
		}
	}
}
