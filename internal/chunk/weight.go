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
		n, hump, digits := word(b[i:])
		w += weighWord(n, hump, digits)
		i += n
	}
	return w
}

// word returns the length of the word at the start of b, and whether a capital
// follows a small letter in it and whether it has a digit.
func word[T string | []byte](b T) (n int, hump, digits bool) {
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
	return n, humps != 0, seen&digit != 0
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
