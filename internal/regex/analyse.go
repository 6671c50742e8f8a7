package regex

// What a match must contain, told from the expression. The idea is Russ Cox's
// (Regular Expression Matching with a Trigram Index, 2012): of each part of an
// expression it is known which strings it can be, if these are few, or else how
// it can begin and end. Neighbours give longer strings.

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

// Bounds of what is derived: more alternatives find hardly less than any line.
const (
	maxStrings = 32
	maxClass   = 8
	maxLength  = 256 // bytes of a string
)

// part is what is known of a part of an expression.
type part struct {
	exact []string // all that it can match; nil: unknown, and then it
	// begins with one of prefix, ends with one of suffix
	prefix, suffix []string
	needs          [][]string // and contains one of each of these
}

var (
	nothing = []string{""}
	unknown = part{prefix: nothing, suffix: nothing}
)

// analyse returns what every match contains; with fold, in lower case.
func analyse(re *syntax.Regexp) (needs [][]string, fold bool) {
	fold = folds(re)
	p := partOf(re)
	needs = p.needs
	if p.exact != nil {
		needs = [][]string{p.exact}
	} else {
		needs = append(slices.Clip(needs), p.prefix, p.suffix)
	}
	var useful [][]string
	for _, list := range needs {
		if fold {
			list = each(list, lower)
		}
		if list = minimal(list); list != nil && !slices.ContainsFunc(useful, func(l []string) bool { return slices.Equal(l, list) }) {
			useful = append(useful, list)
		}
	}
	return useful, fold
}

func folds(re *syntax.Regexp) bool {
	return re.Op == syntax.OpLiteral && re.Flags&syntax.FoldCase != 0 || slices.ContainsFunc(re.Sub, folds)
}

// minimal leaves out strings that contain another of the list. It returns nil if
// one of them is empty, so that nothing is needed.
func minimal(list []string) []string {
	var kept []string
	for i, s := range list {
		if s == "" {
			return nil
		}
		if !slices.ContainsFunc(list[:i], func(t string) bool { return strings.Contains(s, t) }) &&
			!slices.ContainsFunc(list[i+1:], func(t string) bool { return len(t) < len(s) && strings.Contains(s, t) }) {
			kept = append(kept, s)
		}
	}
	slices.Sort(kept)
	return kept
}

func partOf(re *syntax.Regexp) part {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return part{exact: nothing}
	case syntax.OpLiteral:
		return literal(re)
	case syntax.OpCharClass:
		return class(re)
	case syntax.OpCapture:
		return partOf(re.Sub[0])
	case syntax.OpConcat:
		return concat(re.Sub)
	case syntax.OpAlternate:
		return alternate(re.Sub)
	case syntax.OpQuest:
		if p := partOf(re.Sub[0]); p.exact != nil && len(p.exact) < maxStrings {
			return part{exact: append(slices.Clip(p.exact), "")}
		}
	case syntax.OpPlus:
		p := partOf(re.Sub[0])
		if p.exact != nil {
			return part{prefix: p.exact, suffix: p.exact}
		}
		return p
	}
	return unknown // what may be empty, or anything; repeats with counts are simplified away
}

// literal is one string, or those that differ in case alone.
func literal(re *syntax.Regexp) part {
	if re.Flags&syntax.FoldCase == 0 {
		return part{exact: []string{string(re.Rune)}}
	}
	runs := make([]part, len(re.Rune))
	for i, r := range re.Rune {
		runs[i].exact = orbit(r)
	}
	return join(runs)
}

// orbit returns a letter's forms in lower case of ASCII, which is how what is
// folded is looked for: k has itself and the sign for kelvin.
func orbit(r rune) []string {
	forms := []string{lower(string(r))}
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		if s := lower(string(f)); !slices.Contains(forms, s) {
			forms = append(forms, s)
		}
	}
	return forms
}

