package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestPrintable(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"plain\ntext\n", "plain\ntext\n"},
		{"\tindent", "    indent"},
		{"dos\r\nline\r\n", "dos\nline\n"},
		{"lone\rreturn", "lone\uFFFDreturn"},
		{"\x1b[31mred", "\uFFFD[31mred"},
		{"\u009b31m", "\uFFFD31m"},
		{"bell\x07 del\x7f nul\x00", "bell\uFFFD del\uFFFD nul\uFFFD"},
		{"\xff\xc3", "\uFFFD\uFFFD"},
		{"over\u202eride", "over\uFFFDride"},
		{"ünïcödé 鍵 \u00a0\u3000", "ünïcödé 鍵 \u00a0\u3000"},
	} {
		if got := printable(tt.in); got != tt.want {
			t.Errorf("printable(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestQuotePath(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"a/b c.go", "a/b c.go"},
		{`C:\x\y`, `C:\x\y`},
		{"schlüssel.鍵", "schlüssel.鍵"},
		{"new\nline", `"new\nline"`},
		{"esc\x1b", `"esc\x1b"`},
		{"\xff", `"\xff"`},
		{"\u202e", `"\u202e"`},
	} {
		if got := quotePath(tt.in); got != tt.want {
			t.Errorf("quotePath(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestQuoteErrorIsOneLine(t *testing.T) {
	path := &fs.PathError{Op: "open", Path: "a\nb\x1b", Err: fs.ErrNotExist}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{path, `"a\nb\x1b": file does not exist`},
		{errors.Join(errors.New("one"), path), "one; open a; b\uFFFD: file does not exist"},
	} {
		if got := quoteError(tt.err); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestWriteJSONEscapesAndKeeps(t *testing.T) {
	for _, text := range []string{
		"if a < b && c > d { }", "tab\tline\n", "\u009b31m", "\x7f", "\u202e", "\U000e0001", "\x1b[0m", `back\slash "quote"`, "鍵",
	} {
		var b bytes.Buffer
		if err := writeJSON(&b, map[string]string{"text": text}); err != nil {
			t.Fatal(err)
		}
		checkSafe(t, []string{text}, "JSON", b.String())
		var back map[string]string
		if err := json.Unmarshal(b.Bytes(), &back); err != nil || back["text"] != text {
			t.Errorf("%q came back as %q, %v", text, back["text"], err)
		}
	}
	var b bytes.Buffer
	if err := writeJSON(&b, "<&>"); err != nil || b.String() != "\"<&>\"\n" {
		t.Errorf("got %q, %v", b.String(), err)
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0 chunks", 1: "1 chunk", 999: "999 chunks", 1000: "1,000 chunks", 1234567: "1,234,567 chunks"} {
		if got := count(n, "chunk"); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 kB", 1: "1 kB", 999_000: "999 kB", 1_000_000: "1.0 MB", 22_882_008: "22.9 MB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q, want %q", n, got, want)
		}
	}
}

// Colours change no character and no line, and none runs over a line's end.
func TestColoursKeepTheText(t *testing.T) {
	for _, tt := range []struct{ language, text string }{
		{"go", "package a\n\n/* two\nlines */\nfunc f() string { return `x\ny` }"},
		{"go", "// ends with empty lines\n\n"},
		{"go", "\n\nvar x = 1"},
		{"python", "def f():\n    \"\"\"doc\n    string\"\"\"\n    return 'x'\n"},
		{"python", ""},
		{"markdown", "# Head\n\n```go\nx := 1\n```\n"},
		{"rust", "fn main() { let s = \"unterminated"},
		{"rust", "match c { '\"' => 'a', '\\'' => b, x: &'static str }"},
		{"c", "'\\"},
		{"klingon", "no such\nlanguage"},
		{"", "no language\n"},
	} {
		plain := strings.Split(tt.text, "\n")
		if got := (painter{}).code(tt.language, tt.text); strings.Join(got, "|") != strings.Join(plain, "|") {
			t.Errorf("%s without colours: %q, want %q", tt.language, got, plain)
		}
		coloured := painter{on: true}.code(tt.language, tt.text)
		var bare []string
		for _, line := range coloured {
			if opened := strings.Count(line, "\x1b["); opened != 2*strings.Count(line, reset) {
				t.Errorf("%s: %q does not end its colours", tt.language, line)
			}
			bare = append(bare, withoutColours(line))
		}
		if strings.Join(bare, "|") != strings.Join(plain, "|") {
			t.Errorf("%s in colours: %q, want %q", tt.language, bare, plain)
		}
	}
}

func withoutColours(s string) string {
	for _, c := range []string{reset, placeColor, bold, faint, green, yellow, blue, magenta, cyan} {
		s = strings.ReplaceAll(s, c, "")
	}
	return s
}
