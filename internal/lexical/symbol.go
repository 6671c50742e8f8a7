package lexical

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// Names of symbols are terms like others, but for a first byte that no term of
// a text has.
const (
	wholeName = 0
	lastName  = 1 // a name without what qualifies it, or a part of that

	maxName  = 256 // bytes; what is longer is no name that anyone asks for
	maxParts = 4   // of a qualified name, those that can be asked for
)

// separators stand between the parts of qualified names, in some language. The
// longer come first.
var separators = strings.NewReplacer("::", ".", "->", ".", "#", ".", "/", ".", `\`, ".", ":", ".")

// foldName is a name as it is looked up: in lower case, and its parts joined by
// dots.
func foldName(name string) string {
	name = strings.Trim(separators.Replace(name), ".")
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError {
			return -1
		}
		return fold(r)
	}, name)
}

// symbolKeys yields the terms under which symbols are found: "Retry.next" under
// its whole name and as "next". A key is valid until the next one.
func symbolKeys(symbols []string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var key []byte
		for _, s := range symbols {
			name := foldName(s)
			kind := byte(wholeName)
			for range maxParts {
				if name == "" || len(name) > maxName {
					break
				}
				key = append(append(key[:0], kind), name...)
				if !yield(key) {
					return
				}
				_, rest, ok := strings.Cut(name, ".")
				if !ok {
					break
				}
				name, kind = rest, lastName
			}
		}
	}
}

// SymbolHit is a document that defines a symbol.
type SymbolHit struct {
	Doc int
	// Whole is true if the name asked for is all of the symbol's qualified name,
	// and not only its end.
	Whole bool
}

// Symbol returns the documents that define a symbol of a name, whatever its
// case: those whose symbol has just this name, and then those that have it as
// the end of a qualified one ("next" or "Retry.next" of "pkg.Retry.next"), each
// document once and in order. "::", "->", "#", ":", "/" and "\" are the same as
// a dot. There are at most k of them; keep, if not nil, says which count.
func (ix *Index) Symbol(name string, k int, keep func(doc int) bool) ([]SymbolHit, error) {
	name = foldName(name)
	if name == "" {
		return nil, nil
	}
	var hits []SymbolHit
	found := map[uint32]bool{}
	var c cursor
	for _, kind := range [...]byte{wholeName, lastName} {
		e, ok, err := ix.find(string(kind) + name)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		c.open(ix, e)
		for len(hits) < k && c.next() {
			for _, p := range c.list[:c.n] {
				if len(hits) < k && !found[p.doc] && (keep == nil || keep(int(p.doc))) {
					found[p.doc] = true
					hits = append(hits, SymbolHit{int(p.doc), kind == wholeName})
				}
			}
		}
		if c.err != nil {
			return nil, c.err
		}
	}
	return hits, nil
}
