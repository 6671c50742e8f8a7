package main

import (
	"slices"
	"testing"

	"github.com/hunch-search/hunch"
)

func TestAddDistractors(t *testing.T) {
	deal := func(pairs int, codes []string, n int, seed uint64) [][]string {
		list := make([]hunch.TrainingPair, pairs)
		addDistractors(list, codes, n, seed)
		dealt := make([][]string, pairs)
		for i, p := range list {
			dealt[i] = slices.Sorted(slices.Values(p.Negatives))
		}
		return dealt
	}
	codes := []string{"a", "b", "c", "d", "e"}
	if got := deal(3, nil, 2, 1); slices.ContainsFunc(got, func(n []string) bool { return len(n) > 0 }) {
		t.Errorf("of no codes: %q", got)
	}
	for _, n := range deal(4, codes, 9, 1) {
		if !slices.Equal(n, codes) {
			t.Errorf("more than there are: got %q, want each code once", n)
		}
	}
	counts := map[string]int{}
	for _, n := range deal(100, codes, 2, 1) {
		if len(n) != 2 || n[0] == n[1] {
			t.Fatalf("a pair has %q, want two codes", n)
		}
		counts[n[0]]++
		counts[n[1]]++
	}
	for _, code := range codes { // two of five are dealt twice from each pile: 40 if all are alike
		if counts[code] < 25 || counts[code] > 50 {
			t.Errorf("%s was dealt %d times", code, counts[code])
		}
	}
	same := func(a, b []string) bool { return slices.Equal(a, b) }
	if first := deal(100, codes, 2, 1); !slices.EqualFunc(first, deal(100, codes, 2, 1), same) || slices.EqualFunc(first, deal(100, codes, 2, 2), same) {
		t.Error("the draw does not depend on the seed alone")
	}
}
