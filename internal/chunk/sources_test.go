package chunk

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hunch-search/hunch/internal/source"
)

// sourcesOf bounds what is read of a language.
const sourcesOf = 8 << 20

// BenchmarkSources cuts the files in the folder that HUNCH_SOURCES names,
// language by language: real code, of which the samples are no measure.
func BenchmarkSources(b *testing.B) {
	root := os.Getenv("HUNCH_SOURCES")
	if root == "" {
		b.Skip("HUNCH_SOURCES names no folder of sources")
	}
	files := sources(b, root)
	for _, language := range slices.Sorted(maps.Keys(files)) {
		size := int64(0)
		for _, src := range files[language] {
			size += int64(len(src))
		}
		if size < 1<<16 {
			continue
		}
		b.Run(language, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, src := range files[language] {
					Split("a/path/to/file", language, src)
				}
			}
		})
	}
}

// sources reads the files below root by their language.
func sources(b *testing.B, root string) map[string][][]byte {
	files, sizes := map[string][][]byte{}, map[string]int{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == ".git" {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() {
			return nil
		}
		src, err := os.ReadFile(path)
		language := source.Language(path, src)
		if err != nil || language == "" || len(src) > 1<<20 || sizes[language] > sourcesOf {
			return err
		}
		files[language] = append(files[language], src)
		sizes[language] += len(src)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return files
}
