package rank

// NumSignals is the length of a [Row].
const NumSignals = 22

// Row has the signals of a file for a query. Each is about 0 to 1, so that the
// weights compare.
type Row [NumSignals]float64

// The places of the signals in a Row.
const (
	vectorGap = iota
	vectorFifth
	vectorHead
	wordsBest
	wordsPath
	nameBegins
	nameShare
	nameWhole
	nameIsSymbol
	folderCovered
	PathNamed
	symbolNamed
	symbolCovered
	roleTest
	roleExample
	roleLegacy
	roleDocs
	roleData
	roleDeclarations
	roleEntry
	fileSize
	fileDepth
)

// Signal describes one signal.
type Signal struct {
	Name  string // as in weights.txt and in explanations
	Group string // that it is measured with: vector, words, path, symbols, role, shape
	About string
}

// Signals describes the places of a [Row]. "Relative" is from 0 at the cosine of
// the hundredth candidate, or no words, to 1 at the best candidate.
var Signals = [NumSignals]Signal{
	vectorGap:        {"vector-gap", "vector", "cosine of the file's nearest chunk, less that of the nearest of all"},
	vectorFifth:      {"vector-fifth", "vector", "relative cosine of its fifth chunk"},
	vectorHead:       {"vector-head", "vector", "relative cosine of its first lines"},
	wordsBest:        {"words-best", "words", "relative BM25 of its best chunk"},
	wordsPath:        {"words-path", "words", "relative BM25 of its path alone"},
	nameBegins:       {"name-begins", "path", "share of the query's words, by rarity, that a word of the name begins, or that begin one"},
	nameShare:        {"name-share", "path", "share of the name's words in the query"},
	nameWhole:        {"name-whole", "path", "1 if all of the name's words are in the query"},
	nameIsSymbol:     {"name-is-symbol", "path", "1 if the query names a symbol like the file, 0.5 if it may be a plain word"},
	folderCovered:    {"folder-covered", "path", "share of the query's words in folders' names and not in the file's"},
	PathNamed:        {"path-named", "path", "1 if the query has the file's path or the end of it, with a dot or slash; not learned"},
	symbolNamed:      {"symbol-named", "symbols", "1 if the file defines what the query names, less in other case or for a plain word"},
	symbolCovered:    {"symbol-covered", "symbols", "query's words in a symbol's name times the name's in the query, of the best"},
	roleTest:         {"role-test", "role", "1 for a test that the query does not ask for"},
	roleExample:      {"role-example", "role", "1 for an example or a benchmark, likewise"},
	roleLegacy:       {"role-legacy", "role", "1 for what is kept for compatibility or is not the project's own, likewise"},
	roleDocs:         {"role-docs", "role", "1 for documentation, likewise"},
	roleData:         {"role-data", "role", "1 for data, settings and build files, likewise"},
	roleDeclarations: {"role-declarations", "role", "1 for declarations without code"},
	roleEntry:        {"role-entry", "role", "1 for a folder's or a program's entry, such as index, main and mod"},
	fileSize:         {"file-size", "shape", "logarithm of the file's chunks, 1 at 1,000"},
	fileDepth:        {"file-depth", "shape", "folders above the file, over 10"},
}
