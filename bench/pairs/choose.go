// Which pairs are kept: as many of each package and each language as is fair.

package main

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/hunch-search/hunch/internal/mine"
)

// limits bounds what is kept; 0 is no bound.
type limits struct {
	pack   int     // pairs of a package
	total  int     // pairs of all
	share  float64 // of one language among all
	favour string  // the language that has all of its share if there are as many pairs
	names  float64 // pairs with a name as their query, for each other
}

// mostOfCode is how many queries one code may answer: in a batch they do not
// teach.
const mostOfCode = 2

// choose keeps pairs by lot, within the limits. The order is that of the lots,
// which mixes all packages.
func choose(pairs []pair, l limits, dropped map[string]int) []pair {
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(strings.Compare(a.lot, b.lot), strings.Compare(a.Query, b.Query)) })
	pairs = distinct(pairs, dropped)
	pairs = atMost(pairs, func(pair) int { return l.pack }, func(p pair) string { return p.Repo }, dropped, droppedMost)
	counts := map[string]int{}
	for _, p := range pairs {
		counts[p.Language]++
	}
	l.total = int(float64(l.total) / (1 + l.names))
	first, most := level(counts, l)
	pairs = atMost(pairs, func(p pair) int {
		if p.Language == l.favour {
			return first
		}
		return most
	}, func(p pair) string { return p.Language }, dropped, droppedShare)
	pairs = append(pairs, named(pairs, l.names)...)
	slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.lot, b.lot) })
	return pairs
}

// distinct drops pairs whose query is there, letters and digits alone counting,
// and further queries of one code.
func distinct(pairs []pair, dropped map[string]int) []pair {
	queries, codes := map[string]bool{}, map[string]int{}
	return slices.DeleteFunc(pairs, func(p pair) bool {
		key := strings.Join(mine.Words(p.Query), " ")
		if queries[key] || codes[p.Code] == mostOfCode {
			dropped[droppedTwice]++
			return true
		}
		queries[key] = true
		codes[p.Code]++
		return false
	})
}

// atMost keeps the first pairs of each kind.
func atMost(pairs []pair, most func(pair) int, kind func(pair) string, dropped map[string]int, why string) []pair {
	seen := map[string]int{}
	return slices.DeleteFunc(pairs, func(p pair) bool {
		seen[kind(p)]++
		over := most(p) > 0 && seen[kind(p)] > most(p)
		if over {
			dropped[why]++
		}
		return over
	})
}

// level is the most pairs of the favoured language and of each other such that
// all are no more than the total and none has more than its share. 0 is no bound.
func level(counts map[string]int, l limits) (first, most int) {
	sizes := func(first, most int) (sum, top int) {
		for language, n := range counts {
			if n = min(n, most); language == l.favour {
				n = min(counts[language], first)
			}
			sum, top = sum+n, max(top, n)
		}
		return sum, top
	}
	fits := func(first, most int) bool {
		sum, top := sizes(first, most)
		return (l.total == 0 || sum <= l.total) && (l.share == 0 || float64(top) <= math.Ceil(l.share*float64(sum)))
	}
	for _, n := range counts {
		most = max(most, n)
	}
	if fits(most, most) {
		return 0, 0
	}
	own := counts[l.favour] // of which no more than its share is wanted
	wanted := min(own, int(l.share*float64(l.total)))
	for ; most > 1; most-- {
		others, _ := sizes(0, most)
		if first = min(max(wanted, min(most, own)), beside(others, l.share)); fits(first, most) {
			break
		}
	}
	return first, most
}

// beside is how many pairs one language may have beside those of the others and
// be no more than its share of all. What the others have rises in steps, so that
// this may be a few less than the share of the total.
func beside(others int, share float64) int {
	if share <= 0 || share >= 1 {
		return math.MaxInt
	}
	return int(share / (1 - share) * float64(others))
}

// named makes further pairs whose query is the words of the definition's name:
// people search by names, too. Each language has as many for each of its pairs.
func named(pairs []pair, rate float64) []pair {
	var more []pair
	have, made := map[string]int{}, map[string]int{}
	for _, p := range pairs {
		have[p.Language]++
	}
	for _, p := range pairs {
		words := mine.Words(p.name)
		if len(words) < 3 || len(words) > 8 || float64(made[p.Language]+1) > rate*float64(have[p.Language]) {
			continue
		}
		made[p.Language]++
		p.Query = strings.Join(words, " ")
		p.lot = reversed(p.lot) // away from the pair that it is made of
		more = append(more, p)
	}
	return more
}

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}
