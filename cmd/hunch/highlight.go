package main

// Colours for snippets: comments, strings, numbers, words of the language and
// names that are being defined. What a snippet shows is too little for more, and
// the tables must cost nothing at the start of the program: they are looked into
// only where a terminal is to be coloured.

import "strings"

// syntax is how a family of languages writes what is coloured.
type syntax struct {
	comments string // openers of a comment to the end of the line, between blanks
	blocks   string // openers and closers of other comments
	multi    string // quotes of strings that may span lines
	single   string // quotes of strings that end with the line at the latest
	words    string // of the languages, with which a definition does not begin
	defining string // words that a name follows
	folded   bool   // words in capitals are the same words
}

const (
	commonWords   = " if else for while do return break continue switch case default in new this null true false try catch finally throw import as is "
	typeWords     = " int bool byte char float double long short void string const static public private protected final abstract extends implements super async await yield package var let val "
	settingsWords = " true false null yes no on off "
	typeDefines   = " class struct enum interface trait type union namespace module "
)

var (
	cLike = syntax{
		comments: "//", blocks: "/* */", multi: "`", single: `"'`,
		words: commonWords + typeWords + ` goto range chan map select defer go fallthrough nil sizeof typedef extern
			inline unsigned signed template typename using virtual override operator delete function export from of
			instanceof typeof undefined readonly declare object companion when sealed open where foreach out ref get set
			lock unsafe guard extension init self some any throws uint nullptr constexpr auto echo `,
		defining: typeDefines + " func fun function def protocol record mixin contract ",
	}
	rustLike = syntax{
		comments: "//", blocks: "/* */", multi: `"`,
		words: commonWords + ` let mut pub use mod crate self Self super impl match loop move ref where dyn unsafe const
			static extern async await Some None Ok Err comptime defer errdefer var orelse `,
		defining: typeDefines + " fn ",
	}
	hashLike = syntax{
		comments: "#", multi: `""" '''`, single: `"'`,
		words: commonWords + ` elif except raise with from pass lambda not and or None True False del global nonlocal assert
			async await yield self begin end then elsif unless until rescue ensure require nil loop fi done esac local export
			function echo set unset my our use sub foreach last next undef let mutable using where quote `,
		defining: " def class module struct type enum defmodule defp defmacro macro function sub ",
	}
	dashLike = syntax{
		comments: "--", blocks: "/* */ {- -} --[[ ]]", single: `"'`, folded: true,
		words: commonWords + ` select from where and or not insert into values update set delete create drop alter table
			index view primary key foreign references join left right inner outer full on group by order having limit offset
			union all distinct between like exists then end when begin declare local nil elseif until repeat procedure
			function library entity architecture signal port loop module data deriving instance let of `,
		defining: " class type newtype package ",
	}
	lispLike = syntax{
		comments: ";", blocks: "#| |#", multi: `"`,
		words:    " if cond let let* letrec lambda fn begin do when unless case and or not nil true false quote set! loop recur ns require ",
		defining: " define defun defn defmacro defvar defparameter defclass defmethod def defprotocol defrecord ",
	}
	percentLike = syntax{
		comments: "%", single: `"`,
		words: commonWords + ` function end elseif otherwise case of receive after fun when begin not and or global
			persistent parfor classdef methods properties is dynamic discontiguous mod rem `,
	}
	mlLike = syntax{
		comments: "//", blocks: "(* *)", single: `"`, // the comments to the end of the line are F#'s
		words: commonWords + ` let rec and fun function match with begin end then of mutable open val ref not when of sig
			struct functor include lazy assert external inherit method object virtual constraint exception raise failwith
			member static inline use yield unit int string bool char float list array option Some None `,
		defining: " type module class ",
	}
	markup       = syntax{blocks: "<!-- -->", single: `"`}
	settingsLike = syntax{comments: "#", multi: `"""`, single: `"'`, words: settingsWords}
	iniLike      = syntax{comments: "# ;", words: settingsWords}
	jsonLike     = syntax{comments: "//", blocks: "/* */", single: `"`, words: settingsWords}
)

// syntaxes names the languages that are not like C.
var syntaxes = []struct {
	names string // between blanks
	*syntax
}{
	{" rust zig gleam wgsl ", &rustLike},
	{` python cython mojo ruby crystal perl shell bash fish nushell awk makefile cmake dockerfile just meson r julia elixir
		nim nix tcl powershell coffeescript bazel starlark gdscript graphql ninja jupyter `, &hashLike},
	{" sql lua haskell elm ada vhdl purescript ", &dashLike},
	{" commonlisp emacslisp scheme racket clojure assembly ", &lispLike},
	{" erlang matlab prolog ", &percentLike},
	{" ocaml fsharp coq ", &mlLike},
	{" html xml svg vue svelte astro handlebars jinja liquid ", &markup},
	{" toml yaml dotenv ignore hcl ", &settingsLike},
	{" ini ", &iniLike},
	{" json jsonl jsonnet gomod http ", &jsonLike},
	{" text markdown rst asciidoc org latex csv tsv diff bibtex typst ", nil},
}

// syntaxOf returns nil where nothing is coloured.
func syntaxOf(language string) *syntax {
	for _, s := range syntaxes {
		if hasWord(s.names, language) {
			return s.syntax
		}
	}
	if language == "" {
		return nil
	}
	return &cLike
}

