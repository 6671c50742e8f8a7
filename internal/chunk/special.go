package chunk

// What no table of quotes can describe: delimiters that the source chooses
// itself, and signs that begin a string in one place and none in another.

import (
	"bytes"
	"strings"
)

// document is a here-document: the rows up to one that is its tag.
type document struct {
	tag  string
	more bool // code may follow on the row of the tag
}

// document takes row i as one of the document that is open. It reports whether
// the row was.
func (s *scanner) document(i int) bool {
	r := &s.rows[i]
	d := s.documents[0]
	r.inside, r.stmt = true, s.stmt
	text := s.file.text(i)
	if !hasPrefix(text, d.tag) || len(text) > len(d.tag) && (isWordByte(text[len(d.tag)]) || !d.more) {
		return true
	}
	s.documents = s.documents[1:]
	if d.more {
		if s.structure != nil {
			s.structure.row = i
		}
		s.code(r.at+len(d.tag), r)
	}
	return true
}

// expect adds a document with the tag at offset at of the source, if there is
// one, and returns the offset behind it, 0 if there is none.
func (s *scanner) expect(at, end int, more bool) int {
	q := byte(0)
	if at < end && (s.src[at] == '\'' || s.src[at] == '"' || s.src[at] == '`' || s.src[at] == '\\') {
		q = s.src[at]
		at++
	}
	tag := firstWord(s.src[at:end])
	if len(tag) == 0 || '0' <= tag[0] && tag[0] <= '9' {
		return 0
	}
	to := at + len(tag)
	if q != 0 && q != '\\' {
		if to >= end || s.src[to] != q {
			return 0
		}
		to++
	}
	if s.lastRow == nil {
		s.lastRow = map[string]int{}
		for i := range s.rows {
			if w := firstWord(s.file.text(i)); len(w) > 0 && len(w) < 64 {
				s.lastRow[string(w)] = i
			}
		}
	}
	if s.lastRow[string(tag)] <= s.current || len(s.documents) > 100 {
		return 0
	}
	s.documents = append(s.documents, document{string(tag), more})
	if s.structure != nil {
		s.str(at, to)
	}
	return to
}

// shellDocument steps over "<<EOF", "<<-'EOF'", "<<~EOF".
func shellDocument(s *scanner, at int, r *row) int {
	rest := s.src[at:r.end]
	if !hasPrefix(rest, "<<") || hasPrefix(rest, "<<<") {
		if hasPrefix(rest, "<<<") {
			return at + 3
		}
		return 0
	}
	to := at + 2
	if to < r.end && (s.src[to] == '-' || s.src[to] == '~') {
		to++
	}
	for to < r.end && s.src[to] == ' ' && s.lang.outline != nil && s.lang.outline.spaced {
		to++
	}
	return s.expect(to, r.end, false)
}

// tightDocument steps over a here-document of a language in which "<<" has other
// meanings: its tag follows without a space.
func tightDocument(s *scanner, at int, r *row) int {
	k := at + 2
	if k >= r.end || s.src[at+1] != '<' || at > r.at && s.src[at-1] == '<' {
		return 0
	}
	switch c := s.src[k]; {
	case c == '~', c == '-', c == '"', c == '\'', isUpper(c):
		return shellDocument(s, at, r)
	}
	return 0
}

// rustString steps over r"…", r#"…"#, br"…" and b'…'.
func rustString(s *scanner, at int, r *row) int {
	if at > r.at && isWordByte(s.src[at-1]) {
		return 0
	}
	k := at
	if s.src[k] == 'b' {
		k++
	}
	if k < r.end && s.src[k] == 'r' {
		k++
		n := k
		for k < r.end && s.src[k] == '#' && k < n+32 {
			k++
		}
		if k < r.end && s.src[k] == '"' {
			return s.raw(at, k+1, r.end, `"`+strings.Repeat("#", k-n))
		}
	}
	return s.wordAt(at, r)
}

// wordAt takes the word at offset at, which might have begun something else.
func (s *scanner) wordAt(at int, r *row) int {
	end := at + 1
	for end < r.end && wordBytes[s.src[end]] {
		end++
	}
	if s.quiet {
		return end
	}
	return s.word(at, end)
}

// cppString steps over R"x(…)x".
func cppString(s *scanner, at int, r *row) int {
	if at+1 < r.end && s.src[at+1] == '"' {
		k := bytes.IndexByte(s.src[at+2:min(r.end, at+20)], '(')
		if k >= 0 {
			return s.raw(at, at+3+k, r.end, ")"+string(s.src[at+2:at+2+k])+`"`)
		}
	}
	return s.wordAt(at, r)
}

