package chunk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// filler returns n lines of statements, to make definitions large.
func filler(indent string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%svalue%d = compute(value%d, %d)\n", indent, i, i, i)
	}
	return b.String()
}

// spans writes chunks as "1-3 Symbol", for comparison.
func spans(chunks []Chunk) string {
	var list []string
	for _, c := range chunks {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%d-%d %s", c.StartLine, c.EndLine, strings.Join(c.Symbols, " "))))
	}
	return strings.Join(list, ", ")
}

func TestSplit(t *testing.T) {
	body := filler("\t", 8)
	licence := "/*\n" + strings.Repeat(" * Permission is hereby granted, free of charge, to any person\n", 23) + " */\n"
	for _, test := range []struct{ name, language, src, want string }{
		{"nothing but blank lines", "go", "\n \t\r\n\f\n", ""},
		{"byte order mark", "go", bom + "package a\n\nimport \"b\"\n\nfunc f() {\n" + body + "}\n", "1-3, 5-14 f"},
		{"blank lines around", "", "\n\na\n\n\n", "3-3"},
		{"imports stay out of a function", "go", "package a\n\nimport \"b\"\n\nfunc f() {\n" + body + "}\n", "1-3, 5-14 f"},
		{"a lone package clause goes along", "go", "package a\n\nfunc f() {\n" + body + "}\n", "1-12 f"},
		{"large functions stay apart", "go", "package a\nimport \"b\"\nfunc f() {\n" + body + "}\nfunc g() {\n" + body + "}\n", "1-2, 3-12 f, 13-22 g"},
		{"tiny functions are merged", "go", "package a\nimport \"b\"\nfunc f() {}\n\nfunc (*T) g() {}\n", "1-2, 3-5 f T.g"},
		{"a tiny one leaves a large one alone", "go", "package a\nimport \"b\"\nfunc f() {}\nfunc g() {\n" + body + "}\nvar x, _ = 1, 2\n", "1-2, 3-3 f, 4-13 g, 14-14 x"},
		{"a free comment goes with what follows", "go", "package a\nimport \"b\"\n// Part two.\n\n// g does.\nfunc g() {\n" + body + "}\n", "1-2, 3-15 g"},
		{"small methods stay with a large type", "go", "package a\nimport \"b\"\ntype T struct {\n" + strings.ReplaceAll(body, "=", "int //") + "}\nfunc (t *T) m() {}\nfunc n() {}\n", "1-2, 3-13 T T.m, 14-14 n"},
		{"line directives do not count", "go", "package a\nimport \"b\"\n//line z.go:900\nfunc f() {\n" + body + "}\n", "1-2, 3-13 f"},
		{"carriage returns in raw strings", "go", "package a\r\nimport \"b\"\r\nvar s = `\r\n" + strings.Repeat("\r\n", 40) + "x`\r\nfunc f() {}\r\n", "1-44 s, 45-45 f"},
		{"after a syntax error", "go", "package a\nimport \"b\"\nfunc f() {\n" + body + "\tx := (\n}\n\nfunc g() {\n" + body + "}\n", "1-2, 3-13 f, 15-24 g"},
		{"symbols after a syntax error", "go", "package a\n}\nfunc (x *T[K, V]) f(y int) {}\nfunc (T) g() {}\ntype U int\nconst (\n\tA = 1\n)\nfunc (\nfunc ( ) h()\n", "1-2, 3-10 T.f T.g U h"},
		{"grouped types have symbols of their own", "go", "package a\nimport \"b\"\ntype (\n\tA[T any] int\n\tB = A[int]\n)\nfunc (A[T]) m() {}\n", "1-2, 3-7 A B A.m"},

		{"definitions in strings are none", "python", "x = '''\ndef f():\n    pass\n'''\ny = \"def g():\"\n# def h():\n", "1-6"},
		{"an unclosed bracket hides no definition", "python", "x = (1,\n\ndef f():\n" + filler("    ", 8) + "\ndef g():\n" + filler("    ", 8), "1-1, 3-11 f, 13-21 g"},
		{"decorators and comments come along", "python", "import a\n\n# About f.\n@b(\n  1)\n\nasync def f():\n" + filler("    ", 8), "1-1, 3-15 f"},
		{"a comment after a blank line does not", "python", "import a\n# About a.\n\ndef f():\n" + filler("    ", 8), "1-2, 4-12 f"},
		{"classes qualify their members", "python", "class A:\n  class B:\n    def f(self):\n      def g(): pass\n  def h(self): pass\ndef i(): pass\n", "1-6 A A.B A.B.f A.B.f.g A.h i"},
		{"a class with a large method", "python", "class A:\n    def f(self):\n" + filler("        ", 8) + "\n    def g(self):\n" + filler("        ", 12), "1-10 A A.f, 12-24 A.g"},
		{"definitions under a condition", "python", "try:\n  import a\nexcept ImportError:\n  def f(): pass\n", "1-4 f"},

		{"headings begin chunks", "markdown", "# A\n\n" + filler("", 8) + "\n# B\n\n" + filler("", 8), "1-10, 12-21"},
		{"small sections are merged", "markdown", "# A\n\na\n\n# B\n\nb\n", "1-7"},
		{"underlined headings begin chunks", "markdown", "A\n===\n\n" + filler("", 8) + "\nB\nof two lines\n---\n\n" + filler("", 8), "1-11, 13-24"},
		{"front matter is no heading", "markdown", "---\ntitle: a\n---\n" + filler("", 7) + "\nB\n-\n" + filler("", 8), "1-10, 12-21"},
		{"a fence that does not close", "markdown", "# A\n````\n" + filler("", 3) + "```\n````sh\n    ````\n# B\n" + filler("", 8) + "````\n# C\n" + filler("", 8), "1-18, 19-27"},
		{"a fence that does not open", "markdown", "# A\n\n    ```\n" + filler("", 8) + "```a```\n\n# B\n" + filler("", 8), "1-12, 14-22"},
		{"a fence is not cut after its first line", "markdown", filler("", 15) + "\n```\n" + filler("", 30) + "```\n", "1-15, 17-32, 33-46, 47-48"},
		{"a fence is not cut before its last line", "markdown", "```\n" + filler("", 15) + "x\nx\nx\n```\n\n" + filler("", 8), "1-18, 19-29"},
		{"a fence hides headings", "markdown", "# A\n```\n" + filler("", 8) + "# B\n" + filler("", 8) + "```\n", "1-20"},

		{"blocks of an unknown language", "vala", "#include <a>\n\nint f()\n{\n" + body + "}\n\n/* g */\nstatic int\ng(void)\n{\n" + body + "}\n", "1-1, 3-13, 15-27"},
		{"a name on the line after its type", "vala", "int f()\n{\n" + body + "}\nstatic int\ng(void)\n{\n" + body + "}\n", "1-11, 12-23"},
		{"a doc comment goes with its method", "vala", "class A {\n\tint a;\n\n\t/**\n\t * Does f.\n\t */\n\tvoid f() {\n" + filler("\t\t", 8) + "\t}\n\t/**\n\t * Does g.\n\t */\n\tvoid g() {\n" + filler("\t\t", 8) + "\t}\n}\n", "1-2, 4-16, 17-30"},
		{"a doc comment goes with its function", "vala", "int f() {\n" + body + "}\n/**\n * Does g.\n */\nint g() {\n" + body + "}\n", "1-10, 11-23"},
		{"a comment that does not end", "vala", "/* a\n\nint f() {\n" + body + "}\n/* b\nint g() {\n" + body + "}\n", "1-12, 13-23"},
		{"a comment in one line", "vala", "int f() {\n" + body + "}\n/* g */\nint g() {\n" + body + "}\n/* h */ int h() {\n" + body + "}\n", "1-10, 11-21, 22-31"},
		{"a name behind the closing brace", "vala", "typedef struct a {\n" + body + "} a;\ntypedef struct b {\n" + body + "} b;\n", "1-10, 11-20"},
		{"the end of a list of parameters", "vala", "function f(\n\ta: A,\n): B {\n" + body + "}\nfunction g({\n\ta,\n}: B) {\n" + body + "}\n", "1-12, 13-24"},
		{"a goto label at the left margin", "vala", "int f() {\n" + body + "out:\n\tclose(x);\n\treturn 0;\n}\nint g() {\n" + body + "err: /* no */\n\treturn 1;\n}\n", "1-13, 14-25"},
		{"a key is no label", "yaml", "a:\n" + filler("  ", 8) + "b:\n" + filler("  ", 8), "1-9 a, 10-18 b"},
		{"ends with words", "fortran", "subroutine a\n" + filler("  ", 8) + "end subroutine\nsubroutine b\n" + filler("  ", 8) + "end subroutine\n", "1-10, 11-20"},
		{"a name that begins like an end", "r", "f = 1\n" + body + "end = 1\n" + body, "1-9, 10-18"},
		{"a long licence", "vala", licence + "\n#include <a>\n\nint f() {\n" + body + "}\n", "1-15, 16-27, 29-38"},
		{"a long licence of a Go file", "go", licence + "\npackage a\n\nfunc f() {\n" + body + "}\n", "1-17, 18-27, 29-38 f"},
		{"the end of a long licence", "vala", "/*\n" + strings.Repeat(" * Permission is hereby granted, free of charge, to any person\n", 16) + " */\n\nint f() {\n" + body + "}\n", "1-15, 16-18, 20-29"},
		{"a comment within a function", "vala", "int f() {\n" + filler("\t", 13) + "\t/*\n\t * About x and what it is that makes it so very different from all others.\n\t * It is the only one that has more than one line.\n\t */\n\tif (x) {\n" + filler("\t\t", 20) + "\t}\n}\n", "1-14, 15-31, 32-41"},
		{"comments within a function", "vala", "int f() {\n" + filler("\t", 13) + "\t// About x.\n\t// It is.\n\tif (x) {\n" + filler("\t\t", 14) + "\t}\n}\n", "1-14, 15-33"},
		{"a comment at the end of a block", "d", "f\n" + filler("  ", 8) + "  /* b\n     c */\ng\n" + filler("  ", 8), "1-11, 12-20"},
		{"a comment after one that does not end", "html", "/* a\n" + filler("", 9) + "<!-- b\n     c -->\n<p>\n" + filler("  ", 8) + "</p>\n", "1-10, 11-22"},
		{"nor is one within a block", "vala", "x = {\n  a: {\n" + filler("    ", 8) + "  },\n  b: {\n" + filler("    ", 8) + "  },\n}\n", "1-11, 12-22"},
		{"a macro of several lines", "vala", "typedef struct a {\n" + body + "} a;\n#define f(x) \\\n" + strings.ReplaceAll(body, "\n", " \\\n") + "\n", "1-10, 11-19"},
		{"a qualified name is no label", "vala", "A::f() {\n" + body + "}\nA::g() {\n" + body + "}\n", "1-10, 11-20"},
		{"the other branch in Go", "go", "package a\nimport \"b\"\nfunc f() {\n\tif x {\n" + filler("\t\t", 9) + "\t} else {\n" + filler("\t\t", 9) + "\t}\n}\n", "1-2, 3-13 f, 14-25 f"},
		{"a first line alone", "shell", "#!/bin/sh\n\n# About f.\n\nf() {\n" + body + "}\n", "1-14 f"},
		{"an import alone", "vala", "#include <a>\n\nint f() {\n" + body + "}\n", "1-1, 3-12"},
		{"the docstring of a module stays apart", "python", "\"\"\"About a.\"\"\"\n\ndef f(): pass\n", "1-1, 3-3 f"},
		{"paragraphs are merged", "text", filler("", 8) + "\n" + filler("", 8), "1-17"},
		{"a long line stays whole", "text", "a\n" + strings.Repeat("word ", 2000) + "\nb\n", "1-1, 2-2, 3-3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			chunks := Split("a", test.language, []byte(test.src))
			if got := spans(chunks); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if err := check([]byte(test.src), chunks); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPiecesCarrySignature(t *testing.T) {
	long := filler("    ", 60)
	for _, test := range []struct{ name, language, src, symbol, first, rest string }{
		{"Go function", "go", "package a\nimport \"b\"\n\n// f does.\nfunc f(\n\tx int,\n) int {\n" + long + "}\n", "f", "", "func f(\n\tx int,\n) int {"},
		{"Python method", "python", "import b\nclass A:\n  @c\n  def f(self,\n        x):\n" + long, "A.f", "", "def f(self,\n        x):"},
		{"unknown block", "vala", "#include <b>\n\nint f(int x)\n{\n" + long + "}\n", "", "", "int f(int x)"},
		{"section", "markdown", "# A\n\n## B\n" + long, "", "", "# A\n## B"},
		{"underlined section", "markdown", "A\nb\n=====\n\nB\n-----\n" + long, "", "", "A\nb\nB"},
		{"parameters on lines of their own", "vala", "import \"b\"\nexport async function f(\n    a: A,\n): Promise<any> {\n" + long + "}\n", "", "", "export async function f("},
		{"parameters in angles", "vala", "import \"b\"\nexport function f<\n    A,\n>(a: A) {\n" + long + "}\n", "", "", "export function f<"},
		{"parameters in braces", "vala", "import \"b\"\nexport const F = ({\n    a,\n}: Props) => {\n" + long + "}\n", "", "", "export const F = ({"},
		{"the other branch", "vala", "import \"b\"\nfunction f() {\n  if (a) {\n" + long + "  } else {\n" + long + "  }\n}\n", "", "", "function f() {"},
		{"the next step", "vala", "import \"b\"\nfunction f() {\n  a.then(x => {\n" + long + "  }).then(y => {\n" + long + "  });\n}\n", "", "", "function f() {\na.then(x => {"},
		{"no more than two blocks", "", "import \"b\"\na:\n  b:\n    c:\n" + filler("      ", 60), "", "", "a:\nb:"},
		{"cut signature", "python", "import b\ndef f(" + strings.Repeat("ä", 500) + "):\n" + long, "f", "", "def f(" + strings.Repeat("ä", (maxSignature-6)/2)},
	} {
		t.Run(test.name, func(t *testing.T) {
			chunks := Split("a", test.language, []byte(test.src))
			pieces := slices.DeleteFunc(chunks, func(c Chunk) bool {
				return strings.HasSuffix(c.Text, "\"b\"") || strings.HasPrefix(c.Text, "import") || strings.HasPrefix(c.Text, "#include")
			})
			if len(pieces) < 3 {
				t.Fatalf("got %d pieces: %s", len(pieces), spans(chunks))
			}
			for i, c := range pieces {
				want := test.rest
				if i == 0 {
					want = test.first
				}
				if c.Signature != want || c.Symbol != test.symbol {
					t.Errorf("piece %d, lines %d-%d: signature %q of %q, want %q of %q", i, c.StartLine, c.EndLine, c.Signature, c.Symbol, want, test.symbol)
				}
			}
		})
	}
}

// The pieces of a comment that is too long stand under the signature as well.
func TestLongCommentSignature(t *testing.T) {
	for _, test := range []struct{ language, src, want string }{
		{"java", "/**\n" + strings.Repeat(" * It does what it says and nothing else at all.\n", 40) + " */\nvoid f() {\n" + filler("\t", 20) + "}\n", "void f() {"},
		{"c", strings.Repeat("// It does what it says and nothing else at all.\n", 40) + "int f(void)\n{\n" + filler("\t", 20) + "}\n", "int f(void)"},
	} {
		chunks := Split("a", test.language, []byte(test.src))
		for _, c := range chunks {
			want := test.want
			if strings.Contains(c.Text, test.want) {
				want = ""
			}
			if c.Signature != want {
				t.Errorf("%s, lines %d-%d: signature %q, want %q", test.language, c.StartLine, c.EndLine, c.Signature, want)
			}
		}
		if len(chunks) < 4 {
			t.Errorf("%s: got %d pieces", test.language, len(chunks))
		}
	}
}

func TestChunksFitTheEncoder(t *testing.T) {
	src := "package a\n\nfunc f() {\n" + filler("\t", 500) + "}\n"
	for _, path := range []string{"a.go", strings.Repeat("deep/", 40) + "a.go"} {
		for _, c := range Split(path, "go", []byte(src)) {
			if got, most := weigh([]byte(EmbedText(path, c)))/oneToken, 256; got > most {
				t.Errorf("lines %d-%d have about %d tokens, want at most %d", c.StartLine, c.EndLine, got, most)
			}
		}
	}
}

func TestTextKeepsLineEndings(t *testing.T) {
	got := Split("a", "", []byte("\r\na\r\n \r\nb\r\n\r\n"))
	want := []Chunk{{StartLine: 2, EndLine: 4, Text: "a\r\n \r\nb"}}
	if len(got) != 1 || got[0].Text != want[0].Text || got[0].StartLine != 2 || got[0].EndLine != 4 {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// The table is made when it is first asked for. That must not fail, for any
// word with two roles, and every entry must be complete.
func TestEveryLanguage(t *testing.T) {
	for name := range languages() {
		l := lookup(name)
		if l == otherwise || l.class == nil {
			t.Errorf("%s is not complete", name)
		}
		if l.define == nil && name != "text" {
			t.Errorf("%s defines nothing", name)
		}
		if (l.grammar != nil || l.outline != nil) && l.scan == nil {
			t.Errorf("%s is not scanned", name)
		}
		if got := Structured(name); got != (l.define != nil) {
			t.Errorf("Structured(%q) = %v", name, got)
		}
	}
}
