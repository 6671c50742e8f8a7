package index

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/hunch-search/hunch/internal/vector"
)

// buildGraphs gives a graph to each segment of so many chunks.
func buildGraphs(t testing.TB, w *Writer, floor int) {
	t.Helper()
	w.graphFloor = floor
	if err := w.BuildGraphs(context.Background(), 1, nil); err != nil {
		t.Fatal(err)
	}
}

// topic is a file whose chunks lie around one of forty directions.
func topic(rng *rand.Rand, path string, dim, chunks int) document {
	d := document{file: File{Path: path, Language: fmt.Sprint(rng.IntN(10))}}
	of := rng.Uint64N(40)
	for c := range chunks {
		q := make([]int8, dim)
		scale, err := vector.Quantize(q, near(rng, of, dim))
		if err != nil {
			panic(err)
		}
		d.chunks = append(d.chunks, ChunkRecord{Chunk{StartLine: c + 1, EndLine: c + 1}, q, scale, ""})
	}
	return d
}

func near(rng *rand.Rand, topic uint64, dim int) []float32 {
	v, middle := gauss(rng, dim, 0.4), gauss(rand.New(rand.NewPCG(topic, 3)), dim, 1)
	for i := range v {
		v[i] += middle[i]
	}
	return v
}

func gauss(rng *rand.Rand, dim int, spread float64) []float32 {
	v := make([]float32, dim)
	for i := range v {
		v[i] = float32(spread * rng.NormFloat64())
	}
	return v
}

// buildTopics makes an index of three segments: two with graphs, of which one has
// dead files, and a small one with neither.
func buildTopics(t *testing.T, dim int) *Index {
	t.Helper()
	dir := t.TempDir()
	meta := testMeta
	meta.Dim = dim
	w, err := NewWriter(t.Context(), dir, Config{Meta: meta})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	rng := rand.New(rand.NewPCG(21, 1))
	m := model{}
	for range 2 {
		for range 500 {
			m.add(t, w, topic(rng, fmt.Sprintf("f%d", len(m)), dim, 10))
		}
		commit(t, w)
	}
	buildGraphs(t, w, GraphFloor)
	for f := range 150 {
		w.Remove(fmt.Sprintf("f%d", 5*f))
	}
	m.add(t, w, topic(rng, "last", dim, 100))
	commit(t, w)
	ix, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	s := ix.Stats()
	if s.Segments != 3 || s.DeadChunks != 1500 || s.Graphed != 8500 || s.Chunks != 8600 {
		t.Fatalf("got %+v, want 3 segments, 1,500 dead chunks, 8,500 of 8,600 in graphs", s)
	}
	return ix
}

// TestApproximateSearchFindsTheNearest holds it against the exact search, with
// dead files and with filters from wide to empty.
func TestApproximateSearchFindsTheNearest(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long under the race detector; smaller graphs are searched there")
	}
	const dim, k = 32, 10
	ix := buildTopics(t, dim)
	tests := []struct {
		name string
		keep func(FileInfo) bool
		want float64
		walk bool // so many files count that no more than some should be asked about
	}{
		{"all", nil, 0.98, false},
		{"a filter that keeps all", func(FileInfo) bool { return true }, 0.98, true},
		{"half", func(f FileInfo) bool { return f.Language < "5" }, 0.98, true},
		{"a tenth", func(f FileInfo) bool { return f.Language == "5" }, 0.98, false},
		{"one file", func(f FileInfo) bool { return f.Path == "f101" }, 1, false},
		{"one file of the segment without a graph", func(f FileInfo) bool { return f.Path == "last" }, 1, false},
		{"none", func(FileInfo) bool { return false }, 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(22, 1))
			found, all := 0, 0
			for range 50 {
				query := near(rng, rng.Uint64N(40), dim)
				want, err1 := ix.Search(query, k, tt.keep)
				asked := map[string]int{}
				keep := tt.keep
				if keep != nil {
					keep = func(f FileInfo) bool { asked[f.Path]++; return tt.keep(f) }
				}
				got, err2 := ix.SearchApproximate(query, k, keep)
				if err := errors.Join(err1, err2); err != nil || len(got) != len(want) {
					t.Fatalf("got %d hits, error %v, want %d", len(got), err, len(want))
				}
				for path, n := range asked {
					if n > 1 {
						t.Fatalf("%q was asked for %d times", path, n)
					}
				}
				if tt.walk && len(asked) == ix.Stats().Files {
					t.Fatal("all files were asked for, so this tests no graph")
				}
				for _, h := range got {
					if slices.Contains(want, h) {
						found++
					} else if tt.keep != nil && !tt.keep(ix.FileOf(h.Chunk)) {
						t.Errorf("%+v is not to be found", h)
					}
				}
				all += len(want)
			}
			if recall := float64(found) / float64(max(1, all)); all > 0 && recall < tt.want {
				t.Errorf("recall@%d is %.4f, want at least %v", k, recall, tt.want)
			}
		})
	}
}

