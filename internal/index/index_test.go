package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/hunch-search/hunch/internal/vector"
)

// TestRandomOperations holds the index against the model after every commit.
func TestRandomOperations(t *testing.T) {
	merged, graphed := false, false
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 1))
		dir := t.TempDir()
		want, next := model{}, model{}
		w := newWriter(t, dir)
		for range 60 {
			changed := map[string]bool{} // by Add or Remove, since the last commit
			for range rng.IntN(12) {
				path := fmt.Sprintf("p%d", rng.IntN(40))
				switch rng.IntN(5) {
				case 0:
					w.Remove(path)
					delete(next, path)
				case 1:
					now := rng.Int64()
					w.Touch(path, now)
					if d, ok := next[path]; ok && !changed[path] {
						d.file.ModTime = now
						next[path] = d
					}
					continue
				default:
					next.add(t, w, randomDocument(rng, path))
				}
				changed[path] = true
			}
			switch rng.IntN(10) {
			case 0: // a run that ends without a commit
				w.Close()
				w, next = newWriter(t, dir), maps.Clone(want)
				continue
			case 1: // a commit of an interrupted run
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				if err := w.Commit(ctx); err != nil {
					t.Fatal(err)
				}
			case 2, 3:
				buildGraphs(t, w, 20)
				graphed = graphed || slices.ContainsFunc(w.views, func(v *view) bool { return v.graph != nil && len(v.entry.dead) > 0 })
			default:
				commit(t, w)
			}
			want = maps.Clone(next)
			want.check(t, dir)
			segments, others := names(t, dir)
			if len(segments) != len(w.views) || len(others) != 2 {
				t.Fatalf("%d segments of which %d count, other files %v", len(segments), len(w.views), others)
			}
			merged = merged || (len(segments) < maxSegments && w.generation > 2*maxSegments)
		}
		w.Close()
	}
	if !merged || !graphed {
		t.Errorf("a merge happened: %v; a segment with dead files had a graph: %v", merged, graphed)
	}
}

func TestOpenNothing(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none")} {
		if _, err := Open(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("error %v, want ErrNotExist", err)
		}
	}
}

func TestEmptyIndex(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, dir)
	commit(t, w)
	model{}.check(t, dir)
	commit(t, w)
	if w.generation != 1 {
		t.Errorf("a commit of nothing makes generation %d", w.generation)
	}
}

func TestMetaIsKept(t *testing.T) {
	dir := t.TempDir()
	build(t, dir, 1, 2)
	ix, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	if ix.Meta() != testMeta || ix.Generation() != 2 {
		t.Errorf("got %+v, generation %d", ix.Meta(), ix.Generation())
	}
}

func TestStrangePaths(t *testing.T) {
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(2, 2))
	m, w := model{}, newWriter(t, dir)
	for _, p := range []string{"a\nb", "\xff\xfe", "a\x00b", " ", "日本", "\x1b[31m", "a", "a/b", "a-b"} {
		m.add(t, w, randomDocument(rng, p))
	}
	commit(t, w)
	m.check(t, dir)
}

func TestSearchFilters(t *testing.T) {
	dir := t.TempDir()
	m := build(t, dir, 3, 5)
	ix, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	asked := map[string]int{}
	hits, err := ix.Search(make([]float32, testDim), 1000, func(f FileInfo) bool {
		asked[f.Path]++
		return f.Language == "go"
	})
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for path, d := range m {
		if asked[path] != 1 {
			t.Errorf("%q was asked for %d times", path, asked[path])
		}
		if d.file.Language == "go" {
			want += len(d.chunks)
		}
	}
	if len(asked) != len(m) || len(hits) != want || want == 0 {
		t.Errorf("asked for %d files, want %d; found %d chunks, want %d", len(asked), len(m), len(hits), want)
	}
	if !slices.IsSortedFunc(hits, func(a, b Hit) int { return int(a.Chunk) - int(b.Chunk) }) {
		t.Error("equal scores are not in the order of the chunks")
	}
}

func TestScoreIsThatOfSearch(t *testing.T) {
	dir := t.TempDir()
	build(t, dir, 3, 5)
	ix, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	query := make([]float32, testDim)
	for i := range query {
		query[i] = float32(i) - 2
	}
	hits, err := ix.Search(query, 1000, nil)
	if err != nil || len(hits) == 0 {
		t.Fatal(len(hits), err)
	}
	var ids []ChunkID
	for _, h := range hits {
		ids = append(ids, h.Chunk)
	}
	scores, err := ix.Score(query, ids)
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range hits {
		if scores[i] != h.Score {
			t.Errorf("chunk %d: got %g, Search tells %g", h.Chunk, scores[i], h.Score)
		}
	}
	if _, err := ix.Score([]float32{float32(math.NaN()), 0}, ids); !errors.Is(err, vector.ErrNotFinite) {
		t.Errorf("query with NaN: got %v, want ErrNotFinite", err)
	}
}

