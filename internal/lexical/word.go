package lexical

import (
	"unicode"
	"unicode/utf8"
)

// analyserVersion counts the changes of what a text's terms are. A section of
// another version cannot answer today's queries.
const analyserVersion = 1

// maxTerm is the longest term in bytes. What is longer, such as a key in
// base64, is nobody's query and left out.
const maxTerm = 64

// Classes of characters.
const (
	gap = iota // belongs to no word
	lower
	upper
	digit
	underscore
	ideograph // Han or kana: a word without spaces around it
	wide      // a byte of a character that is not ASCII
)

var classes = func() (t [256]byte) {
	for c := range t {
		switch {
		case 'a' <= c && c <= 'z':
			t[c] = lower
		case 'A' <= c && c <= 'Z':
			t[c] = upper
		case '0' <= c && c <= '9':
			t[c] = digit
		case c == '_':
			t[c] = underscore
		case c >= utf8.RuneSelf:
			t[c] = wide
		}
	}
	return t
}()

func classOf(r rune) byte {
	switch {
	case r < utf8.RuneSelf:
		return classes[r]
	case r == utf8.RuneError: // or bytes that are no UTF-8
		return gap
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return ideograph
	case unicode.IsUpper(r), unicode.IsTitle(r):
		return upper
	case unicode.IsLetter(r), unicode.IsMark(r):
		return lower
	case unicode.IsDigit(r):
		return digit
	}
	return gap
}

// analyser finds the terms of texts. It keeps its buffers between texts.
type analyser struct {
	emit func(term []byte) // the term is valid during the call

	class  []byte // of each character of a run
	runes  []rune
	word   []byte // the run folded, without underscores
	cuts   []int  // where its parts begin, the first at 0
	number bool   // a digit began what is being read, as in 0x7fe0 and 1e9, which is not taken apart
}

// text emits the terms of s in order.
func (a *analyser) text(s string) {
	for i := 0; i < len(s); {
		if classes[s[i]] == gap {
			i++
			continue
		}
		start, plain := i, true
		a.class = a.class[:0]
		for ; i < len(s); i++ {
			class := classes[s[i]]
			if class == gap {
				break
			}
			plain = plain && class != wide
			a.class = append(a.class, class)
		}
		if plain {
			a.ascii(s[start:i])
		} else {
			a.unicode(s[start:i])
		}
	}
}

// ascii emits the terms of a run of letters, digits and underscores, whose
// classes are known.
func (a *analyser) ascii(run string) {
	a.word, a.cuts = a.word[:0], append(a.cuts[:0], 0)
	for i, class := range a.class {
		if class == underscore {
			continue
		}
		a.cut(i)
		c := run[i]
		if class == upper {
			c |= 0x20
		}
		a.word = append(a.word, c)
	}
	a.terms()
}

// unicode does the same for a run with other characters in it, some of which
// may belong to no word after all.
func (a *analyser) unicode(run string) {
	runes := a.runes[:0]
	a.class = a.class[:0]
	for _, r := range run {
		runes, a.class = append(runes, r), append(a.class, classOf(r))
	}
	a.runes = runes
	all := a.class
	defer func() { a.class = all[:0] }()
	for all := all; len(all) > 0; {
		n := 1
		for n < len(all) && kind(all[n]) == kind(all[0]) {
			n++
		}
		switch kind(all[0]) {
		case ideograph:
			a.ideographs(runes[:n])
		case lower:
			a.class = all[:n]
			a.letters(runes[:n])
		}
		runes, all = runes[n:], all[n:]
	}
}

// kind is what holds a run of characters together.
func kind(class byte) byte {
	if class == gap || class == ideograph {
		return class
	}
	return lower
}

func (a *analyser) letters(runes []rune) {
	a.word, a.cuts = a.word[:0], append(a.cuts[:0], 0)
	for i, class := range a.class {
		if class != underscore {
			a.cut(i)
			a.word = utf8.AppendRune(a.word, fold(runes[i]))
		}
	}
	a.terms()
}

// ideographs emits the pairs of neighbours in a run, or its only character.
func (a *analyser) ideographs(runes []rune) {
	for i := range max(len(runes)-1, 1) {
		a.word = a.word[:0]
		for _, r := range runes[i:min(i+2, len(runes))] {
			a.word = utf8.AppendRune(a.word, r)
		}
		a.emit(a.word)
	}
}

// fold maps characters that differ in case only to one.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		return unicode.ToLower(r)
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// cut notes that a part begins with character i, if one does.
func (a *analyser) cut(i int) {
	if i == 0 || a.class[i-1] == underscore {
		a.number = a.class[i] == digit
		if len(a.word) == 0 {
			return
		}
	} else if !a.begins(i) {
		return
	}
	a.cuts = append(a.cuts, len(a.word))
}

// begins reports whether a part begins with character i, which is not behind an
// underscore: at a hump, and where digits begin or end.
func (a *analyser) begins(i int) bool {
	before, class := a.class[i-1], a.class[i]
	switch {
	case (class == digit) != (before == digit):
		return !a.number
	case class != upper || before != upper:
		return class == upper
	}
	// The last of several capitals belongs to the small letters behind it. A
	// single one is the end of a plural: "HTTPServer", but "URLs".
	rest := a.class[i+1:]
	return len(rest) > 1 && rest[0] == lower && rest[1] == lower
}

// terms emits the whole of a word and its parts. A part of one letter says
// something only with the part behind it, as in ETag and v2; a lone digit says
// nothing.
func (a *analyser) terms() {
	if len(a.word) == 0 {
		return
	}
	parts := len(a.cuts)
	if parts == 1 {
		a.send(stem(a.word))
		return
	}
	a.send(a.word)
	a.cuts = append(a.cuts, len(a.word))
	for i := range parts {
		part := a.word[a.cuts[i]:a.cuts[i+1]]
		switch {
		case len(part) > 1:
			a.send(stem(part))
		case classes[part[0]] == lower && parts > 2 && i+1 < parts:
			a.send(a.word[a.cuts[i]:a.cuts[i+2]])
		}
	}
}

func (a *analyser) send(term []byte) {
	if len(term) <= maxTerm {
		a.emit(term)
	}
}
