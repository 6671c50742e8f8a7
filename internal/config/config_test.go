package config

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// sources are the texts of a test.
type sources struct {
	user, repository string
	env              map[string]string
}

// load writes the files where they belong. Where is shortened to the names
// USER and REPO.
func (s sources) load(t *testing.T) (l *Loaded, warnings, errs string) {
	t.Helper()
	dir := t.TempDir()
	o := Options{
		UserFile: filepath.Join(dir, "user.toml"), Root: filepath.Join(dir, "repo"),
		Env:      func(name string) (string, bool) { v, ok := s.env[name]; return v, ok },
		Language: func(name string) (string, bool) { return name, name != "phhp" && name != "xyz" },
		NearLanguage: func(name string) string {
			if name == "phhp" {
				return "php"
			}
			return ""
		},
	}
	if s.user != "" {
		write(t, o.UserFile, s.user)
	}
	repo := filepath.Join(o.Root, RepositoryFile)
	if err := os.Mkdir(o.Root, 0o755); err != nil {
		t.Fatal(err)
	}
	if s.repository != "" {
		write(t, repo, s.repository)
	}
	short := strings.NewReplacer(o.UserFile, "USER", repo, "REPO", dir, "DIR")
	l, err := Load(o)
	if err != nil {
		return nil, "", short.Replace(err.Error())
	}
	var told []string
	for _, w := range l.Warnings {
		told = append(told, short.Replace(w.Error()))
	}
	for i := range l.Values {
		l.Values[i].Where = short.Replace(l.Values[i].Where)
		l.Values[i].Text = short.Replace(l.Values[i].Text)
	}
	l.Model, l.Index = short.Replace(l.Model), short.Replace(l.Index)
	return l, strings.Join(told, "\n"), ""
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestNothingIsSetWithoutSources(t *testing.T) {
	for name, o := range map[string]Options{"zero": {}, "missing files": {UserFile: "no/such.toml", Root: "no/such"}} {
		l, err := Load(o)
		if err != nil || !reflect.DeepEqual(l.Settings, Settings{}) || len(l.Warnings) > 0 {
			t.Errorf("%s: got %+v, %v", name, l, err)
		}
		if len(l.Values) != len(keys) || l.Set("model") {
			t.Errorf("%s: got values %+v", name, l.Values)
		}
	}
}

func TestEveryKeyFromTheUsersFile(t *testing.T) {
	l, warnings, errs := sources{user: `
model = "./m"
precision = "fp32"
index = "/i"
threads = 3
top-k = 7
wait = "500ms"
threshold = 0.2
verbose = true
quiet = true
no-color = true
endpoint = "https://hub.example"
max-file-size = 2000000
ignore = ["*.min.js", "gen/"]
chunk-tokens = 128
[languages]
inc = "php"
".H" = "cpp"
`}.load(t)
	if warnings+errs != "" {
		t.Fatal(warnings, errs)
	}
	want := Settings{
		Model: "DIR/m", Precision: "fp32", Index: "/i", Threads: 3, TopK: 7, Wait: 500 * time.Millisecond, Threshold: 0.2,
		Verbose: true, Quiet: true, NoColor: true, Ignore: []string{"*.min.js", "gen/"},
		Endpoint: "https://hub.example", MaxFileSize: 2_000_000, ChunkTokens: 128,
		Languages: map[string]string{"inc": "php", "h": "cpp"},
	}
	if l.Model = filepath.ToSlash(l.Model); !reflect.DeepEqual(l.Settings, want) {
		t.Errorf("got\n%+v, want\n%+v", l.Settings, want)
	}
	for i, v := range l.Values {
		if v.Key != keys[i].name || v.Source != User || !strings.HasPrefix(v.Where, "USER:") || v.Text == "" {
			t.Errorf("value %d: got %+v", i, v)
		}
	}
	if got, want := l.Values[5], (Value{"wait", "500ms", User, "USER:7"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := l.Values[12], (Value{"ignore", "*.min.js,gen/", User, "USER:14"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := l.Values[13], (Value{"languages", "h=cpp,inc=php", User, "USER:16"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestEveryVariable: the same from the environment; a text that no variable can
// have is refused with its name.
func TestEveryVariable(t *testing.T) {
	good := map[string]string{
		"model": "./m", "precision": "int8", "index": "i", "threads": "3", "top-k": "7", "wait": "1m0s", "threshold": "0.25",
		"verbose": "true", "quiet": "1", "no-color": "true", "ignore": "*.min.js,gen/",
		"endpoint": "http://localhost:8080/hub", "max-file-size": "1", "languages": "inc=php, .h=cpp", "chunk-tokens": "64",
	}
	for _, k := range keys {
		name := Variable(k.name)
		l, _, errs := sources{user: "quiet = false", env: map[string]string{name: good[k.name]}}.load(t)
		if errs != "" || !l.Set(k.name) || reflect.DeepEqual(l.Settings, Settings{}) {
			t.Errorf("%s=%s: got error %s, settings %+v", name, good[k.name], errs, l)
		}
		bad := "\n"
		if _, _, errs = (sources{env: map[string]string{name: bad}}).load(t); !strings.HasPrefix(errs, "environment variable "+name+`: is "\n", want `) {
			t.Errorf("%s=%q: got %q", name, bad, errs)
		}
	}
	l, _, errs := sources{env: map[string]string{"HUNCH_TOP_K": "", "HUNCH_THREADS": "2"}}.load(t)
	if errs != "" || l.Set("top-k") || l.Threads != 2 {
		t.Errorf("an empty variable: got %+v, %s", l, errs)
	}
}

func TestHubOfOthersCountsAsVariable(t *testing.T) {
	s := sources{user: `endpoint = "https://user.example"`, env: map[string]string{"HF_ENDPOINT": "https://hf.example"}}
	for _, want := range []Value{
		{"endpoint", "https://hf.example", Environment, "HF_ENDPOINT"},
		{"endpoint", "https://own.example", Environment, "HUNCH_ENDPOINT"},
	} {
		l, _, errs := s.load(t)
		if errs != "" || !slices.Contains(l.Values, want) || l.Endpoint != want.Text {
			t.Errorf("got %s, %+v, want %+v", errs, l, want)
		}
		s.env["HUNCH_ENDPOINT"] = "https://own.example"
	}
	s.env = map[string]string{"HF_ENDPOINT": "hf.example"}
	if _, _, errs := s.load(t); !strings.HasPrefix(errs, `environment variable HF_ENDPOINT: is "hf.example", want an address`) {
		t.Errorf("got %q", errs)
	}
}

func TestLanguagesAddUp(t *testing.T) {
	l, warnings, errs := sources{
		user: "languages = {inc = \"php\", h = \"cpp\"}", repository: "[languages]\nINC = \"sql\"\nx = \"go\"\n",
		env: map[string]string{"HUNCH_LANGUAGES": "x=c"},
	}.load(t)
	want := map[string]string{"inc": "sql", "h": "cpp", "x": "c"}
	if warnings+errs != "" || !reflect.DeepEqual(l.Languages, want) {
		t.Errorf("got %v (%s%s), want %v", l.Languages, warnings, errs, want)
	}
}

func TestPrecedence(t *testing.T) {
	all := sources{
		user:       "threads = 1\nmodel = \"u\"\nignore = [\"u\"]\n",
		repository: "ignore = [\"r\"]\n",
		env:        map[string]string{"HUNCH_THREADS": "3", "HUNCH_MODEL": "e", "HUNCH_IGNORE": "e"},
	}
	l, warnings, errs := all.load(t)
	if warnings+errs != "" {
		t.Fatal(warnings, errs)
	}
	want := Settings{Model: "e", Threads: 3, Ignore: []string{"r", "u", "e"}}
	if !reflect.DeepEqual(l.Settings, want) {
		t.Errorf("got\n%+v, want\n%+v", l.Settings, want)
	}
	var threads, ignores []Value
	for _, v := range l.Values {
		switch v.Key {
		case "threads":
			threads = append(threads, v)
		case "ignore":
			ignores = append(ignores, v)
		}
	}
	if want := []Value{{"threads", "3", Environment, "HUNCH_THREADS"}}; !reflect.DeepEqual(threads, want) {
		t.Errorf("got %v, want %v", threads, want)
	}
	if want := []Value{{"ignore", "r", Repository, "REPO:1"}, {"ignore", "u", User, "USER:3"}, {"ignore", "e", Environment, "HUNCH_IGNORE"}}; !reflect.DeepEqual(ignores, want) {
		t.Errorf("got %v, want %v", ignores, want)
	}
	all.env = nil
	if l, _, _ = all.load(t); l.Threads != 1 || l.Model != "u" {
		t.Errorf("without environment: got %+v", l.Settings)
	}
}

// TestARepositoryCannotChooseWhatRuns goes through all keys, and through names
// that such a key might have.
func TestARepositoryCannotChooseWhatRuns(t *testing.T) {
	values := map[string]string{
		"model": `"./evil"`, "precision": `"fp32"`, "index": `"/evil"`, "endpoint": `"https://evil.example"`, "max-file-size": "1", "threads": "1000", "top-k": "1", "wait": `"1h"`, "threshold": "0.9",
		"verbose": "true", "quiet": "true", "no-color": "true",
		"command": `"rm"`, "hook": `"rm"`, "proxy": `"evil"`, "token": `"t"`, "hf-endpoint": `"https://evil.example"`, "MODEL": `"evil"`, "Index": `"evil"`,
	}
	for name, value := range values {
		l, warnings, errs := sources{repository: "# a\n" + name + " = " + value}.load(t)
		if errs != "" {
			t.Fatalf("%s: a repository stopped the program: %s", name, errs)
		}
		if !reflect.DeepEqual(l.Settings, Settings{}) || l.Set(name) {
			t.Errorf("%s: has effect: %+v", name, l)
		}
		if !strings.HasPrefix(warnings, `REPO:2: "`+name+`" `) {
			t.Errorf("%s: got warning %q", name, warnings)
		}
	}
	allowed := map[string]string{"ignore": `["a"]`, "languages": `{inc = "php"}`, "chunk-tokens": "64"}
	for _, k := range keys {
		_, denied := values[k.name]
		if _, ok := allowed[k.name]; ok == denied {
			t.Errorf("%s: the test does not know whether a repository may set it", k.name)
		}
	}
	for name, value := range allowed {
		if l, warnings, _ := (sources{repository: name + " = " + value}).load(t); warnings != "" || !l.Set(name) {
			t.Errorf("%s: got %q, %+v", name, warnings, l.Values)
		}
	}
}

func TestARepositoryCannotBringBackWhatItsUserHides(t *testing.T) {
	l, _, _ := sources{user: `ignore = ["*.pem"]`, repository: `ignore = ["!*.pem"]`}.load(t)
	if got := l.Ignore; len(got) != 2 || got[1] != "*.pem" {
		t.Errorf("got %v, want the user's pattern last", got)
	}
}

// problems are files with what is wrong in them, for the user's.
var problems = []struct{ name, file, want string }{
	{"syntax", "threads = 1\ntop-k 3\n", `USER:2: is not TOML: expected '.' or '=', but got '3' instead`},
	{"control bytes", "a\x1b[2Jb = 1\n", `USER:1: is not TOML: `},
	{"not UTF-8", "model = \"\xff\"\n", `USER:1: is not TOML: invalid UTF-8 byte: 0xff`},
	{"twice", "threads = 1\nthreads = 2\n", `USER:2: is not TOML: Key 'threads' has already been defined`},
	{"unknown key", "\nthreds = 1\n", `USER:2: "threds" is no setting (did you mean threads?)`},
	{"underscore", "top_k = 1\n", `USER:1: "top_k" is no setting (did you mean top-k?)`},
	{"nothing near", "colour = 1\n", `USER:1: "colour" is no setting`},
	{"unknown table", "threads = 1\n[search]\ntop-k = 3\n", `USER:2: "search" is no setting`},
	{"dotted key", "threads = 1\nsearch.top-k = 3\n", `USER:2: "search" is no setting`},
	{"array of tables", "\n[[model]]\nname = 1\n", `USER:2: "model" is an array, want a model's name or folder`},
	{"escape in a key", `"\u001b[2J" = 1`, `USER:1: "\x1b[2J" is no setting`},
	{"empty key", `"" = 1`, `USER:1: is no setting`},
	{"two at once", "top-k = 0\nwait = 3\n", "USER:1: \"top-k\" is 0, want a whole number from 1 to 1000000\nUSER:2: \"wait\" is 3, want a time such as \"500ms\" or \"10s\", or \"all\""},

	{"text for a number", `threads = "two"`, `USER:1: "threads" is "two", want a whole number from 0 to 1024`},
	{"fraction", `threads = 1.5`, `USER:1: "threads" is 1.5, want a whole number`},
	{"negative", `threads = -1`, `USER:1: "threads" is -1, want a whole number`},
	{"too large", `top-k = 1_000_001`, `USER:1: "top-k" is 1000001, want a whole number`},
	{"beyond int64", `top-k = 99999999999999999999`, `USER:1: is not TOML: 99999999999999999999 is out of range for int64`},
	{"text for a truth", `quiet = "yes"`, `USER:1: "quiet" is "yes", want true or false`},
	{"number for a truth", `quiet = 1`, `USER:1: "quiet" is 1, want true or false`},
	{"negative time", `wait = "-1s"`, `USER:1: "wait" is "-1s", want a time`},
	{"empty model", `model = ""`, `USER:1: "model" is "", want a model's name or folder`},
	{"long model", `model = "` + strings.Repeat("m", 5000) + `"`, `USER:1: "model" is "` + strings.Repeat("m", 60) + `"…, want`},
	{"no such arithmetic", `precision = "fp16"`, `USER:1: "precision" is "fp16", want one of auto, fp32, int8`},
	{"number for an arithmetic", `precision = 32`, `USER:1: "precision" is 32, want one of auto, fp32, int8`},
	{"relative index", `index = "here"`, `USER:1: "index" is "here", want an absolute path, or one that begins with ~/`},
	{"a pattern", `ignore = "*.js"`, `USER:1: "ignore" is "*.js", want an array of patterns`},
	{"number among patterns", "ignore = [\"a\",\n 1]", `USER:1: "ignore" is an array, want patterns of one line, up to 1024 bytes (entry 2 is not)`},
	{"address without a scheme", `endpoint = "hub.example"`, `USER:1: "endpoint" is "hub.example", want an address such as "https://hub.example.org"`},
	{"address with a password", `endpoint = "https://u:p@hub.example"`, `want an address`},
	{"address with a question", `endpoint = "https://hub.example/?a=b"`, `want an address`},
	{"address of a file", `endpoint = "file:///etc"`, `want an address`},
	{"size with a unit", `max-file-size = "2MB"`, `USER:1: "max-file-size" is "2MB", want a whole number from 1 to 100000000`},
	{"tiny chunks", `chunk-tokens = 63`, `USER:1: "chunk-tokens" is 63, want a whole number from 64 to 8192`},
	{"languages in a text", `languages = "inc=php"`, `USER:1: "languages" is "inc=php", want a table of languages by extension such as {inc = "php"}`},
	{"no such language", "quiet = true\n[languages]\ninc = \"phhp\"\n", `USER:2: "languages" is a table, want the name of a language for "inc" ("phhp" is none; did you mean php?)`},
	{"nothing like a language", "[languages]\ninc = \"xyz\"\n", `for "inc" ("xyz" is none)`},
	{"language that is no text", "languages = {inc = 1}\n", `want the name of a language for "inc" (1 is none)`},
	{"no extension", "languages = {\".\" = \"go\"}\n", `want extensions without dots and slashes ("." is none)`},
	{"two extensions", "languages = {\"a.b\" = \"go\"}\n", `("a.b" is none)`},
	{"a folder for an extension", "languages = {\"a/b\" = \"go\"}\n", `("a/b" is none)`},
	{"line break in a pattern", `ignore = ["a\nb"]`, `(entry 1 is not)`},
}

func TestProblemsNameFileLineAndKey(t *testing.T) {
	for _, tt := range problems {
		t.Run(tt.name, func(t *testing.T) {
			_, _, errs := sources{user: tt.file}.load(t)
			if !strings.Contains(errs, tt.want) {
				t.Errorf("got\n%s, want\n%s", errs, tt.want)
			}
			if strings.Contains(errs, "\x1b") || !utf8.ValidString(errs) {
				t.Errorf("not fit to print: %q", errs)
			}
			l, warnings, errs := sources{repository: tt.file}.load(t)
			if errs != "" || !strings.HasPrefix(warnings, "REPO:") {
				t.Errorf("in a repository: got warning %q and error %q", warnings, errs)
			}
			if l.Set("ignore") {
				t.Errorf("in a repository: has effect: %+v", l.Settings)
			}
		})
	}
}

// TestOneProblemKeepsTheRest: in a repository's file.
func TestOneProblemKeepsTheRest(t *testing.T) {
	l, warnings, _ := sources{repository: "model = 1\nignore = [\"a\"]\n"}.load(t)
	if !strings.HasPrefix(warnings, `REPO:1: "model" is not allowed in a repository's file, which may set ignore, languages, chunk-tokens, and has no effect`) || len(l.Ignore) != 1 {
		t.Errorf("got %q, %+v", warnings, l.Settings)
	}
}

func TestManyProblemsAreCut(t *testing.T) {
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, "k%d = 1\n", i)
	}
	b.WriteString("ignore = [\"a\"]\n")
	l, warnings, _ := sources{repository: b.String()}.load(t)
	if got := strings.Count(warnings, "\n") + 1; got != maxProblems {
		t.Errorf("got %d warnings, want %d", got, maxProblems)
	}
	if !strings.HasPrefix(warnings, `REPO:1: "k0" is no setting`) {
		t.Errorf("got %.100s", warnings)
	}
	if len(l.Ignore) != 1 {
		t.Errorf("what stands behind has no effect: %+v", l.Settings)
	}
}
