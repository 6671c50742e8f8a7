package model

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
)

func small(t testing.TB) *Model {
	t.Helper()
	m, err := Open(folder(t, nil), "")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// documents yields n texts of different lengths, tagged by number, and counts
// how many were drawn.
func documents(n int, drawn *int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := range n {
			*drawn++
			if !yield(i, strings.Repeat("read the file ", i%9)+fmt.Sprint(i)) {
				return
			}
		}
	}
}

func TestEncodeKeepsOrderWhateverTheThreads(t *testing.T) {
	m := small(t)
	var want [][]float32
	for _, threads := range []int{1, 2, 5} {
		var got [][]float32
		var drawn int
		err := Encode(t.Context(), m, threads, documents(300, &drawn), func(i int, e Embedding) error {
			if i != len(got) {
				t.Fatalf("%d threads: document %d came as number %d", threads, i, len(got))
			}
			got = append(got, e.Vector)
			return nil
		})
		if err != nil || len(got) != 300 {
			t.Fatalf("%d threads: %d documents, error %v", threads, len(got), err)
		}
		if want == nil {
			want = got
		}
		for i := range want {
			if !slices.Equal(got[i], want[i]) {
				t.Fatalf("%d threads: document %d has other bits than with one thread", threads, i)
			}
		}
	}
	alone, err := m.EncodeQuery("0") // the text of document 0
	if err != nil || !slices.Equal(alone, want[0]) {
		t.Errorf("a query has other bits than the same text as a document (error %v)", err)
	}
}

func TestEncodeCountsWhatWasCut(t *testing.T) {
	m := small(t)
	long := strings.Repeat("read ", 60)
	docs := func(yield func(string, string) bool) {
		_ = yield("long", long) && yield("empty", "")
	}
	var got []string
	err := Encode(t.Context(), m, 1, docs, func(tag string, e Embedding) error {
		got = append(got, fmt.Sprint(tag, e.Tokens, e.Cut))
		return nil
	})
	// The small model takes 48 tokens.
	if want := []string{"long62 14", "empty2 0"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, error %v; want %v", got, err, want)
	}
}

func TestEncodeEndsEarly(t *testing.T) {
	m := small(t)
	broken := errors.New("broken")
	t.Run("error", func(t *testing.T) {
		var drawn int
		err := Encode(t.Context(), m, 2, documents(1e6, &drawn), func(i int, _ Embedding) error {
			if i == 50 {
				return broken
			}
			return nil
		})
		if err != broken || drawn > 10_000 {
			t.Errorf("got error %v after %d documents", err, drawn)
		}
	})
	t.Run("cancel", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var drawn, emitted int
		err := Encode(ctx, m, 2, documents(1e6, &drawn), func(i int, _ Embedding) error {
			if emitted++; i == 50 {
				cancel()
			}
			return nil
		})
		if !errors.Is(err, context.Canceled) || drawn > 10_000 || emitted < 51 {
			t.Errorf("got error %v, %d documents drawn, %d emitted", err, drawn, emitted)
		}
	})
	t.Run("nothing", func(t *testing.T) {
		var drawn int
		if err := Encode(t.Context(), m, 0, documents(0, &drawn), func(int, Embedding) error { return broken }); err != nil {
			t.Errorf("got error %v", err)
		}
	})
}
