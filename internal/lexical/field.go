package lexical

import "math/bits"

// Field is a part of a document.
type Field int

// The fields.
const (
	Content Field = iota
	Path
	Symbols
	NumFields = 3
)

// counts is how often a term stands in a document's fields, in a byte: content
// in bits 0–3, path in 4–5, symbols in 6–7. More than that fits is cut down,
// which changes little: at 15 a term counts nearly all that it ever does.
type counts byte

var (
	countShift = [NumFields]uint{0, 4, 6}
	countMax   = [NumFields]counts{15, 3, 3}
)

// once is a term that stands in the content one time, as most do.
const once counts = 1

func (c counts) in(f Field) int { return int(c >> countShift[f] & countMax[f]) }

// plus adds one in a field.
func (c counts) plus(f Field) counts {
	if c>>countShift[f]&countMax[f] == countMax[f] {
		return c
	}
	return c + 1<<countShift[f]
}

// A length is kept as a code: itself below 32, and above it four bits behind
// the first one and the exponent.
const (
	exactLengths = 32
	maxLength    = 32<<13 - 1 // of the last code but one
	unknown      = 255        // in place of the content's length: the document was never read
)

func lengthCode(n int) byte {
	if n < exactLengths {
		return byte(n)
	}
	n = min(n, maxLength)
	shift := bits.Len(uint(n)) - 5
	return byte(exactLengths + 16*(shift-1) + n>>shift - 16)
}

// lengthOf returns the middle of the lengths that have a code.
func lengthOf(code byte) int {
	if code < exactLengths {
		return int(code)
	}
	shift := int(code-exactLengths)/16 + 1
	return (int(code-exactLengths)%16+16)<<shift + 1<<shift/2
}
