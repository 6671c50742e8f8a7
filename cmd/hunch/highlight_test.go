package main

import (
	"strings"
	"testing"
)

func TestHighlight(t *testing.T) {
	marks := map[string]string{faint: "c", green: "s", cyan: "n", blue: "w", yellow: "d"}
	for _, tt := range []struct{ language, text, want string }{
		{"go", "func next(n int) string { return `a\nb` + \"c\\\"d\" } // e", "w(func) d(next)(n w(int)) w(string) { w(return) s(`a\nb`) + s(\"c\\\"d\") } c(// e)"},
		{"go", "type T struct { x2 float64 } /* a\nb */ 0x1F 1.5", "w(type) d(T) w(struct) { x2 float64 } c(/* a\nb */) n(0x1F) n(1.5)"},
		{"go", "func (r *R) Next() {}\nf := func(a int) T { T(1) }", "w(func) (r *R) d(Next)() {}\nf := w(func)(a w(int)) T { T(n(1)) }"},
		{"go", "s := \"open\nreturn", "s := s(\"open)\nw(return)"},
		{"python", "def f(x): # no\n    '''a\n'b''' if x else None", "w(def) d(f)(x): c(# no)\n    s('''a\n'b''') w(if) x w(else) w(None)"},
		{"rust", "fn f<'a>(c: char) { c == '\"' && c != '\\'' }", "w(fn) d(f)<'a>(c: char) { c == s('\"') && c != s('\\'') }"},
		{"sql", "SELECT x FROM y -- all\nWHERE z = 'a'", "w(SELECT) x w(FROM) y c(-- all)\nw(WHERE) z = s('a')"},
		{"yaml", "url: http://a # b\non: true", "url: http://a c(# b)\nw(on): w(true)"},
		{"shell", "n=$# m=${#a[@]} u=http://a/#b # c", "n=$# m=${#a[@]} u=http://a/#b c(# c)"},
		{"shell", "local", "w(local)"},
		{"shell", "#c\nx;# d", "c(#c)\nx;c(# d)"},
		{"css", "a{b: url(http://c/d)} /* e */", "a{b: url(http://c/d)} c(/* e */)"},
		{"haskell", "foo' y = 'z' -- don't", "foo' y = s('z') c(-- don't)"},
		{"yaml", "it's: 'yes'", "it's: s('yes')"},
		{"cpp", "x = 1'000 + u8'a' + L'b';", "x = n(1)'n(000) + u8s('a') + Ls('b');"},
		{"python", "rb'a' + f'{b}'", "rbs('a') + fs('{b}')"},
		{"sql", "'it''s' x", "s('it')s('s') x"},
		{"erlang", "x() -> 'a'. % don't", "x() -> s('a'). c(% don't)"},
		{"ocaml", "let x : 'a = \"b\" (* don't *)", "w(let) x : 'a = s(\"b\") c((* don't *))"},
		{"rust", "macro_rules! m { () => {} }", "macro_rules! m { () => {} }"},
		{"html", "<p class=\"x\"><!-- if -->if", "<p class=s(\"x\")>c(<!-- if -->)if"},
		{"markdown", "# if \"it\" // is", ""},
		{"", "if", ""},
	} {
		syntax := syntaxOf(tt.language)
		if tt.want == "" {
			if syntax != nil {
				t.Errorf("%q has colours, want none", tt.language)
			}
			continue
		}
		var got strings.Builder
		syntax.highlight(tt.text, func(color, part string) {
			if color != "" {
				part = marks[color] + "(" + part + ")"
			}
			got.WriteString(part)
		})
		if got.String() != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.language, got.String(), tt.want)
		}
	}
}

// FuzzHighlight wants every byte back, whatever the language.
func FuzzHighlight(f *testing.F) {
	for _, text := range []string{"", "'", `"\`, "'\\'", "/* a", "#|", "<!--", "\"\"\"\\", "ä = 'ö' -- ü", "{- -}", "1.2.3x", "`\\`"} {
		for _, language := range []string{"go", "rust", "python", "lua", "clojure", "xml", "toml", "ini", "json"} {
			f.Add(language, text)
		}
	}
	f.Fuzz(func(t *testing.T, language, text string) {
		syntax := syntaxOf(language)
		if syntax == nil {
			return
		}
		var got strings.Builder
		syntax.highlight(text, func(_, part string) { got.WriteString(part) })
		if got.String() != text {
			t.Errorf("%s: %q comes back as %q", language, text, got.String())
		}
	})
}
