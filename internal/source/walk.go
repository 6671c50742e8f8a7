package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// walker is one walk. Inside it a path is relative to the work tree in which
// the walk began, since ignore rules are, and a folder is a path that is empty
// or ends in a slash. Below prefix lies what is walked.
type walker struct {
	ctx   context.Context
	opts  Options
	yield func(File, error) bool

	root    *os.Root
	rootDir string // absolute
	prefix  string
	own     ruleStack // of opts.Ignore
	done    bool      // the caller has had enough
	ahead   ahead
}

// scope is what holds for a folder and all below it.
type scope struct {
	repo        bool   // within a repository
	base        string // that repository's folder
	fold        bool   // and whether its rules ignore case
	tracked     trackedFiles
	git         ruleStack
	hunch       ruleStack
	onlyTracked bool // within a folder that git ignores but has tracked files in
}

// found is an entry of a folder to go on with.
type found struct {
	file   File // only Path for an error
	err    error
	folder bool // the next of listing.folders, and nothing else
}

func (w *walker) walk(root string) {
	var err error
	if w.root, err = os.OpenRoot(root); err == nil {
		defer w.root.Close()
		w.rootDir, err = filepath.Abs(root)
	}
	if err == nil {
		if dir, err := filepath.EvalSymlinks(w.rootDir); err == nil {
			w.rootDir = dir
		}
	} else {
		w.yield(File{}, err)
		return
	}
	repo := enclosingRepository(w.rootDir, os.Geteuid())
	if repo != nil {
		if rel, err := filepath.Rel(repo.root, w.rootDir); err == nil && rel != "." {
			w.prefix = filepath.ToSlash(rel) + "/"
		}
	}
	var above listing
	sc := w.newScope(&above, repo, "", ruleStack{})
	w.own = w.own.push(ownRules(w.opts.Ignore, w.prefix, sc.fold))
	if repo != nil {
		w.pushAbove(&above, &sc, repo.root)
	}
	w.tell(&above)
	if w.done {
		return
	}
	defer w.ahead.start(w)()
	w.walkFolder(&task{folder: w.prefix, scope: sc, welcome: true})
}

// tell passes on what a listing met: whatever goroutine read the folder, the
// caller hears of it in its own, and of one folder after the other.
func (w *walker) tell(l *listing) {
	for _, s := range l.skipped {
		w.opts.Skipped(s.path, s.reason)
	}
	for _, e := range l.errs {
		w.emit(File{Path: e.path}, e.err)
	}
}

// emit yields unless the walk is over; the end of ctx is the last thing told.
func (w *walker) emit(f File, err error) {
	if w.done {
		return
	}
	if end := w.ctx.Err(); end != nil {
		w.done = true
		w.yield(File{}, end)
		return
	}
	w.done = !w.yield(f, err)
}

func (w *walker) skip(l *listing, path, reason string) {
	if w.opts.Skipped != nil {
		l.skipped = append(l.skipped, skipped{w.rel(path), reason})
	}
}

func (w *walker) rel(path string) string { return path[len(w.prefix):] }

// name is what os.Root calls a folder.
func (w *walker) name(folder string) string {
	if rel := strings.TrimSuffix(w.rel(folder), "/"); rel != "" {
		return filepath.FromSlash(rel)
	}
	return "."
}

// walkFolder yields what is in a folder and below.
func (w *walker) walkFolder(t *task) {
	l := w.ahead.take(w, t)
	w.tell(l)
	if l.fatal != nil {
		w.emit(File{}, l.fatal)
		w.done = true
		return
	}
	w.ahead.offer(l.folders)
	folders := l.folders
	for i := range l.found {
		it := &l.found[i]
		switch {
		case w.done:
			return
		case it.folder:
			w.walkFolder(folders[0])
			folders = folders[1:]
		default:
			w.emit(it.file, it.err)
		}
	}
	w.ahead.withdraw(l.folders)
	if end := w.ctx.Err(); end != nil {
		w.emit(File{}, end)
	}
}

// listing is what one folder has, and what was met on reading it.
type listing struct {
	found   []found
	folders []*task // of found, those to be entered
	skipped []skipped
	errs    []failure
	fatal   error // ends the walk
}

type skipped struct{ path, reason string }

// failure is an error for a path relative to the root.
type failure struct {
	path string
	err  error
}

func (l *listing) fail(path string, err error) { l.errs = append(l.errs, failure{path, err}) }

// maxDepth is how many folders below the root are entered. The way to each is
// walked again for every listing, so that depth costs the square of it.
const maxDepth = 512

// listFolder reads a folder to its end and closes it, so that the depth of a
// tree costs no file descriptors. Several may run at once.
func (w *walker) listFolder(t *task) *listing {
	l := new(listing)
	if w.ctx.Err() != nil {
		return l
	}
	folder, sc := t.folder, t.scope
	entries, err := readFolder(w.root, w.name(folder))
	isRoot := folder == w.prefix
	switch {
	case isRoot && err != nil: // whatever it is: without a listing all files would seem gone
		l.fatal = err
		return l
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		l.fail(strings.TrimSuffix(w.rel(folder), "/"), err)
	}
	if !isRoot && !w.enter(l, folder, entries, &sc, t.welcome) {
		return l
	}
	w.pushOwn(l, folder, entries, &sc)
	slices.SortFunc(entries, compareEntries)
	for _, e := range entries {
		if w.ctx.Err() != nil {
			break // many rules and many names can take long
		}
		w.look(l, folder, entries, e, &sc)
	}
	return l
}

