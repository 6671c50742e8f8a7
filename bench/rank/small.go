package main

// Small trees: a handful of files of a labelled repository. The probability of an
// answer must be right in them, too, and the repositories themselves are large.

import (
	"cmp"
	"context"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
)

// smallSizes are about how many bytes of files a small tree has: some ten chunks,
// thirty and eighty.
var smallSizes = []int64{5_000, 20_000, 60_000}

// smallTrees is how many trees of each size a repository gives.
const smallTrees = 4

// small searches small trees of a repository, which lies in dir: for the labelled
// queries whose first right answer is in the tree, and for foreign ones.
func small(ctx context.Context, repo dataset.LabelledRepo, dir string, foreign []string, o hunch.Options) ([]hunch.RankSample, error) {
	files, err := filesBelow(filepath.Join(dir, filepath.FromSlash(repo.Root)))
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(1, uint64(len(files))))
	var all []hunch.RankSample
	for _, size := range smallSizes {
		for range smallTrees {
			samples, err := smallTree(ctx, repo, dir, draw(rng, repo, files, size), foreign, o)
			if err != nil {
				return nil, err
			}
			all = append(all, samples...)
		}
	}
	return all, nil
}

type file struct {
	path string // relative, with slashes
	size int64
}

// filesBelow lists the files that a person may have written.
func filesBelow(root string) ([]file, error) {
	var files []file
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") && name != root {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err == nil && info.Size() > 0 && info.Size() < 100_000 {
			files = append(files, file{filepath.ToSlash(rel), info.Size()})
		}
		return err
	})
	return files, err
}

// draw chooses a right answer and others by lot, until they have the size.
func draw(rng *rand.Rand, repo dataset.LabelledRepo, files []file, size int64) []file {
	var chosen []file
	target := repo.Queries[rng.IntN(len(repo.Queries))].Targets[0].Path
	for _, f := range files {
		if isTarget(repo, f, target) {
			chosen, size = append(chosen, f), size-f.size
			break
		}
	}
	for _, i := range rng.Perm(len(files)) {
		if f := files[i]; f.size <= size && !slices.Contains(chosen, f) {
			chosen, size = append(chosen, f), size-f.size
		}
		if size < 500 {
			break
		}
	}
	return chosen
}

// isTarget reports whether a file is the one that a target's path means, as the
// metric has it.
func isTarget(repo dataset.LabelledRepo, f file, target string) bool {
	whole := eval.Span{Path: path.Join(repo.Root, f.path)}
	return eval.FileNDCG([]eval.Span{whole}, []eval.Span{{Path: target}}) > 0
}

func smallTree(ctx context.Context, repo dataset.LabelledRepo, dir string, files []file, foreign []string, o hunch.Options) (samples []hunch.RankSample, err error) {
	temp, err := os.MkdirTemp("", "hunch-small-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = cmp.Or(err, os.RemoveAll(temp)) }()
	tree := filepath.Join(temp, "tree")
	for _, f := range files {
		name := filepath.Join(filepath.FromSlash(repo.Root), filepath.FromSlash(f.path))
		if err := copyFile(filepath.Join(tree, name), filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	part := repo
	part.Queries = slices.DeleteFunc(slices.Clone(repo.Queries), func(q dataset.RepoQuery) bool {
		return !slices.ContainsFunc(files, func(f file) bool { return isTarget(repo, f, q.Targets[0].Path) })
	})
	o.IndexDir = filepath.Join(temp, "index")
	return hunch.RankSamples(ctx, part, tree, foreign, o)
}

func copyFile(to, from string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}
