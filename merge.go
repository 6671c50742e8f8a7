package hunch

// One answer of several repositories.

import (
	"cmp"
	"path/filepath"
	"slices"
)

// Part is what one of several repositories had to say.
type Part struct {
	Root     string   `json:"root"`
	Coverage Coverage `json:"coverage"`
	LeftOut  int      `json:"left_out,omitempty"`
}

// Merge makes one answer of those that several repositories gave to one query: the
// best topK of all results, of which each has its Root. That of several has none,
// but Parts, in the order given; a single answer stays as it is. Scores of
// repositories compare as far as they are probabilities. Equal ones stay in the
// order given. Where one repository lies within another, what both have is there
// once. topK is as in [Query]. The answers are not used any more.
func Merge(topK int, answers ...*Answer) *Answer {
	if len(answers) == 1 {
		return answers[0]
	}
	all := &Answer{Schema: 1, Coverage: Coverage{Complete: true}, Results: []Result{}}
	var results []Result
	for _, a := range answers {
		all.Query, all.Regexp, all.Like, all.Model = a.Query, a.Regexp, a.Like, a.Model
		all.Parts = append(all.Parts, Part{a.Root, a.Coverage, a.LeftOut})
		all.Coverage.Chunks += a.Coverage.Chunks
		all.Coverage.Embedded += a.Coverage.Embedded
		all.Coverage.Unread += a.Coverage.Unread
		all.Coverage.Complete = all.Coverage.Complete && a.Coverage.Complete
		all.LeftOut += a.LeftOut
		for _, r := range a.Results {
			r.Root = a.Root
			results = append(results, r)
		}
	}
	slices.SortStableFunc(results, func(a, b Result) int { return cmp.Compare(b.Score, a.Score) })
	for _, r := range results {
		if len(all.Results) == (Query{TopK: topK}).topK() {
			break
		}
		if !slices.ContainsFunc(all.Results, r.overlaps) {
			all.Results = append(all.Results, r)
		}
	}
	return all
}

// overlaps reports whether two results of different repositories show the same
// lines of one file.
func (f Result) overlaps(other Result) bool {
	return f.Root != other.Root && f.File() == other.File() && f.StartLine <= other.EndLine && other.StartLine <= f.EndLine
}

// File is the path of a result of [Merge] in the file system, absolute.
func (f Result) File() string { return filepath.Join(f.Root, filepath.FromSlash(f.Path)) }
