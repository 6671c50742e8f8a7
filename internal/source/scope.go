package source

// Which ignore files hold where.

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// newScope collects the rules that hold for the whole of a repository, or, if
// repo is nil, for a folder in none. The rules of .hunchignore files further up
// go on. What is wrong goes to l.
func (w *walker) newScope(l *listing, repo *repository, base string, hunch ruleStack) scope {
	settings, errs := readGitSettings(w.ctx, repo)
	sc := scope{repo: repo != nil, base: base, fold: settings.ignoreCase, hunch: hunch}
	relativeTo := w.rootDir
	if repo != nil {
		relativeTo = repo.root
	}
	outside := func(path string) {
		f, err := readRules(path, base, settings.ignoreCase)
		sc.git = sc.git.push(f)
		if err != nil {
			errs = append(errs, err)
		}
	}
	if path := globalExcludes(settings, relativeTo); path != "" {
		outside(path)
	}
	if repo != nil {
		outside(filepath.Join(repo.commonDir, "info", "exclude"))
		var err error
		if sc.tracked, err = readIndex(repo, settings.sha256); err != nil {
			errs = append(errs, err)
		}
		if sc.fold {
			sc.tracked = sc.tracked.folded()
		}
	}
	path := ".git" // of the root; the repository's may be further up
	if base != "" {
		path = w.rel(base) + ".git"
	}
	for _, err := range errs {
		l.fail(path, err)
	}
	return sc
}

// globalExcludes is the user's own ignore file; empty if there is none.
func globalExcludes(settings gitSettings, relativeTo string) string {
	if path := settings.excludesFile; path != nil {
		if *path == "" {
			return ""
		}
		return joinUnlessAbs(relativeTo, *path)
	}
	if dir := userGitDir(); dir != "" {
		return filepath.Join(dir, "ignore")
	}
	return ""
}

// readRules reads an ignore file outside the walked tree; an absent one gives nil.
func readRules(path, base string, fold bool) (*ruleFile, error) {
	data, err := readSmallFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseRules(path, base, string(data), fold), nil
}

const (
	gitIgnore   = ".gitignore"
	hunchIgnore = ".hunchignore"
)

// pushAbove adds the rules of the folders from the work tree's root down to,
// but without, the walk's root.
func (w *walker) pushAbove(l *listing, sc *scope, repoRoot string) {
	for i := 0; i < len(w.prefix); {
		folder := w.prefix[:i]
		dir := filepath.Join(repoRoot, filepath.FromSlash(folder))
		for _, name := range []string{gitIgnore, hunchIgnore} {
			if info, err := os.Lstat(filepath.Join(dir, name)); err != nil || !info.Mode().IsRegular() {
				continue
			}
			f, err := readRules(filepath.Join(dir, name), folder, sc.fold)
			if err != nil {
				l.fail(".git", err)
			}
			sc.push(name, f)
		}
		i += strings.IndexByte(w.prefix[i:], '/') + 1
	}
}

// pushOwn adds the rules in the folder itself. Like git it follows no symbolic
// links to them.
func (w *walker) pushOwn(l *listing, folder string, entries []fs.DirEntry, sc *scope) {
	for _, e := range entries {
		name := e.Name()
		if name != hunchIgnore && (name != gitIgnore || sc.onlyTracked) || !e.Type().IsRegular() {
			continue
		}
		data, err := readInside(w.root, filepath.FromSlash(w.rel(folder)+name), maxRuleFile)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			l.fail(w.rel(folder+name), err)
		default:
			sc.push(name, parseRules(w.rel(folder)+name, folder, string(data), sc.fold))
		}
	}
}

func (sc *scope) push(name string, f *ruleFile) {
	if name == hunchIgnore {
		sc.hunch = sc.hunch.push(f)
	} else {
		sc.git = sc.git.push(f)
	}
}

// readInside reads a regular file below dir.
func readInside(dir *os.Root, name string, limit int64) ([]byte, error) {
	f, err := dir.OpenFile(name, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readRegular(f, limit)
}
