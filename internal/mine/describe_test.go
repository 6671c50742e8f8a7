package mine

import (
	"slices"
	"testing"
)

func TestDescribeIsWhatRepoMakes(t *testing.T) {
	for _, tt := range sentences {
		got, why := Describe(tt.symbol, tt.doc)
		if got != tt.want || why != tt.why {
			t.Errorf("%s, %q: got %q (%s), want %q (%s)", tt.symbol, tt.doc, got, why, tt.want, tt.why)
		}
	}
}

func TestWords(t *testing.T) {
	if got, want := Words("readHTTPHeader_now"), []string{"read", "http", "header", "now"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHoldsKnowsTextAcrossLines(t *testing.T) {
	code := "// Reads the\n// next header.\nfunc next() {}"
	for text, want := range map[string]bool{
		"reads the next header": true,
		"the next":              true,
		"reads the next head":   false,
		"writes the header":     false,
	} {
		if got := Holds(code, text); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}