// readFolder may return entries besides an error. The entries know their
// FileInfo: os.Root takes it while the folder is open.
func readFolder(root *os.Root, name string) ([]fs.DirEntry, error) {
	f, err := root.OpenFile(name, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.ReadDir(-1)
}

// compareEntries orders as the bytes of the full paths below are ordered: as
// if the name of a folder ended in a slash.
func compareEntries(a, b fs.DirEntry) int {
	x, y := a.Name(), b.Name()
	n := min(len(x), len(y))
	if c := strings.Compare(x[:n], y[:n]); c != 0 {
		return c
	}
	return nextByte(a, n) - nextByte(b, n)
}

func nextByte(e fs.DirEntry, n int) int {
	switch name := e.Name(); {
	case len(name) > n:
		return int(name[n])
	case e.IsDir():
		return '/'
	}
	return -1
}

// enter decides by its entries whether to go on in a folder, and changes the
// scope where it is a repository of its own.
func (w *walker) enter(l *listing, folder string, entries []fs.DirEntry, sc *scope, welcome bool) bool {
	inRepo := strings.TrimSuffix(folder[len(sc.base):], "/")
	submodule := sc.tracked.submodule(inRepo)
	var repo *repository
	if hasEntry(entries, ".git") {
		repo = repositoryAt(filepath.Join(w.rootDir, w.name(folder)))
	}
	switch {
	case repo == nil && !submodule:
	case repo == nil && len(entries) == 0: // nobody has fetched it
	case repo != nil && (submodule || !sc.repo || welcome):
		*sc = w.newScope(l, repo, folder, sc.hunch)
	case submodule || !sc.tracked.below(inRepo):
		w.skip(l, folder, ReasonNested)
		return false
	}
	if !welcome && vendoredInside(folder, entries) {
		w.skip(l, folder, ReasonVendored)
		return false
	}
	return true
}

// look decides about one entry, and lists it unless it is left out.
func (w *walker) look(l *listing, folder string, entries []fs.DirEntry, e fs.DirEntry, sc *scope) {
	name := e.Name()
	path := folder + name
	shown := path
	if e.IsDir() {
		shown += "/"
	}
	reason := typeReason(e, sc.fold)
	forced, ignored := false, false
	if reason == "" {
		forced, ignored, reason = w.rule(sc, path, name, e.IsDir())
	}
	if reason == "" && !forced {
		reason = nameReason(folder, e, entries)
	}
	if reason == "" && e.IsDir() && strings.Count(w.rel(path), "/") >= maxDepth {
		reason = ReasonTooDeep
	}
	switch {
	case reason != "":
		w.skip(l, shown, reason)
	case e.IsDir():
		t := &task{folder: shown, scope: *sc, welcome: forced}
		t.scope.onlyTracked = ignored
		l.found, l.folders = append(l.found, found{folder: true}), append(l.folders, t)
	default:
		w.lookAtFile(l, path, e, forced)
	}
}

func (w *walker) lookAtFile(l *listing, path string, e fs.DirEntry, forced bool) {
	it := found{file: File{Path: w.rel(path), Forced: forced}}
	info, err := e.Info()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		it.err = err
		l.found = append(l.found, it)
		return
	case !info.Mode().IsRegular():
		w.skip(l, path, ReasonSpecial)
		return
	case info.Size() > w.opts.maxSize():
		w.skip(l, path, ReasonTooLarge)
		return
	}
	it.file.Size, it.file.ModTime = info.Size(), info.ModTime()
	it.file.Changed = changed(info)
	it.file.Language = w.opts.Language(e.Name(), nil)
	if info.Size() > 0 {
		l.found = append(l.found, it)
	}
}

// rule asks the caller's patterns and the ignore files. forced: one of the
// caller's or of a .hunchignore brings the path back. tracked: git ignores this
// folder, but files in it are tracked. reason is empty unless the path is
// ignored.
func (w *walker) rule(sc *scope, path, name string, folder bool) (forced, tracked bool, reason string) {
	f, r := w.own.find(path, name, folder)
	if r == nil {
		f, r = sc.hunch.find(path, name, folder)
	}
	if r != nil {
		if r.negative {
			return true, false, ""
		}
		return false, false, ignoredBy(f, r)
	}
	inRepo := path[len(sc.base):]
	if folder && sc.tracked.submodule(inRepo) {
		return false, false, "" // as tracked as a file; enter sees whether it is there
	}
	reason = ReasonIgnored
	if !sc.onlyTracked {
		f, r := sc.git.find(path, name, folder)
		if r == nil || r.negative {
			return false, false, ""
		}
		reason = ignoredBy(f, r)
	}
	if folder && sc.tracked.below(inRepo) {
		return false, true, ""
	}
	if !folder && sc.tracked.has(inRepo) {
		return false, false, ""
	}
	return false, false, reason
}
