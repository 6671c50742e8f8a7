package lexical

import (
	"strings"
	"unicode"
)

// Query is what is searched for.
type Query struct {
	Terms []Term // each once
}

// Term is a term as the analyser makes it, and how much it counts.
type Term struct {
	Text   string
	Weight float32
}

// ParseQuery returns the terms of a query, in order of their first place. A
// term counts as often as it stands there. Words that every question has, such
// as "where is the", are left out unless there are no others.
func ParseQuery(text string) Query {
	var q Query
	all := parse(text)
	for _, t := range all.Terms {
		if !stopWords[t.Text] {
			q.Terms = append(q.Terms, t)
		}
	}
	if len(q.Terms) == 0 {
		return all
	}
	return q
}

func parse(text string) Query {
	var q Query
	at := map[string]int{}
	a := analyser{emit: func(term []byte) {
		i, ok := at[string(term)]
		if !ok {
			i = len(q.Terms)
			at[string(term)] = i
			q.Terms = append(q.Terms, Term{Text: string(term)})
		}
		q.Terms[i].Weight++
	}}
	a.text(text)
	return q
}

// stopWords are terms: as the analyser makes them of words. They are few: to
// leave out prepositions and auxiliaries too costs 0.008 of nDCG@10, on the
// queries that DefaultParams were chosen on, and to leave out none 0.003.
var stopWords = func() map[string]bool {
	stop := map[string]bool{}
	a := analyser{emit: func(term []byte) { stop[string(term)] = true }}
	a.text(`a an the of is are was were be been
		how what when where which who why do does did`)
	return stop
}()

// Names returns the words of a text that may be names of symbols, such as
// "Retry.next" and "RouterGroup", in the form that [Index.Symbol] takes: what
// stands between spaces, without quotes and other signs around it. From
// the first bracket on, as of a call, it is cut off.
func Names(text string) []string {
	var names []string
	for word := range strings.FieldsSeq(text) {
		word = strings.TrimLeftFunc(word, notInName)
		if i := strings.IndexAny(word, "()[]{}<>,;"); i >= 0 {
			word = word[:i]
		}
		if word = strings.TrimRightFunc(word, notInName); word != "" {
			names = append(names, word)
		}
	}
	return names
}

func notInName(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }
