package source

// Comparisons with the git program, on trees that are made up to be nasty.

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// needGit skips the test without git, and shields it from the user's settings.
// It returns the home folder that git sees.
func needGit(t *testing.T) (home string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs the git program: ", err)
	}
	if runtime.GOOS == "windows" {
		t.Skip("the trees have names that Windows does not allow")
	}
	return cleanEnv(t)
}

func cleanEnv(t *testing.T) (home string) {
	t.Helper()
	home = t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for _, name := range []string{"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"} {
		t.Setenv(name, "")
		os.Unsetenv(name)
	}
	t.Setenv("GIT_CONFIG_COUNT", "2")
	t.Setenv("GIT_CONFIG_KEY_0", "protocol.file.allow")
	t.Setenv("GIT_CONFIG_VALUE_0", "always")
	t.Setenv("GIT_CONFIG_KEY_1", "safe.directory")
	t.Setenv("GIT_CONFIG_VALUE_1", "*")
	return home
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := tryGit(dir, nil, args...)
	if err != nil {
		t.Fatalf("git %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func tryGit(dir string, stdin []byte, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, stderr.String())
	}
	return string(out), err
}

// gitFiles is what git lists and Walk should: regular files that are there.
func gitFiles(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	for path := range strings.SplitSeq(git(t, dir, "ls-files", "-z", "--cached", "--others", "--exclude-standard"), "\x00") {
		info, err := os.Lstat(filepath.Join(dir, path))
		switch {
		case path == "" || err != nil:
		case info.Mode().IsRegular():
			files = append(files, path)
		case info.IsDir() && !strings.HasSuffix(path, "/") && exists(dir, path, ".git"): // a submodule
			for _, inner := range gitFiles(t, filepath.Join(dir, path)) {
				files = append(files, path+"/"+inner)
			}
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// walkFiles is what Walk lists, with its reasons for the rest.
func walkFiles(t *testing.T, dir string) (files []string, skipped map[string]string) {
	t.Helper()
	skipped = map[string]string{}
	opts := Options{Skipped: func(path, reason string) { skipped[path] = reason }}
	for f, err := range Walk(t.Context(), dir, opts) {
		if err != nil {
			t.Errorf("Walk: %q: %v", f.Path, err)
			continue
		}
		files = append(files, f.Path)
	}
	if !slices.IsSorted(files) {
		t.Errorf("Walk is not in byte order: %q", files)
	}
	return files, skipped
}

func compareWithGit(t *testing.T, dir string) {
	t.Helper()
	want := gitFiles(t, dir)
	got, skipped := walkFiles(t, dir)
	for _, path := range got {
		if _, found := slices.BinarySearch(want, path); !found {
			t.Errorf("listed %q, which git does not", path)
		}
	}
	for _, path := range want {
		if _, found := slices.BinarySearch(got, path); !found {
			t.Errorf("missed %q, which git lists (skipped: %q)", path, skipped)
		}
	}
	if t.Failed() {
		dumpRules(t, dir)
	}
}

func dumpRules(t *testing.T, dir string) {
	filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if name := filepath.Base(path); err == nil && (name == ".gitignore" || name == "exclude" || name == "config") {
			data, _ := os.ReadFile(path)
			t.Logf("%s: %q", path, data)
		}
		return nil
	})
}

// write makes a file with its folders; the text of most does not matter.
func write(t *testing.T, dir, path, text string) {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func initRepo(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	git(t, dir, "-c", "init.defaultBranch=main", "init", "-q")
	git(t, dir, "config", "user.email", "a@b.c")
	git(t, dir, "config", "user.name", "a")
}

func TestWalkEqualsGitOnANastyTree(t *testing.T) {
	home := needGit(t)
	dir := filepath.Join(t.TempDir(), "repo")
	initRepo(t, dir)
	write(t, home, ".config/git/ignore", "*.global\n!keep.global\nglobaldir/\n/anchored-global\n")
	write(t, dir, ".git/info/exclude", "*.excluded\n!b.global\n")
	write(t, dir, ".gitignore", strings.Join([]string{
		"\uFEFF*.bom", "*.crlf\r", "# comment", `\#hash`, `\!bang`, "", "   ", "\t",
		"trailing   ", `escaped\ `, "tab\t", "*.log", "!important.log", "dironly/", "/anchored", "mid/dle",
		"**/deep/*.x", "all/**", "!all/keep", "a/**/z", "foo**/bar", "x**y", "[abc].cls", "[!abc].neg", "[^abc].caret",
		"[[:digit:]].posix", "[]-].brk", "[a", `back\\slash`, "?.one", "*/two", "!", "/", "//", "//dbl", "CASE", "sub/dir/",
		"ignored/", "!ignored/kept.txt", "half/*", "!half/kept.txt", "nul\x00x", "*.last",
	}, "\n"))
	for _, path := range strings.Fields(`a.bom a.crlf #hash !bang # ! x.log important.log sub/important.log dironly
		sub/dironly/f anchored sub/anchored mid/dle sub/mid/dle deep/f.x s/deep/f.x all/one all/keep all/s/keep a/z a/b/z a/b/c/z
		foo/bar foox/bar foox/y/bar xy x/y xzy a.cls d.cls a.neg d.neg a.caret d.caret 1.posix a.posix ].brk -.brk [a a.one aa.one s/two
		two case CASE sub/dir/f s/sub/dir/f ignored/kept.txt half/kept.txt half/other.txt keep.global a.global b.global globaldir/f
		anchored-global sub/anchored-global a.excluded nul nulx a.last .hidden .github/workflows/ci.yml .git2/f tab trailing`) {
		write(t, dir, path, "text\n")
	}
	for _, path := range []string{"trailing   ", "escaped ", "escaped", "tab\t", `back\slash`, "a b", "new\nline", "\xff\xfe", "esc\x1b[0m", "sub/.gitignore/f"} {
		write(t, dir, path, "text\n")
	}
	write(t, dir, "nest/.gitignore", "*.txt\n!a.txt\n/only-here\n!/x.log\nsub/\n")
	for _, path := range strings.Fields("nest/a.txt nest/b.txt nest/in/a.txt nest/in/b.txt nest/only-here nest/in/only-here nest/x.log nest/in/x.log nest/sub/f nest/in/sub/f") {
		write(t, dir, path, "text\n")
	}
	write(t, dir, "stars/.gitignore", "**/\n**\n!**/\n!*.c\n")
	for _, path := range strings.Fields("stars/a.c stars/a.d stars/in/a.c stars/in/a.d") {
		write(t, dir, path, "text\n")
	}
	if err := os.Symlink("nest", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	compareWithGit(t, dir)

	for _, path := range []string{"ignored/kept.txt", "globaldir/f", "x.log", "half/other.txt"} {
		git(t, dir, "add", "-f", path)
	}
	write(t, dir, "ignored/untracked", "text\n")
	for _, version := range []string{"2", "3", "4"} {
		git(t, dir, "update-index", "--index-version", version)
		compareWithGit(t, dir)
	}
	git(t, dir, "add", "-N", "a.bom", "-f") // an extended entry
	compareWithGit(t, dir)
}

func TestWalkEqualsGitBelowASymlinkedGitignore(t *testing.T) {
	needGit(t)
	dir := t.TempDir()
	initRepo(t, dir)
	write(t, dir, "rules", "*.x\n")
	write(t, dir, "sub/a.x", "text\n")
	if err := os.Symlink("../rules", filepath.Join(dir, "sub", ".gitignore")); err != nil {
		t.Fatal(err)
	}
	compareWithGit(t, dir)
}

func TestWalkEqualsGitWithNestedRepositories(t *testing.T) {
	needGit(t)
	dir := t.TempDir()
	initRepo(t, dir)
	write(t, dir, "a.txt", "text\n")
	lib := filepath.Join(t.TempDir(), "lib")
	initRepo(t, lib)
	write(t, lib, "lib.txt", "text\n")
	git(t, lib, "add", ".")
	git(t, lib, "commit", "-q", "-m", "x")
	git(t, dir, "submodule", "--quiet", "add", lib, "subs/lib")
	initRepo(t, filepath.Join(dir, "nested"))
	write(t, dir, "nested/n.txt", "text\n")
	write(t, dir, "fake/.git/f", "text\n")
	write(t, dir, "fake/f.txt", "text\n")
	write(t, dir, "fakefile/.git", "gitdir: nowhere\n")
	write(t, dir, "fakefile/f.txt", "text\n")
	write(t, dir, "was/f.txt", "text\n")
	git(t, dir, "add", "was/f.txt")
	initRepo(t, filepath.Join(dir, "was")) // became a repository with its files tracked outside
	compareWithGit(t, dir)

	files, skipped := walkFiles(t, dir)
	if got := skipped["nested/"]; got != ReasonNested || !slices.Contains(files, "subs/lib/lib.txt") {
		t.Errorf("got reason %q and files %q, want the submodule alone", got, files)
	}
	write(t, dir, ".gitignore", "subs\n*.txt\n") // the submodule has its own rules, and is tracked
	write(t, dir, "subs/lib/.gitignore", "*.o\n")
	write(t, dir, "subs/lib/x.o", "text\n")
	compareWithGit(t, dir)
	compareWithGit(t, filepath.Join(dir, "subs", "lib"))
	write(t, dir, ".hunchignore", "subs/lib\n!nested/\n")
	if got, _ := walkFiles(t, dir); slices.Contains(got, "subs/lib/lib.txt") || !slices.Contains(got, "nested/n.txt") {
		t.Errorf("got %q, want what .hunchignore says", got)
	}
}

func TestSubmodulesThatAreNotThere(t *testing.T) {
	needGit(t)
	dir := t.TempDir()
	initRepo(t, dir)
	write(t, dir, "a.txt", "text\n")
	for _, name := range []string{"empty", "files", "gone"} {
		git(t, dir, "update-index", "--add", "--cacheinfo", "160000,1234567890123456789012345678901234567890,"+name)
	}
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "files/f.txt", "text\n")
	compareWithGit(t, dir)
	if _, skipped := walkFiles(t, dir); skipped["files/"] != ReasonNested || skipped["empty/"] != "" {
		t.Errorf("got %q", skipped)
	}
}

func TestWalkEqualsGitInALinkedWorktree(t *testing.T) {
	needGit(t)
	main := filepath.Join(t.TempDir(), "main")
	initRepo(t, main)
	write(t, main, "a.txt", "text\n")
	git(t, main, "add", ".")
	git(t, main, "commit", "-q", "-m", "x")
	write(t, main, ".git/info/exclude", "*.ex\n")
	linked := filepath.Join(filepath.Dir(main), "linked")
	git(t, main, "worktree", "add", "-q", linked)
	for _, path := range []string{"b.txt", "b.ex", "tracked.ex", "c.wt"} {
		write(t, linked, path, "text\n")
	}
	git(t, linked, "add", "-f", "tracked.ex")
	git(t, main, "config", "extensions.worktreeConfig", "true")
	excludes := filepath.Join(t.TempDir(), "wt")
	write(t, filepath.Dir(excludes), "wt", "*.wt\n")
	git(t, linked, "config", "--worktree", "core.excludesFile", excludes)
	compareWithGit(t, linked)
	if got, _ := walkFiles(t, linked); !slices.Equal(got, []string{"a.txt", "b.txt", "tracked.ex"}) {
		t.Errorf("got %q", got)
	}
	if got, err := FindRoot(linked); err != nil || got != evalSymlinks(t, linked) {
		t.Errorf("FindRoot(linked) = %q, %v", got, err)
	}
}

func evalSymlinks(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWalkEqualsGitWithConfiguredExcludes(t *testing.T) {
	for _, tt := range []struct{ name, global, local string }{
		{"none", "", ""},
		{"absolute", "[core]\n\texcludesFile = HOME/mine\n", ""},
		{"tilde", "[core]\nexcludesfile=~/mine", ""},
		{"quoted with comment", "[CORE] excludesFile = \"~/mi\"ne ; here\n", ""},
		{"continued line", "[core]\n excludesFile = ~/mi\\\nne\n", ""},
		{"empty turns the default off", "[core]\n excludesFile =\n", ""},
		{"local over global", "[core]\n excludesFile = ~/mine\n", "[core]\n excludesFile = ~/other\n"},
		{"relative", "", "[core]\n excludesFile = rel\n"},
		{"include", "[include]\n path = inc\n[core]\n ignoreCase = false\n", ""},
		{"include before", "[core]\n excludesFile = ~/mine\n[include]\n path = ~/inc\n", ""},
		{"includeIf holds", "[includeIf \"gitdir:**/repo/\"]\n path = inc\n", ""},
		{"includeIf holds for name", "[includeIf \"gitdir:repo/.git\"]\n path = inc\n", ""},
		{"includeIf does not hold", "[includeIf \"gitdir:**/elsewhere/\"]\n path = inc\n", ""},
		{"includeIf ignoring case", "[includeIf \"gitdir/i:**/REPO/**\"]\n path = inc\n", ""},
		{"crlf and bom", "\uFEFF[core]\r\n\texcludesFile = ~/mine\r\n", ""},
		{"other sections", "[core \"x\"]\n excludesFile = ~/mine\n[a.b]\n c\n[d \"e\\\"]\"]\n f = \"g#h\" \\t\n", ""},
		{"case is ignored", "", "[core]\n ignoreCase = true\n"},
		{"case is ignored, key only", "", "[core]\n ignoreCase\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			home := needGit(t)
			dir := filepath.Join(t.TempDir(), "repo")
			initRepo(t, dir)
			write(t, home, "mine", "*.mine\n")
			write(t, home, "other", "*.other\n")
			write(t, home, "inc", "[core]\n excludesFile = ~/other\n")
			write(t, home, ".config/git/ignore", "*.xdg\n")
			write(t, dir, "rel", "*.rel\n")
			write(t, dir, ".gitignore", "UPPER\nlower\n[A-C]range\n[x]set\n[[:upper:]]posix\n*SUFFIX\n/Anchored/f\n\\Escaped\nW?ld\n")
			for _, path := range strings.Fields(`a.mine a.other a.xdg a.rel a.MINE upper LOWER brange Brange Xset xset aposix Aposix
				a.suffix anchored/F escaped Escaped wILD`) {
				write(t, dir, path, "text\n")
			}
			if tt.global != "" {
				write(t, home, ".gitconfig", strings.ReplaceAll(tt.global, "HOME", home))
			}
			config, err := os.ReadFile(filepath.Join(dir, ".git", "config"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, ".git/config", string(config)+tt.local)
			compareWithGit(t, dir)
		})
	}
}
