package chunk

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

// glyph says what a byte is to the estimate. The kinds of which words consist
// are bits, so that a word's kinds add up without a branch for each letter.
type glyph uint8

const (
	lower glyph = 1 << iota
	upper
	digit
	punct // and the first byte of a rune: a token each
	space // also control characters and the tail of a rune

	inWord = lower | upper | digit
)

var glyphs = func() (t [256]glyph) {
	for c := range t {
		switch {
		case c <= ' ', c == 0x7f, c >= 0x80 && c < 0xc0:
			t[c] = space
		case 'a' <= c && c <= 'z':
			t[c] = lower
		case 'A' <= c && c <= 'Z':
			t[c] = upper
		case '0' <= c && c <= '9':
			t[c] = digit
		default:
			t[c] = punct
		}
	}
	return t
}()

// weigh estimates the tokens of b, in sixteenths.
func weigh[T string | []byte](b T) int {
	w := 0
	for i := 0; i < len(b); {
		if g := glyphs[b[i]]; g&inWord == 0 {
			w += int(g/punct&1) * oneToken
			i++
			continue
		}
		n, s := word(b[i:])
		if n < tabled {
			w += int(weights[s][n])
		} else {
			w += weighWord(n, s&hasHump != 0, s&hasDigit != 0)
		}
		i += n
	}
	return w
}

// word returns the length of the word at the start of b, and its shape.
func word[T string | []byte](b T) (n int, s shape) {
	var last, seen, humps glyph
	for n < len(b) {
		g := glyphs[b[n]]
		if g&inWord == 0 {
			break
		}
		humps |= last << 1 & g
		seen |= g
		last = g & lower // shifted it is upper: what makes a hump behind it
		n++
	}
	// upper is 2 and digit 4, hasHump 1 and hasDigit 2
	return n, shape(humps&upper|seen&digit) >> 1
}

// shape is what weighs alike in words of one length.
type shape uint8

const (
	hasHump shape = 1 << iota // a capital follows a small letter
	hasDigit
	shapes
)

// tabled bounds the lengths of words that are looked up. A table is quicker than
// weighWord's branches, since nothing about the next word can be foretold.
const tabled = 32

var weights = func() (t [shapes][tabled]uint16) {
	for s := range shapes {
		for n := range tabled {
			t[s][n] = uint16(weighWord(n, s&hasHump != 0, s&hasDigit != 0))
		}
	}
	return t
}()

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
