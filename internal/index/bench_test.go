package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// buildLarge makes an index of 50,000 chunks in 5,000 files with vectors of
// 384 numbers, all in one segment or a commit for every part of the files.
func buildLarge(b *testing.B, commits int) (dir string) {
	b.Helper()
	const files, chunks, dim = 5000, 10, 384
	dir = b.TempDir()
	rng := rand.New(rand.NewPCG(1, 1))
	meta := testMeta
	meta.Dim = dim
	w, err := NewWriter(b.Context(), dir, Config{Meta: meta})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	for f := range files {
		var cs []ChunkRecord
		for c := range chunks {
			v := make([]int8, dim)
			for i := range v {
				v[i] = int8(rng.IntN(255) - 127)
			}
			cs = append(cs, ChunkRecord{Chunk{StartLine: 1 + 20*c, EndLine: 20 + 20*c, Tokens: 200,
				Symbols: []string{fmt.Sprintf("Type%d.method%d", f, c)}}, v, 1.0 / 1440, benchTexts()[rng.IntN(5000)]})
		}
		if err := w.Add(File{Path: fmt.Sprintf("internal/package%d/file%d.go", f/20, f), Language: "go"}, cs); err != nil {
			b.Fatal(err)
		}
		if (f+1)%(files/commits) == 0 {
			if err := w.Commit(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	}
	return dir
}

func BenchmarkOpen50000(b *testing.B) {
	for _, commits := range []int{1, 50} {
		dir := buildLarge(b, commits)
		ix, err := Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		s := ix.Stats()
		ix.Close()
		b.Run(fmt.Sprintf("segments=%d", s.Segments), func(b *testing.B) {
			b.SetBytes(s.Bytes)
			for b.Loop() {
				ix, err := Open(dir)
				if err != nil {
					b.Fatal(err)
				}
				ix.Close()
			}
			b.ReportMetric(float64(s.Bytes)/float64(s.Chunks), "B/chunk")
		})
	}
}

func BenchmarkSearch50000(b *testing.B) {
	ix, err := Open(buildLarge(b, 1))
	if err != nil {
		b.Fatal(err)
	}
	defer ix.Close()
	query := make([]float32, 384)
	rng := rand.New(rand.NewPCG(2, 2))
	for i := range query {
		query[i] = float32(rng.NormFloat64())
	}
	for name, keep := range map[string]func(FileInfo) bool{
		"all":    nil,
		"filter": func(f FileInfo) bool { return f.Path > "internal/package2" },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := ix.Search(query, 10, keep); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkBuild50000 is the whole way of 50,000 chunks to disk, in one commit
// and in fifty, which merge.
func BenchmarkBuild50000(b *testing.B) {
	for _, commits := range []int{1, 50} {
		b.Run(fmt.Sprintf("commits=%d", commits), func(b *testing.B) {
			for b.Loop() {
				buildLarge(b, commits)
			}
		})
	}
}
