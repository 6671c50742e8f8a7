package near

import "testing"

func TestDistances(t *testing.T) {
	for _, tt := range []struct {
		a, b         string
		edits, swaps int
	}{
		{"", "", 0, 0},
		{"abc", "", 3, 3},
		{"", "ab", 2, 2},
		{"abc", "abc", 0, 0},
		{"ABC", "abc", 3, 3},
		{"kitten", "sitting", 3, 3},
		{"flaw", "lawn", 2, 2},
		{"ab", "ba", 2, 1},
		{"frist", "first", 2, 1},
		{"pyhton", "python", 2, 1},
		{"abcd", "badc", 3, 2},
		{"ca", "abc", 3, 3}, // nothing is put between two that changed places
	} {
		for _, pair := range [][2]string{{tt.a, tt.b}, {tt.b, tt.a}} {
			a, b := []byte(pair[0]), []byte(pair[1])
			if got := Edits(a, b); got != tt.edits {
				t.Errorf("%q to %q: got %d edits, want %d", a, b, got, tt.edits)
			}
			if got := EditsAndSwaps(a, b); got != tt.swaps {
				t.Errorf("%q to %q: got %d edits and swaps, want %d", a, b, got, tt.swaps)
			}
		}
	}
}

func TestElementsAreTheCallers(t *testing.T) {
	const a, b = "größe", "grosse"
	if got, want := Edits([]rune(a), []rune(b)), 3; got != want {
		t.Errorf("runes: got %d, want %d", got, want)
	}
	if got, want := Edits([]byte(a), []byte(b)), 4; got != want {
		t.Errorf("bytes: got %d, want %d", got, want)
	}
}
