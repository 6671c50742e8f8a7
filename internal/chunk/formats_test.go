package chunk

import (
	"os"
	"strings"
	"testing"
	"time"
)

// The samples of formats show what each is cut into, as those of languages do.
func TestFormatsGolden(t *testing.T) {
	for _, test := range []struct{ sample, language string }{
		{"sample.json", "json"}, {"sample.toml", "toml"}, {"sample.ini", "ini"}, {"sample.html", "html"},
		{"sample.css", "css"}, {"sample.scss", "scss"}, {"sample.less", "less"}, {"sample.rst", "rst"},
		{"sample.dockerfile", "dockerfile"}, {"sample.makefile", "makefile"}, {"sample.cmake", "cmake"},
		{"sample.ipynb", "jupyter"},
	} {
		t.Run(test.sample, func(t *testing.T) {
			src, err := os.ReadFile("testdata/" + test.sample + ".in")
			if err != nil {
				t.Fatal(err)
			}
			chunks := Split("pkg/"+test.sample, test.language, src)
			checked := check
			if test.language == notebook {
				checked = checkNotebook
			}
			if err := checked(src, chunks); err != nil {
				t.Error(err)
			}
			compareGolden(t, test.sample, golden(chunks))
		})
	}
}

// symbolsOf lists all that is defined in src, as the format's description finds
// it: "name" or "from-to name", from and to being lines.
func symbolsOf(language, src string) string {
	f := &file{src: []byte(src), lang: lookup(language), rows: scanRows(nil, []byte(src))}
	if len(f.rows) == 0 {
		return ""
	}
	f.scan()
	f.lang.define(f)
	var list []string
	for _, d := range f.defs {
		name := strings.Join(d.symbols, ",")
		if name == "" {
			name = "(" + string(f.text(d.head)) + ")"
		}
		list = append(list, name)
	}
	return strings.Join(list, " ")
}

