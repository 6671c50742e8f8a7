package chunk

import "math/bits"

// The encoder counts tokens, and characters are a poor measure of them:
// indentation costs nothing, a bracket as much as a word. So rows are weighed
// by an estimate of their WordPiece tokens, from the kind and length of each
// word alone. Its constants were fitted to the vocabulary of all-MiniLM-L6-v2
// over the standard libraries of Go and Python.

// oneToken is the weight of one token; weights are whole sixteenths.
const oneToken = 16

// What a word of n bytes weighs.
const (
	shortWord  = 19 // 1.2 tokens, up to 6 letters
	longLetter = 3  // for each of the next letters
	rareLetter = 9  // beyond 14 letters it is no word of any language
	humpBase   = 8  // camelCase: "cookieNumWithinMax" is 5 tokens
	humpLetter = 4
	digitByte  = 9 // numbers and hashes come in pieces of two digits or so
)

// weigh estimates the tokens of b, in sixteenths.
func weigh(b []byte) int {
	w := 0
	for len(b) > 0 {
		n, weight := weighWords(b)
		w += weight
		b = b[n:]
	}
	return w
}

// weighWords weighs the words at the start of b, and what is between them. It
// returns how many bytes these are.
//
// The words of 64 bytes are weighed at once. They are short and nothing about the
// next one can be foretold, so that a loop over their bytes would take a wrong
// branch at the end of each. Those with digits and humps are weighed one by one.
func weighWords(b []byte) (n, weight int) {
	n = min(len(b), 64)
	g := group(b[:n])
	if n < len(b) { // the last word may go on
		n -= bits.LeadingZeros64(^g.word)
		if n == 0 {
			return weighLong(b)
		}
		g.word &= 1<<n - 1
	}
	weight = g.signs * oneToken
	humps := g.humps()
	for odd := (humps | g.digit) & g.word; odd != 0; odd &= g.word {
		at := bits.TrailingZeros64(odd)
		start := 64 - bits.LeadingZeros64(^g.word&(1<<at-1))
		end := at + bits.TrailingZeros64(^(g.word >> at))
		this := uint64(1)<<end - 1<<start
		weight += weighWord(end-start, humps&this != 0, g.digit&this != 0)
		g.word &^= this
	}
	return n, weight + weighPlain(g.word)
}

// weighPlain weighs words that have neither digits nor humps.
func weighPlain(word uint64) int {
	starts := word &^ (word << 1)
	single := starts &^ (word >> 1)
	// A bit of run7 is a byte of a word with six of it before, and so on.
	run2 := word & (word << 1)
	run4 := run2 & (run2 << 2)
	run7 := run4 & (run4 << 3)
	run8 := run4 & (run4 << 4)
	run15 := run8 & (run8 << 7)
	return bits.OnesCount64(starts)*shortWord - bits.OnesCount64(single)*(shortWord-oneToken) +
		bits.OnesCount64(run7)*longLetter + bits.OnesCount64(run15)*(rareLetter-longLetter)
}

// weighLong weighs the word at the start of b, which has any length.
func weighLong(b []byte) (n, weight int) {
	var hump, digits bool
	before := uint64(0) // 1 behind a small letter
	for n < len(b) {
		g := group(b[n:min(len(b), n+64)])
		size := bits.TrailingZeros64(^g.word)
		this := uint64(1)<<size - 1
		hump = hump || (g.humps()|before&g.upper)&this != 0
		digits = digits || g.digit&this != 0
		n += size
		if size < 64 {
			break
		}
		before = g.small() >> 63
	}
	return n, weighWord(n, hump, digits)
}

func weighWord(n int, hump, digits bool) int {
	switch {
	case n == 1:
		return oneToken
	case digits:
		return oneToken + (n-1)*digitByte
	case hump:
		return humpBase + n*humpLetter
	case n <= 6:
		return shortWord
	}
	return shortWord + (n-6)*longLetter + max(0, n-14)*(rareLetter-longLetter)
}
