package lexical

import "bytes"

// stem takes endings of English off a word in place: plurals, -ed and -ing, and
// what makes nouns of verbs, so that "validates", "validated", "validation" and
// "validator" meet. It is lighter than Porter's stemmer and errs on the side of
// leaving words as they are. Words with other characters than a–z stay.
func stem(w []byte) []byte {
	if len(w) < 4 {
		return w
	}
	for _, c := range w {
		if c < 'a' || c > 'z' {
			return w
		}
	}
	w = verb(singular(w))
	if long, ok := cutSuffix(w, "ion", 4); ok && (long[len(long)-1] == 't' || long[len(long)-1] == 's') {
		return noun(long)
	}
	if long, ok := cutSuffix(w, "or", 4); ok && bytes.HasSuffix(long, []byte("at")) {
		return noun(long)
	}
	if short, ok := cutSuffix(w, "e", 2); ok && vowels(short) {
		return noun(short)
	}
	if last := len(w) - 1; w[last] == 'i' && last >= 2 {
		w[last] = 'y' // of "retries" and "retried"
	}
	return w
}

// singular takes off the s of a plural.
func singular(w []byte) []byte {
	n := len(w)
	if w[n-1] != 's' || w[n-2] == 's' || w[n-2] == 'u' || w[n-2] == 'i' {
		return w
	}
	if w[n-2] != 'e' {
		return w[:n-1]
	}
	for _, ending := range []string{"sses", "ies", "xes", "shes", "ches"} {
		if bytes.HasSuffix(w, []byte(ending)) {
			return w[:n-2]
		}
	}
	return w[:n-1]
}

// verb takes off -ed and -ing, and what was doubled in front of them.
func verb(w []byte) []byte {
	short, ok := cutSuffix(w, "ing", 2)
	if !ok {
		short, ok = cutSuffix(w, "ed", 2)
		ok = ok && short[len(short)-1] != 'e' // "speed"
	}
	if !ok || !vowels(short) {
		return w
	}
	if n := len(short); n > 3 && short[n-1] == short[n-2] && bytes.IndexByte([]byte("bdgmnprt"), short[n-1]) >= 0 {
		return short[:n-1]
	}
	if bytes.HasSuffix(short, []byte("at")) {
		return noun(short)
	}
	return short
}

// noun takes off the -at that is left of -ation, -ator and -ate.
func noun(w []byte) []byte {
	if short, ok := cutSuffix(w, "at", 4); ok {
		return short
	}
	return w
}

// cutSuffix takes off an ending if so many letters are left.
func cutSuffix(w []byte, ending string, left int) ([]byte, bool) {
	n := len(w) - len(ending)
	if n < left || string(w[n:]) != ending {
		return w, false
	}
	return w[:n], true
}

func vowels(w []byte) bool { return bytes.ContainsAny(w, "aeiouy") }
