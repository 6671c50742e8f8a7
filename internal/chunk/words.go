package chunk

import "bytes"

// The beginnings of texts: words, names and signs.

// hasPrefix is bytes.HasPrefix for a string. The first byte tells most apart.
func hasPrefix(b []byte, s string) bool {
	return len(b) >= len(s) && (s == "" || b[0] == s[0] && string(b[:len(s)]) == s)
}

func hasAnyPrefix(b []byte, list []string) bool {
	for _, s := range list {
		if hasPrefix(b, s) {
			return true
		}
	}
	return false
}

// startsWithWord reports whether b begins with one of the words, as a word.
func startsWithWord(b []byte, words []string) bool {
	for _, w := range words {
		if hasPrefix(b, w) && (len(b) == len(w) || !isWordByte(b[len(w)])) {
			return true
		}
	}
	return false
}

// startsWithSign is startsWithWord with signs, which need nothing behind them,
// among the words.
func startsWithSign(text []byte, signs []string) bool {
	for _, s := range signs {
		if hasPrefix(text, s) && (!isWordByte(s[len(s)-1]) || len(text) == len(s) || !isWordByte(text[len(s)])) {
			return true
		}
	}
	return false
}

// firstWord returns the letters, digits and underscores at the start of b.
func firstWord(b []byte) []byte {
	n := 0
	for n < len(b) && isWordByte(b[n]) {
		n++
	}
	return b[:n]
}

// name returns the letters, digits and the given other bytes at the start of b.
func name(b []byte, others string) []byte {
	n := 0
	for n < len(b) && (isWordByte(b[n]) || bytes.IndexByte([]byte(others), b[n]) >= 0) {
		n++
	}
	return b[:n]
}

// nameOf returns the letters, digits, "-" and "_" at the start of text.
func nameOf(text []byte) []byte { return name(text, "-") }

// cutWord removes a word and the space behind it from the start of text.
func cutWord(text []byte, word string) ([]byte, bool) {
	if len(text) <= len(word) || !hasPrefix(text, word) || isWordByte(text[len(word)]) {
		return text, false
	}
	return bytes.TrimLeft(text[len(word):], " \t\f"), true
}

func cutPrefix(text []byte, prefix string) ([]byte, bool) {
	if !hasPrefix(text, prefix) {
		return text, false
	}
	return bytes.TrimLeft(text[len(prefix):], " "), true
}

// skipWords removes words that say nothing from the start of text.
func skipWords(text []byte, words ...string) []byte {
	for again := true; again; {
		again = false
		for _, w := range words {
			if rest, ok := cutWord(text, w); ok && len(rest) > 0 {
				text, again = rest, true
			}
		}
	}
	return text
}

// endsWord reports whether text ends with a word.
func endsWord(text []byte, word string) bool {
	n := len(text) - len(word)
	return n >= 0 && string(text[n:]) == word && (n == 0 || !isWordByte(text[n-1]))
}

func isWordByte(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// wordBytes are those of names.
var wordBytes = func() (t [256]bool) {
	for c := range t {
		t[c] = isWordByte(byte(c)) || c == '$'
	}
	return t
}()

func wordSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}
