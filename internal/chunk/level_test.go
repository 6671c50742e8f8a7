package chunk

import "testing"

func TestLevelOfClosers(t *testing.T) {
	const (
		cut    = "a cut"
		middle = "a cut inside a statement"
		none   = "no cut"
	)
	for _, test := range []struct{ text, want string }{
		{"}", none},
		{"})", none},
		{"}, []);", none},
		{"} name;", none},
		{"} while (x);", none},
		{"}) as Foo;", none},
		{"}).end();", none},
		{"}, 100);", none},
		{") {", none},
		{") => {", none},
		{"): Promise<any> {", none},
		{"}: Props) {", none},
		{">", none},
		{">(", none},
		{"> = {", none},
		{">, {", middle},
		{"> he said", cut},
		{">>> f", cut},
		{"{", none},
		{"{}", none},
		{"end", none},
		{"end)", none},
		{"end;", none},
		{"end if", none},
		{"fi", none},
		{"</p>", none},

		{"} else {", middle},
		{"} else", middle},
		{"}else if (x) {", middle},
		{"} catch (e) { // no", middle},
		{"}, {", middle},
		{"}, function () { ", middle},
		{"}).then(x =>", middle},
		{"else", middle},

		{"{a: 1},", cut},
		{"{ 'a' }", cut},
		{"end = 1", cut},
		{"end.x()", cut},
		{"ending", cut},
		{"<p>", cut},
	} {
		f := &file{src: []byte("a\n" + test.text), lang: otherwise}
		f.rows = scanRows(nil, f.src)
		f.setLevels()
		got := cut
		switch f.rows[1].level {
		case atMiddle:
			got = middle
		case glued:
			got = none
		}
		if got != test.want {
			t.Errorf("before %q there is %s, want %s", test.text, got, test.want)
		}
	}
}

func TestContinues(t *testing.T) {
	for _, test := range []struct {
		language, src string
		want          bool
	}{
		{"", "static int\nmain(int argc)", true},
		{"", "char *\nf(x)", true},
		{"", "int\n\nf(x)", false},
		{"", "// Calls f\nf(x)", false},
		{"", "@Test\nf(x)", false},
		{"", "do\n\tf(x)", false},
		{"", "a = b\nf(x)", false},
		{"", "f(x);\ng(x)", false},
		{"", "int\nf (x)", false},
		{"", "int\nf", false},
		{"", "int\n(x)", false},
		{"", "f(x)", false},
		{"python", "pass\nf(x)", false},
		{"text", "as in\nf(x)", false},
	} {
		f := &file{src: []byte(test.src), lang: lookup(test.language)}
		f.rows = scanRows(nil, f.src)
		f.scan()
		if got := f.continues(len(f.rows) - 1); got != test.want {
			t.Errorf("the last line of %q continues the one before: %t, want %t", test.src, got, test.want)
		}
	}
}
