// Copies of what search is judged with, known by their words: whoever vendored,
// forked or translated none of it has none of them.

package main

import (
	"context"
	"hash/fnv"
	"iter"
	"strings"
	"unicode"

	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/mine"
	"github.com/hunch-search/hunch/internal/source"
)

const (
	runLength = 20 // words that are not found together by chance
	fewest    = 8  // words of a text shorter than that which tell it
	common    = 8  // texts that have a run which says nothing: it is of a licence
	base      = 0x9E3779B97F4A7C15
)

// avoid holds runs of words that no pair may have, and how many texts have each,
// up to common.
type avoid struct{ runs map[uint64]uint8 }

func newAvoid() *avoid { return &avoid{map[uint64]uint8{}} }

// add takes the words of a text, of which there may be several versions.
func (a *avoid) add(versions ...string) {
	own := map[uint64]bool{}
	for _, text := range versions {
		for run := range runs(text) {
			own[run] = true
		}
	}
	for run := range own {
		if n := a.runs[run]; n < common {
			a.runs[run] = n + 1
		}
	}
}

// has reports whether a text has a run of words that was added, and not by many.
func (a *avoid) has(text string) bool {
	for run := range runs(text) {
		if n := a.runs[run]; 0 < n && n < common {
			return true
		}
	}
	return false
}

// runs yields hashes of the runs of words, by a rolling hash; of a text with too
// few words all of it. White space and punctuation do not matter.
func runs(text string) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		var words []uint64
		for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			h := fnv.New64a()
			h.Write([]byte(word))
			words = append(words, h.Sum64())
		}
		var run, leaving uint64 = 0, 1
		for range runLength {
			leaving *= base
		}
		for i, w := range words {
			run = run*base + w
			if i >= runLength {
				run -= words[i-runLength] * leaving
			}
			if i >= runLength-1 && !yield(run) {
				return
			}
		}
		if n := len(words); n >= fewest && n < runLength {
			yield(run)
		}
	}
}

// addTree takes all source files below a folder.
func (a *avoid) addTree(ctx context.Context, root string) error {
	var settings source.Settings
	for f, err := range source.Walk(ctx, root, source.Options{}) {
		if err != nil && f.Path == "" {
			return err
		}
		if err != nil {
			continue
		}
		text, err := settings.Read(root, f)
		if err != nil {
			continue // not worth indexing, so never an answer
		}
		a.add(string(mine.Strip(f.Path, source.Language(f.Path, text), text)))
	}
	return ctx.Err()
}

// addCoSQA takes the functions that CoSQA and WebQueryTest ask for.
func (a *avoid) addCoSQA(dir string) error {
	data, err := dataset.OpenCoSQA(dir)
	if err != nil {
		return err
	}
	var codes []string
	for _, protocol := range dataset.Protocols() {
		for _, split := range dataset.Splits(protocol) {
			task, err := data.Task(protocol, split)
			if err != nil {
				return err
			}
			codes = append(codes, task.Corpus...)
		}
	}
	codes, _ = dataset.Distinct(codes)
	for _, code := range codes {
		a.add(code, dataset.StripDocstring(code))
	}
	return nil
}
