package chunk

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// adversaries are files whose shape is unkind to a scanner,
// by what is odd about them.
func adversaries() map[string]string {
	const size = 1 << 17
	deep := func(line string) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			b.WriteString(strings.Repeat(" ", i) + line)
		}
		return b.String()
	}
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	half := func(s string) string { return strings.Repeat(s, size/2/len(s)) }
	count := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	functions := func(format string) string { return count(size/10, format) }
	return map[string]string{
		"empty lines":         strings.Repeat("\n", size),
		"one line":            fill("x = 1; "),
		"one word":            fill("a"),
		"one letter a line":   fill("a\n"),
		"one bracket a line":  fill("(\n"),
		"closers":             fill("}\n"),
		"comments":            fill("# c\n"),
		"go comments":         "package a\n" + fill("// c\n"),
		"decorators":          fill("@d\n"),
		"open string":         `"""` + fill("def f():\n"),
		"quotes":              fill(`"`),
		"backslashes":         fill("\\\n"),
		"nested if":           deep("if x:\n"),
		"nested class":        deep("class A:\n"),
		"nested def":          deep("def f():\n"),
		"deep then string":    deep("if x:\n")[:size/2] + "\n\"\"\"" + half("a\n"),
		"deep then letters":   deep("if x:\n")[:size/2] + "\n" + strings.Repeat(" ", 500) + "(" + half("\na"),
		"falling":             half("a\n") + deep("b\n")[:size/2],
		"headings":            fill("# a\n## b\n### c\n"),
		"underlines":          fill("a\nb\n-\n=\n"),
		"fences":              fill("```\n~~~\n````\n"),
		"block comments":      fill("/*\n*/\n<!--\n\n-->\n"),
		"open comments":       fill("/*\n<!--\n"),
		"a long comment":      "/*\n" + fill("*\n\n*\n") + "*/\n" + deep("a\n"),
		"deep comments":       deep("/*\n*/\n"),
		"labels":              fill("a:\n b\n}\n"),
		"branches":            fill("}, {\n } else {\n"),
		"go functions":        "package a\n" + functions("func f%d() {}\n"),
		"go on one line":      "package a;" + functions("func f%d() {};"),
		"go values":           "package a\nvar (\n" + functions("a%d = 1\n") + ")\n",
		"go blocks":           "package a\nfunc f() {" + fill("{\n"),
		"go parentheses":      "package a\nvar x = " + fill("("),
		"go errors":           "package a\n" + fill("func )\n"),
		"go strings":          "package a\n" + fill("var a = `\n`\n"),
		"python functions":    functions("def f%d(): pass\n"),
		"open braces":         fill("{"),
		"open classes":        fill("class A {\n"),
		"angles":              fill("a<"),
		"interpolations":      fill("`${"),
		"raw strings":         functions("r###\"%d\" "),
		"raw strings of C++":  count(size/3, "R\"a%x(;\n"),
		"dollar strings":      count(size/3, "$a%x$;\n"),
		"many raw strings":    count(size/3, "R\"a%[1]x(;)a%[1]x\";\n"),
		"regular expressions": fill("=/["),
		"conditions":          fill("#if\n{\n#else\n{\n"),
		"odd closers":         half("{\n") + deep("}\n")[:size/2],
		"documents":           functions("cat <<E%d\n"),
		"long brackets":       fill("--[[\n--[=[\n"),
		"annotations":         fill("@a(b)\n"),
		"a line of functions": fill("//\n") + count(size/4, "function f%d(){} "),
		"a line of classes":   fill("//\n") + count(size/4, "class A%d{} "),
		"annotated classes":   count(size/3, "@a class A%d {}\n"),
		"attributed rows":     count(size/3, "#[a] fn f%d() {}\n"),
		"ends":                deep("def f\n")[:size/2] + half("end\n"),
		"carriage returns":    fill("\r\n"),
		"lone returns":        fill("a\r"),
		"zero bytes":          fill("\x00"),
		"invalid UTF-8":       fill("\xff\xfe\n"),
		"tabs":                fill("\t"),
	}
}

// No file of a megabyte may take more than a fraction of a second; the bound is
// wide because it has to hold on a loaded machine under the race detector, and
// still far below what anything quadratic takes.
func TestSplitAdversarial(t *testing.T) {
	if testing.Short() {
		t.Skip("adversarial files take a few seconds")
	}
	for name, src := range adversaries() {
		for _, language := range []string{"go", "python", "markdown", "text", "", "cpp", "typescript", "rust", "ruby", "shell", "sql", "lua", "java"} {
			start := time.Now()
			chunks := Split("a", language, []byte(src))
			if d := time.Since(start); d > 3*time.Second {
				t.Errorf("%s as %q took %v", name, language, d)
			} else if os.Getenv("TIMES") != "" && d > 50*time.Millisecond {
				t.Logf("%s as %q took %v %d", name, language, d, len(chunks))
			}
			if err := check([]byte(src), chunks); err != nil {
				t.Errorf("%s as %q: %v", name, language, err)
			}
		}
	}
}

// However many strings have an end that the source chose, they are strings, and
// those without an end make no other sign forgotten.
func TestManyRawStrings(t *testing.T) {
	var ended, endless strings.Builder
	for i := range 2 * maxEndless {
		fmt.Fprintf(&ended, "auto a%[1]d = R\"x%[1]d(\nvoid no%[1]d() {}\n)x%[1]d\";\n", i)
		fmt.Fprintf(&endless, "auto b%[1]d = R\"y%[1]d(\n;\n", i)
	}
	src := ended.String() + endless.String() + "/*\nvoid no() {}\n*/\nvoid yes() {}\n"
	var found []string
	for _, d := range Definitions("cpp", []byte(src)) {
		if d.Kind == Function {
			found = append(found, d.Name)
		}
	}
	if got := strings.Join(found, " "); got != "yes" {
		t.Errorf("got %s, want yes", got)
	}
}

// BenchmarkSplit cuts a file of about a megabyte, the sample many times over.
func BenchmarkSplit(b *testing.B) {
	for _, bench := range []struct{ sample, language string }{
		{"sample.go", "go"},
		{"sample.py", "python"},
		{"sample.md", "markdown"},
		{"sample.js", "javascript"},
		{"sample.c", "c"},
		{"sample.cpp", "cpp"},
		{"sample.java", "java"},
		{"sample.rs", "rust"},
		{"sample.rb", "ruby"},
	} {
		src := megabyte(b, bench.sample)
		b.Run(bench.language, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				Split(bench.sample, bench.language, src)
			}
		})
	}
}

func BenchmarkWeigh(b *testing.B) {
	src := megabyte(b, "sample.go")
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		weigh(src)
	}
}

// BenchmarkDefinitions finds the definitions alone.
func BenchmarkDefinitions(b *testing.B) {
	for _, bench := range []struct{ sample, language string }{
		{"sample.js", "javascript"},
		{"sample.c", "c"},
		{"sample.java", "java"},
		{"sample.rs", "rust"},
		{"sample.rb", "ruby"},
	} {
		src := megabyte(b, bench.sample)
		b.Run(bench.language, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				Definitions(bench.language, src)
			}
		})
	}
}

func megabyte(b *testing.B, sample string) []byte {
	src, err := os.ReadFile("testdata/" + sample + ".in")
	if err != nil {
		b.Fatal(err)
	}
	return bytes.Repeat(src, 1<<20/len(src))
}
