package rank

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// terms weighs all words of a text alike.
func terms(text string) []Term {
	var list []Term
	for _, w := range termsIn(text) {
		list = append(list, Term{w, 1})
	}
	return list
}

func queryOf(text string) *Query { return NewQuery(text, terms(text)) }

// near is a candidate with a vector alone.
func near(path string, line int, cosine float64) Candidate {
	return Candidate{Path: path, StartLine: line, EndLine: line + 9, FileChunks: 1, Cosine: cosine, HasVector: true}
}

func pathsOf(results []Result, candidates []Candidate) []string {
	var paths []string
	for _, r := range results {
		paths = append(paths, candidates[r.Candidate].Path)
	}
	return paths
}

func TestOrderGoesByTheWeights(t *testing.T) {
	candidates := []Candidate{near("a.go", 1, 0.6), near("b.go", 1, 0.5), near("c_test.go", 1, 0.7)}
	q := queryOf("where is it")
	for _, tt := range []struct {
		name    string
		weights map[int]float64
		want    []string
	}{
		{"by vector", map[int]float64{vectorGap: 1}, []string{"c_test.go", "a.go", "b.go"}},
		{"tests stand back", map[int]float64{vectorGap: 1, roleTest: -1}, []string{"a.go", "b.go", "c_test.go"}},
		{"none: by path", nil, []string{"a.go", "b.go", "c_test.go"}},
	} {
		w := &Weights{Answer: Answer{Slope: 1}}
		for i, v := range tt.weights {
			w.Signal[i] = v
		}
		if got := pathsOf(Order(w, q, candidates, w.Exists(candidates)), candidates); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestOrderSpreadsOverFiles(t *testing.T) {
	candidates := []Candidate{near("a.go", 1, 0.9), near("a.go", 20, 0.8), near("b.go", 1, 0.5), near("a.go", 40, 0.7)}
	w := &Weights{Repeat: 0.5, Answer: Answer{Slope: 1}}
	w.Signal[vectorGap] = 1
	got := Order(w, queryOf("x"), candidates, w.Exists(candidates))
	if want := []string{"a.go", "b.go", "a.go", "a.go"}; !slices.Equal(pathsOf(got, candidates), want) {
		t.Errorf("got %q, want %q", pathsOf(got, candidates), want)
	}
	for i, want := range []struct{ line, repeats int }{{1, 0}, {1, 0}, {20, 1}, {40, 2}} {
		if r := got[i]; candidates[r.Candidate].StartLine != want.line || r.Repeats != want.repeats {
			t.Errorf("place %d: line %d after %d of its file, want %v", i, candidates[r.Candidate].StartLine, r.Repeats, want)
		}
	}
	w.Repeat = 0.1
	got = Order(w, queryOf("x"), candidates, w.Exists(candidates))
	if want := []string{"a.go", "a.go", "a.go", "b.go"}; !slices.Equal(pathsOf(got, candidates), want) {
		t.Errorf("with little to stand back: got %q, want %q", pathsOf(got, candidates), want)
	}
}

func TestOrderOfCandidatesDoesNotMatter(t *testing.T) {
	var candidates []Candidate
	for i := range 60 {
		c := near(string(rune('a'+i%7))+".go", i, float64(i%11)/11)
		c.Words = float64(i % 5)
		candidates = append(candidates, c)
	}
	q := queryOf("retry policy")
	want := Order(Learned(), q, candidates, Learned().Exists(candidates))
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		to := rng.Perm(len(candidates))
		shuffled := make([]Candidate, len(candidates))
		for i, c := range candidates {
			shuffled[to[i]] = c
		}
		for i, r := range Order(Learned(), q, shuffled, Learned().Exists(shuffled)) {
			w := want[i]
			if r.Candidate != to[w.Candidate] || math.Abs(r.Score-w.Score) > 1e-12 { // the files are summed up in another order
				t.Fatalf("place %d: got line %d with %g, want line %d with %g", i,
					shuffled[r.Candidate].StartLine, r.Score, candidates[w.Candidate].StartLine, w.Score)
			}
		}
	}
}

func TestOrderOfNothing(t *testing.T) {
	if got := Order(Learned(), queryOf(""), nil, 1); len(got) != 0 {
		t.Errorf("got %v, want no results", got)
	}
}

func TestSharesAddUpToTheSum(t *testing.T) {
	c := near("retry/policy.go", 1, 0.7)
	c.Symbols, c.Words, c.InPath = []string{"Policy.next"}, 3, 2
	second := near("retry/policy.go", 30, 0.6)
	w := Learned()
	for _, r := range Order(w, queryOf("retry policy next"), []Candidate{near("other.go", 1, 0.8), c, second}, 1) {
		sum := -w.Repeat * float64(r.Repeats)
		for _, s := range w.Share(&r) {
			sum += s
		}
		if math.Abs(sum-r.Sum) > 1e-9 {
			t.Errorf("shares add up to %g, the sum is %g", sum, r.Sum)
		}
	}
}

// The first chunks of all files share the probability that there is an answer,
// however many files there are and whatever all of them have in common.
func TestScoresAreProbabilities(t *testing.T) {
	w := &Weights{Repeat: 1, Answer: Answer{Slope: 2, Cosine: 10, Words: 1, Level: -6}}
	w.Signal[vectorGap] = 3
	for _, shift := range []float64{0, 0.3} {
		a, b := near("a.go", 1, 0.6+shift), near("b.go", 1, 0.5+shift)
		a.WordShare = 0.5
		candidates := []Candidate{a, b, near("a.go", 20, 0.1)}
		got := Order(w, queryOf("x"), candidates, w.Exists(candidates))
		exists := 1 / (1 + math.Exp(-(10*(0.6+shift) + 0.5 - 6)))
		if math.Abs(w.Exists(candidates)-exists) > 1e-9 {
			t.Errorf("an answer has the probability %g, want %g", w.Exists(candidates), exists)
		}
		odds := math.Exp(2 * 3 * 0.1)
		for i, want := range []float64{exists * odds / (1 + odds), exists / (1 + odds), exists * odds / (1 + odds) * math.Exp(-2)} {
			if math.Abs(got[i].Score-want) > 1e-9 {
				t.Errorf("place %d scores %g, want %g", i, got[i].Score, want)
			}
		}
	}
}

func TestFuse(t *testing.T) {
	both, words := near("both.go", 1, 0.8), Candidate{Path: "words.go", Words: 5}
	both.Words = 4
	candidates := []Candidate{near("vector.go", 1, 0.9), words, both, {Path: "none.go"}}
	got := Fuse(candidates)
	if want := []string{"both.go", "vector.go", "words.go", "none.go"}; !slices.Equal(pathsOf(got, candidates), want) {
		t.Errorf("got %q, want %q", pathsOf(got, candidates), want)
	}
	if want := 2.0 / 62; math.Abs(got[0].Score-want) > 1e-12 {
		t.Errorf("second by vectors and words scores %g, want %g", got[0].Score, want)
	}
}

// signalsOf are the signals of the candidate c beside two others.
func signalsOf(text string, c Candidate) Row {
	best := near("other.go", 1, 0.8)
	best.Words, best.InPath = 10, 4
	files := Files(queryOf(text), []Candidate{c, best, near("last.go", 1, 0.4)})
	return files[0].Row
}

func TestSignals(t *testing.T) {
	at := func(path string) Candidate { return near(path, 50, 0.4) }
	defines := func(names ...string) Candidate {
		c := at("x.go")
		c.Symbols = names
		return c
	}
	for _, tt := range []struct {
		name   string
		query  string
		c      Candidate
		signal int
		want   float64
	}{
		{"gap to the nearest", "q", near("x.go", 50, 0.6), vectorGap, -0.2},
		{"no vector", "q", Candidate{Path: "x.go"}, vectorGap, -0.4},
		{"head", "q", near("x.go", 2, 0.6), vectorHead, 0.5},
		{"not the head", "q", near("x.go", 50, 0.6), vectorHead, 0},
		{"relative words", "q", Candidate{Path: "x.go", Words: 5}, wordsBest, 0.5},
		{"relative words of the path", "q", Candidate{Path: "x.go", InPath: 1}, wordsPath, 0.25},

		{"begins like the name", "load configuration", at("config.go"), nameBegins, 0.5},
		{"the same does not begin", "load config", at("config.go"), nameBegins, 0},
		{"one letter is no beginning", "load configuration", at("c.go"), nameBegins, 0},
		{"share of the name", "retry", at("retry_policy.go"), nameShare, 0.5},
		{"not the whole name", "retry", at("retry_policy.go"), nameWhole, 0},
		{"the whole name", "the retry policy", at("retry_policy.go"), nameWhole, 1},
		{"the whole name as one word", "retrypolicy", at("RetryPolicy.java"), nameWhole, 1},
		{"symbol like the file", "RetryPolicy", at("retry_policy.rb"), nameIsSymbol, 1},
		{"qualified symbol like the file", "where is pkg::RetryPolicy", at("retry_policy.rb"), nameIsSymbol, 1},
		{"plain word like the file", "how Retry works", at("retry.rb"), nameIsSymbol, plainName},
		{"small word is no symbol", "how retry works", at("retry.rb"), nameIsSymbol, 0},
		{"folder", "retry policy", at("retry/x.go"), folderCovered, 0.5},
		{"folder says what the name says", "retry policy", at("retry/retry.go"), folderCovered, 0},

		{"defined", "Policy.next", defines("Retry.first", "Retry.next"), symbolNamed, 1},
		{"defined in other case", "NEXT", defines("Retry.next"), symbolNamed, otherCase},
		{"not defined", "Policy.next", defines("Retry.nextOne"), symbolNamed, 0},
		{"words of a symbol", "next retry", defines("Policy.nextTry", "nextRetry"), symbolCovered, 1},
		{"half of the words of a symbol", "next retry", defines("nextTry"), symbolCovered, 0.25},

		{"test", "q", at("a/b_test.go"), roleTest, 1},
		{"test that is asked for", "test of q", at("a/b_test.go"), roleTest, 0},
		{"size", "q", Candidate{Path: "x.go", FileChunks: 1000}, fileSize, 1},
		{"depth", "q", at("a/b/x.go"), fileDepth, 0.2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			row := signalsOf(tt.query, tt.c)
			if got := row[tt.signal]; math.Abs(got-tt.want) > 1e-9 {
				t.Errorf("%s is %g, want %g", Signals[tt.signal].Name, got, tt.want)
			}
		})
	}
}

