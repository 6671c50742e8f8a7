package regex

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// expressions are what the tests and the fuzz target begin with, and texts what
// they are tried on.
var expressions = []string{
	`retry`, `(?i)retry`, `(?i)Kelvin`, `(?i)ſharp`, `^func \w+`, `\)$`, `^$`, ``, `a*`, `x|`, `foo|far|fob`, `(foo|d.*)ef`, `ab[cd]e`,
	`[A-Z]{2,}_\d+`, `(ab){2,3}c`, `a+b+c`, `colou?r`, `\bend\b`, `(?s)a.b`, `a\nb`, `\s+$`, `[^a]b`, `é|ß`, `(?i)STRASSE|é`, `\Aab`, `b\z`,
	`(?m)^ab$`, `((((deep))))`, `[[:upper:]]x`, `\x{10FFFF}`, `.*`, `.`, `a{0}b`, `(?:a|b|c|d){4}x`, `(?i)k`, `[^\x00-\x{10FFFF}]`,
	`(?:abc|)def`, `a.c|(?:x+yz)?`, `(?U)a+b`, `"[^"]*err[^"]*"`, `\Qa.b\E`, `[fF]ar`, `(a|b)(c|d)(e|f)(g|h)(i|j)(k|l)`,
}

var texts = []string{
	"", "\n", "a", "a\n", "\n\n", "ab\nab\r\n\r\nabc", "func main() {\n\treturn retry(RETRY)\n}\n",
	"foo\nfar\nfob\nfo\nXfarX\n", "kelvin\nKELVIN\n\u212aelvin\nſharp Sharp\n", "colour color colouur\n", "abce\nabde\nabe\n",
	"the end\nending\nlegend", "AB_12\nA_1\nABC_7x\r\n", "ababc abababc abc\n", "aabbcc\nabc\nac\n", "é É ß ẞ strasse STRASSE\n",
	"a\nb\n", "trailing  \nnone\nx\t\r\n", "dyef\nfooef\nef\n", "say(\"an error\")\n\"err\n", "bcdefgh\nacegik\nbdfhjl\n", "def\nabcdef\nxxyz\n",
	"deep\nAx\nB x\na.b\nacb", "no end", "\x00\xff\n\xffab\n",
}

// naive is what Lines promises, line by line.
func naive(re *regexp.Regexp, text string) (found []string) {
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if re.MatchString(line) {
			found = append(found, fmt.Sprintf("%d:%s", number, line))
		}
	}
	return found
}

func checkLines(t *testing.T, expression, text string) {
	t.Helper()
	re, err := Compile(expression)
	if err != nil {
		if _, ok := errors.AsType[*Error](err); !ok {
			t.Fatalf("%q: error %T", expression, err)
		}
		return
	}
	var got []string
	for n, line := range re.Lines([]byte(text)) {
		got = append(got, fmt.Sprintf("%d:%s", n, line))
		folded := lowerBytes(bytes.Clone(line))
		for _, list := range re.Needs() {
			if !slices.ContainsFunc(list, func(s string) bool { return bytes.Contains(folded, []byte(lower(s))) }) {
				t.Errorf("%q matches %q, which has none of %q", expression, line, list)
			}
		}
		for _, s := range re.Spans(line, 10) {
			if s[0] < 0 || s[1] <= s[0] || s[1] > len(line) {
				t.Errorf("%q in %q: a match at %v", expression, line, s)
			}
		}
	}
	if want := naive(regexp.MustCompile(expression), text); !slices.Equal(got, want) {
		t.Errorf("%q in %q: got %q, want %q (needs %q)", expression, text, got, want, re.Needs())
	}
}

func TestLinesAreThoseThatMatchAlone(t *testing.T) {
	for _, e := range expressions {
		for _, text := range texts {
			checkLines(t, e, text)
		}
	}
}

func FuzzLines(f *testing.F) {
	for i, e := range expressions {
		f.Add(e, texts[i%len(texts)])
	}
	f.Fuzz(func(t *testing.T, expression, text string) {
		if len(expression) > 100 || len(text) > 2000 {
			return
		}
		checkLines(t, expression, text)
	})
}

