package chunk

import (
	"runtime"
	"strings"
	"testing"
)

// repeated are hostile on one line, however long, by what they repeat.
var repeated = map[string]string{
	"braces":          "{ x = 1; }",
	"open braces":     "{",
	"open parens":     "(",
	"open brackets":   "[",
	"mixed brackets":  "a{b(c[",
	"closers":         "}",
	"functions":       "int f() {}",
	"short functions": "fn a(){}",
	"arrows":          "f=()=>{};",
	"classes":         "class A {}",
	"nested classes":  "class A {",
	"structures":      "struct {} ",
	"aliases":         "typedef a;",
	"values":          "var a = 1;",
	"names":           "a,",
	"angles":          "a<",
	"interpolations":  "`${",
	"strings":         `"abc" `,
	"an open string":  "\" /* ' ` ",
	"a word":          "a",
}

// hostileLanguages have a scanner of their own kind each.
var hostileLanguages = []string{"c", "javascript", "java", "rust", "go", "python", "ruby", "lua", "hcl", ""}

func hostileLine(language, part string, size int) []byte {
	begin := ""
	if language == "go" {
		begin = "package a; var "
	}
	return []byte(begin + strings.Repeat(part, size/len(part)))
}

// What a long line costs is bounded by its length, whatever is on it: the chunk's
// text is one copy of it. What is kept for the next file may have been let go, by
// the garbage collector or at random by the race detector, so a line has four tries.
func TestLongLineAllocates(t *testing.T) {
	const size, bound = 1 << 19, 4
	for name, part := range repeated {
		for _, language := range hostileLanguages {
			src := hostileLine(language, part, size)
			chunks, got := splitAllocates(language, src)
			for tries := 1; tries < 4 && got > bound; tries++ {
				chunks, got = splitAllocates(language, src)
			}
			if got > bound {
				t.Errorf("%s as %q: allocates %.1f times its size, want at most %d", name, language, got, bound)
			}
			if err := check(src, chunks); err != nil {
				t.Errorf("%s as %q: %v", name, language, err)
			}
		}
	}
}

// splitAllocates also returns the bytes that were allocated, in sizes of the file.
func splitAllocates(language string, src []byte) ([]Chunk, float64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	chunks := Split("a", language, src)
	runtime.ReadMemStats(&after)
	return chunks, float64(after.TotalAlloc-before.TotalAlloc) / float64(len(src))
}

// A row has as many definitions as anybody looks for.
func TestCrowdedRow(t *testing.T) {
	for language, part := range map[string]string{"c": "int f() {} ", "javascript": "class A {} ", "go": "func f() {}; "} {
		src := strings.Repeat(part, 2*maxOnRow) + "\n" + part
		if language == "go" {
			src = "package a\n" + src
		}
		list := Definitions(language, []byte(src))
		if got, want := len(list), maxOnRow+1; got != want {
			t.Errorf("%s: %d definitions, want %d of one row and one of the next", language, got, want)
		}
	}
}

// BenchmarkLongLine cuts a line of 16 MB.
func BenchmarkLongLine(b *testing.B) {
	for _, bench := range []struct{ language, name string }{
		{"c", "braces"}, {"c", "functions"}, {"javascript", "arrows"}, {"java", "nested classes"}, {"go", "values"}, {"rust", "an open string"},
	} {
		src := hostileLine(bench.language, repeated[bench.name], 16<<20)
		b.Run(bench.language+" "+bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				Split("a", bench.language, src)
			}
		})
	}
}
