package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

const somePair = `{"query": "open a file", "code": "func open()"}`

func TestReadPairsCountsLines(t *testing.T) {
	long := `{"query": "long", "code": "` + strings.Repeat("x", maxPairLine) + `"}`
	for _, tt := range []struct {
		name, text string
		lines      []int
		bad        []string
	}{
		{"no line break at the end", somePair, []int{1}, nil},
		{"empty lines", "\n\n" + somePair + "\n \t\r\n" + somePair + "\n\n", []int{3, 5}, nil},
		{"a mark at the beginning alone", "\ufeff" + somePair + "\n\ufeff" + somePair, []int{1}, []string{"2: is not JSON"}},
		{"too long", somePair + "\n" + long + "\n" + somePair, []int{1, 3}, []string{"2: is longer than 16.8 MB"}},
		{"too long at the end", somePair + "\n" + long, []int{1}, []string{"2: is longer than 16.8 MB"}},
		{"as long as can be", strings.Repeat(" ", maxPairLine-len(somePair)-1) + somePair + "\n", []int{1}, nil},
		{"other bytes", "{\"query\": \"caf\xe9\", \"code\": \"x\"}", nil, []string{"1: is not UTF-8"}},
		{"the first bad lines", strings.Repeat("{}\n", 5), nil, []string{"1: want", "2: want", "3: want"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readPairs(iotest.HalfReader(strings.NewReader(tt.text)))
			if err != nil {
				t.Fatal(err)
			}
			if len(got.pairs) != len(tt.lines) || !slices.Equal(got.lines, tt.lines) {
				t.Errorf("pairs of lines %v, want %v", got.lines, tt.lines)
			}
			if len(got.first) != len(tt.bad) {
				t.Fatalf("got bad lines %v, want %q", got.first, tt.bad)
			}
			for i, want := range tt.bad {
				if !strings.HasPrefix(got.first[i].Error(), want) {
					t.Errorf("got %q, want %q…", got.first[i], want)
				}
			}
		})
	}
	broken := errors.New("the disk is broken")
	if _, err := readPairs(iotest.ErrReader(fmt.Errorf("read: %w", broken))); !errors.Is(err, broken) {
		t.Errorf("got error %v, want %v", err, broken)
	}
}

func TestEndsOfLosses(t *testing.T) {
	var losses []float32
	for i := range 25 {
		losses = append(losses, float32(i))
	}
	if first, last := ends(losses); first != 0.5 || last != 23.5 {
		t.Errorf("got %g and %g, want the means of 0, 1 and of 23, 24", first, last)
	}
	if first, last := ends(losses[3:4]); first != 3 || last != 3 {
		t.Errorf("of one: got %g and %g, want 3", first, last)
	}
}

func TestSigned(t *testing.T) {
	for v, want := range map[float64]string{0.12345: "+0.1235", -0.5: "-0.5000", 0: "0.0000", 0.00004: "0.0000", -0.00004: "0.0000", -0.00005: "-0.0001"} {
		if got := signed(v); got != want {
			t.Errorf("%g: got %s, want %s", v, got, want)
		}
	}
}
