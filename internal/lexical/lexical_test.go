package lexical

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// library is a small corpus.
var library = []Document{
	{"// Retry says when to try again.\ntype Retry struct{ max int }", "internal/retry.go", []string{"Retry"}},
	{"func (r *Retry) next() time.Duration {\n\treturn r.base << r.attempt // back-off\n}", "internal/retry.go", []string{"Retry.next"}},
	{"func main() { next(); run() }", "cmd/main.go", []string{"main"}},
	{"}", "cmd/main.go", nil},
	{"the back-off is computed here: the back-off, once more", "README.md", nil},
	{"class Cursor: def next(self): pass", "lib/cursor.py", []string{"lib.Cursor.next", "lib.Cursor"}},
}

func build(t testing.TB, docs ...Document) *Index {
	t.Helper()
	var b Builder
	for i, d := range docs {
		if n := b.Add(d); n != i {
			t.Fatalf("document %d has number %d", i, n)
		}
	}
	return open(t, b.Bytes())
}

func open(t testing.TB, data []byte) *Index {
	t.Helper()
	ix, err := Open(data)
	if err == nil {
		err = ix.Check()
	}
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func search(t testing.TB, query string, k int, keep func(int) bool, all ...*Index) [][]Hit {
	t.Helper()
	sc := scorer(t, query, all...)
	var found [][]Hit
	for _, ix := range all {
		hits, err := ix.Search(sc, k, keep)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, hits)
	}
	return found
}

func scorer(t testing.TB, query string, all ...*Index) *Scorer {
	t.Helper()
	q := ParseQuery(query)
	var stats Stats
	for _, ix := range all {
		s, err := ix.Stats(q, nil)
		if err != nil {
			t.Fatal(err)
		}
		stats.Add(s)
	}
	return NewScorer(q, stats, DefaultParams)
}

func docsOf(hits []Hit) []int {
	docs := []int{}
	for _, h := range hits {
		docs = append(docs, h.Doc)
	}
	return docs
}

func TestSearchFindsByContentPathAndSymbol(t *testing.T) {
	ix := build(t, library...)
	for _, c := range []struct {
		query string
		want  []int
	}{
		{"Retry.next", []int{1, 0, 5, 2}},
		{"where is the backoff computed", []int{4}},
		{"back-off", []int{4, 1}},
		{"readme", []int{4}},
		{"python cursor", []int{5}},
		{"nowhere", []int{}},
		{"", []int{}},
	} {
		if got := docsOf(search(t, c.query, 10, nil, ix)[0]); !slices.Equal(got, c.want) {
			t.Errorf("%q finds %v, want %v", c.query, got, c.want)
		}
	}
}

func TestHitsTellFieldsAndShare(t *testing.T) {
	ix := build(t, library...)
	hit := search(t, "retry nowhere", 1, nil, ix)[0][0]
	if hit.Doc != 0 {
		t.Fatalf("got document %d, want 0", hit.Doc)
	}
	for f, x := range hit.Fields {
		if x <= 0 || x >= hit.Score {
			t.Errorf("field %d alone scores %v, want between 0 and all of them, %v", f, x, hit.Score)
		}
	}
	if hit.Share <= 0 || hit.Share >= 0.5 {
		t.Errorf("share of one term of two, of which the other is rarer: got %v", hit.Share)
	}
	if hit := search(t, "readme", 1, nil, ix)[0][0]; hit.Fields[Content] != 0 || hit.Fields[Path] != hit.Score || hit.Share != 1 {
		t.Errorf("a hit by the path alone: got %+v", hit)
	}
}

func TestSearchAsksOnlyAboutTheBest(t *testing.T) {
	ix := build(t, library...)
	if got := docsOf(search(t, "next", 10, func(doc int) bool { return doc != 1 }, ix)[0]); slices.Contains(got, 1) || len(got) != 2 {
		t.Errorf("with a filter: got %v", got)
	}
	asked := 0
	search(t, "computed", 10, func(int) bool { asked++; return true }, ix)
	if asked != 1 {
		t.Errorf("asked about %d documents, want the one with the word", asked)
	}
	if got := search(t, "next", 0, nil, ix)[0]; got != nil {
		t.Errorf("no results wanted, got %v", got)
	}
}

// randomDocs have words with the frequencies of a language.
func randomDocs(n int, seed uint64) []Document {
	r := rand.New(rand.NewPCG(seed, 1))
	zipf := rand.NewZipf(r, 1.1, 2, 400)
	word := func() string { return fmt.Sprintf("w%c%c", 'a'+zipf.Uint64()%26, 'a'+zipf.Uint64()/26) }
	docs := make([]Document, n)
	for i := range docs {
		d := &docs[i]
		var b strings.Builder
		for range r.IntN(120) {
			b.WriteString(word() + " ")
		}
		d.Content, d.Path = b.String(), word()+"/"+word()
		for range r.IntN(3) {
			d.Symbols = append(d.Symbols, word()+"."+word())
		}
	}
	return docs
}