func TestApproximateSearchRefusesABadQuery(t *testing.T) {
	ix, err := Open(newFixture(t, 11).dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	bad := make([]float32, testDim)
	bad[3] /= bad[4] // NaN
	if _, err := ix.SearchApproximate(bad, 1, nil); !errors.Is(err, vector.ErrNotFinite) {
		t.Errorf("error %v, want ErrNotFinite", err)
	}
}

// TestGraphIsAnAdditionalSection: a segment with a graph has the sections of the
// one without, and the graph in one that is not required.
func TestGraphIsAnAdditionalSection(t *testing.T) {
	dir := t.TempDir()
	want := build(t, dir, 23, 1)
	parse := func() *container {
		segments, _ := names(t, dir)
		c, err := parseContainer(segments[0], segmentMagic, readFile(t, dir, segments[0]), segmentTags...)
		if err != nil || len(segments) != 1 {
			t.Fatalf("%d segments, error %v", len(segments), err)
		}
		return c
	}
	before := parse()
	w := newWriter(t, dir)
	buildGraphs(t, w, 1)
	want.check(t, dir)
	after := parse() // a reader that does not know the section
	if n := len(before.sections); len(after.sections) != n+1 || after.sections[n].tag != graphTag || after.sections[n].required {
		t.Fatalf("sections %+v", after.sections)
	}
	for i, s := range before.sections {
		if a := after.sections[i]; a.tag != s.tag || a.crc != s.crc || a.required != s.required {
			t.Errorf("section %+v, want %+v", a, s)
		}
	}
	generation := w.generation
	buildGraphs(t, w, 1)
	if w.generation != generation {
		t.Error("a graph is built again")
	}
}

// TestSmallSegmentsGetNoGraph, nor those whose files are mostly dead.
func TestSmallSegmentsGetNoGraph(t *testing.T) {
	dir := t.TempDir()
	want := build(t, dir, 24, 3)
	w := newWriter(t, dir)
	var live []int
	for _, v := range w.views {
		_, n := v.live()
		live = append(live, n)
	}
	slices.Sort(live)
	if live[0] == live[2] {
		t.Fatalf("the segments have %v chunks, want different numbers", live)
	}
	buildGraphs(t, w, live[2])
	graphed := 0
	for _, v := range w.views {
		if _, n := v.live(); v.graph != nil {
			graphed += n
		}
		if v.lacksGraph(live[2]) {
			t.Error("a graph is lacking still")
		}
	}
	if graphed == 0 || graphed > 2*live[2] {
		t.Errorf("graphs of %d chunks, want %d", graphed, live[2])
	}
	want.check(t, dir)
	w.Close()
	ix, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	if got := ix.Stats().Graphed; got != graphed || ix.LacksGraphs() {
		t.Errorf("stats say %d chunks with a graph, want %d; graphs are lacking: %v", got, graphed, ix.LacksGraphs())
	}
}

// TestMergedSegmentGetsAGraphAgain at the next BuildGraphs.
func TestMergedSegmentGetsAGraphAgain(t *testing.T) {
	dir := t.TempDir()
	want := build(t, dir, 25, maxSegments)
	w := newWriter(t, dir)
	buildGraphs(t, w, 1)
	if n := len(w.views); n != maxSegments || slices.ContainsFunc(w.views, func(v *view) bool { return v.lacksGraph(1) }) {
		t.Fatalf("not every one of %d segments has a graph", n)
	}
	want.add(t, w, randomDocument(rand.New(rand.NewPCG(25, 2)), "more"))
	commit(t, w)
	if !slices.ContainsFunc(w.views, func(v *view) bool { return v.graph == nil }) || len(w.views) > maxSegments {
		t.Fatalf("no merge happened to %d segments", len(w.views))
	}
	want.check(t, dir)
	calls, last, total := 0, 0, 0
	err := w.BuildGraphs(t.Context(), 2, func(done, all int) { calls, last, total = calls+1, done, all })
	if err != nil || calls == 0 || last != total {
		t.Errorf("progress ends after %d calls at %d of %d, error %v", calls, last, total, err)
	}
	for _, v := range w.views {
		if v.lacksGraph(1) {
			t.Error("a segment has no graph")
		}
	}
	want.check(t, dir)
}

// TestInterruptedGraphsKeepWhatIsDone: the graphs that were finished, and what
// was to be committed.
func TestInterruptedGraphsKeepWhatIsDone(t *testing.T) {
	dir := t.TempDir()
	want := build(t, dir, 26, 4)
	w := newWriter(t, dir)
	want.add(t, w, randomDocument(rand.New(rand.NewPCG(26, 2)), "more"))
	w.graphFloor = 1
	ctx, cancel := context.WithCancel(t.Context())
	total := 0
	err := w.BuildGraphs(ctx, 1, func(done, all int) {
		if total = all; 2*done > all {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want Canceled", err)
	}
	graphed := 0
	for _, v := range w.views {
		if v.graph != nil {
			graphed += v.chunks
		}
	}
	if graphed == 0 || graphed >= total {
		t.Errorf("graphs of %d of %d chunks", graphed, total)
	}
	want.check(t, dir)
	buildGraphs(t, w, 1)
	want.check(t, dir)
}

// TestCrashWhileBuildingGraphs ends BuildGraphs before each of its steps on
// disk: nothing is lost, and the next writer finds all in order.
func TestCrashWhileBuildingGraphs(t *testing.T) {
	for _, crash := range []bool{true, false} {
		for at := 1; ; at++ {
			dir := t.TempDir()
			want := build(t, dir, 27, 2)
			w := newWriter(t, dir)
			d, steps := failing(at, crash)
			w.disk, w.graphFloor = d, 1
			err := w.BuildGraphs(t.Context(), 1, nil)
			if *steps < at {
				if err != nil || at < 10 {
					t.Fatalf("a build of %d steps, error %v", at, err)
				}
				break
			}
			what := fmt.Sprintf("step %d fails, crash %v", at, crash)
			want.check(t, dir)
			if !crash && err != nil {
				checkTidy(t, dir, w, what)
				w.disk = realDisk
				buildGraphs(t, w, 1)
				want.check(t, dir)
			}
			w.Close()
			w = newWriter(t, dir)
			checkTidy(t, dir, w, what)
			buildGraphs(t, w, 1)
			want.check(t, dir)
			w.Close()
		}
	}
}

// TestGraphOfOtherVectorsIsDamage, although its checksum is right.
func TestGraphOfOtherVectorsIsDamage(t *testing.T) {
	f := newFixture(t, 11)
	segments, _ := names(t, f.dir)
	for _, name := range segments {
		data := slices.Clone(f.files[name])
		c, err := parseContainer(name, segmentMagic, data, append(slices.Clip(segmentTags), rowsTag)...)
		if err != nil {
			t.Fatal(err)
		}
		if c.find(graphTag) == nil {
			continue
		}
		at := c.sections[len(c.sections)-1].off
		tests := map[string]func([]byte){
			"more vectors":    func(b []byte) { b[4]++ },
			"another dim":     func(b []byte) { b[8]++ },
			"a huge M":        func(b []byte) { le.PutUint32(b[12:], 1<<31) },
			"a later layout":  func(b []byte) { b[0]++ },
			"levels too many": func(b []byte) { b[20] += 3 },
		}
		for what, spoil := range tests {
			spoilt := slices.Clone(data)
			spoil(spoilt[at:])
			_, err := parseSegment(name, reseal(spoilt), testMeta)
			if damage, ok := errors.AsType[*FormatError](err); !ok || damage.Offset < at {
				t.Errorf("%s: error %v, want a FormatError from byte %d on", what, err, at)
			}
		}
	}
}