func TestFormatsSymbols(t *testing.T) {
	for _, test := range []struct{ name, language, src, want string }{
		{"keys and those of blocks under them", "yaml", "a: 1\nb:\n  c: 2\n  d:\n    e: 3\n    f:\n      g: 4\nh: i\n", "a b b.d h"},
		{"quoted keys", "yaml", "\"a b\": 1\n'c.d': 2\n\"e\":\n  f: 1\n", "c.d e"},
		{"no keys", "yaml", "http://x\na:b\n- c: 1\n  d: 2\n{e: 1}\n? f\n: g\n# h: 1\n", ""},
		{"lists without indentation", "yaml", "a:\n- b: 1\n  c:\n    d: 2\n- e\nf:\n", "a f"},
		{"several documents", "yaml", "---\na: 1\n---\na: 2\n", "a a"},
		{"text in a block", "yaml", "a: |\n  b:\n    c\n  d: e\nf: 1\n", "a a.b f"},
		{"comments between", "yaml", "a:\n  # x\n  b:\n    c: 1\n\n# y\nd:\n", "a a.b d"},

		{"keys of an object", "json", "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": {\n      \"d\": 1\n    },\n    \"e\": 2\n  },\n  \"f g\": {}\n}\n", "a b b.c"},
		{"records of an array", "json", "[\n  {\n    \"a\": 1\n  }\n]\n", ""},
		{"a comment before the object", "json", "// x\n{\n  // y\n  \"a\": 1 // z\n}\n", "a"},
		{"half an object", "json", "{", ""},

		{"sections", "toml", "a = 1\n[b]\nc = 2\n[b.d]\n[[e]] # f\n[\"g.h\".'i']\n", "a b b.d e g.h.i"},
		{"what looks like a section", "toml", "a = [\n  [1],\n  [2]\n]\nb = '''\n[c]\n'''\n[ d ]\n", "a b d"},
		{"sections of settings", "ini", "; x\n[core]\n\tbare = false\n[remote \"origin\"]\n", "core remoteorigin"},

		{"selectors", "css", "a, .b > c.d:hover, #e[f=g]::before {}\np {\n}\n.h{i:j}\n.k\n{\n}\n", "b,d,e p h"},
		{"at-rules", "css", "@media print {\n  .a { b: c }\n  d { e: f }\n}\n@font-face {\n}\n@keyframes g {\n  0% {}\n  from {}\n}\n@layer h {\n}\n", "a d g h"},
		{"rules in comments", "css", "/*\n.a {\n}\n*/\n.b {}\n", "b"},
		{"nested rules", "scss", ".a {\n  &:hover { b: c }\n  .d & { e: f }\n  @include g;\n}\n@mixin h($i) {\n}\n// .j {\n%k {\n}\n", "a d h k"},
		{"mixins with parameters", "less", ".a(@b; @c: 2) when (@b) {\n}\n", "a"},

		{"headings and ids", "html", "<h1>A</h1>\n<div id=b>\n<p id='c'>\n<h2 class=x id=\"d\">\n<span data-id=\"no\" id=\"{{ e }}\">\n", "(<h1>A</h1>) b c d"},
		{"an id on the next line", "html", "<form\n   class=\"x > y\"\n   id=\"a\">\n<p>\nid=\"no\"\n", "a"},
		{"scripts", "html", "<script>\n<h1>no</h1>\n<p id=no>\n</SCRIPT>\n<script src=a></script>\n<h1>yes</h1>\n", "(<h1>yes</h1>)"},
		{"comments", "html", "<!--\n<h1>no</h1>\n-->\n<hr id=a>\n<header>\n<h7>\n", "a"},

		{"titles", "rst", "===\nA\n===\n\nB\n=\n\nC\n---\n\nDD\n--\n\nEEE\n===\n\nF\n.......\n", "(A) (C) (DD) (EEE) (F)"},
		{"no titles", "rst", "a\nb\n---\n\n---\n\n  c\n  ---\n\n:d: e\n\nlong line\n---\n\n===  ===\na    b\n===  ===\n", ""},

		{"stages", "dockerfile", "ARG A\nFROM a AS b\nRUN x \\\n  FROM no\nfrom c as d\nFROM e\n", "b d (FROM e)"},
		{"rules and variables", "makefile", "A = 1\nB := 2\nexport C ?= 3\nD ::= 4\nE: F = 5\nG::\nH I: J\n\tk: l\n%.o: %.c\n.PHONY: M\n$(N): O\n-include P\nifeq (a,b)\nQ += 1\nendif\n", "A B C D E G H,I Q"},
		{"recipes in variables", "makefile", "define A\nb: c\nendef\nd: e\\\n  f: g\n# h:\n", "A d"},
		{"functions and targets", "cmake", "function (A b)\n  add_library(no)\nendfunction()\nMacro(C)\nendmacro()\nadd_library(D\n  e)\nADD_EXECUTABLE(${f} g)\n# function(h)\noption(I \"function(j)\")\n", "A C D I"},
	} {
		if got := symbolsOf(test.language, test.src); got != test.want {
			t.Errorf("%s: %s: got %q, want %q", test.language, test.name, got, test.want)
		}
		if err := check([]byte(test.src), Split("a", test.language, []byte(test.src))); err != nil {
			t.Errorf("%s: %s: %v", test.language, test.name, err)
		}
	}
}

func TestTitlesAreNested(t *testing.T) {
	body := filler("", 30)
	src := "AAA\n===\n\nB\n-----\n\n" + body + "\nCC\n==\n\n" + body
	var got []string
	for _, c := range Split("a", "rst", []byte(src)) {
		if n := len(got); n == 0 || got[n-1] != c.Signature {
			got = append(got, c.Signature)
		}
	}
	if want := []string{"", "AAA\nB", "", "CC"}; strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got signatures %q, want %q", got, want)
	}
}

