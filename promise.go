package hunch

// Which files are read first, where there is no time for all: those that promise
// most for the query.

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/lexical"
	"github.com/hunch-search/hunch/internal/rank"
	"github.com/hunch-search/hunch/internal/regex"
	"github.com/hunch-search/hunch/internal/source"
)

// scanFloor is how many bytes of files are read and cut in about the time that it
// takes to find out which promise most. Tests set it lower.
var scanFloor int64 = 2 << 20

// byPromise orders the files to be read by how much they promise for a query. The
// query's words are counted in the bytes of the files, without cutting them or
// telling words apart, and the learned ranker judges the files by that and by their
// names. What there is no time for until ctx ends is judged by its path alone. Files
// that the query does not ask for come last, as those without a line that its
// regular expression matches, and a few that the index has with
// another content first, for of them it has the wrong lines.
func (u *updater) byPromise(ctx context.Context, q Query) error {
	size := int64(0)
	for _, f := range u.unread {
		size += f.Size
	}
	if size < scanFloor {
		return nil
	}
	keep, err := q.filter()
	if err != nil {
		return err
	}
	s := newScan(q.Text, u.unread)
	if q.Regexp != "" {
		if s.re, err = regex.Compile(q.Regexp); err != nil {
			return err
		}
	}
	s.count(ctx, u.files, u.opts.Threads)
	var fresh, first, others []changed
	known := 0
	for _, f := range u.unread {
		if f.known {
			known++
		}
	}
	for _, i := range s.order() {
		f := u.unread[i]
		if f.known && known <= fewChanged {
			fresh = append(fresh, f)
		} else if s.files[i].without {
			others = append(others, f)
		} else if keep == nil || keep(index.FileInfo{File: index.File{Path: f.Path, Language: f.Language}}) {
			first = append(first, f)
		} else {
			others = append(others, f)
		}
	}
	u.unread = slices.Concat(fresh, first, others)
	return nil
}

// scan is what is known of some files for a query.
type scan struct {
	text    string
	terms   []lexical.Term
	needles [][]byte // of the terms
	re      *regex.Regexp
	files   []scanned
}

// scanned is a file with how often each needle stands there.
type scanned struct {
	changed
	inPath, inText []uint16
	without        bool // no line matches the regular expression
}

func newScan(text string, files []changed) *scan {
	s := &scan{text: text, terms: lexical.ParseQuery(text).Terms}
	for _, t := range s.terms {
		s.needles = append(s.needles, needle(t.Text))
	}
	n := len(s.terms)
	counts := make([]uint16, 2*n*len(files))
	for i, f := range files {
		c := counts[2*n*i:][:2*n]
		at := scanned{changed: f, inPath: c[:n:n], inText: c[n:]}
		s.add(at.inPath, []byte(strings.ToLower(f.Path)))
		s.files = append(s.files, at)
	}
	return s
}

// needle is what words with a stem have in common: "retry" and "retries".
func needle(term string) []byte {
	if n := len(term); n > 3 && term[n-1] == 'y' {
		term = term[:n-1]
	}
	return []byte(term)
}

// add counts the needles in text, which is in lower case.
func (s *scan) add(counts []uint16, text []byte) {
	for i, needle := range s.needles {
		counts[i] = uint16(min(bytes.Count(text, needle), math.MaxUint16))
	}
}

// rawReader is how a scan reads files.
type rawReader interface {
	Raw(f source.File) ([]byte, error)
}

// count reads the files, on several threads, those with words of the query in
// their path first.
func (s *scan) count(ctx context.Context, files rawReader, threads int) {
	order := make([]int, len(s.files))
	hits := make([]int, len(s.files))
	for i := range s.files {
		order[i] = i
		for _, n := range s.files[i].inPath {
			hits[i] += min(int(n), 1)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(hits[b], hits[a]) })
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range threads {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(order) {
					return
				}
				f := &s.files[order[i]]
				text, err := files.Raw(f.File)
				if err == nil {
					f.without = s.re != nil && !hasLine(s.re, text)
					lower(text)
					s.add(f.inText, text)
				}
			}
		})
	}
	wg.Wait()
}

func hasLine(re *regex.Regexp, text []byte) bool {
	for range re.Lines(text) {
		return true
	}
	return false
}

// lower makes ASCII letters small in place.
func lower(text []byte) {
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			text[i] = c + 'a' - 'A'
		}
	}
}

// order returns the numbers of the files, those that promise most first.
func (s *scan) order() []int {
	idf := s.rarity()
	mean := 1.0 // bytes
	for i := range s.files {
		mean += float64(s.files[i].Size) / float64(len(s.files))
	}
	var terms []rank.Term
	for i, t := range s.terms {
		terms = append(terms, rank.Term{Text: t.Text, Weight: idf[i]})
	}
	var candidates []rank.Candidate
	var at, none []int
	for i := range s.files {
		c, any := s.files[i].candidate(idf, mean)
		if !any {
			none = append(none, i)
			continue
		}
		at = append(at, i)
		candidates = append(candidates, c)
	}
	var order []int
	for _, r := range rank.Order(rank.Learned(), rank.NewQuery(s.text, terms), candidates, 1) {
		order = append(order, at[r.Candidate])
	}
	return append(order, none...)
}

// rarity is the inverse document frequency of the terms over the files.
func (s *scan) rarity() []float64 {
	n := float64(len(s.files))
	df := make([]float64, len(s.terms))
	for i := range s.files {
		for t := range df {
			if s.files[i].inText[t] > 0 || s.files[i].inPath[t] > 0 {
				df[t]++
			}
		}
	}
	for t := range df {
		df[t] = math.Log(1 + (n-df[t]+0.5)/(df[t]+0.5))
	}
	return df
}

// chunkBytes is about the size of a chunk.
const chunkBytes = 360

// candidate is the file as the ranker sees chunks; ok is false if no word of the
// query is in it.
func (f *scanned) candidate(idf []float64, mean float64) (c rank.Candidate, ok bool) {
	content, inPath := lexical.DefaultParams.Fields[lexical.Content], lexical.DefaultParams.Fields[lexical.Path]
	norm := 1 - float64(content.B) + float64(content.B)*float64(f.Size)/mean
	k1 := float64(lexical.DefaultParams.K1)
	c = rank.Candidate{Path: f.Path, StartLine: 1, EndLine: 1, FileChunks: 1 + int(f.Size/chunkBytes)}
	for t, weight := range idf {
		tf := float64(f.inText[t]) / norm
		p := float64(inPath.Weight) * float64(min(f.inPath[t], 1))
		if tf+p > 0 {
			ok = true
			c.Words += weight * (tf + p) / (k1 + tf + p)
			c.InPath += weight * p / (k1 + p)
		}
	}
	return c, ok
}
