package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/mine"
	"github.com/hunch-search/hunch/internal/source"
	"github.com/hunch-search/hunch/internal/wordpiece"
)

// pair is a query with its answer. Its fields in JSON are those that hunch train
// pairs reads, and what helps to look through them.
type pair struct {
	Query    string `json:"query"`
	Code     string `json:"code"`
	Repo     string `json:"repo"`
	Language string `json:"language"`
	name     string // of the definition
	lot      string // by which it is drawn
}

// extractor makes the pairs of packages.
type extractor struct {
	exclude *exclusion
	avoid   *avoid
	tokens  *wordpiece.Tokenizer
	most    int // tokens of a code
	seed    string
	dropped map[string]int
}

const (
	droppedCopy    = "has lines of what search is judged with"
	droppedForeign = "not in English"
	droppedTokens  = "longer than the encoder reads"
	droppedTwice   = "the query or two others of the code are there"
	droppedMost    = "beyond the most of a package"
	droppedShare   = "beyond the most of a language or of all"
)

// unpack writes the sources of a package below dir, as its repository has them,
// and returns what the package says of itself.
func (x *extractor) unpack(ctx context.Context, p pack, archive, dir string) (*about, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var a about
	for m, err := range members(ctx, archive, p) {
		if err != nil {
			return nil, err
		}
		a.read(m)
		if !isSource(m.path) {
			continue
		}
		if err := x.exclude.file(p, m.path); err != nil {
			return nil, err
		}
		a.readSource(m)
		name := path.Join(p.Root, m.path)
		if err := root.MkdirAll(filepath.FromSlash(path.Dir(name)), 0o755); err != nil {
			return nil, err
		}
		if err := root.WriteFile(filepath.FromSlash(name), m.data, 0o644); err != nil {
			return nil, err
		}
	}
	return &a, x.exclude.places(p, a.repos)
}

// foreign are folders of other people's code, of tests and of what is built.
var foreign = wordSet(`_vendor vendor vendored _vendored vendors third_party thirdparty third-party 3rdparty external externals extern deps
	contrib bundled node_modules dist build umd cjs esm es lib-cov min test tests testdata testing spec specs __tests__ benchmark benchmarks
	bench example examples doc docs fixtures generated gen subprojects submodules debian .github`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// isSource tells the files that pairs are made of.
func isSource(name string) bool {
	for dir := range strings.SplitSeq(path.Dir(name), "/") {
		if foreign[strings.ToLower(dir)] || strings.HasSuffix(dir, ".dist-info") {
			return false
		}
	}
	base := strings.ToLower(path.Base(name))
	for _, part := range []string{".min.", ".bundle.", ".umd.", ".d.ts", ".d.mts", ".d.cts", "_pb2", ".pb.go", ".test.", ".spec.", "_spec.rb", "_test.rb"} {
		if strings.Contains(base, part) {
			return false
		}
	}
	language := source.Language(name, nil)
	_, ok := styles[language]
	return ok || language == "go" || language == "python"
}

// extract makes the pairs of the sources below dir.
func (x *extractor) extract(ctx context.Context, p pack, dir string) ([]pair, error) {
	set, err := mine.Repo(ctx, dir, mine.Options{})
	if err != nil {
		return nil, err
	}
	byPath := map[string][]mine.Query{}
	for _, q := range set.Queries {
		byPath[q.Path] = append(byPath[q.Path], q)
	}
	for why, n := range set.Dropped {
		x.dropped[why] += n
	}
	var pairs []pair
	var settings source.Settings
	for f, err := range source.Walk(ctx, dir, source.Options{}) {
		if err != nil {
			return nil, err
		}
		text, err := settings.Read(dir, f)
		if err != nil {
			continue // generated, minified or no text
		}
		language := source.Language(f.Path, text)
		var made []pair
		if queries := byPath[f.Path]; queries != nil {
			made = x.mined(f.Path, language, text, queries)
		} else if _, ok := styles[language]; ok {
			made = x.commented(f.Path, language, text)
		}
		for _, made := range made {
			made.Repo, made.Language = p.repo(), language
			sum := sha256.Sum256([]byte(x.seed + "\x00" + p.repo() + "\x00" + made.Code + "\x00" + made.Query))
			made.lot = hex.EncodeToString(sum[:8])
			pairs = append(pairs, made)
		}
	}
	return pairs, nil
}

// mined answers the queries that mine.Repo made of a file with the first chunk
// that has their symbol.
func (x *extractor) mined(name, language string, text []byte, queries []mine.Query) []pair {
	chunks := chunk.Split(name, language, mine.Strip(name, language, text))
	var pairs []pair
	for _, q := range queries {
		i := slices.IndexFunc(chunks, func(c chunk.Chunk) bool { return slices.Contains(c.Symbols, q.Symbol) })
		if i >= 0 {
			pairs = x.keep(pairs, q.Text, name, q.Symbol, chunks[i])
		}
	}
	return pairs
}

// commented makes pairs of the comments above definitions.
func (x *extractor) commented(name, language string, text []byte) []pair {
	stripped, found := stripDocs(language, text)
	if len(found) == 0 {
		return nil
	}
	chunks := chunk.Split(name, language, []byte(stripped))
	var pairs []pair
	for _, d := range found {
		query, why := mine.Describe(d.name, plainDoc(d.text))
		if why == "" && mine.Holds(stripped, query) {
			why = mine.DroppedLeaks
		}
		i := slices.IndexFunc(chunks, func(c chunk.Chunk) bool { return c.StartLine <= d.line && d.line <= c.EndLine })
		if why == "" && i < 0 {
			why = mine.DroppedNoChunk
		}
		if why != "" {
			x.dropped[why]++
			continue
		}
		pairs = x.keep(pairs, query, name, d.name, chunks[i])
	}
	return pairs
}

// keep appends a pair if it is fit.
func (x *extractor) keep(pairs []pair, query, name, symbol string, c chunk.Chunk) []pair {
	code := chunk.EmbedText(name, c)
	switch {
	case !isEnglish(query):
		x.dropped[droppedForeign]++
	case len(x.tokens.Encode(nil, code, x.most+1)) > x.most:
		x.dropped[droppedTokens]++
	case x.avoid.has(c.Text):
		x.dropped[droppedCopy]++
	default:
		pairs = append(pairs, pair{Query: query, Code: code, name: symbol[strings.LastIndexByte(symbol, '.')+1:]})
	}
	return pairs
}

// isEnglish is false for what is written in other letters.
func isEnglish(s string) bool {
	letters, others := 0, 0
	for _, c := range s {
		if c > unicode.MaxASCII {
			others++
		} else if unicode.IsLetter(c) {
			letters++
		}
	}
	return others*20 < letters
}

// summary is a line for each reason.
func (x *extractor) summary() string {
	var b strings.Builder
	for _, why := range slices.Sorted(maps.Keys(x.dropped)) {
		fmt.Fprintf(&b, "%8d  %s\n", x.dropped[why], why)
	}
	return b.String()
}
