package eval

import (
	"math"
	"strings"
)

// Span is a piece of a file: a result chunk, or a right answer.
type Span struct {
	Path string // relative, separated by slashes
	// Start and End are lines, from 1 and inclusive. Both 0 mean the whole file.
	Start, End int
}

// filesCut is how many result chunks count.
const filesCut = 10

// FileNDCG is nDCG@10 over files, as the benchmark of the semble project
// computes it (its metric for labelled repositories), for one query. results
// are chunks, best first; targets are the right answers, which all count the
// same.
//
// The rank of a target is the position, among the first 10 chunks, of the first
// that lies in its file and, where the target has lines, overlaps them. Paths
// match when one is the other or ends with it behind a slash. Each target that
// has a rank adds 1/log₂(1+rank); the ideal has all targets at the ranks from 1
// on. So a second chunk of a file takes up a position, and a chunk that hits
// several targets counts for each: then the figure can be larger than 1. It is 0
// without targets.
func FileNDCG(results, targets []Span) float64 {
	results = results[:min(len(results), filesCut)]
	var gain, ideal float64
	for i, target := range targets {
		if i < filesCut {
			ideal += discount(i + 1)
		}
		for j, r := range results {
			if r.hits(target) {
				gain += discount(j + 1)
				break
			}
		}
	}
	if ideal == 0 {
		return 0
	}
	return gain / ideal
}

func discount(rank int) float64 { return 1 / math.Log2(1+float64(rank)) }

func (s Span) hits(target Span) bool {
	return SamePath(s.Path, target.Path) && s.overlaps(target)
}

func (s Span) overlaps(target Span) bool {
	return s.whole() || target.whole() || s.Start <= target.End && target.Start <= s.End
}

func (s Span) whole() bool { return s.Start == 0 && s.End == 0 }

// SamePath lets labels and results be relative to different folders.
func SamePath(a, b string) bool {
	return a == b || strings.HasSuffix(a, "/"+b) || strings.HasSuffix(b, "/"+a)
}
