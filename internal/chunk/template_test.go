package chunk

import "testing"

func TestTemplates(t *testing.T) {
	c := Chunk{Symbol: "Policy.nextDelay", Symbols: []string{"Policy.nextDelay"}, Signature: "func (p Policy) nextDelay() {", Text: "return 1"}
	const body = "func (p Policy) nextDelay() {\nreturn 1"
	templates := Templates()
	for name, want := range map[string]string{
		"text":              body,
		"path":              "a/b/retry_policy.go\n" + body,
		"symbol":            "Policy.nextDelay\n" + body,
		"path-symbol":       "a/b/retry_policy.go Policy.nextDelay\n" + body,
		"tail-symbol":       "b/retry_policy.go Policy.nextDelay\n" + body,
		"words":             "a b retry policy go policy next delay\n" + body,
		"path-symbol-words": "a/b/retry_policy.go Policy.nextDelay policy next delay\n" + body,
		"split":             "a/b/retry_policy.go Policy.nextDelay\nfunc (p Policy) next Delay() {\nreturn 1",
	} {
		if got := templates[name]("a/b/retry_policy.go", c); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		delete(templates, name)
	}
	if len(templates) > 0 {
		t.Errorf("templates without a test: %v", templates)
	}
}

func TestEmbedText(t *testing.T) {
	for _, test := range []struct {
		path  string
		chunk Chunk
		want  string
	}{
		{"a.go", Chunk{Symbol: "f", Text: "func f() {}"}, "a.go f f\nfunc f() {}"},
		{"a.txt", Chunk{Text: "x"}, "a.txt\nx"},
		{"", Chunk{Text: "x"}, "x"},
		{"a.go", Chunk{Symbol: "f", Signature: "func f() {", Text: "}"}, "a.go f f\nfunc f() {\n}"},
	} {
		if got := EmbedText(test.path, test.chunk); got != test.want {
			t.Errorf("EmbedText(%q, %+v) = %q, want %q", test.path, test.chunk, got, test.want)
		}
	}
}

func TestSplitIdentifiers(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"", ""},
		{"T", "T"},
		{"x := parseURL(HTTPServer)", "x := parse URL(HTTP Server)"},
		{"snake_case utf8Decode \n\tA", "snake_case utf8 Decode \n\tA"},
		{"ÄÖ", "ÄÖ"},
	} {
		if got := split(test.in); got != test.want {
			t.Errorf("split(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"", ""},
		{"internal/retryPolicy.go", "internal retry policy go"},
		{"HTTPServer", "http server"},
		{"parseURL", "parse url"},
		{"snake_case__x", "snake case x"},
		{"utf8Decode", "utf8 decode"},
		{"Größe.é", "größe é"},
		{"..", ""},
	} {
		if got := words(test.in); got != test.want {
			t.Errorf("words(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

// The numbers in the comments are those of the model's own tokenizer.
func TestWeigh(t *testing.T) {
	for _, test := range []struct {
		in       string
		min, max int // tokens
	}{
		{"", 0, 0},
		{" \t\r\n", 0, 0},
		{"a", 1, 1},
		{"(){}", 4, 4},
		{"the number of attempts", 4, 6},           // 4
		{"cookieNumWithinMax", 4, 6},               // 5
		{"0123456789abcdef", 8, 11},                // 11
		{"x := foo(bar[1], \"baz\")", 13, 17},      // 16
		{"中文字", 3, 3},                              // 3
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 10, 20}, // 15
	} {
		if got := float64(weigh([]byte(test.in))) / oneToken; got < float64(test.min) || got > float64(test.max) {
			t.Errorf("weigh(%q) = %.1f tokens, want %d to %d", test.in, got, test.min, test.max)
		}
	}
}