func class(re *syntax.Regexp) part {
	n := 0
	for i := 0; i < len(re.Rune); i += 2 {
		if n += int(re.Rune[i+1]-re.Rune[i]) + 1; n > maxClass {
			return unknown
		}
	}
	if n == 0 {
		return unknown // matches nothing, which the expression will tell
	}
	var p part
	for i := 0; i < len(re.Rune); i += 2 {
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			p.exact = append(p.exact, string(r))
		}
	}
	return p
}

func concat(subs []*syntax.Regexp) part {
	parts := make([]part, len(subs))
	for i, sub := range subs {
		parts[i] = partOf(sub)
	}
	return join(parts)
}

// join is parts one behind the other. run is what can stand before the next: as
// long as everything is known, all that the parts can match.
func join(parts []part) part {
	var whole part
	run, exact := nothing, true
	end := func(with, next []string) {
		if !exact {
			whole.needs = append(whole.needs, with)
		} else {
			whole.prefix, exact = with, false
		}
		run = next
	}
	for _, p := range parts {
		if p.exact != nil {
			if longer := cross(run, p.exact); longer != nil {
				run = longer
			} else {
				end(run, p.exact)
			}
			continue
		}
		whole.needs = append(whole.needs, p.needs...)
		if longer := cross(run, p.prefix); longer != nil {
			end(longer, p.suffix)
		} else {
			whole.needs = append(whole.needs, p.prefix)
			end(run, p.suffix)
		}
	}
	if exact {
		return part{exact: run}
	}
	whole.suffix = run
	return whole
}

// cross returns all strings of one of a and one of b behind it, or nil if they
// are too many or too long.
func cross(a, b []string) []string {
	if len(a)*len(b) > maxStrings {
		return nil
	}
	var all []string
	for _, x := range a {
		for _, y := range b {
			if len(x)+len(y) > maxLength {
				return nil
			}
			if s := x + y; !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

// alternate is one of several. Of each it takes what is best known.
func alternate(subs []*syntax.Regexp) part {
	var exacts, prefixes, suffixes, needs [][]string
	for _, sub := range subs {
		p := partOf(sub)
		if p.exact != nil {
			exacts = append(exacts, p.exact)
			p.prefix, p.suffix = p.exact, p.exact
		}
		prefixes, suffixes = append(prefixes, p.prefix), append(suffixes, p.suffix)
		needs = append(needs, best(append(slices.Clip(p.needs), p.prefix, p.suffix)))
	}
	if exact := unite(exacts); exact != nil && len(exacts) == len(subs) {
		return part{exact: exact}
	}
	all := unknown
	if prefix := unite(prefixes); prefix != nil {
		all.prefix = prefix
	}
	if suffix := unite(suffixes); suffix != nil {
		all.suffix = suffix
	}
	if need := unite(needs); need != nil {
		all.needs = [][]string{need}
	}
	return all
}

// unite returns all strings of the lists, or nil if they are too many.
func unite(lists [][]string) []string {
	var all []string
	for _, list := range lists {
		for _, s := range list {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
		if len(all) > maxStrings {
			return nil
		}
	}
	return all
}

// best returns the list whose shortest string is longest, as this leaves the
// fewest lines.
func best(needs [][]string) []string {
	var found []string
	length := -1
	for _, list := range needs {
		n := shortest(list)
		if n > length || n == length && len(list) < len(found) {
			found, length = list, n
		}
	}
	return found
}

func shortest(list []string) int {
	n := maxLength * 4
	for _, s := range list {
		n = min(n, len(s))
	}
	return n
}

func each(list []string, f func(string) string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = f(s)
	}
	return out
}

// lower folds the letters of ASCII alone, which changes no length.
func lower(s string) string { return string(lowerBytes([]byte(s))) }

// lowerBytes does so in place.
func lowerBytes(b []byte) []byte {
	for i, c := range b {
		b[i] = lowered[c]
	}
	return b
}

var lowered = func() (table [256]byte) {
	for i := range table {
		table[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			table[i] += 'a' - 'A'
		}
	}
	return table
}()
