package source

// The names of tracked files, from git's index. Only names are read: a general
// decoder verifies the checksum and builds every entry, which takes longer
// than the walk.
//
// Format: gitformat-index(5), versions 2 to 4.

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// trackedFiles are the entries of an index. The zero value has none.
type trackedFiles struct {
	paths      []string // sorted
	submodules []string // sorted
	fold       bool     // all went through lowerASCII
}

// readIndex reads the index of r. An absent index tracks nothing.
func readIndex(r *repository, sha256 bool) (trackedFiles, error) {
	path := filepath.Join(r.gitDir, "index")
	data, err := readFile(path, maxIndex)
	if errors.Is(err, fs.ErrNotExist) {
		return trackedFiles{}, nil
	}
	if err != nil {
		return trackedFiles{}, err
	}
	hashLen := 20
	if sha256 {
		hashLen = 32
	}
	t, err := parseIndex(string(data), hashLen)
	if err != nil {
		return trackedFiles{}, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// has reports whether path is a tracked file.
func (t trackedFiles) has(path string) bool {
	_, found := slices.BinarySearch(t.paths, foldIf(path, t.fold))
	return found
}

func (t trackedFiles) submodule(folder string) bool {
	_, found := slices.BinarySearch(t.submodules, foldIf(folder, t.fold))
	return found
}

// below reports whether files or submodules below the folder are tracked.
func (t trackedFiles) below(folder string) bool {
	if len(t.paths)+len(t.submodules) == 0 {
		return false
	}
	folder = foldIf(folder, t.fold) + "/"
	return hasBelow(t.paths, folder) || hasBelow(t.submodules, folder)
}

// hasBelow reports whether one of the sorted paths begins with folder.
func hasBelow(paths []string, folder string) bool {
	i, _ := slices.BinarySearch(paths, folder)
	return i < len(paths) && strings.HasPrefix(paths[i], folder)
}

// folded returns the same entries for a work tree where case does not matter:
// there a name on disk may differ in it from the one in the index.
func (t trackedFiles) folded() trackedFiles {
	return trackedFiles{paths: foldedPaths(t.paths), submodules: foldedPaths(t.submodules), fold: true}
}

func foldedPaths(paths []string) []string {
	folded := make([]string, len(paths))
	for i, path := range paths {
		folded[i] = lowerASCII(path)
	}
	slices.Sort(folded)
	return folded
}

const (
	maxIndex      = 1 << 30
	indexHeader   = 12
	indexStat     = 40 // ten words before the hash: times, inode, mode …
	indexModeAt   = 24
	modeType      = 0o170000
	modeSubmodule = 0o160000
	flagExtended  = 0x4000
	nameLenMask   = 0xfff
)

// parseIndex reads the names in an index whose object names have hashLen
// bytes. They share memory with data.
func parseIndex(data string, hashLen int) (trackedFiles, error) {
	if len(data) < indexHeader || data[:4] != "DIRC" {
		return trackedFiles{}, errors.New(`expected "DIRC" at offset 0`)
	}
	version, count := word(data, 4), word(data, 8)
	if version < 2 || version > 4 {
		return trackedFiles{}, fmt.Errorf("expected version 2 to 4, not %d", version)
	}
	p := indexParser{data: data, pos: indexHeader, fixed: indexStat + hashLen, version: version}
	var t trackedFiles
	if int64(count) > int64(len(data)/(p.fixed+3)) {
		return trackedFiles{}, fmt.Errorf("%d entries do not fit into %d bytes", count, len(data))
	}
	t.paths = make([]string, 0, count)
	for i := range count {
		name, mode, ok := p.entry()
		if !ok {
			return trackedFiles{}, fmt.Errorf("entry %d of %d at offset %d: expected a whole entry", i+1, count, p.pos)
		}
		if mode&modeType == modeSubmodule {
			t.submodules = append(t.submodules, name)
		} else {
			t.paths = append(t.paths, name)
		}
	}
	if p.split(hashLen) {
		return trackedFiles{}, errors.New("tracked files are unknown in a split index")
	}
	for _, list := range [][]string{t.paths, t.submodules} {
		if !slices.IsSorted(list) {
			slices.Sort(list)
		}
	}
	return t, nil
}

type indexParser struct {
	data    string
	pos     int
	fixed   int // bytes of an entry before its flags
	version uint32
	last    string // the name before, for version 4
}

// entry reads the entry at pos and moves on; not if it is cut off.
func (p *indexParser) entry() (name string, mode uint32, ok bool) {
	rest := p.data[p.pos:]
	at := p.fixed + 2
	if len(rest) < at {
		return "", 0, false
	}
	mode = word(rest, indexModeAt)
	flags := uint16(rest[at-2])<<8 | uint16(rest[at-1])
	if flags&flagExtended != 0 && p.version >= 3 {
		at += 2
	}
	keep := ""
	if p.version == 4 {
		drop, n := varint(rest[min(at, len(rest)):])
		if n == 0 || drop > uint64(len(p.last)) {
			return "", 0, false
		}
		at += n
		keep = p.last[:len(p.last)-int(drop)]
	}
	end := strings.IndexByte(rest[min(at, len(rest)):], 0)
	if end < 0 {
		return "", 0, false
	}
	name = rest[at : at+end]
	size := at + end + 1
	if p.version == 4 {
		name = keep + name
		p.last = name
	} else if size = (size + 7) &^ 7; size > len(rest) {
		return "", 0, false
	}
	p.pos += size
	return name, mode, true
}

// split looks for the extension that says that entries are in another file.
func (p *indexParser) split(hashLen int) bool {
	rest := p.data[p.pos:]
	for len(rest) >= 8+hashLen {
		size := uint64(word(rest, 4))
		if rest[:4] == "link" {
			return true
		}
		if size > uint64(len(rest)-8) {
			return false
		}
		rest = rest[8+size:]
	}
	return false
}

// varint reads a number as git's offsets are written: seven bits a byte, each
// continuation adding one. n is 0 if it is cut off or too long.
func varint(s string) (v uint64, n int) {
	for i := 0; i < len(s) && i < 8; i++ {
		v = v<<7 | uint64(s[i]&0x7f)
		if s[i]&0x80 == 0 {
			return v, i + 1
		}
		v++
	}
	return 0, 0
}

func word(s string, at int) uint32 {
	return binary.BigEndian.Uint32([]byte(s[at : at+4]))
}