// hasWord reports whether a list has a word. The lists are short, and used for
// the few lines that are shown.
func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}

// highlight calls emit with the parts of text in order, and the colour of each.
func (s *syntax) highlight(text string, emit func(color, part string)) {
	plain, name := 0, -1 // where what has no colour began; where a name is being defined
	for at := 0; at < len(text); {
		color, n := s.token(text[:at], text[at:])
		if n == 0 {
			at++
			continue
		}
		token := text[at : at+n]
		switch {
		case !isLetter(token[0]):
		case s.isDefining(token):
			color, name = blue, at+n+nameAfter(text[at+n:])
		case at == name:
			color = yellow
		}
		if color != "" {
			emit("", text[plain:at])
			emit(color, token)
			plain = at + n
		}
		at += n
	}
	emit("", text[plain:])
}

// nameAfter returns where in text the name is that a word before it defines;
// between them may be the receiver of a Go method.
func nameAfter(text string) int {
	rest := strings.TrimLeft(text, " ")
	if !strings.HasPrefix(rest, "(") {
		return len(text) - len(rest)
	}
	_, rest, _ = strings.Cut(rest, ")")
	rest = strings.TrimLeft(rest, " ")
	if word := strings.TrimLeftFunc(rest, func(r rune) bool { return r != '(' && r > ' ' }); !strings.HasPrefix(word, "(") {
		return -1 // the result of a function without a name
	}
	return len(text) - len(rest)
}

// token returns the length of a comment, string, number or word that text
// begins with, else 0.
func (s *syntax) token(before, text string) (color string, n int) {
	if n := s.comment(before, text); n > 0 {
		return faint, n
	}
	if n := s.quoted(before, text); n > 0 {
		return green, n
	}
	n = 0
	for n < len(text) && (isLetter(text[n]) || isDigit(text[n]) || n > 0 && text[n] == '.' && isDigit(text[0])) {
		n++
	}
	switch {
	case n == 0:
		return "", 0
	case isDigit(text[0]):
		return cyan, n
	case s.isWord(text[:n]):
		return blue, n
	}
	return "", n
}

func (s *syntax) isWord(word string) bool     { return hasWord(s.words, s.fold(word)) }
func (s *syntax) isDefining(word string) bool { return hasWord(s.defining, s.fold(word)) }

func (s *syntax) fold(word string) string {
	if s.folded {
		return strings.ToLower(word)
	}
	return word
}

func (s *syntax) comment(before, text string) (n int) {
	blocks := strings.Fields(s.blocks)
	for i := 0; i < len(blocks); i += 2 {
		if rest, ok := strings.CutPrefix(text, blocks[i]); ok {
			if end := strings.Index(rest, blocks[i+1]); end >= 0 {
				return len(blocks[i]) + end + len(blocks[i+1])
			}
			return len(text)
		}
	}
	for _, opener := range strings.Fields(s.comments) {
		if strings.HasPrefix(text, opener) && !withinWord(before, opener) {
			return lineEnd(text)
		}
	}
	return 0
}

// withinWord tells the # of $#, ${#a} and a#b and the // of http://a from those
// that open a comment.
func withinWord(before, opener string) bool {
	if before == "" {
		return false
	}
	last := before[len(before)-1]
	switch opener {
	case "#":
		return !strings.ContainsRune(" \t\n;,()[]}\"'", rune(last))
	case "//":
		return last == ':'
	}
	return false
}

// quoted returns the length of a string with its quotes. One that does not end
// ends with the line, or the text if it may span lines.
func (s *syntax) quoted(before, text string) (n int) {
	if text[0] == '\'' && isApostrophe(before) {
		return 0
	}
	for _, quote := range strings.Fields(s.multi) {
		if rest, ok := strings.CutPrefix(text, quote); ok {
			return len(quote) + closing(rest, quote)
		}
	}
	if i := strings.IndexByte(s.single, text[0]); i >= 0 {
		line := text[1:lineEnd(text)]
		return 1 + closing(line, text[:1])
	}
	if text[0] == '\'' { // no quote in this language, but one may stand between two: '"'
		for _, n := range []int{3, 4} {
			if len(text) >= n && text[n-1] == '\'' && (n == 4) == (text[1] == '\\') {
				return n
			}
		}
	}
	return 0
}

// isApostrophe reports whether a ' behind the text is one, as in don't, f' and
// 1'000, and opens no string: it stands behind a letter or digit that is not of a
// string's prefix, such as L or rb.
func isApostrophe(before string) bool {
	word := before[len(strings.TrimRightFunc(before, func(r rune) bool { return r >= 0x80 || isLetter(byte(r)) || isDigit(byte(r)) })):]
	return word != "" && (len(word) > 2 || strings.Trim(word, "bBeEfFLNrRuUxX8") != "" || isDigit(word[0]))
}

// closing returns the end of the string that text is within.
func closing(text, quote string) int {
	for at := 0; at < len(text); at++ {
		switch {
		case text[at] == '\\' && quote != "`":
			at++
		case strings.HasPrefix(text[at:], quote):
			return at + len(quote)
		}
	}
	return len(text)
}

func lineEnd(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isLetter takes all of UTF-8 beyond ASCII for letters.
func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}
