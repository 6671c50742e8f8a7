package hunch

// The search for lines that match a regular expression. It reads files, not the
// index, so that it is complete whatever is embedded; the index only spares it
// the files that it knows not to match.

import (
	"context"
	"iter"

	"github.com/hunch-search/hunch/internal/regex"
)

// Match is a line that matches a regular expression.
type Match struct {
	Line int `json:"line"`
	// Spans are the matches in the line as it stands in Content, each the first
	// byte and the one behind the last: the first hundred, and none that are empty.
	Spans [][2]int `json:"spans"`
}

// maxSpans bounds a program's memory where every letter of a long line matches.
const maxSpans = 100

// RegexpError says what is wrong with a regular expression, and where.
type RegexpError = regex.Error

// CheckRegexp tells whether an expression can be searched for. The error is a
// [*RegexpError].
func CheckRegexp(expression string) error {
	_, err := regex.Compile(expression)
	return err
}

// Lines yields the lines that match q.Regexp, in the order of path (by bytes) and
// line, as they are found. The syntax is that of package [regexp]; a line matches
// by itself, ^ and $ are its ends. q.Paths, Languages, Include and Exclude choose
// the files, q.Before and After widen the results, of which those that touch are
// one. A result's symbols are those that its first match is in, the innermost
// first. What ranks results plays no part: neither TopK, for the caller stops when
// it has enough, nor the model. Scores are 1.
//
// All files that an Update would index are searched as they are now, with or
// without an index; nothing is embedded or written. A file that cannot be read is
// told as a warning. A notebook is searched as it is shown, without its outputs.
//
// After an error no more is yielded. It is a [*RegexpError], that of a filter or
// of the root, or the context's.
func (r *Repository) Lines(ctx context.Context, q Query) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		ix := r.openIndex()
		if ix != nil {
			defer ix.Close()
		}
		g, err := r.newGrep(q, ix)
		if err != nil {
			yield(Result{}, err)
			return
		}
		g.named = true
		for t, err := range g.run(ctx, g.walk) {
			if err != nil {
				yield(Result{}, err)
				return
			}
			for _, result := range t.found {
				if !yield(result, nil) {
					return
				}
			}
		}
	}
}
