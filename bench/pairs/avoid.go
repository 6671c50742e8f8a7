// Copies of what search is judged with, known by their words: whoever vendored,
// forked or translated none of it has none of them.

package main

import (
	"context"
	"hash/maphash"
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
	oneIn     = 4  // runs that are kept, by their hash: long copies have many
	base      = 0x9E3779B97F4A7C15
)

// avoid holds runs of words that no pair may have.
type avoid struct {
	seed maphash.Seed
	runs map[uint64]bool
}

func newAvoid() *avoid { return &avoid{seed: maphash.MakeSeed(), runs: map[uint64]bool{}} }

// add takes the words of a text.
func (a *avoid) add(text string) {
	for run := range a.each(text) {
		a.runs[run] = true
	}
}

// has reports whether a text has a run of words that was added.
func (a *avoid) has(text string) bool {
	for run := range a.each(text) {
		if a.runs[run] {
			return true
		}
	}
	return false
}

// each yields hashes of runs of words, by a rolling hash; of a text with too few
// words all of it. White space and punctuation do not matter.
func (a *avoid) each(text string) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		var words []uint64
		for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			words = append(words, maphash.String(a.seed, word))
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
			if i >= runLength-1 && run>>32%oneIn == 0 && !yield(run) {
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
	for _, protocol := range dataset.Protocols() {
		for _, split := range dataset.Splits(protocol) {
			task, err := data.Task(protocol, split)
			if err != nil {
				return err
			}
			for _, code := range task.Corpus {
				a.add(code)
				a.add(dataset.StripDocstring(code))
			}
		}
	}
	return nil
}
