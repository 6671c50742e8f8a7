package chunk

import (
	"math/rand/v2"
	"testing"
)

// texts calls f with random bytes of all lengths up to some rows, in which words
// are short, or long, or all there is.
func texts(f func(b []byte)) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		b := make([]byte, r.IntN(200))
		words := r.IntN(101) // percent
		for i := range b {
			switch {
			case r.IntN(100) < words:
				b[i] = "abcxyzABCXYZ0199aeiou"[r.IntN(21)]
			case r.IntN(5) == 0:
				b[i] = byte(r.IntN(256))
			default:
				b[i] = " \t._$(@[`{/:\x7fé"[r.IntN(15)]
			}
		}
		f(b)
	}
}

// weighSlowly is weigh, byte by byte.
func weighSlowly(b []byte) (weight int) {
	for i := 0; i < len(b); i++ {
		hump, digits, n := false, false, 0
		for ; i+n < len(b) && isASCIIWord(b[i+n]); n++ {
			c := b[i+n]
			digits = digits || c <= '9'
			hump = hump || 'A' <= c && c <= 'Z' && n > 0 && b[i+n-1] >= 'a'
		}
		if n > 0 {
			weight += weighWord(n, hump, digits)
			i += n - 1
		} else if c := b[i]; c > ' ' && c < 0x7f || c >= 0xc0 {
			weight += oneToken
		}
	}
	return weight
}

func isASCIIWord(c byte) bool { return c < 0x80 && c != '_' && isWordByte(c) }

func TestWeighTakesEightBytesAtOnce(t *testing.T) {
	texts(func(b []byte) {
		if got, want := weigh(b), weighSlowly(b); got != want {
			t.Fatalf("weigh(%q) = %d, want %d", b, got, want)
		}
	})
}

func TestNameEnd(t *testing.T) {
	texts(func(b []byte) {
		for at := range len(b) + 1 {
			want := at
			for want < len(b) && wordBytes[b[want]] {
				want++
			}
			if got := nameEnd(b, at); got != want {
				t.Fatalf("nameEnd(%q, %d) = %d, want %d", b, at, got, want)
			}
		}
	})
}
