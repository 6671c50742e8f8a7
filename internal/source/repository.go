package source

// Where a repository is, and where it keeps its rules.

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// repository is a git repository with a work tree.
type repository struct {
	root      string // the work tree
	gitDir    string // HEAD and index
	commonDir string // config and info; differs from gitDir in a linked worktree
}

// FindRoot returns the folder that an index of path belongs to: the work tree
// of the enclosing git repository (also of a submodule or a linked worktree),
// or path itself where there is none. For a file its folder counts. The root is
// absolute, with symbolic links resolved, so that every way to a folder gives
// the same root. As for git, a .git that is no repository does not count, nor one
// above path that belongs to another user; see the package's documentation. The
// error wraps ErrNoWorkTree where path is in a repository that has none.
func FindRoot(path string) (root string, err error) {
	dir, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if resolved, err := filepath.EvalSymlinks(dir); err == nil {
		dir = resolved // else Stat says what is wrong, or it is a path that Windows cannot resolve
	}
	info, err := os.Stat(dir)
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	r := enclosingRepository(dir, os.Geteuid())
	if inGitDir(dir, r) {
		return "", &fs.PathError{Op: "search", Path: path, Err: ErrNoWorkTree}
	}
	if r != nil {
		return r.root, nil
	}
	return dir, nil
}

// ErrNoWorkTree says that a folder holds what git keeps for itself.
var ErrNoWorkTree = errors.New("a bare git repository, or the inside of one, has no files to search (a clone or a worktree of it has)")

// inGitDir reports whether dir is in a bare repository or in the .git of one, as
// far as the root of r, which is around it or nil.
func inGitDir(dir string, r *repository) bool {
	for r == nil || dir != r.root {
		if isGitDir(dir) {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
	return false
}

func isGitDir(dir string) bool {
	if info, err := os.Lstat(filepath.Join(dir, "HEAD")); err != nil || info.IsDir() {
		return false
	}
	for _, name := range []string{"objects", "refs"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// enclosingRepository looks for a repository in dir, which is absolute, and
// above; nil if there is none. Above dir only those count that the user, by
// number, may trust: in a folder such as /tmp anyone can make one.
func enclosingRepository(dir string, user int) *repository {
	for start := dir; ; {
		if r := repositoryAt(dir); r != nil && (dir == start || !foreign(filepath.Join(dir, ".git"), user)) {
			return r
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil
		}
		dir = parent
	}
}

// repositoryAt returns the repository whose work tree is dir; nil if none.
func repositoryAt(dir string) *repository {
	gitDir := filepath.Join(dir, ".git")
	info, err := os.Stat(gitDir)
	if err != nil {
		return nil
	}
	if info.Mode().IsRegular() {
		data, err := readSmallFile(gitDir)
		target, ok := strings.CutPrefix(string(data), "gitdir:")
		if err != nil || !ok {
			return nil
		}
		gitDir = joinUnlessAbs(dir, strings.TrimSpace(target))
	}
	r := &repository{root: dir, gitDir: gitDir, commonDir: gitDir}
	if data, err := readSmallFile(filepath.Join(gitDir, "commondir")); err == nil {
		r.commonDir = joinUnlessAbs(gitDir, strings.TrimSpace(string(data)))
	}
	if !exists(gitDir, "HEAD") || !exists(r.commonDir, "objects") || !exists(r.commonDir, "refs") {
		return nil
	}
	return r
}

func joinUnlessAbs(dir, path string) string {
	if path = filepath.FromSlash(path); filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

func exists(elem ...string) bool {
	_, err := os.Lstat(filepath.Join(elem...))
	return err == nil
}

// maxRuleFile bounds what is read of a file with rules or settings, which
// comes from the tree and may be anything.
const maxRuleFile = 1 << 20

// readSmallFile reads a file with rules or settings outside the walked tree.
// The null device, to which people point what they want to be empty, is.
func readSmallFile(path string) ([]byte, error) {
	data, err := readFile(path, maxRuleFile)
	if errors.Is(err, errNotRegular) && isNull(path) {
		return nil, nil
	}
	return data, err
}

func isNull(path string) bool {
	a, err := os.Stat(path)
	b, nullErr := os.Stat(os.DevNull)
	return err == nil && nullErr == nil && os.SameFile(a, b)
}

// readFile reads a regular file of at most limit bytes outside the walked tree.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readRegular(f, limit)
}

var errNotRegular = errors.New("not a regular file")

// readRegular reads an open file of at most limit bytes.
func readRegular(f *os.File, limit int64) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: f.Name(), Err: errNotRegular}
	}
	// One byte more than the size shows the end of the file without a second
	// allocation; one more than the limit shows that it is exceeded.
	buf := make([]byte, min(info.Size(), limit)+1)
	n := 0
	for {
		m, err := f.Read(buf[n:])
		if n += m; int64(n) > limit {
			return nil, &fs.PathError{Op: "read", Path: f.Name(), Err: tooLargeError(limit)}
		}
		if errors.Is(err, io.EOF) {
			return buf[:n], nil
		}
		if err != nil {
			return nil, err
		}
		if n == len(buf) {
			buf = append(buf, 0)
			buf = buf[:min(int64(cap(buf)), limit+1)]
		}
	}
}

type tooLargeError int64

func (e tooLargeError) Error() string {
	return fmt.Sprintf("larger than %d bytes", int64(e))
}
