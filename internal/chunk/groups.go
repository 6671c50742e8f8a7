package chunk

import (
	"encoding/binary"
	"math/bits"
)

// groups says of up to 64 bytes which are what, a bit for each.
type groups struct {
	word  uint64 // ASCII letters and digits
	upper uint64
	digit uint64
	signs int // other ASCII characters and first bytes of runes, without spaces and control characters
}

// small returns the small letters.
func (g *groups) small() uint64 { return g.word &^ (g.upper | g.digit) }

// humps returns the capitals that follow a small letter.
func (g *groups) humps() uint64 { return g.upper & (g.small() << 1) }

const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
)

// group sorts the bytes of b, 64 at most. It takes eight at a time, each kind
// being the high bits of their bytes until they are gathered.
func group(b []byte) (g groups) {
	for i := 0; i < len(b); i += 8 {
		v := load(b, i)
		ascii := ^v & highBits
		low := v &^ highBits
		letter := from(low|0x20*eachByte, 'a') &^ from(low|0x20*eachByte, 'z'+1) & ascii
		digit := from(low, '0') &^ from(low, '9'+1) & ascii
		word := letter | digit
		sign := (from(low, '!')&^from(low, 0x7f)&ascii | v&(v<<1)&highBits) &^ word
		g.word |= gather(word) << i
		g.upper |= gather(letter&^(low<<2)) << i // 0x20 tells them apart
		g.digit |= gather(digit) << i
		g.signs += bits.OnesCount64(sign)
	}
	return g
}

// from sets the high bits of those bytes of v, all below 0x80, that are at least
// c. The other bits mean nothing.
func from(v uint64, c uint64) uint64 { return v + (0x80-c)*eachByte }

// gather makes one bit of each byte's high bit, the first byte's the lowest.
func gather(high uint64) uint64 { return high >> 7 * 0x0102040810204080 >> 56 }

// load returns the eight bytes at offset i of b, the first one the lowest, 0 for
// those behind its end.
func load(b []byte, i int) uint64 {
	if i+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[i:])
	}
	return loadLast(b, i)
}

func loadLast(b []byte, i int) (v uint64) {
	if len(b) >= 8 {
		return binary.LittleEndian.Uint64(b[len(b)-8:]) >> (8 * (8 - (len(b) - i)))
	}
	for k := len(b) - 1; k >= i; k-- {
		v = v<<8 | uint64(b[k])
	}
	return v
}

// nameEnd returns the end of the bytes of names that src has at offset at.
func nameEnd(src []byte, at int) int {
	for ; ; at += 8 {
		v := load(src, at)
		low := v &^ highBits
		letter := from(low|0x20*eachByte, 'a') &^ from(low|0x20*eachByte, 'z'+1)
		digit := from(low, '0') &^ from(low, '9'+1)
		sign := from(low^'_'*eachByte, 1) & from(low^'$'*eachByte, 1)
		if other := sign &^ (letter | digit | v) & highBits; other != 0 {
			return at + bits.TrailingZeros64(other)/8
		}
	}
}
