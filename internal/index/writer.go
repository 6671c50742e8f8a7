package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math"
	"os"
	"path/filepath"

	"github.com/hunch-search/hunch/internal/lock"
)

// Config says what a [Writer] writes.
type Config struct {
	Meta    Meta // what the index is built from; Root, Model, Precision, Template and Dim must match the index that is there; with another Tool all files in it become Outdated
	Rebuild bool // start afresh where the index is damaged or was built from something else; the old one stays until the first Commit
	Wait    bool // wait for another writer to end, or for the context
}

// Writer changes an index. It has the lock of the folder until Close. It is
// not safe for concurrent use.
type Writer struct {
	dir   string
	meta  Meta
	lock  *lock.Lock
	disk  disk
	fresh bool // the folder has no manifest that counts

	generation uint64
	unread     uint64 // to be written with the next manifest
	told       uint64 // as the present one has it
	tool       string // likewise
	views      views
	pending    *pending
	removed    map[string]bool  // paths to be dead
	touched    map[string]int64 // paths whose time changes
	judged     map[string]bool  // paths that are not outdated any more

	graphFloor int // GraphFloor, but in tests
}

// NewWriter takes the lock of the index in the folder dir, which it makes if
// need be, loads what is there, and removes what killed writers left over.
// dir must be a place of the program's own, but of files with other names than
// an index has it touches none.
//
// Errors, after which the index is as it was: [*LockedError]; unless cfg.Rebuild,
// [*FormatError], [*NewerFormatError] and [*MismatchError]; those of the
// operating system. An impossible Meta.Dim or Meta.Template is an error too.
func NewWriter(ctx context.Context, dir string, cfg Config) (w *Writer, err error) {
	if m := cfg.Meta; m.Dim < 1 || m.Dim > maxDim || m.Template < 0 || m.Template > math.MaxInt32 {
		return nil, fmt.Errorf("an index of dim %d and template %d, want 1 to %d and 0 to %d", m.Dim, m.Template, maxDim, math.MaxInt32)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	l, err := acquire(ctx, dir, cfg.Wait)
	if err != nil {
		return nil, err
	}
	w = &Writer{dir: dir, meta: cfg.Meta, lock: l, disk: realDisk, graphFloor: GraphFloor}
	w.reset()
	if err := w.load(cfg.Rebuild); err != nil {
		return nil, errors.Join(err, l.Release())
	}
	return w, nil
}

func (w *Writer) reset() {
	w.pending, w.removed, w.touched = newPending(w.meta.Dim), map[string]bool{}, map[string]int64{}
	w.judged = map[string]bool{}
}

// load opens what is there. With rebuild, damage or another index counts as
// nothing; but one that is whole is not thrown away: another process may have
// built it while this one waited for the lock.
func (w *Writer) load(rebuild bool) error {
	m, vs, err := load(w.dir)
	if err == nil {
		if err = m.meta.Match(w.meta); err != nil {
			vs.close()
		}
	}
	_, damaged := errors.AsType[*FormatError](err)
	_, foreign := errors.AsType[*MismatchError](err)
	switch {
	case err == nil:
		w.generation, w.unread, w.told, w.views = m.generation, m.unread, m.unread, vs
		if w.tool = m.meta.Tool; w.tool != w.meta.Tool {
			vs.outdate()
		}
	case errors.Is(err, fs.ErrNotExist):
		w.fresh = true
	case rebuild && (damaged || foreign):
		w.startAfresh()
		return nil // the old index stays until the first commit
	default:
		return fmt.Errorf("open index: %w", err)
	}
	w.sweep()
	return nil
}

func (w *Writer) startAfresh() {
	w.fresh = true
	if path, data, err := readManifestFile(w.dir); err == nil {
		if m, err := parseManifest(path, data); err == nil {
			w.generation = m.generation
		}
	}
}

// sweep removes all segments but those of the present views.
func (w *Writer) sweep() {
	keep := map[string]bool{}
	for _, v := range w.views {
		keep[segmentName(v.entry.id)] = true
	}
	w.disk.sweep(w.dir, keep)
}

// Files yields the files of the last commit, in order of path (by bytes). The
// writer may be changed meanwhile, but not by Commit, with which their chunk IDs
// lose their meaning.
func (w *Writer) Files() iter.Seq[FileInfo] { return w.views.all() }

// Lookup returns a file of the last commit.
func (w *Writer) Lookup(path string) (FileInfo, bool) { return w.views.lookup(path) }

// View returns the last commit as those see it who open the index. It ends with
// the next Commit, and is not to be closed.
func (w *Writer) View() *Index {
	return &Index{&manifest{generation: w.generation, unread: w.told, meta: w.meta}, w.views}
}

// Chunk returns a chunk of a file that Files or Lookup gave since the last commit.
func (w *Writer) Chunk(id ChunkID) Chunk { return w.views.chunk(id) }

// Add puts a file and its chunks, which are in order, into the next commit, in
// place of what the index has under its path. A file may have no chunks. All
// that is passed is copied. Chunks that are impossible (a line 0, a vector of
// another length) are an error.
func (w *Writer) Add(f File, chunks []ChunkRecord) error {
	if err := check(w.meta.Dim, f, chunks); err != nil {
		return fmt.Errorf("add to index: %w", err)
	}
	if w.pending.full(chunks) {
		return fmt.Errorf("add to index: more than %d records wait for a commit", maxRecords)
	}
	w.pending.add(f, chunks)
	return nil
}

// Remove takes a path out of the index with the next commit. A path that is
// not in it is ignored.
func (w *Writer) Remove(path string) {
	delete(w.pending.byPath, path)
	delete(w.touched, path)
	w.removed[path] = true
}

// Touch gives a file of the last commit, whose content is the same, another
// modification time with the next commit. A path that is not in it, or that
// Add or Remove named since, is ignored.
func (w *Writer) Touch(path string, modTime int64) {
	w.touched[path] = modTime
}

// SetUnread says how many files are still to be read, for those who read the
// index after the next commit.
func (w *Writer) SetUnread(files int) { w.unread = uint64(max(files, 0)) }

// Close gives up what was not committed and releases the lock.
func (w *Writer) Close() error {
	err := errors.Join(w.views.close(), w.lock.Release())
	w.views = nil
	return err
}

// Remove deletes the index in the folder dir, and the folder if nothing else is
// in it. Readers that have it open keep their view (on Windows their files
// stay until the next writer). A folder without an index is no error. Errors:
// [*LockedError], or one of the operating system.
func Remove(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	l, err := acquire(context.Background(), dir, false)
	if err != nil {
		return err
	}
	err = os.Remove(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err == nil {
		realDisk.sweep(dir, nil)
		err = l.Remove()
	}
	if err != nil {
		return errors.Join(err, l.Release())
	}
	os.Remove(dir) // refused unless empty
	return nil
}
