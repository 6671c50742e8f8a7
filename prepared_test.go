package hunch

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// searched updates with the text of the query that answer asks.
func (s *sandbox) searched(r *Repository) []string {
	s.t.Helper()
	if _, err := r.Update(s.t.Context(), UpdateOptions{Query: &Query{Text: answerText}}); err != nil {
		s.t.Fatal(err)
	}
	return s.answer(r, Query{})
}

// What an update prepares for a search changes nothing in its answer, whatever
// becomes of tree and index between the two.
func TestPreparedSearchAnswersLikeAnother(t *testing.T) {
	for _, tt := range []struct {
		name    string
		between func(s *sandbox, r *Repository)
		gone    string // the file that must be missing, if any
		unix    bool
	}{
		{name: "nothing happens", between: func(*sandbox, *Repository) {}},
		{name: "another query", between: func(s *sandbox, r *Repository) {
			if _, err := r.Search(s.t.Context(), Query{Text: "func"}); err != nil {
				s.t.Fatal(err)
			}
		}},
		{name: "an update for another query", between: func(s *sandbox, r *Repository) {
			if _, err := r.Update(s.t.Context(), UpdateOptions{Query: &Query{Text: "func"}}); err != nil {
				s.t.Fatal(err)
			}
		}},
		{name: "a file vanishes", gone: "a.go", between: func(s *sandbox, _ *Repository) {
			os.Remove(filepath.Join(s.dir, "a.go"))
		}},
		{name: "a folder vanishes", gone: "sub/c.txt", between: func(s *sandbox, _ *Repository) {
			os.RemoveAll(filepath.Join(s.dir, "sub"))
		}},
		{name: "a file is rewritten", gone: "a.go", between: func(s *sandbox, _ *Repository) {
			s.write("a.go", "package b\n")
		}},
		{name: "the index vanishes", unix: true, between: func(s *sandbox, _ *Repository) {
			os.RemoveAll(s.place)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.unix && runtime.GOOS == "windows" {
				t.Skip("an open file cannot be removed")
			}
			s := newSandbox(t, tree)
			s.settle()
			r := s.update()
			want := s.answer(r, Query{})
			if got := s.searched(r); !slices.Equal(got, want) {
				t.Fatalf("got %v, want %v", got, want)
			}
			if _, err := r.Update(t.Context(), UpdateOptions{Query: &Query{Text: answerText}}); err != nil {
				t.Fatal(err)
			}
			tt.between(s, r)
			want = slices.DeleteFunc(want, func(line string) bool {
				_, err := os.Stat(filepath.Join(s.dir, filepath.FromSlash(pathOf(line))))
				return err != nil || pathOf(line) == tt.gone
			})
			got := s.answer(r, Query{})
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if r.Stale() != (tt.gone != "") {
				t.Errorf("stale: %v", r.Stale())
			}
		})
	}
}

func TestClearTakesAwayWhatAnUpdateKept(t *testing.T) {
	s := newSandbox(t, tree)
	s.settle()
	r := s.update()
	if _, err := r.Update(t.Context(), UpdateOptions{Query: &Query{Text: answerText}}); err != nil {
		t.Fatal(err)
	}
	if err := r.Clear(); err != nil {
		t.Fatal(err)
	}
	a, err := r.Search(t.Context(), Query{Text: answerText})
	if err != nil || len(a.Results) > 0 || a.Coverage != (Coverage{}) {
		t.Errorf("got %+v, error %v, want nothing", a, err)
	}
}
