package chunk

import "strings"

// TemplateVersion names what [EmbedText] puts around a chunk. It is part of the
// key under which embeddings are cached, so it changes with the text.
//
//	1  path, symbol and the words of the symbol on a line; signature; text
const TemplateVersion = 1

// RulesVersion names the rules by which files are cut and symbols are found. An
// index that was made by others reads all files again; what comes out as it was
// is kept.
//
//	1  Go, Python and Markdown by their definitions, the rest by blank lines
//	2  definitions in programming languages by the structural scanner
//	3  Go with syntax errors within its declarations like Go without
const RulesVersion = 3

// EmbedText returns the text of a chunk that is embedded.
func EmbedText(path string, c Chunk) string {
	return join(c, path, c.Symbol, words(c.Symbol))
}

// Template makes the text that is embedded from a chunk and the path of its
// file, relative and with slashes.
type Template func(path string, c Chunk) string

// Templates returns [EmbedText] ("path-symbol-words") and the templates that it
// was chosen over, by name, so that another model can be measured with each.
func Templates() map[string]Template {
	return map[string]Template{
		"text":              func(_ string, c Chunk) string { return join(c) },
		"path":              func(path string, c Chunk) string { return join(c, path) },
		"symbol":            func(_ string, c Chunk) string { return join(c, c.Symbol) },
		"path-symbol":       func(path string, c Chunk) string { return join(c, path, c.Symbol) },
		"tail-symbol":       func(path string, c Chunk) string { return join(c, tail(path), c.Symbol) },
		"words":             func(path string, c Chunk) string { return join(c, words(path), words(c.Symbol)) },
		"path-symbol-words": EmbedText,
		"split": func(path string, c Chunk) string {
			c.Signature, c.Text = split(c.Signature), split(c.Text)
			return join(c, path, c.Symbol)
		},
	}
}

// join puts the parts of a prefix on one line and signature and text under it.
func join(c Chunk, prefix ...string) string {
	var b strings.Builder
	for _, part := range prefix {
		if part == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(part)
	}
	for _, part := range []string{c.Signature, c.Text} {
		if part == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(part)
	}
	return b.String()
}

// tail returns the last two elements of a path.
func tail(path string) string {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return path
	}
	return path[strings.LastIndexByte(path[:i], '/')+1:]
}

// words returns the words of paths and identifiers, in lower case:
// "internal/retryPolicy.go" gives "internal retry policy go", "HTTPServer" gives
// "http server".
func words(s string) string {
	var b strings.Builder
	gap := false
	for i := range len(s) {
		c := s[i]
		if !isWordByte(c) || c == '_' {
			gap = true
			continue
		}
		if b.Len() > 0 && (gap || isUpper(c) && startsHump(s, i)) {
			b.WriteByte(' ')
		}
		gap = false
		if isUpper(c) {
			c |= 0x20
		}
		b.WriteByte(c)
	}
	return b.String()
}

// split puts a space between the words of camelCase identifiers.
func split(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && isUpper(s[i]) && isWordByte(s[i-1]) && startsHump(s, i) {
			b.WriteByte(' ')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// startsHump reports whether the capital at s[i] begins a word: after a small
// letter or digit, or before a small letter at the end of a run of capitals.
func startsHump(s string, i int) bool {
	return !isUpper(s[i-1]) || i+1 < len(s) && 'a' <= s[i+1] && s[i+1] <= 'z'
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
