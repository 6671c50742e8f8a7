// What others need who mine a language that this package does not know.

package mine

import "strings"

// Describe makes a query of a definition's documentation, as [Repo] does; text
// is "" if it makes none, and why is the reason. The symbol is qualified as in
// chunk.Chunk, or the bare name.
func Describe(symbol, documentation string) (text, why string) {
	return queryOf(doc{symbol: symbol, name: lastName(symbol), text: documentation})
}

// Words returns the words of a name in lower case: "read", "http" and "header"
// of "readHTTPHeader".
func Words(name string) []string { return splitName(name) }

// Holds reports whether code says what text says, punctuation, line breaks and
// case aside. It would be found by its words.
func Holds(code, text string) bool {
	return strings.Contains(" "+plainWords(code)+" ", " "+plainWords(text)+" ")
}
