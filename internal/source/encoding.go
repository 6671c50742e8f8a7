package source

// Text that is not in UTF-8. Source code is ASCII for the most part, so that its
// encoding can be told from what little is not; where it cannot, nothing is
// guessed.

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

const byteOrderMark = "\xEF\xBB\xBF"

// decode turns the bytes of a file into UTF-8. It keeps the number of lines. sure
// is false if so little of it could be told that it is not worth indexing. Bytes
// that are no text are left for others to judge.
//
//	byte order mark            what it says: UTF-8, UTF-16LE or UTF-16BE
//	a NUL in every other byte  UTF-16 without a mark
//	valid                      UTF-8
//	single bytes above 0x7F    Windows-1252, of which Latin-1 is a part
//	a few invalid bytes        UTF-8 in which they become U+FFFD
//	many                       an encoding that is not known
func decode(data []byte) (text []byte, sure bool) {
	if rest, ok := bytes.CutPrefix(data, []byte(byteOrderMark)); ok {
		data = rest
	} else if order, rest := utf16Order(data); order != nil {
		return decodeUTF16(order, rest), len(rest)%2 == 0
	}
	if utf8.Valid(data) || isBinary(data) {
		return data, true
	}
	c := countHigh(data)
	if c.isWindows1252() {
		return decodeWindows1252(data, c.bytes), true
	}
	return bytes.ToValidUTF8(data, []byte("\uFFFD")), c.invalid <= len(data)/10
}

// utf16Order returns the order of bytes of UTF-16, and the data without the
// mark; nil if it is something else. Four bytes of UTF-32's mark begin like those
// of UTF-16.
func utf16Order(data []byte) (binary.ByteOrder, []byte) {
	switch {
	case bytes.HasPrefix(data, []byte("\xFF\xFE\x00\x00")), bytes.HasPrefix(data, []byte("\x00\x00\xFE\xFF")):
		return nil, data
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		return binary.LittleEndian, data[2:]
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return binary.BigEndian, data[2:]
	case isUTF16(data, binary.LittleEndian):
		return binary.LittleEndian, data
	case isUTF16(data, binary.BigEndian):
		return binary.BigEndian, data
	}
	return nil, data
}

// clearUTF16 is the least number of units of which UTF-16 is told without a mark.
const clearUTF16 = 8

// isUTF16 reports whether data is clearly UTF-16 without a mark: at least three
// quarters of the units are characters of ASCII that text has, none is NUL, and
// the others are valid. Tables of small numbers have NULs or control characters.
func isUTF16(data []byte, order binary.ByteOrder) bool {
	units := len(data) / 2
	if len(data)%2 != 0 || units < clearUTF16 || bytes.IndexByte(data[:2*clearUTF16], 0) < 0 {
		return false
	}
	ascii, pending := 0, false
	for i := 0; i < len(data); i += 2 {
		u := order.Uint16(data[i:])
		low := 0xDC00 <= u && u <= 0xDFFF
		if low != pending {
			return false
		}
		pending = 0xD800 <= u && u <= 0xDBFF
		switch {
		case u < ' ' && !isSpace(byte(u)), u == 0x7F:
			return false
		case u < 0x7F:
			ascii++
		}
	}
	return !pending && ascii >= units*3/4
}

func decodeUTF16(order binary.ByteOrder, data []byte) []byte {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// highBytes is what a file has beyond ASCII.
type highBytes struct {
	bytes   int // all bytes above 0x7F
	invalid int // those that are not part of a character of UTF-8
	valid   int // characters of UTF-8
	runs    int // bytes that are in a row of three or more
	strange int // bytes that Western text has seldom, or never
}

func countHigh(data []byte) (c highBytes) {
	run := 0
	for len(data) > 0 {
		if data[0] < utf8.RuneSelf {
			data, run = data[1:], 0
			continue
		}
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			c.invalid++
		} else {
			c.valid++
		}
		for _, b := range data[:n] {
			c.bytes++
			if run++; run >= 3 {
				c.runs++
			}
			if isStrange(b) {
				c.strange++
			}
		}
		data = data[n:]
	}
	return c
}

// isWindows1252 reports whether the bytes beyond ASCII are surely letters and
// marks of Western Europe: they stand alone or in pairs, as they do in its
// languages, and they are such as these use. Bytes of other alphabets come in
// rows, and characters of UTF-8 between them say that the file is damaged.
func (c highBytes) isWindows1252() bool {
	return c.valid == 0 && c.runs == 0 && c.strange*10 <= c.bytes
}

// isStrange reports whether Windows-1252 has no character for b, or one that is
// seldom seen in text.
func isStrange(b byte) bool {
	switch {
	case b >= 0xC0: // letters
		return b == 0xD7 || b == 0xF7
	case b >= 0xA0:
		return bytes.IndexByte([]byte("\xA4\xA6\xAC\xAF\xB8"), b) >= 0
	}
	return windows1252[b-0x80] == utf8.RuneError || bytes.IndexByte([]byte("\x83\x88\x98\x8E\x9E\x8A\x9A"), b) >= 0
}

func decodeWindows1252(data []byte, high int) []byte {
	out := make([]byte, 0, len(data)+2*high)
	for _, b := range data {
		switch {
		case b < utf8.RuneSelf:
			out = append(out, b)
		case b < 0xA0:
			out = utf8.AppendRune(out, windows1252[b-0x80])
		default:
			out = utf8.AppendRune(out, rune(b))
		}
	}
	return out
}

// windows1252 are the characters from 0x80 on; from 0xA0 on they are Latin-1's.
// (Unicode's mapping table "cp1252 to Unicode", 1998.)
var windows1252 = [32]rune{
	'€', utf8.RuneError, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', utf8.RuneError, 'Ž', utf8.RuneError,
	utf8.RuneError, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', utf8.RuneError, 'ž', 'Ÿ',
}