func TestFifthChunk(t *testing.T) {
	var candidates []Candidate
	for i := range 6 {
		candidates = append(candidates, near("a.go", 10*i, 0.8-float64(i)/10))
	}
	candidates = append(candidates, near("b.go", 1, -0.2))
	if got := Files(queryOf("q"), candidates)[0].Row[vectorFifth]; math.Abs(got-0.6) > 1e-9 {
		t.Errorf("got %g, want 0.6", got)
	}
}

func TestRoles(t *testing.T) {
	for path, want := range map[string]int{
		"server.go": -1, "src/retry/latest.py": -1, "contest.go": -1, "lib/spectrum.rb": -1, "manifest.ts": -1,
		"server_test.go": roleTest, "test_server.py": roleTest, "conftest.py": roleTest, "a.spec.ts": roleTest,
		"tests/common.rs": roleTest, "src/test/java/A.java": roleTest, "ServerTest.java": roleTest,
		"examples/main2.go": roleExample, "benches/b.rs": roleExample, "server_bench.go": roleExample,
		"lib/legacy/a.js": roleLegacy, "compat.py": roleLegacy, "vendor/x.go": roleLegacy,
		"README.md": roleDocs, "docs/conf.py": roleDocs,
		"package.json": roleData, "CMakeLists.txt": roleData, "Makefile": roleData,
		"types.d.ts": roleDeclarations, "types.pyi": roleDeclarations,
		"src/index.ts": roleEntry, "serde/src/lib.rs": roleEntry, "pkg/__init__.py": roleEntry,
	} {
		for i, is := range rolesOf(path) {
			if role := roleTest + i; is != (role == want) {
				t.Errorf("%s: %s is %v", path, Signals[role].Name, is)
			}
		}
	}
}