// reference scores a document by the formula, from its text.
func reference(docs []Document, query string, p Params) []float64 {
	count := func(text ...string) map[string]int {
		m := map[string]int{}
		for _, s := range text {
			for _, term := range termsOf(s) {
				m[term]++
				m[""]++
			}
		}
		return m
	}
	var fields [][NumFields]map[string]int
	df := map[string]float64{}
	var average [NumFields]float64
	for _, d := range docs {
		f := [NumFields]map[string]int{count(d.Content), count(d.Path), count(d.Symbols...)}
		seen := map[string]bool{}
		for i, m := range f {
			average[i] += float64(lengthOf(lengthCode(m[""]))) / float64(len(docs))
			for term := range m {
				seen[term] = true
			}
		}
		for term := range seen {
			df[term]++
		}
		fields = append(fields, f)
	}
	scores := make([]float64, len(docs))
	for _, term := range ParseQuery(query).Terms {
		for i, f := range fields {
			x := 0.0
			for j, m := range f {
				fp := p.Fields[j]
				tf := min(m[term.Text], int(countMax[j]))
				x += float64(fp.Weight) * float64(tf) /
					(1 - float64(fp.B) + float64(fp.B)*float64(lengthOf(lengthCode(m[""])))/average[j])
			}
			idf := math.Log(1 + (float64(len(docs))-df[term.Text]+0.5)/(df[term.Text]+0.5))
			scores[i] += float64(term.Weight) * idf * x * (float64(p.K1) + 1) / (x + float64(p.K1))
		}
	}
	return scores
}

const randomQuery = "waa wba wca wab wzz wqc was waa"

func TestScoresAreThoseOfTheFormula(t *testing.T) {
	docs := randomDocs(700, 1) // lists of several blocks
	ix := build(t, docs...)
	want := reference(docs, randomQuery, DefaultParams)
	got := search(t, randomQuery, len(docs), nil, ix)[0]
	positive := 0
	for _, x := range want {
		if x > 0 {
			positive++
		}
	}
	if len(got) != positive || positive < 500 {
		t.Errorf("got %d documents, want %d of more than 500", len(got), positive)
	}
	for i, h := range got {
		if diff := math.Abs(float64(h.Score) - want[h.Doc]); diff > 1e-4 {
			t.Errorf("document %d scores %v, want %v", h.Doc, h.Score, want[h.Doc])
		}
		if i > 0 && byScore(got[i-1], h) >= 0 {
			t.Errorf("hit %d: %+v after %+v", i, h, got[i-1])
		}
	}
}

func TestScoreOfNamedDocumentsIsThatOfTheSearch(t *testing.T) {
	ix := build(t, randomDocs(700, 2)...)
	sc := scorer(t, randomQuery, ix)
	all, err := ix.Search(sc, 700, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]Hit{}
	for _, h := range all {
		want[h.Doc] = h
	}
	for _, step := range []int{1, 7, 130, 699} {
		var docs []int
		for d := 0; d < 700; d += step {
			docs = append(docs, d)
		}
		got, err := ix.Score(sc, docs)
		if err != nil {
			t.Fatal(err)
		}
		for i, h := range got {
			w, ok := want[docs[i]]
			if !ok {
				w = Hit{Doc: docs[i]}
			}
			if h != w {
				t.Errorf("every %dth document: got %+v, want %+v", step, h, w)
			}
		}
	}
}

func TestScoresDoNotDependOnTheSections(t *testing.T) {
	docs := randomDocs(700, 3)
	want := search(t, randomQuery, 50, nil, build(t, docs...))[0]
	var got []Hit
	for part, hits := range search(t, randomQuery, 50, nil, build(t, docs[:450]...), build(t, docs[450:]...)) {
		for _, h := range hits {
			h.Doc += 450 * part
			got = append(got, h)
		}
	}
	slices.SortFunc(got, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.Score, a.Score), a.Doc-b.Doc) })
	if got = got[:50]; !slices.Equal(got, want) {
		t.Errorf("two sections give\n%v, one\n%v", got, want)
	}
}

