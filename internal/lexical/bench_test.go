package lexical_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/lexical"
)

const benchChunks = 50_000

// corpus is the first 50,000 chunks of Go's own sources.
var corpus = sync.OnceValue(func() []lexical.Document {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil
	}
	root := filepath.Join(strings.TrimSpace(string(out)), "src")
	var docs []lexical.Document
	filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if len(docs) >= benchChunks {
			return fs.SkipAll
		}
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil || len(src) > 1<<20 {
			return nil
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		for _, c := range chunk.Split(rel, "go", src) {
			docs = append(docs, lexical.Document{Content: c.Text, Path: rel, Symbols: c.Symbols})
		}
		return nil
	})
	return docs[:min(len(docs), benchChunks)]
})

var built = sync.OnceValue(func() []byte {
	var b lexical.Builder
	for _, d := range corpus() {
		b.Add(d)
	}
	return b.Bytes()
})

func openCorpus(b *testing.B) *lexical.Index {
	if len(corpus()) < benchChunks {
		b.Skipf("Go's sources have %d chunks, want %d", len(corpus()), benchChunks)
	}
	ix, err := lexical.Open(built())
	if err != nil {
		b.Fatal(err)
	}
	return ix
}

func BenchmarkBuild(b *testing.B) {
	openCorpus(b)
	size := 0
	for _, d := range corpus() {
		size += len(d.Content)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	var n int
	for b.Loop() {
		var builder lexical.Builder
		for _, d := range corpus() {
			builder.Add(d)
		}
		n = len(builder.Bytes())
	}
	b.ReportMetric(float64(n)/benchChunks, "B/chunk")
}

func BenchmarkOpen(b *testing.B) {
	openCorpus(b)
	for b.Loop() {
		lexical.Open(built())
	}
}

func BenchmarkCheck(b *testing.B) {
	ix := openCorpus(b)
	for b.Loop() {
		if err := ix.Check(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMerge drops every tenth document of each of two halves.
func BenchmarkMerge(b *testing.B) {
	openCorpus(b)
	var sources []lexical.Source
	n := 0
	for half := range slices.Chunk(corpus(), benchChunks/2) {
		var builder lexical.Builder
		s := lexical.Source{}
		for i, d := range half {
			builder.Add(d)
			if i%10 == 0 {
				s.Docs = append(s.Docs, lexical.Dropped)
			} else {
				s.Docs = append(s.Docs, n)
				n++
			}
		}
		ix, err := lexical.Open(builder.Bytes())
		if err != nil {
			b.Fatal(err)
		}
		s.Index = ix
		sources = append(sources, s)
	}
	var buf bytes.Buffer
	for b.Loop() {
		buf.Reset()
		if _, err := lexical.Merge(&buf, n, sources...); err != nil {
			b.Fatal(err)
		}
	}
}

var benchQueries = []string{
	"where is the ETag computed", "RouterGroup", "how are routes registered", "parse http request header",
	"read file into buffer", "json encoder indent", "what happens when a connection is closed", "sha256 block",
	"retry back-off", "goroutine scheduler steals work from other processors", "tls handshake certificate verify",
	"append string to slice", "return error if nil", "func main", "lock mutex", "strings.Builder",
	"type checker assignability of interface values", "garbage collector write barrier", "zip archive reader", "net/http server timeout",
}

// BenchmarkSearch is the time of one query with all that it needs; p50 and p99
// are of all queries.
func BenchmarkSearch(b *testing.B) {
	ix := openCorpus(b)
	var times []time.Duration
	i := 0
	for b.Loop() {
		start := time.Now()
		q := lexical.ParseQuery(benchQueries[i%len(benchQueries)])
		s, err := ix.Stats(q, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := ix.Search(lexical.NewScorer(q, s, lexical.DefaultParams), 200, nil); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(start))
		i++
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1e3, "ms-p50")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1e3, "ms-p99")
}

func BenchmarkSymbol(b *testing.B) {
	ix := openCorpus(b)
	for b.Loop() {
		if hits, err := ix.Symbol("Buffer.WriteString", 10, nil); err != nil || len(hits) == 0 {
			b.Fatal(hits, err)
		}
	}
}
