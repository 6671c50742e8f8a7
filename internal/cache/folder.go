package cache

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Names of a cache: folders of 32 hexadecimal digits, in them files of 32
// hexadecimal digits and a suffix. All else in a folder is somebody else's and
// stays untouched.
const (
	nameSize   = 32
	packSuffix = ".vectors"
	tempSuffix = ".temp"
)

// leftoverAge is the age from which a temporary file is taken for one that a
// crash left, not one that another process is writing.
const leftoverAge = time.Hour

type file struct {
	path    string
	temp    bool
	size    int64
	modTime time.Time
}

func isName(s string) bool {
	return len(s) == nameSize && strings.Trim(s, "0123456789abcdef") == ""
}

// list returns the files of all kinds. A missing folder has none. With an error
// it returns those of the folders that can be read: what another user of the
// machine left there is to stop nobody.
func list(dir string) ([]file, error) {
	folders, err := listFolders(dir)
	var files []file
	for _, folder := range folders {
		in, e := listFolder(folder)
		if !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
		files = append(files, in...)
	}
	return files, err
}

func listFolders(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() && isName(e.Name()) {
			folders = append(folders, filepath.Join(dir, e.Name()))
		}
	}
	return folders, nil
}

// listFolder returns the files of one kind.
func listFolder(folder string) ([]file, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, e := range entries {
		base, temp := strings.CutSuffix(e.Name(), tempSuffix)
		base, isPack := strings.CutSuffix(base, packSuffix)
		if temp == isPack || !isName(base) || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		files = append(files, file{filepath.Join(folder, e.Name()), temp, info.Size(), info.ModTime()})
	}
	return files, nil
}

// stamp returns the time for a new pack: now, or later than all others where
// the clock went backwards, so that the order of packs stays that of writing.
func stamp(files []file) time.Time {
	now := time.Now()
	for _, f := range files {
		if !f.temp && !f.modTime.Before(now) {
			now = f.modTime.Add(time.Millisecond)
		}
	}
	return now
}

func removeLeftovers(files []file) {
	for _, f := range files {
		if f.temp && time.Since(f.modTime).Abs() > leftoverAge {
			os.Remove(f.path)
		}
	}
}

// evict removes the oldest packs, whatever their kind, while all together are
// larger than the limit. Of equally old ones those of other kinds go first.
func (c *Cache) evict() {
	if c.limit <= 0 {
		return
	}
	files, _ := list(c.dir)
	files = slices.DeleteFunc(files, func(f file) bool { return f.temp })
	own := func(f file) int {
		if filepath.Dir(f.path) == c.folder {
			return 1
		}
		return 0
	}
	slices.SortFunc(files, func(a, b file) int {
		return cmp.Or(a.modTime.Compare(b.modTime), cmp.Compare(own(a), own(b)), cmp.Compare(a.path, b.path))
	})
	var total int64
	for _, f := range files {
		total += f.size
	}
	for _, f := range files {
		if total <= c.limit {
			break
		}
		if i := slices.IndexFunc(c.packs, func(p *pack) bool { return p.path == f.path }); i >= 0 {
			c.replace([]*pack{c.packs[i]}, nil)
		}
		err := os.Remove(f.path)
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			total -= f.size
		} // else another process of Windows reads it: the next oldest goes
	}
}

// Stats is what a cache holds.
type Stats struct {
	Bytes   int64 // on disk
	Entries int   // duplicates count
	Damaged int   // packs that give misses, as far as their headers and sizes tell
}

// Measure counts what is in the folder dir, of all kinds. A missing folder has
// nothing. With an error it returns what could be counted.
func Measure(dir string) (s Stats, err error) {
	files, err := list(dir)
	for _, f := range files {
		s.Bytes += f.size
		if f.temp {
			continue
		}
		n, e := countEntries(f)
		switch s.Entries += n; {
		case errors.Is(e, errDamaged):
			s.Damaged++
		case !errors.Is(e, fs.ErrNotExist): // another process is at work
			err = errors.Join(err, e)
		}
	}
	return s, err
}

// Clear removes all kinds from the folder dir; the folder, and what no cache
// wrote, stay. Caches that are open go on, and write again when flushed.
func Clear(dir string) error {
	files, err := list(dir)
	for _, f := range files {
		if e := os.Remove(f.path); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	folders, _ := listFolders(dir) // list told of the error
	for _, folder := range folders {
		os.Remove(folder) // fails if somebody else's file is in it
	}
	return err
}
