// Package near measures how far a name that is not known is from one that is,
// for hints at what was meant. How far is too far, and whether case counts, is
// for the caller to say, who also chooses what is counted: bytes or runes.
package near

// Edits is how many elements must be put in, taken out or changed to make b of
// a (Levenshtein, 1966).
func Edits[E comparable](a, b []E) int { return distance(a, b, false) }

// EditsAndSwaps is like [Edits], but two neighbours that changed places count as
// one (optimal string alignment).
func EditsAndSwaps[E comparable](a, b []E) int { return distance(a, b, true) }

func distance[E comparable](a, b []E, swaps bool) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if swaps && i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
