package regex

import (
	"bytes"
	"iter"
	"slices"
)

// maxGoals is how many strings a search looks for at a time: each is a pass over
// the text.
const maxGoals = 8

// goals chooses the need that a search goes by.
func goals(needs [][]string) []string {
	few := slices.DeleteFunc(slices.Clone(needs), func(list []string) bool { return len(list) > maxGoals })
	return best(few)
}

// Lines yields the lines of a text that match, with their numbers from 1 and
// without their ends, "\n" or "\r\n". ^ and $ are the ends of a line, and
// nothing matches across them. The lines are parts of text.
func (r *Regexp) Lines(text []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		s := r.seeker(text)
		number, counted := 1, 0 // the number of the line that begins at counted
		for at := 0; at < len(text); {
			goal := s.next(at)
			if goal < 0 {
				return
			}
			start := at + bytes.LastIndexByte(text[at:goal], '\n') + 1
			end := len(text)
			if i := bytes.IndexByte(text[goal:], '\n'); i >= 0 {
				end = goal + i
			}
			at = end + 1
			line := bytes.TrimSuffix(text[start:end:end], []byte{'\r'})
			if !r.re.Match(line) {
				continue
			}
			number += bytes.Count(text[counted:start], []byte{'\n'})
			counted = start
			if !yield(number, line) {
				return
			}
		}
	}
}

// Spans returns where in a line the matches are, as pairs of first byte and the
// one behind the last; at most n of them, and none that are empty.
func (r *Regexp) Spans(line []byte, n int) [][2]int {
	var spans [][2]int
	for _, m := range r.re.FindAllIndex(line, n) {
		if m[0] < m[1] {
			spans = append(spans, [2]int{m[0], m[1]})
		}
	}
	return spans
}

// seeker finds the places of a text from which a line may match.
type seeker struct {
	text  []byte // in lower case if the goals are
	goals [][]byte
	at    []int // by goal: where it stands next, len(text) if nowhere
}

func (r *Regexp) seeker(text []byte) *seeker {
	s := &seeker{text: text, at: make([]int, len(r.goals))}
	for i, goal := range r.goals {
		s.goals = append(s.goals, []byte(goal))
		s.at[i] = -1
	}
	if r.fold && len(r.goals) > 0 {
		s.text = lowerBytes(bytes.Clone(text))
	}
	return s
}

// next returns the first such place from at on, or -1. Without goals any is one.
func (s *seeker) next(at int) int {
	if len(s.goals) == 0 {
		return at
	}
	first := len(s.text)
	for i, goal := range s.goals {
		if s.at[i] < at {
			s.at[i] = len(s.text)
			if n := bytes.Index(s.text[at:], goal); n >= 0 {
				s.at[i] = at + n
			}
		}
		first = min(first, s.at[i])
	}
	if first == len(s.text) {
		return -1
	}
	return first
}