// A merge is what a builder would have made of the documents that are left.
func TestMergeIsTheSectionOfWhatIsLeft(t *testing.T) {
	docs := randomDocs(900, 4)
	docs = append(docs, library...)
	n := len(docs)
	r := rand.New(rand.NewPCG(5, 5))
	parts := make([]Builder, 3)
	sources := make([]Source, 3)
	var left []Document
	for _, d := range docs {
		part := r.IntN(3)
		parts[part].Add(d)
		if r.IntN(4) == 0 {
			sources[part].Docs = append(sources[part].Docs, Dropped)
			continue
		}
		sources[part].Docs = append(sources[part].Docs, len(left))
		left = append(left, d)
	}
	// The last part comes in another order.
	last := sources[2].Docs
	moved := slices.DeleteFunc(slices.Clone(last), func(d int) bool { return d == Dropped })
	shuffled := slices.Clone(moved)
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	final := slices.Clone(left)
	for i, from := range moved {
		final[shuffled[i]] = left[from]
	}
	for i, at := 0, 0; i < len(last); i++ {
		if last[i] != Dropped {
			last[i] = shuffled[at]
			at++
		}
	}
	for i := range parts {
		sources[i].Index = open(t, parts[i].Bytes())
	}
	var got bytes.Buffer
	size, err := Merge(&got, len(left), sources...)
	if err != nil || size != int64(got.Len()) {
		t.Fatalf("got %d bytes of %d, %v", got.Len(), size, err)
	}
	var want Builder
	for _, d := range final {
		want.Add(d)
	}
	if len(left) == n || !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Errorf("the merged section of %d documents differs from the one that is built", len(left))
	}
}

func TestMergeLeavesGapsForWhatIsNotKnown(t *testing.T) {
	var buf bytes.Buffer
	if _, err := Merge(&buf, 4, Source{build(t, library[:2]...), []int{3, 1}}); err != nil {
		t.Fatal(err)
	}
	ix := open(t, buf.Bytes())
	for doc, want := range []bool{false, true, false, true} {
		if got := ix.Known(doc); got != want {
			t.Errorf("document %d is known: got %v, want %v", doc, got, want)
		}
	}
	if got, want := search(t, "retry", 9, nil, ix)[0], search(t, "retry", 9, nil, build(t, library[:2]...))[0]; got[0].Score != want[0].Score || got[0].Doc != 3 {
		t.Errorf("gaps change the scores: got %v, want %v", got, want)
	}
	if _, err := Merge(&buf, 4, Source{ix, []int{0}}); err == nil {
		t.Error("a source with too few numbers is merged")
	}
}

func TestSymbolsAreFoundByNameAndItsEnds(t *testing.T) {
	ix := build(t, library...)
	for _, c := range []struct {
		name string
		want []SymbolHit
	}{
		{"Retry", []SymbolHit{{0, true}}},
		{"RETRY", []SymbolHit{{0, true}}},
		{"retry.next", []SymbolHit{{1, true}}},
		{"Retry::next", []SymbolHit{{1, true}}},
		{"next", []SymbolHit{{1, false}, {5, false}}},
		{"Cursor.next", []SymbolHit{{5, false}}},
		{"lib/Cursor#next", []SymbolHit{{5, true}}},
		{"Cursor", []SymbolHit{{5, false}}},
		{"lib", nil},
		{"", nil},
		{"...", nil},
	} {
		got, err := ix.Symbol(c.name, 10, nil)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("symbol %q: got %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	if got, _ := ix.Symbol("next", 10, func(doc int) bool { return doc != 1 }); len(got) != 1 {
		t.Errorf("with a filter: got %v", got)
	}
	if got, _ := ix.Symbol("next", 1, nil); len(got) != 1 {
		t.Errorf("one wanted: got %v", got)
	}
}

func TestLengthCodesAreOrderedAndNear(t *testing.T) {
	last := byte(0)
	for n := range 1 << 17 {
		code := lengthCode(n)
		if code < last || code == unknown {
			t.Fatalf("length %d has code %d after %d", n, code, last)
		}
		last = code
		if got := lengthOf(code); math.Abs(float64(got-n)) > float64(n)/32 || n < exactLengths && got != n {
			t.Fatalf("length %d is kept as %d", n, got)
		}
	}
	if lengthCode(1<<40) != lengthCode(maxLength) {
		t.Error("a length that no code has is not that of the last")
	}
}

func TestEmptySection(t *testing.T) {
	ix := build(t)
	if got := search(t, "x", 5, nil, ix)[0]; len(got) != 0 || ix.Docs() != 0 {
		t.Errorf("got %v of %d documents", got, ix.Docs())
	}
}

func TestBuilderMayGoOn(t *testing.T) {
	var b Builder
	b.Add(library[0])
	b.Bytes()
	b.Add(library[1])
	if !reflect.DeepEqual(open(t, b.Bytes()), build(t, library[:2]...)) {
		t.Error("a section that was written earlier changes the next one")
	}
}
