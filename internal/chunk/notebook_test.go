package chunk

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// checkNotebook returns an error if the chunks of a notebook are not in order or
// say something else than the lines that they name.
func checkNotebook(src []byte, chunks []Chunk) error {
	shown := strings.Split(string(Readable(notebook, src)), "\n")
	if got, want := len(shown), bytes.Count(src, []byte("\n"))+1; got != want {
		return fmt.Errorf("%d lines are shown of %d", got, want)
	}
	if _, _, ok := parseNotebook(src); !ok {
		return check(src, chunks)
	}
	last := 0
	for i, c := range chunks {
		if c.StartLine <= last || c.EndLine < c.StartLine || c.EndLine > len(shown) {
			return fmt.Errorf("chunk %d: lines %d-%d after line %d of %d", i, c.StartLine, c.EndLine, last, len(shown))
		}
		for _, d := range c.Definitions {
			if d.StartLine < c.StartLine || d.StartLine > c.EndLine || !contains(c.Symbols, d.Name) || d.EndLine < d.StartLine || d.BodyLine < d.StartLine {
				return fmt.Errorf("chunk %d, lines %d-%d, begins %+v", i, c.StartLine, c.EndLine, d)
			}
		}
		if c.Symbol != "" && !contains(c.Symbols, c.Symbol) {
			return fmt.Errorf("chunk %d: symbol %q is not among %q", i, c.Symbol, c.Symbols)
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "⏎", " ")), " ") }
		if got, want := squeeze(c.Text), squeeze(strings.Join(shown[c.StartLine-1:c.EndLine], " ")); got != want {
			return fmt.Errorf("chunk %d: text %q, but lines %d-%d show %q", i, got, c.StartLine, c.EndLine, want)
		}
		last = c.EndLine
	}
	return nil
}

func note(cells string) string {
	return "{\n\"cells\": [\n" + cells + "\n],\n\"metadata\": {\"kernelspec\": {\"language\": \"python\"}}\n}\n"
}

func TestNotebooks(t *testing.T) {
	long := strings.Repeat("\"    x = compute(first, second, third)\\n\",\n", 30)
	for _, test := range []struct{ name, src, want string }{
		{"code and its words", note("{\"cell_type\": \"markdown\", \"source\": [\n\"# A\\n\",\n\"b\"\n]},\n{\"cell_type\": \"code\", \"source\": [\n\"def f():\\n\",\n\"  pass\"\n]}"), "4-9 f"},
		{"outputs are left out", note("{\"cell_type\": \"code\", \"outputs\": [{\"text\": [\n\"def no(): pass\"\n]}], \"source\": [\n\"a = 1\"\n]}"), "6-6"},
		{"long outputs part cells", note("{\"cell_type\": \"code\", \"source\": \"a\"},\n{\"cell_type\": \"code\", \"outputs\": [" + strings.Repeat("\n", 50) + "], \"source\": \"b\"}"), "3-3, 54-54"},
		{"large cells stay apart", note("{\"cell_type\": \"code\", \"source\": [\n\"def f():\\n\",\n" + long[:len(long)/3] + "\"  pass\"\n]},\n{\"cell_type\": \"code\", \"source\": [\n\"def g():\\n\",\n" + long[:len(long)/3] + "\"  pass\"\n]}"), "4-15 f, 18-29 g"},
		{"all on one line", `{"cells": [{"cell_type": "code", "source": "def f(): pass\ndef g(): pass"}, {"cell_type": "code", "source": ["x"]}], "metadata": {}}`, "1-1 f g"},
		{"none that has text", note(`{"cell_type": "code", "source": ["\n"]}`), ""},
		{"broken", "{\"cells\": [\n{\"cell_type\": \"code\", \"source\": [\n\"def f(): pass\"\n", "1-3"},
		{"no notebook", "{\"a\": 1}\n", "1-1"},
		{"cells that are none", "{\"cells\": 1}\n", "1-1"},
		{"words of another language", strings.Replace(note("{\"cell_type\": \"code\", \"source\": \"func f() {}\"}"), "python", "jupyter", 1), "3-3"},
	} {
		chunks := Split("a", notebook, []byte(test.src))
		if got := spans(chunks); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
		if err := checkNotebook([]byte(test.src), chunks); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestReadable(t *testing.T) {
	src := note("{\"cell_type\": \"code\",\n\"outputs\": [{\"data\": {\"image/png\": \"iVBORw0\"}}],\n\"source\": [\n\"s = \\\"caf\\u00e9\\\"\\n\",\n\"\\n\",\n\"a\\nb\"\n]}")
	if got, want := string(Readable(notebook, []byte(src))), "\n\n\n\n\ns = \"café\"\n\na ⏎ b\n\n\n\n\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, src := range []string{"", "{", "{\"cells\": [{}\n", "{\"a\": 1}"} {
		if got := string(Readable(notebook, []byte(src))); got != src {
			t.Errorf("%q: got %q", src, got)
		}
	}
	if got := string(Readable("json", []byte(src))); got != src {
		t.Errorf("another language: got %q", got)
	}
}

func FuzzNotebook(f *testing.F) {
	f.Add([]byte(note(`{"cell_type": "code", "source": ["a\n", "b"]}`)))
	f.Add([]byte(`{"cells": [{"source": "a\nb"}, {"source": ["\r\n\n"]}]}`))
	f.Add([]byte("{\"cells\":\n[], \"cells\": [{\"source\": \"\\u0000\"}]}\n\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		if err := checkNotebook(src, Split("a", notebook, src)); err != nil {
			t.Error(err)
		}
	})
}