// swiftString steps over #"…"#.
func swiftString(s *scanner, at int, r *row) int {
	k := at
	for k < r.end && s.src[k] == '#' && k < at+32 {
		k++
	}
	if k < r.end && s.src[k] == '"' {
		quotes := `"`
		if hasPrefix(s.src[k:r.end], `"""`) {
			quotes = `"""`
		}
		return s.raw(at, k+len(quotes), r.end, quotes+strings.Repeat("#", k-at))
	}
	return 0
}

// slashRegex steps over a regular expression of JavaScript.
func slashRegex(s *scanner, at int, r *row) int {
	p := s.structure
	if at < s.noRegex {
		return 0
	}
	switch p.prev {
	case 'w', ')', ']', '}', '"':
		if p.prev != 'w' || !regexWords[string(s.src[max(r.at, wordStart(s.src, p.prevAt)):max(r.at, p.prevAt)])] {
			return 0
		}
	}
	class := false
	for k := at + 1; k < r.end; k++ {
		switch c := s.src[k]; {
		case c == '\\':
			k++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			s.str(at, k+1)
			return k + 1
		}
	}
	s.noRegex = r.end
	return 0
}

var regexWords = wordSet("return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "do", "else", "yield", "await", "and", "or", "not", "if", "unless", "when", "while", "until", "split", "grep", "x")

func wordStart(src []byte, end int) int {
	at := end
	for at > 0 && at > end-12 && isWordByte(src[at-1]) {
		at--
	}
	return at
}

// longBracket reports whether a long bracket of Lua stands at offset at.
func (s *scanner) longBracket(at int, r *row) bool {
	if at >= r.end || s.src[at] != '[' {
		return false
	}
	for at++; at < r.end && s.src[at] == '='; at++ {
	}
	return at < r.end && s.src[at] == '['
}

// luaClosers end what [[ and [=[ and so on begin, by the number of their signs.
var luaClosers = func() (list [101]string) {
	for n := range list {
		list[n] = "]" + strings.Repeat("=", n) + "]"
	}
	return list
}()

// luaSpecial steps over [[…]], [=[…]=] and comments like that.
func luaSpecial(s *scanner, at int, r *row) int {
	begin, comment := at, false
	if hasPrefix(s.src[at:r.end], "--[") {
		begin, comment = at+2, true
	}
	if !s.longBracket(begin, r) {
		return 0
	}
	n := bytes.IndexByte(s.src[begin+1:r.end], '[')
	if n >= len(luaClosers) {
		return 0
	}
	closer := luaClosers[n]
	if !s.ends(closer, begin+n+2) {
		return 0
	}
	s.quote, s.opened = &quote{close: closer, multi: true, comment: comment}, at
	return s.close(begin+n+2, r.end)
}

// skipTwo steps over a sign and the one behind it.
func skipTwo(s *scanner, at int, r *row) int { return min(at+2, r.end) }

// shellSpecial steps over here-documents and escaped signs.
func shellSpecial(s *scanner, at int, r *row) int {
	if s.src[at] == '\\' {
		if at+1 == r.end {
			s.slash = true
		}
		return min(at+2, r.end)
	}
	return shellDocument(s, at, r)
}

// sqlSpecial steps over $$…$$ and $x$…$x$.
func sqlSpecial(s *scanner, at int, r *row) int {
	n := len(firstWord(s.src[at+1 : r.end]))
	k := at + 1 + n
	if n > 60 || k >= r.end || s.src[k] != '$' {
		return 0
	}
	return s.raw(at, k+1, r.end, string(s.src[at:k+1]))
}

// html is the text around PHP.
var html = &quote{open: "?>", close: "<?", multi: true, foreign: true}

func phpFirst(s *scanner) {
	if bytes.Contains(s.src, []byte(html.close)) {
		s.quote = html
	}
}

// phpSpecial ends the code at "?>" and steps over here-documents.
func phpSpecial(s *scanner, at int, r *row) int {
	rest := s.src[at:r.end]
	switch {
	case hasPrefix(rest, html.open):
		s.endStatement()
		s.quote = html
		return s.close(at+2, r.end)
	case hasPrefix(rest, "<<<"):
		k := at + 3
		for k < r.end && isSpaceByte(s.src[k]) {
			k++
		}
		return s.expect(k, r.end, true)
	}
	return 0
}

// markup is the text around scripts.
var markup = &quote{open: "</script", close: "<script", multi: true, foreign: true, until: '>'}

// markupFirst begins a file outside scripts.
func markupFirst(s *scanner) {
	if bytes.IndexByte(s.src, '<') >= 0 {
		s.quote = markup
	}
}

// scriptSpecial ends a script.
func scriptSpecial(s *scanner, at int, r *row) int {
	if s.src[at] == '/' {
		return slashRegex(s, at, r)
	}
	if hasPrefix(s.src[at:r.end], markup.open) {
		s.finish()
		s.quote = markup
		return s.close(at+1, r.end)
	}
	return 0
}