func TestAddRefusesTheImpossible(t *testing.T) {
	good := func() document { return randomDocument(rand.New(rand.NewPCG(8, 8)), "p") }
	if len(good().chunks) == 0 {
		t.Fatal("the document has no chunks")
	}
	tests := map[string]func(*document){
		"no path":            func(d *document) { d.file.Path = "" },
		"negative size":      func(d *document) { d.file.Size = -1 },
		"line 0":             func(d *document) { d.chunks[0].StartLine = 0 },
		"lines backwards":    func(d *document) { d.chunks[0].StartLine, d.chunks[0].EndLine = 2, 1 },
		"a huge line":        func(d *document) { d.chunks[0].EndLine = math.MaxInt },
		"truncated > all":    func(d *document) { d.chunks[0].Truncated = d.chunks[0].Tokens + 1 },
		"negative tokens":    func(d *document) { d.chunks[0].Tokens, d.chunks[0].Truncated = -1, -1 },
		"short vector":       func(d *document) { d.chunks[0].Vector = d.chunks[0].Vector[1:] },
		"scale above 1":      func(d *document) { d.chunks[0].Scale = 1.5 },
		"scale is no number": func(d *document) { d.chunks[0].Scale = float32(math.NaN()) },
	}
	w := newWriter(t, t.TempDir())
	for name, spoil := range tests {
		d := good()
		spoil(&d)
		if err := w.Add(d.file, d.chunks); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if d := good(); w.Add(d.file, d.chunks) != nil {
		t.Error("the unspoilt document is refused")
	}
}

func TestMismatch(t *testing.T) {
	dir := t.TempDir()
	m := build(t, dir, 4, 2)
	tests := map[string]func(*Meta){
		"root":      func(m *Meta) { m.Root = "x" },
		"model":     func(m *Meta) { m.Model = "x" },
		"precision": func(m *Meta) { m.Precision = "x" },
		"template":  func(m *Meta) { m.Template++ },
		"dim":       func(m *Meta) { m.Dim++ },
	}
	for field, change := range tests {
		meta := testMeta
		change(&meta)
		_, err := NewWriter(t.Context(), dir, Config{Meta: meta})
		var mismatch *MismatchError
		if !errors.As(err, &mismatch) || mismatch.Field != field {
			t.Errorf("another %s: error %v", field, err)
		}
	}
	meta := testMeta
	meta.Tool = "later"
	w, err := NewWriter(t.Context(), dir, Config{Meta: meta})
	if err != nil {
		t.Fatalf("another tool: %v", err)
	}
	w.Close()
	m.check(t, dir)
}

// With another Tool all files are outdated until they are judged, added or removed,
// whatever is merged meanwhile.
func TestOutdated(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	dir := t.TempDir()
	m := model{}
	meta := testMeta
	write := func(change func(w *Writer)) {
		t.Helper()
		w, err := NewWriter(t.Context(), dir, Config{Meta: meta})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		change(w)
		commit(t, w)
	}
	path := func(i int) string { return fmt.Sprintf("f%02d", i) }
	outdated := map[string]bool{}
	check := func() {
		t.Helper()
		m.check(t, dir)
		ix, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer ix.Close()
		for f := range ix.Files() {
			if f.Outdated != outdated[f.Path] {
				t.Errorf("%s: outdated %v, want %v", f.Path, f.Outdated, outdated[f.Path])
			}
		}
	}
	for part := range 3 {
		write(func(w *Writer) {
			for i := range 20 {
				m.add(t, w, randomDocument(rng, path(20*part+i)))
			}
		})
	}
	check()
	meta.Tool = "later"
	write(func(*Writer) {})
	for p := range m {
		outdated[p] = true
	}
	check()
	for range 12 {
		write(func(w *Writer) {
			for range 3 {
				p := path(rng.IntN(60))
				if m[p].file.Path != "" {
					w.Judged(p)
					delete(outdated, p)
				}
				added := randomDocument(rng, path(rng.IntN(60)))
				m.add(t, w, added)
				delete(outdated, added.file.Path)
				gone := path(rng.IntN(60))
				w.Remove(gone)
				delete(m, gone)
				delete(outdated, gone)
			}
		})
		check()
	}
	if len(outdated) == 0 {
		t.Error("nothing is outdated in the end: the test shows nothing")
	}
}

func TestRebuild(t *testing.T) {
	dir := t.TempDir()
	old := build(t, dir, 5, 3)
	w, err := NewWriter(t.Context(), dir, Config{Meta: testMeta, Rebuild: true})
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	old.check(t, dir) // a whole index is kept: there is nothing to mend

	foreign := testMeta
	foreign.Model = "another"
	rebuild := Config{Meta: foreign, Rebuild: true}
	if w, err = NewWriter(t.Context(), dir, rebuild); err != nil {
		t.Fatal(err)
	}
	m := model{}
	m.add(t, w, randomDocument(rand.New(rand.NewPCG(5, 5)), "new"))
	old.check(t, dir) // until the commit
	w.Close()
	old.check(t, dir) // a rebuild that ended early
	if w, err = NewWriter(t.Context(), dir, rebuild); err != nil {
		t.Fatal(err)
	}
	m.add(t, w, m["new"])
	commit(t, w)
	w.Close()
	m.check(t, dir)
	if segments, _ := names(t, dir); len(segments) != 1 {
		t.Errorf("segments %v, want one", segments)
	}
}

func TestUnreadFilesAreTold(t *testing.T) {
	dir := t.TempDir()
	build(t, dir, 5, 3)
	for _, want := range []int{7, 0} {
		w, err := NewWriter(t.Context(), dir, Config{Meta: testMeta})
		if err != nil {
			t.Fatal(err)
		}
		w.SetUnread(want)
		commit(t, w)
		w.Close()
		ix, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if got := ix.Unread(); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
		ix.Close()
	}
}

// TestReadersKeepTheirView opens, reads and closes while a writer commits and
// merges; each view must be one committed state.
func TestReadersKeepTheirView(t *testing.T) {
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(6, 6))
	w := newWriter(t, dir)
	var mu sync.Mutex
	states := map[uint64]model{}
	m := model{}
	step := func() {
		for range 1 + rng.IntN(5) {
			m.add(t, w, randomDocument(rng, fmt.Sprintf("p%d", rng.IntN(20))))
		}
		mu.Lock()
		states[w.generation+1] = maps.Clone(m)
		mu.Unlock()
		commit(t, w)
	}
	step()
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				ix, err := Open(dir)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				want := states[ix.Generation()]
				mu.Unlock()
				if err := want.compareWith(ix); err != nil {
					t.Errorf("generation %d: %v", ix.Generation(), err)
				}
				ix.Close()
			}
		})
	}
	first, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	before := states[first.Generation()]
	for range 80 {
		step()
	}
	close(done)
	wg.Wait()
	if err := before.compareWith(first); err != nil {
		t.Errorf("the first view changed: %v", err)
	}
	first.Close()
}

