package hunch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hunch-search/hunch/internal/index"
)

// GoneIndex is the index of a tree that is not there any more, such as a work tree
// that was removed.
type GoneIndex struct {
	Root  string // of the tree
	Dir   string // of the index
	Bytes int64  // on disk
}

// GoneIndexes lists them in the order of their folders; indexDir is that of
// [Options]. A tree on a disk that is not mounted is one that is not there. An index
// that cannot be read is none of them.
func GoneIndexes(indexDir string) ([]GoneIndex, error) {
	place, err := indexPlace(indexDir)
	if err != nil {
		return nil, err
	}
	trees, err := os.ReadDir(place)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var gone []GoneIndex
	for _, tree := range trees {
		kinds, e := os.ReadDir(filepath.Join(place, tree.Name()))
		if e != nil {
			continue // no folder, or not to be read
		}
		for _, kind := range kinds {
			dir := filepath.Join(place, tree.Name(), kind.Name())
			meta, bytes, e := index.Measure(dir)
			if e != nil || treeName(meta.Root) != tree.Name() {
				continue
			}
			if _, e := os.Stat(meta.Root); errors.Is(e, fs.ErrNotExist) {
				gone = append(gone, GoneIndex{meta.Root, dir, bytes})
			}
		}
	}
	return gone, err
}

// Remove removes the index. The embeddings that repositories share stay.
func (g GoneIndex) Remove() error {
	if err := index.Remove(g.Dir); err != nil {
		return err
	}
	os.Remove(filepath.Dir(g.Dir)) // refused if there is something else in it
	return nil
}
