//go:build unix

package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
)

func TestWalkKeepsRawNames(t *testing.T) {
	cleanEnv(t)
	dir := t.TempDir()
	names := []string{"new\nline", "\x1b[31mred", `back\slash`, "a b "}
	if runtime.GOOS != "darwin" {
		names = append(names, "\xff\xfe.go")
	}
	slices.Sort(names)
	for _, name := range names {
		write(t, dir, name, "text\n")
	}
	got, _ := walkFiles(t, dir)
	if !slices.Equal(got, names) {
		t.Errorf("got %q, want %q", got, names)
	}
	for _, name := range got {
		if text, err := Read(dir, File{Path: name}); err != nil || string(text) != "text\n" {
			t.Errorf("Read(%q) = %q, %v", name, text, err)
		}
	}
}

func TestLinksAndSpecialFilesAreNotOpened(t *testing.T) {
	cleanEnv(t)
	dir, outside := t.TempDir(), t.TempDir()
	write(t, outside, "secret", "text\n")
	writeAll(t, dir, "a/f")
	for link, target := range map[string]string{
		"file": filepath.Join(outside, "secret"), "folder": outside, "inside": "a", "loop": ".", "broken": "nowhere",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, fifo := range []string{"fifo", ".gitignore", ".hunchignore"} {
		if err := syscall.Mkfifo(filepath.Join(dir, fifo), 0o666); err != nil {
			t.Skip("needs FIFOs: ", err)
		}
	}
	got, skipped := walkFiles(t, dir)
	if !slices.Equal(got, []string{"a/f"}) {
		t.Errorf("got %q", got)
	}
	for path, want := range map[string]string{
		"file": ReasonSymlink, "folder": ReasonSymlink, "inside": ReasonSymlink, "loop": ReasonSymlink, "broken": ReasonSymlink,
		"fifo": ReasonSpecial, ".gitignore": ReasonSpecial,
	} {
		if skipped[path] != want {
			t.Errorf("%s: got reason %q, want %q", path, skipped[path], want)
		}
		var skip *SkipError
		if _, err := Read(dir, File{Path: path}); !errors.As(err, &skip) || skip.Reason != want {
			t.Errorf("Read(%s): got %v, want reason %q", path, err, want)
		}
	}
	if text, err := Read(dir, File{Path: "folder/secret"}); err == nil {
		t.Errorf("Read left the root: %q", text)
	}
	if text, err := Read(dir, File{Path: "../" + filepath.Base(outside) + "/secret"}); err == nil {
		t.Errorf("Read left the root: %q", text)
	}
}

// A root that cannot be listed has no files as far as anybody knows, which is
// not the same as none.
func TestWalkOfARootThatCannotBeListed(t *testing.T) {
	cleanEnv(t)
	for name, spoil := range map[string]func(dir string) error{
		"vanished": os.RemoveAll,
		"names without their files": func(dir string) error {
			if os.Geteuid() == 0 {
				return errors.ErrUnsupported // permissions do not bind this user
			}
			t.Cleanup(func() { os.Chmod(dir, 0o700) })
			return os.Chmod(dir, 0o444)
		},
	} {
		dir := filepath.Join(t.TempDir(), "root")
		writeAll(t, dir, "a b/c")
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		if err := spoil(dir); errors.Is(err, errors.ErrUnsupported) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		var got []string
		var last error
		ctx, cancel := context.WithCancel(t.Context())
		w := &walker{ctx: ctx, root: root, rootDir: dir, yield: func(f File, err error) bool {
			got, last = append(got, f.Path), err
			cancel() // must not be told any more
			return true
		}}
		w.walkFolder(&task{welcome: true})
		if last == nil || !slices.Equal(got, []string{""}) {
			t.Errorf("%s: got paths %q and error %v, want one empty path with an error", name, got, last)
		}
	}
}

// Anyone can make a repository in a folder such as /tmp, above what is ours.
func TestARepositoryOfAnotherUserAboveDoesNotCount(t *testing.T) {
	dir := t.TempDir()
	fakeRepo(t, dir)
	writeAll(t, dir, "sub/x")
	sub := filepath.Join(dir, "sub")
	owner := os.Geteuid()
	if owner == 0 {
		if r := enclosingRepository(sub, 1000); r == nil {
			t.Error("the administrator's repository does not count")
		}
		owner = 1234
		if err := os.Lchown(filepath.Join(dir, ".git"), owner, -1); err != nil {
			t.Skip("needs files of another user: ", err)
		}
	}
	for _, tt := range []struct {
		dir  string
		user int
		want bool
	}{{sub, owner, true}, {sub, owner + 1, false}, {sub, 0, true}, {dir, owner + 1, true}} {
		if got := enclosingRepository(tt.dir, tt.user) != nil; got != tt.want {
			t.Errorf("%s of user %d, for user %d: got %v, want %v", tt.dir, owner, tt.user, got, tt.want)
		}
	}
}
