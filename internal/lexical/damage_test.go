package lexical

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// use calls everything that reads a section. Errors are fine; faults are not.
func use(ix *Index) error {
	q := ParseQuery("retry next waa wab back-off main")
	errs := []error{ix.Check()}
	s, err := ix.Stats(q, nil)
	if err == nil {
		sc := NewScorer(q, s, DefaultParams)
		_, e := ix.Search(sc, 5, nil)
		errs = append(errs, e)
		var docs []int
		for d := 0; d < ix.Docs(); d += 3 {
			ix.Known(d)
			docs = append(docs, d)
		}
		_, e = ix.Score(sc, docs)
		errs = append(errs, e)
	}
	_, e := ix.Symbol("Retry.next", 5, nil)
	same := make([]int, ix.Docs())
	for i := range same {
		same[i] = i
	}
	var buf bytes.Buffer
	_, merged := Merge(&buf, len(same), Source{ix, same})
	return errors.Join(append(errs, err, e, merged)...)
}

func section(docs ...Document) []byte {
	var b Builder
	for _, d := range docs {
		b.Add(d)
	}
	return b.Bytes()
}

func TestOpenChecksLengths(t *testing.T) {
	good := section(library...)
	end := len(good) - footerSize
	for name, change := range map[string]func([]byte) []byte{
		"empty":               func([]byte) []byte { return nil },
		"cut in the footer":   func(b []byte) []byte { return b[:footerSize-1] },
		"cut at the start":    func(b []byte) []byte { return b[1:] },
		"more at the start":   func(b []byte) []byte { return append([]byte{0}, b...) },
		"too many documents":  func(b []byte) []byte { b[end+8]++; return b },
		"huge documents":      func(b []byte) []byte { le.PutUint32(b[end+8:], 1<<31); return b },
		"too many terms":      func(b []byte) []byte { b[end+12] += 16; return b },
		"postings overflow":   func(b []byte) []byte { le.PutUint64(b[end+16:], 1<<63); return b },
		"terms overflow":      func(b []byte) []byte { le.PutUint64(b[end+24:], math.MaxUint64); return b },
		"sums overflow":       func(b []byte) []byte { le.PutUint64(b[end+32:], 1<<60); return b },
		"more read than are":  func(b []byte) []byte { b[end+56]++; return b },
		"something in zeroes": func(b []byte) []byte { b[end+60] = 1; return b },
	} {
		_, err := Open(change(bytes.Clone(good)))
		if _, ok := errors.AsType[*FormatError](err); !ok {
			t.Errorf("%s: got %v, want a FormatError", name, err)
		}
	}
	for _, at := range []int{0, 4} {
		b := bytes.Clone(good)
		b[end+at]++
		_, err := Open(b)
		if _, ok := errors.AsType[*VersionError](err); !ok {
			t.Errorf("another version: got %v, want a VersionError", err)
		}
	}
}

// Changes that keep all lengths are found when the section is read in full, but
// for those of counts, documents and letters that give another valid section.
func TestCheckFindsDamage(t *testing.T) {
	good := section(append(randomDocs(300, 6), library...)...)
	r := rand.New(rand.NewPCG(7, 7))
	found := 0
	const tries = 500
	for range tries {
		b := bytes.Clone(good)
		b[r.IntN(len(b)-footerSize)] ^= 1 << r.IntN(8)
		ix, err := Open(b)
		if err == nil {
			err = use(ix)
		}
		if err != nil {
			found++
		}
	}
	if found < tries/4 {
		t.Errorf("found %d of %d changes", found, tries)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(section())
	f.Add(section(library...))
	f.Add(section(randomDocs(200, 8)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		ix, err := Open(data)
		if err != nil {
			return
		}
		if ix.Docs() > 1<<16 {
			t.Fatalf("%d documents in %d bytes", ix.Docs(), len(data))
		}
		use(ix)
	})
}