func TestRemoveIndex(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	if err := Remove(dir); err != nil {
		t.Errorf("nothing to remove: %v", err)
	}
	build(t, dir, 7, 3)
	w := newWriter(t, dir)
	var locked *LockedError
	if err := Remove(dir); !errors.As(err, &locked) {
		t.Errorf("while a writer has it: %v", err)
	}
	w.Close()
	writeFile(t, []byte("mine"), dir, "seg-mine.txt")
	if err := Remove(dir); err != nil {
		t.Fatal(err)
	}
	if segments, others := names(t, dir); len(segments) != 0 || !slices.Equal(others, []string{"seg-mine.txt"}) {
		t.Errorf("left over: %v %v", segments, others)
	}
	os.Remove(filepath.Join(dir, "seg-mine.txt"))
	if err := Remove(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestPickMerge(t *testing.T) {
	full := func(live ...int) (ws []weight) {
		for _, n := range live {
			ws = append(ws, weight{n, n})
		}
		return ws
	}
	tests := []struct {
		name     string
		segments []weight
		pending  int
		want     []int
	}{
		{"nothing", nil, 0, nil},
		{"room for one more", full(9, 9, 9, 9, 9, 9, 9), 1, nil},
		{"one too many", full(1, 900, 900, 900, 900, 900, 900, 900), 1, []int{0}},
		{"equals all go", full(5, 5, 5, 5, 5, 5, 5, 5), 5, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{"larger ones stay", full(9000, 5, 5, 5, 5, 5, 5, 5), 5, []int{1, 2, 3, 4, 5, 6, 7}},
		{"half dead goes", []weight{{10, 10}, {4, 10}, {0, 10}, {5, 10}}, 1, []int{1}},
		{"not into a giant", full(maxMerged, maxMerged, maxMerged, maxMerged, maxMerged, maxMerged, maxMerged, maxMerged), 1, nil},
	}
	for _, tt := range tests {
		if got := pickMerge(tt.segments, tt.pending); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}
