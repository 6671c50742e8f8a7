package source

import (
	"bytes"
	"strings"
	"testing"
)

// encodings are files that are not in UTF-8, with what is made of them; a reason
// stands where a file is left out.
var encodings = []struct{ name, raw, want, reason string }{
	{"Latin-1", "// Gr\xF6\xDFe des W\xF6rterbuchs: \xFCber 10\xB0\n", "// Größe des Wörterbuchs: über 10°\n", ""},
	{"Windows-1252", "// \x93quoted\x94 \x96 5 \x80\r\n", "// “quoted” – 5 €\r\n", ""},
	{"two letters in a row", "# cr\xE9\xE9e le 3 ao\xFBt\n", "# créée le 3 août\n", ""},
	{"one byte of UTF-8 is damaged", "// Größe\n// Gr\xF6\xDFe\nint größe;\n", "// Größe\n// Gr\uFFFDe\nint größe;\n", ""},
	{"a comment in Cyrillic", "int main() { return open_the_configuration_file(); }\nint f(int first, int second);\n// \xCF\xF0\xE8\xE2\xE5\xF2\n", "int main() { return open_the_configuration_file(); }\nint f(int first, int second);\n// \uFFFD\n", ""},
	{"Cyrillic", strings.Repeat("\xCF\xF0\xE8\xE2\xE5\xF2 \xEC\xE8\xF0\n", 9), "", ReasonEncoding},
	{"Shift-JIS", strings.Repeat("\x82\xB1\x82\xF1\x82\xC9\x82\xBF\x82\xCD\n", 9), "", ReasonEncoding},
	{"bytes that Windows-1252 lacks", strings.Repeat("a\x81b\x8Dc\n", 9), "", ReasonEncoding},
	{"UTF-16 that was cut", "\xFF\xFEa\x00b\x00c", "", ReasonEncoding},
	{"UTF-16 without a mark, too short to tell", "a\x00b\x00\n\x00", "", ReasonBinary},
	{"UTF-16 of another alphabet without a mark", utf16Text("", strings.Repeat("при вет\n", 9), false), "", ReasonBinary},
	{"UTF-16 with a lone half of a character", utf16Text("", "sixteen letters ", false) + "\x00\xD8", "", ReasonBinary},
	{"small numbers", strings.Repeat("\x01\x00\x02\x00", 20), "", ReasonBinary},
	{"letters between NULs", strings.Repeat("\x00a\x00\x00", 20), "", ReasonBinary},
	{"UTF-32", "\xFF\xFE\x00\x00a\x00\x00\x00", "", ReasonBinary},
	{"a mark alone", "\xFF\xFE", "", ""},
	{"control characters", strings.Repeat("\x01\xF6", 20), "", ReasonBinary},
}

func TestEncodings(t *testing.T) {
	for _, tt := range encodings {
		text, reason := Settings{}.judge("f.c", []byte(tt.raw), false)
		if reason != tt.reason || string(text) != tt.want {
			t.Errorf("%s: got %q (%s), want %q (%s)", tt.name, text, reason, tt.want, tt.reason)
		}
	}
}

// Nothing that is read takes or gives a line.
func TestDecodingKeepsLines(t *testing.T) {
	for _, tt := range encodings {
		if text, _ := decode([]byte(tt.raw)); tt.reason == "" && bytes.Count(text, []byte("\n")) != strings.Count(tt.raw, "\n") {
			t.Errorf("%s: got %q", tt.name, text)
		}
	}
}

// What was let in is read again as it was: a result is found by the hash of its
// text, read as if it were forced.
func TestForcedTextIsTheSame(t *testing.T) {
	for _, tt := range encodings {
		text, reason := Settings{}.judge("f.c", []byte(tt.raw), true)
		if tt.reason == "" && (reason != "" || string(text) != tt.want) {
			t.Errorf("%s: got %q (%s), want %q", tt.name, text, reason, tt.want)
		}
		if tt.reason == ReasonEncoding && reason != "" {
			t.Errorf("%s: %s, although it is forced", tt.name, reason)
		}
	}
}
