package mine

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/hunch-search/hunch/internal/chunk"
)

// FuzzStrip: whatever the bytes, what is left is in order part of what was
// there, a definition stands on its line, and no query is left in the text.
func FuzzStrip(f *testing.F) {
	for _, s := range []string{goSample, goStripped, pythonSample, pythonStripped, "def f():\n  '''a\\'''\n\n", "class a:\n\n  'b' 'c';;\n"} {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, src []byte, isGo bool) {
		language, name := "python", "a.py"
		if isGo {
			language, name = "go", "a.go"
		}
		before := bytes.Clone(src)
		stripped := Strip(name, language, src)
		if !bytes.Equal(src, before) {
			t.Fatal("the source was changed")
		}
		if !isSubsequence(stripped, src) {
			t.Errorf("%q is no part of %q", stripped, src)
		}
		for _, d := range docsOf(language, src) {
			if d.line < 1 || d.line > 1+bytes.Count(src, []byte("\n")) || len(d.cuts) == 0 {
				t.Errorf("got %+v", d)
			}
		}
		m := miner{Set: Set{Dropped: map[string]int{}}}
		m.file(name, language, src)
		symbols := map[string]bool{}
		for _, c := range chunk.Split(name, language, stripped) {
			for _, s := range c.Symbols {
				symbols[s] = true
			}
		}
		for _, q := range m.Queries {
			if !symbols[q.Symbol] || strings.Contains(" "+plainWords(string(stripped))+" ", " "+plainWords(q.Text)+" ") {
				t.Errorf("got %+v", q)
			}
		}
	})
}

func isSubsequence(part, all []byte) bool {
	for _, c := range part {
		i := bytes.IndexByte(all, c)
		if i < 0 {
			return false
		}
		all = all[i+1:]
	}
	return true
}

// TestTimeIsLinear: a file made to be slow takes no longer than others.
func TestTimeIsLinear(t *testing.T) {
	const size = 1 << 20
	fill := func(s string) []byte { return []byte(strings.Repeat(s, size/len(s))) }
	for name, src := range map[string][]byte{
		"open triple quotes": fill(`\"""`), "open quotes": fill(`\'`), "both kinds": fill(`\'''"""\`), "brackets": fill("("),
		"backslashes": fill("\\\n"), "definitions": fill("def f():\n"), "docstrings": fill("def f():\n 'a b c'\n"), "prefixes": fill("rb"),
		"nested": nested(1000), "one line": fill("x "), "strings in one statement": []byte("def f():\n '' " + strings.Repeat("'a' ", size/4)),
	} {
		begin := time.Now()
		Strip("a.py", "python", src)
		if d := time.Since(begin); d > 3*time.Second {
			t.Errorf("%s: took %v", name, d)
		}
	}
}

func nested(depth int) []byte {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "def f():\n" + strings.Repeat(" ", i+1) + "'doc'\n")
	}
	return []byte(b.String())
}