func TestNames(t *testing.T) {
	for text, want := range map[string][]string{
		"Router":                           {"Router"},
		"router":                           {"router"}, // alone it is what is looked for
		"how the router works":             nil,
		"Rack::Builder":                    {"Builder"},
		"what does Retry.next() do?":       {"next"},
		"parse_params(x, y) in RouterFile": {"parse_params", "RouterFile"},
		"read and/or write.":               nil,
		"the ETag header":                  {"ETag"},
		"":                                 nil,
		"::":                               nil,
		"where is `Retry.next()` called?":  {"next"},
		"std::vector<int> (*Buffer).Write": {"vector", "Write"},
		"__init__, _x; ... -":              {"__init__"}, // a lone underscore in front makes no hump
	} {
		if got := queryOf(text).Names(); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestPathsInQueries(t *testing.T) {
	for _, tt := range []struct {
		text, path string
		want       bool
	}{
		{"search.go", "cmd/hunch/search.go", true},
		{"search.go", "search.go", true},
		{"search.go", "cmd/hunch/research.go", false},
		{"what does `hunch/search.go` do?", "cmd/hunch/search.go", true},
		{"./cmd/hunch/search.go:120", "cmd/hunch/search.go", true},
		{"cmd/hunch/search.go:120-140", "cmd/hunch/search.go", true},
		{"(see .ci/run)", ".ci/run", true},
		{"search", "search", false}, // no path, but a word
		{"...", "a/...", false},
		{"::", "::", false},
	} {
		if got := NewQuery(tt.text, nil).NamesPath(tt.path); got != tt.want {
			t.Errorf("%q names %q: got %v", tt.text, tt.path, got)
		}
	}
}

func TestNamesInTheWayOfLanguages(t *testing.T) {
	for _, text := range []string{"Retry.next", "Retry::next", "Retry#next", "Retry->next", `App\Retry\next`, "next()"} {
		if got := NewQuery(text, nil).Names(); !slices.Equal(got, []string{"next"}) {
			t.Errorf("%q names %q, want next", text, got)
		}
	}
}

func TestMainSymbol(t *testing.T) {
	symbols := []string{"Retry", "Retry.Next", "maxTries"}
	for query, want := range map[string]int{"maxTries": 2, "how does Next work": 1, "the retry policy": 0, "": 0} {
		if got := NewQuery(query, nil).MainSymbol(symbols); got != want {
			t.Errorf("%q: got %q first, want %q", query, symbols[got], symbols[want])
		}
	}
}
