package lexical

import (
	"slices"
	"strings"
	"testing"
)

func termsOf(s string) []string {
	var got []string
	a := analyser{emit: func(term []byte) { got = append(got, string(term)) }}
	a.text(s)
	return got
}

// wordCases are texts and their terms.
var wordCases = []struct{ text, want string }{
	{"", ""},
	{" \t\n-", ""},
	{"retry", "retry"},
	{"Retry(next)", "retry next"},
	{"getUserName", "getusername get user nam"},
	{"get_user_name GETUSERNAME", "getusername get user nam getusernam"},
	{"HTTPServer", "httpserver http server"},
	{"HTTPServer_v2", "httpserverv2 http server v2"},
	{"URLs IDs parseURLs", "url ids parseurls pars url"},
	{"ETag OAuth2Client", "etag tag oauth2client oauth auth client"},
	{"sha256 utf8 v2", "sha256 sha 256 utf8 utf v2"},
	{"0x7FE0 1e9 42", "0x7fe0 1e9 42"},
	{"20240102_create_users", "20240102createusers 20240102 creat user"},
	{"__init__ _x", "init x"},
	{"___", ""},
	{"kebab-case a.b::c", "kebab cas a b c"},
	{"isEmpty x", "isempty is empty x"},
	{"don't", "don t"},
	{"Größe größe GRÖSSE", "größe größe grösse"},
	{"ÜberName", "übername über nam"},
	{"ΣΊΣΥΦΟΣ σίσυφος", "σίσυφοσ σίσυφοσ"},
	{"файлОтчёта", "файлотчёта файл отчёта"},
	{"读取文件", "读取 取文 文件"},
	{"a读b", "a 读 b"},
	{"naïve", "naïve"},
	{"e\u0301te", "e\u0301te"},
	{"x\xffy \xc3 z", "x y z"},
	{"x😀y“z”", "x y z"},
	{"a\x00b", "a b"},
	{strings.Repeat("x", 64) + " " + strings.Repeat("y", 65), strings.Repeat("x", 64)},
	{"get" + strings.Repeat("Long", 20) + "Name", "get " + strings.Repeat("long ", 20) + "nam"},
}

func TestWordsGiveWholesAndParts(t *testing.T) {
	for _, c := range wordCases {
		if got, want := termsOf(c.text), strings.Fields(c.want); !slices.Equal(got, want) {
			t.Errorf("terms of %q: got %q, want %q", c.text, got, want)
		}
	}
}

// Words of a row meet in one stem; rows do not meet.
func TestStemJoinsTheFormsOfAWord(t *testing.T) {
	rows := []string{
		"compute computes computed computing",
		"validate validates validated validating validation validations validator validators",
		"create creates created creating creation",
		"retry retries retried retrying",
		"query queries",
		"map maps mapped mapping",
		"route routes routed routing",
		"register registers registered registering",
		"cache caches cached caching",
		"box boxes boxed", "class classes", "match matches matched matching",
		"string strings", "status", "this", "speed", "format formats formatted formatting",
		"update updates updated updating", "connect connected connection connections",
		"option options", "version versions", "bytes byte", "hash hashes hashed hashing",
		"analysis", "bus", "x", "go", "id", "need needs", "thing",
		"configure configured configuration", "iterate iterator iterators iteration",
	}
	seen := map[string]string{}
	for _, row := range rows {
		words := strings.Fields(row)
		want := string(stem([]byte(words[0])))
		for _, w := range words {
			if got := string(stem([]byte(w))); got != want {
				t.Errorf("stem of %q: got %q, want %q as of %q", w, got, want, words[0])
			}
		}
		if other, ok := seen[want]; ok {
			t.Errorf("%q and %q have the stem %q", words[0], other, want)
		}
		seen[want] = words[0]
	}
}

func FuzzWords(f *testing.F) {
	for _, c := range wordCases {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, term := range termsOf(text) {
			if term == "" || len(term) > maxTerm || term[0] <= lastName || strings.ContainsAny(term, " _-\n") {
				t.Errorf("term %q of %q", term, text)
			}
			for _, r := range term {
				if c := classOf(r); c == gap || c == underscore {
					t.Errorf("term %q of %q has %q", term, text, r)
				}
			}
		}
		if a, b := termsOf(text), termsOf(text+" "); !slices.Equal(a, b) {
			t.Errorf("a space behind %q makes %q of %q", text, b, a)
		}
	})
}

func TestQueriesLoseTheWordsThatAllHave(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Where is the ETag computed?", "etag tag comput"},
		{"how are routes registered", "rout register"},
		{"RouterGroup", "routergroup router group"},
		{"what is the", "what is the"},
		{"what is this", "this"},
		{"", ""},
		{"cache the cache", "cach"},
	} {
		var got []string
		for _, term := range ParseQuery(c.text).Terms {
			got = append(got, term.Text)
		}
		if want := strings.Fields(c.want); !slices.Equal(got, want) {
			t.Errorf("terms of the query %q: got %q, want %q", c.text, got, want)
		}
	}
	if q := ParseQuery("cache the cache"); q.Terms[0].Weight != 2 {
		t.Errorf("weight of a word that stands twice: got %v, want 2", q.Terms[0].Weight)
	}
}