// Hostile inputs for the formats, for all tests that go through them.
func init() {
	hostile = append(hostile,
		"a:\n-\n- b\n -\nc", "\"", "\"a", "\"a\":", "'a': \n", "{\n\"a\": {\n}}", "{", "[", "[]", "[[", "[[]]\n[a", "[a]]\n b", "=", "a =", "= =\n[=]",
		"{}", "}{", ".", "#", "@", "@mixin", "@mixin ", ".a,\n.b,\n", ".a,\n\n  .b {", "& {\n.", "#{$a} {",
		"<", "<a", "<a id=", "<a id=\"", "<a id=''>", "<h1", "<h1>", "<script", "<script>\n</scrip", "<a\n\n</a>\nid=b>", "<!--\n<h1 id=a>\n", "<h2>\n  <h1>\n<h3>\n",
		"===\na", "===\na\n===", "---\n---\n---", "a\n===\n===\n", ".. _a:\n.. _b:\nc\n===", "\n===\n\n===", "===\n===\na\n===\n",
		"FROM", "FROM a AS", "\\", "FROM a \\\n\n# b\nRUN\n", "from a as b\nfrom", "define", "define\nendef", "endef\n", "a:\\\n#\n", ":", "::", ":=", " :a\n\t:", "a b c:",
		"function(", "function(a)\nfunction(b)\nendfunction()\nendfunction()", "endmacro()\n", "#[[\n", "macro(a", "add_library(\n\n)",
	)
}

// No format takes more than linear time; see TestSplitAdversarial for the bounds.
func TestFormatsAdversarial(t *testing.T) {
	if testing.Short() {
		t.Skip("adversarial files take a few seconds")
	}
	const size = 1 << 17
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	type input struct{ name, languages, src string }
	inputs := []input{
		{"keys", "yaml", fill("a:\n b:\n  c: 1\n")}, {"items", "yaml", fill("a:\n- b\n")}, {"braces", "json", fill("{\n\"a\":{\n")},
		{"tables", "toml ini", fill("[a.b]\nc = 1\n")}, {"open table", "toml ini", "[" + fill("a.")},
		{"selectors", "css scss", fill(".a,\n")}, {"one selector", "css", fill(".a ") + "{"}, {"rules", "css less", fill(".a{\n")},
		{"tags", "html", fill("<a\n")}, {"ids", "html", fill("<a id=b>\n")}, {"one tag", "html", "<a " + fill("id= ")},
		{"scripts", "html", fill("<script>\n")}, {"one line of scripts", "html", fill("<script>")}, {"headings", "html", fill("<h1>\n<h2>\n")},
		{"titles", "rst", fill("a\n===\n\n")}, {"labels", "rst", fill(".. _a:\n")}, {"adornments", "rst", fill("===\n")},
		{"labels of titles", "rst", fill(".. _a:\nb\n===\n")}, {"stages", "dockerfile", fill("FROM a AS b\n")}, {"joined", "dockerfile makefile", fill("FROM a \\\n")},
		{"targets", "makefile", fill("a: b\n\tc\n")}, {"one target", "makefile", fill("a b ") + ":"}, {"defines", "makefile", fill("define a\n")},
		{"functions", "cmake", fill("function(a)\n")}, {"ends", "cmake", fill("endfunction()\n")},
	}
	for name, src := range adversaries() {
		inputs = append(inputs, input{name, "yaml css html cmake", src})
	}
	for _, in := range inputs {
		for language := range strings.FieldsSeq(in.languages) {
			start := time.Now()
			chunks := Split("a", language, []byte(in.src))
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("%s as %q took %v", in.name, language, d)
			}
			if err := check([]byte(in.src), chunks); err != nil {
				t.Errorf("%s as %q: %v", in.name, language, err)
			}
		}
	}
	note := `{"cells": [` + fill(`{"source": "a\nb"},`)
	for _, src := range []string{note[:len(note)-1] + "]}", note, fill("["), `{"cells": [{"source": ["` + fill(`\n`) + `"]}]}`, strings.Repeat(`{"cells":[`, size/10)} {
		start := time.Now()
		if err := checkNotebook([]byte(src), Split("a", notebook, []byte(src))); err != nil {
			t.Errorf("notebook %.20q: %v", src, err)
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("notebook %.20q took %v", src, d)
		}
	}
}

func BenchmarkFormats(b *testing.B) {
	for _, name := range []string{"yaml", "json", "toml", "html", "css", "rst", "dockerfile", "makefile", "cmake", "ipynb"} {
		src, err := os.ReadFile("testdata/sample." + name + ".in")
		if err != nil {
			b.Fatal(err)
		}
		language := strings.Replace(name, "ipynb", notebook, 1)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				Split("a", language, src)
			}
		})
	}
}