func TestNeeds(t *testing.T) {
	for _, tt := range []struct {
		expression string
		want       [][]string
	}{
		{`retry`, [][]string{{"retry"}}},
		{`(?i)Retry`, [][]string{{"retry"}}},
		{`foo|far|fob`, [][]string{{"far", "fob", "foo"}}},
		{`ab[cd]e`, [][]string{{"abce", "abde"}}},
		{`colou?r`, [][]string{{"color", "colour"}}},
		{`^func \w+\(`, [][]string{{"func "}, {"("}}},
		{`ab+c`, [][]string{{"ab"}, {"bc"}}},
		{`(ab){2}.*(cd)+`, [][]string{{"cd"}, {"abab"}}},
		{`(foo|d.*)ef`, [][]string{{"d", "foo"}, {"ef"}}},
		{`a.*bcd|efg`, [][]string{{"bcd", "efg"}, {"a", "efg"}}},
		{`(?i)ak`, [][]string{{"ak", "a\u212a"}}},
		{`.*`, nil},
		{``, nil},
		{`x?`, nil},
		{`\w+`, nil},
		{`foo|`, nil},
	} {
		re, err := Compile(tt.expression)
		if err != nil {
			t.Fatal(err)
		}
		got := re.Needs()
		key := func(l []string) string { return strings.Join(l, "\x00") }
		bykey := func(a, b []string) int { return strings.Compare(key(a), key(b)) }
		slices.SortFunc(got, bykey)
		slices.SortFunc(tt.want, bykey)
		if !slices.EqualFunc(got, tt.want, slices.Equal) {
			t.Errorf("%q: got %q, want %q", tt.expression, got, tt.want)
		}
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	for _, tt := range []struct{ expression, want string }{
		{`a(b`, `at byte 1, "(b": missing closing ), want a ")" that closes it`},
		{`(a)(b`, `at byte 3, "(b": missing closing ), want`},
		{`(a))b`, `at byte 3, ")b": unexpected ), want a "(" before it, or "\\)"`},
		{`a*b|*`, `at byte 4, "*": missing argument to repetition operator, want something to repeat`},
		{`a**`, `at byte 1, "**": invalid nested repetition operator, want one repeat at a time`},
		{`x[z-a]y`, `at byte 2, "z-a": invalid character class range, want a range that ascends`},
		{`x[abc`, `at byte 1, "[abc": missing closing ], want a "]" that closes it`},
		{`[[:wrd:]]`, `at byte 1, "[:wrd:]": invalid character class range, want`},
		{`ab\q`, `at byte 2, "\\q": invalid escape sequence, want an escape of RE2`},
		{`ab\`, `at byte 2, "\\": trailing backslash at end of expression, want a character behind it`},
		{`a(?=b)`, `at byte 1, "(?=": invalid or unsupported Perl syntax, want a group of RE2`},
		{`a{1001}`, `at byte 1, "{1001}": invalid repeat count, want counts up to 1000`},
		{`a{3,2}`, `at byte 1, "{3,2}": invalid repeat count, want counts up to 1000`},
		{`(a{100}){100}`, `"{100}": invalid repeat count, want counts up to 1000 in all`},
		{`a(?P<n)b`, `at byte 1, "(?P<n)b": invalid named capture, want a name of its own`},
		{"a\xffb", `at byte 1, "\xffb": invalid UTF-8`},
		{strings.Repeat("(", 2000) + strings.Repeat(")", 2000), `nests too deeply, want groups at most 1000 deep`},
		{strings.Repeat("a", MaxPattern+1), `got 10001 bytes, want at most 10000`},
		{strings.Repeat(`\w{1000}`, 21), `steps with all repeats unrolled, want at most 20000, by smaller repeat counts`},
	} {
		_, err := Compile(tt.expression)
		if err == nil || !strings.Contains(err.Error(), strings.ReplaceAll(tt.want, `\\`, `\`)) && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.40q: got error %v, want %s", tt.expression, err, tt.want)
		} else if len(err.Error()) > 500 {
			t.Errorf("%.40q: an error of %d bytes", tt.expression, len(err.Error()))
		}
	}
}

func TestLargeExpressions(t *testing.T) {
	for _, e := range []string{
		strings.Repeat(`(a|b)`, 1900), strings.Repeat(`[ab]`, 2400), `(?i)` + strings.Repeat("k", 9000), strings.Repeat(`(?:ab.){300}`, 10),
		`(` + strings.Repeat(`a?b?|`, 1500) + `)`,
	} {
		if _, err := Compile(e); err != nil {
			t.Errorf("%.20s…: %v", e, err)
		}
		checkLines(t, e, strings.Repeat("ab", 100)+"\nk\n")
	}
}

func BenchmarkLines(b *testing.B) {
	line := "\tif err := client.Do(ctx, request); err != nil { return fmt.Errorf(\"do: %w\", err) }\n"
	text := []byte(strings.Repeat(line, 10_000) + "func retryAfter(d time.Duration) bool {\n")
	for _, e := range []string{`retryAfter`, `(?i)RETRYafter`, `func \w+After\(`, `retry|Duration|sleep`, `\w+After`, `[a-z]+A[a-z]+\(`, `err`} {
		b.Run(e, func(b *testing.B) {
			re, err := Compile(e)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				for range re.Lines(text) {
				}
			}
		})
	}
}
