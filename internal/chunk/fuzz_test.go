package chunk

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// check returns an error if the chunks of src break a promise of the package.
func check(src []byte, chunks []Chunk) error {
	lines := bytes.Split(src, []byte("\n"))
	covered := 0 // lines before this index are in a chunk or blank
	for i, c := range chunks {
		if c.StartLine <= covered || c.EndLine < c.StartLine || c.EndLine > len(lines) {
			return fmt.Errorf("chunk %d: lines %d-%d after line %d of %d", i, c.StartLine, c.EndLine, covered, len(lines))
		}
		for n := covered; n < c.StartLine-1; n++ {
			if !isBlank(lines[n], n) {
				return fmt.Errorf("line %d is in no chunk: %q", n+1, lines[n])
			}
		}
		for _, n := range []int{c.StartLine, c.EndLine} {
			if isBlank(lines[n-1], n-1) {
				return fmt.Errorf("chunk %d begins or ends with blank line %d", i, n)
			}
		}
		want := bytes.Join(lines[c.StartLine-1:c.EndLine], []byte("\n"))
		if got := c.Text; got != strings.TrimSuffix(string(want), "\r") {
			return fmt.Errorf("chunk %d: text %q, want %q", i, got, want)
		}
		if c.Symbol != "" && !contains(c.Symbols, c.Symbol) {
			return fmt.Errorf("chunk %d: symbol %q is not among %q", i, c.Symbol, c.Symbols)
		}
		for _, d := range c.Definitions {
			if d.StartLine < c.StartLine || d.StartLine > c.EndLine || !contains(c.Symbols, d.Name) {
				return fmt.Errorf("chunk %d, lines %d-%d of %q, begins %+v", i, c.StartLine, c.EndLine, c.Symbols, d)
			}
		}
		covered = c.EndLine
	}
	for n := covered; n < len(lines); n++ {
		if !isBlank(lines[n], n) {
			return fmt.Errorf("line %d is in no chunk: %q", n+1, lines[n])
		}
	}
	return nil
}

// checkDefinitions returns an error if definitions of src have impossible lines.
func checkDefinitions(src []byte, list []Definition) error {
	lines := bytes.Count(src, []byte("\n")) + 1
	last := 0
	for _, d := range list {
		if d.DocLine < 1 || d.StartLine < d.DocLine || d.EndLine < d.StartLine || d.EndLine > lines || d.BodyLine < d.StartLine {
			return fmt.Errorf("definition %+v of %d lines", d, lines)
		}
		if d.StartLine < last {
			return fmt.Errorf("definition %+v after one of line %d", d, last)
		}
		last = d.StartLine
	}
	return nil
}

func isBlank(line []byte, n int) bool {
	if n == 0 {
		line = bytes.TrimPrefix(line, []byte(bom))
	}
	return len(bytes.Trim(line, " \t\r\f\v")) == 0
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// allLanguages are the entries of the table and a name that has none.
func allLanguages() []string {
	names := []string{"", "javascript"}
	for name := range languages() {
		names = append(names, name)
	}
	return names
}

// hostile are inputs that a scanner likes to trip over.
var hostile = []string{
	"", "\n", "\r", "\r\n", " \t\f\v\r\n", bom, bom + "\n", bom + "package a\n", "\x00", "\xff\xfe\n\x80",
	"a", "a\r\n\r\nb\r\n", "a\rb\rc", "\n\n\na\n\n\n", "a\n\fb\n",
	"package a\nfunc f() {}; func g() {}\nvar a int; var b = `x\r\n\r\ny`\r\n",
	"package a\nfunc (", "package a\nfunc f() {\n\tif {\n}\nfunc g() {}\n", "package", "package a; import \"C\"; const (A = iota; B)",
	"package a\n//line b.go:1000\nfunc f() {}\n", "package a\n/* x\r\n\r\ny */ func f() {}\n", "package a\nfunc () f() {}\nfunc (x) g()\n",
	"package a\ntype (\n\tA int\n\tB struct{}; C int\n)\n", "/*", "/* */ /*\n\n*/ package a", "package a\nvar _ = '\\\n'\n",
	"def f(:\n  (\n\ndef g():\n  \"\"\"", "class A:\n\tdef f(self):\n        pass\n", "@a(\n  1,\n)\n\n# c\n\n@b\nasync def f(): pass",
	"x = '''\ndef f(): pass\n'''\ny = \"\\", "if x:\n    a\nelse:\n    b\n", "\\\n\\\n\ndef f():\n\\\n", "def", "class", "async", "def f", "@", "    class A: pass\n  def g(): pass\ndef h(): pass",
	"# a\n\n## b\ntext\n```\n# no heading\n```\n####### no\n#\n# c\n", "```", "~~~\n```\n~~~",
	"/*\n * a\n\n */\nf() {\n}\n<!--\n/* b */\n-->\n", "*/\n/*/\n/**/ a\n/* <!-- */\n<!-- /*\n", "f() {\n\tgoto a;\na:\n\tb();\n}\n", "a:\n}\n :\n",
	"a\n===\nb\nc\n---\n\n---\n-\n- d\n---\n", "---\na: b\n---\n# c\n", "---\n---", "````\n```\n````a\n````\n", "f(\n\ta,\n): b => {\n} else {\n}, {\n}).c(() => {\n} d;\n</e>\n",
	"#if a\n{\n#else\n}\n}\n#endif\n}\n", "class A {\n}\n}\nvoid f(a)\nint a;\n{\n{\n", "`${`${`", "\"${\"${}\"", "x = /[/]/ / /a\n", "r#\"", "r#\"\"#'a 'b' '\\'", "R\"x()x\"",
	"<<E\nE\n", "x <<~E, <<-'F'\nE\nF\n", "<?php <<<E\nE;\n?>{<?= }", "<script>{</script>}", "--[==[\n]=]\n]==]", "@a(@b()) class A { @c x }", "def a = 1\ndef b; end\nend\nend", "f :: a\nf = b\n (+) = c",
	"$a$ ; $a$; create table a.b (;", "=begin\n=end\n=pod\n", "template <a<b> c", "a<b<c>>::d() {}", "fun `a b`() = {", "operator()() {", "case a:{}:", "struct {} a, b;", "do\n end", "\xc2\xa0class A {}", "fn",
	"}\n}\n{\n{", "else\nelse\n", "function f()\n{\n\treturn 1;\n}\n",
}

func FuzzSplit(f *testing.F) {
	for _, s := range hostile {
		f.Add([]byte(s), uint8(0))
	}
	samples, err := filepath.Glob("testdata/*.in")
	if err != nil || len(samples) == 0 {
		f.Fatalf("no samples to seed with: %v", err)
	}
	for _, name := range samples {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src, uint8(1))
	}
	f.Fuzz(func(t *testing.T, src []byte, shrink uint8) {
		// A long path makes the chunks small, so that more is cut.
		path := strings.Repeat("p", int(shrink)*4)
		before := bytes.Clone(src)
		for _, language := range allLanguages() {
			if err := check(src, Split(path, language, src)); err != nil {
				t.Errorf("%q: %v", language, err)
			}
			if err := checkDefinitions(src, Definitions(language, src)); err != nil {
				t.Errorf("%q: %v", language, err)
			}
			if !bytes.Equal(src, before) {
				t.Fatalf("%q changes what it is given", language)
			}
		}
	})
}

func TestSplitHostile(t *testing.T) {
	for _, src := range hostile {
		for _, language := range allLanguages() {
			if err := check([]byte(src), Split("a", language, []byte(src))); err != nil {
				t.Errorf("%q as %q: %v", src, language, err)
			}
		}
	}
}
