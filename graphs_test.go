package hunch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// large is a tree of some 5,000 chunks: enough for a graph.
func large() map[string]string {
	files := map[string]string{}
	rest := strings.Repeat("is there to be read and not to be skipped\n", 18)
	for f := range 50 {
		var b strings.Builder
		for c := range 100 {
			fmt.Fprintf(&b, "%c%c where %d is read %d\n%s\n", 'a'+f%26, 'a'+c%26, f*c, c, rest)
		}
		files[fmt.Sprintf("f%02d.txt", f)] = b.String()
	}
	return files
}

func (s *sandbox) graphChunks(r *Repository) int {
	s.t.Helper()
	status, err := r.Status()
	if err != nil {
		s.t.Fatal(err)
	}
	return status.GraphChunks
}

// TestGraphsAreBuiltOnDemand: an update makes graphs only if asked, also where
// there is nothing else to do; an interrupted one makes them the next time.
func TestGraphsAreBuiltOnDemand(t *testing.T) {
	s := newSandbox(t, large())
	r := s.update()
	if n := s.graphChunks(r); n != 0 {
		t.Errorf("graphs of %d chunks without being asked", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	linked := 0
	s.events.Progress = func(p Progress) {
		if linked = p.Linked; p.ToLink > 0 {
			cancel()
		}
	}
	r = s.open()
	c, err := r.Update(ctx, UpdateOptions{Graphs: true})
	if !errors.Is(err, context.Canceled) || c.Embedded != c.Chunks || c.Chunks == 0 {
		t.Errorf("interrupted: coverage %+v, error %v", c, err)
	}
	if n := s.graphChunks(r); n != 0 {
		t.Errorf("graphs of %d chunks by an interrupted update", n)
	}
	if _, err := r.Update(t.Context(), UpdateOptions{Graphs: true}); err != nil {
		t.Fatal(err)
	}
	if n := s.graphChunks(r); n < 4096 || n > c.Chunks || linked < n {
		t.Errorf("graphs of %d of %d chunks, progress up to %d", n, c.Chunks, linked)
	}
	s.equalsFreshIndex(r)

	got, err1 := r.Search(t.Context(), Query{Text: "where is the file read", Approximate: true})
	want, err2 := r.Search(t.Context(), Query{Text: "where is the file read"})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	same := slices.EqualFunc(got.Results, want.Results, func(a, b Result) bool { return a.Score == b.Score })
	if len(want.Results) != DefaultTopK || !same {
		t.Errorf("got %+v\nwant %+v", got.Results, want.Results)
	}
}
