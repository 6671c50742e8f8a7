package chunk

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A golden file shows each chunk by its lines, its estimated tokens, its
// symbols and its first and last line: enough to judge every cut beside the
// sample.
func golden(chunks []Chunk) string {
	var b strings.Builder
	for _, c := range chunks {
		fmt.Fprintf(&b, "%d-%d  ~%d tokens, %d bytes  symbol %q of %q\n", c.StartLine, c.EndLine,
			weigh([]byte(c.Text))/oneToken, len(c.Text), c.Symbol, c.Symbols)
		if c.Signature != "" {
			fmt.Fprintf(&b, "  under %q\n", c.Signature)
		}
		lines := strings.Split(c.Text, "\n")
		fmt.Fprintf(&b, "  | %s\n", lines[0])
		if len(lines) > 1 {
			fmt.Fprintf(&b, "  | %s\n", lines[len(lines)-1])
		}
	}
	return b.String()
}

// goldenDefinitions shows each definition by its lines: of its comment, its
// start, the first behind its signature, and its end.
func goldenDefinitions(list []Definition) string {
	var b strings.Builder
	for _, d := range list {
		fmt.Fprintf(&b, "%s %s  doc %d, lines %d-%d, body %d\n", d.Kind, d.Name, d.DocLine, d.StartLine, d.EndLine, d.BodyLine)
	}
	return b.String()
}

func TestSplitGolden(t *testing.T) {
	for _, test := range []struct{ sample, language string }{
		{"sample.go", "go"},
		{"sample.py", "python"},
		{"sample.js", "javascript"},
		{"sample.ts", "typescript"},
		{"sample.c", "c"},
		{"sample.tsx", "tsx"},
		{"sample.vue", "vue"},
		{"sample.cpp", "cpp"},
		{"sample.cs", "csharp"},
		{"sample.java", "java"},
		{"sample.kt", "kotlin"},
		{"sample.scala", "scala"},
		{"sample.swift", "swift"},
		{"sample.rs", "rust"},
		{"sample.zig", "zig"},
		{"sample.dart", "dart"},
		{"sample.php", "php"},
		{"sample.proto", "protobuf"},
		{"sample.tf", "hcl"},
		{"sample.rb", "ruby"},
		{"sample.lua", "lua"},
		{"sample.ex", "elixir"},
		{"sample.sh", "shell"},
		{"sample.hs", "haskell"},
		{"sample.pl", "perl"},
		{"sample.r", "r"},
		{"sample.jl", "julia"},
		{"sample.ml", "ocaml"},
		{"sample.erl", "erlang"},
		{"sample.sql", "sql"},
		{"sample.md", "markdown"},
		{"sample.yaml", "yaml"},
	} {
		t.Run(test.sample, func(t *testing.T) {
			src, err := os.ReadFile("testdata/" + test.sample + ".in")
			if err != nil {
				t.Fatal(err)
			}
			chunks := Split("pkg/"+test.sample, test.language, src)
			if err := check(src, chunks); err != nil {
				t.Error(err)
			}
			compareGolden(t, test.sample, golden(chunks)+goldenDefinitions(Definitions(test.language, src)))
		})
	}
}

// compareGolden compares what a sample is cut into with the file beside it.
func compareGolden(t *testing.T, sample, got string) {
	t.Helper()
	name := "testdata/" + sample + ".golden"
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("chunks differ from %s (rewrite with -update)\ngot:\n%s\nwant:\n%s", name, got, want)
	}
}
