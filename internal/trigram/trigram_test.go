package trigram

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

var library = []string{"", "ab", "func Retry() {\r\n\treturn 1\n}\n", "RETRY\nre\ntry", "straße É \u212a", "\x00\xff\xfe\n\n\n", "return 1"}

func section(texts ...string) []byte {
	var b Builder
	for _, t := range texts {
		b.Add(t)
	}
	return b.Bytes()
}

func randomTexts(n int, seed uint64) (texts []string) {
	r := rand.New(rand.NewPCG(seed, seed))
	for range n {
		var b strings.Builder
		for range r.IntN(40) {
			b.WriteByte("abcABC \n"[r.IntN(8)])
		}
		texts = append(texts, b.String())
	}
	return texts
}

// has reports whether a text has in its lines all trigrams of a string of each
// list. The texts here are ASCII.
func has(text string, needs [][]string) bool {
	text = strings.ToLower(text)
	for _, list := range needs {
		known := !slices.ContainsFunc(list, func(s string) bool { return len(s) < 3 })
		if known && !slices.ContainsFunc(list, func(s string) bool {
			s = strings.ToLower(s)
			for i := range len(s) - 2 {
				if !strings.Contains(text, s[i:i+3]) || strings.Contains(s[i:i+3], "\n") {
					return false
				}
			}
			return true
		}) {
			return false
		}
	}
	return true
}

func checkMay(t *testing.T, ix *Index, texts []string, needs [][]string) {
	t.Helper()
	may, err := ix.MayContain(needs)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		if got, want := may == nil || may[i], has(text, needs); got != want {
			t.Errorf("%q in %q: got %v, want %v", needs, text, got, want)
		}
	}
}

func TestMayContain(t *testing.T) {
	texts := append(randomTexts(200, 1), "func Retry() {\r\n\treturn 1\n}\n", "RETRY\nre\ntry", "\x00\x01\x02\n\n\n", "return 1")
	ix, err := Open(section(texts...))
	if err != nil {
		t.Fatal(err)
	}
	for _, needs := range [][][]string{
		nil, {{"ab"}}, {{"abc"}}, {{"ABC"}, {"ab"}}, {{"abca", "bbb"}}, {{"retry"}}, {{"Retry", "return"}}, {{"return 1"}, {"func"}},
		{{"a\nb"}}, {{"try", "re"}}, {{"zzz"}}, {{"\x00\x01\x02"}}, {{"{\r"}}, {{") {\r"}},
	} {
		checkMay(t, ix, texts, needs)
	}
	for _, s := range texts {
		for i := 0; i+5 < len(s); i += 7 {
			needs := [][]string{{s[i : i+5]}}
			checkMay(t, ix, texts, needs)
		}
	}
}

func TestMergeIsAsIfBuiltAtOnce(t *testing.T) {
	a, b := randomTexts(50, 3), randomTexts(70, 4)
	first, err := Open(section(a...))
	if err != nil {
		t.Fatal(err)
	}
	second, err := Open(section(b...))
	if err != nil {
		t.Fatal(err)
	}
	// Files of both by turns, every fifth of the second left out.
	var texts []string
	sources := []Source{{first, make([]int, len(a))}, {second, make([]int, len(b))}}
	for i := range max(len(a), len(b)) {
		if i < len(a) {
			sources[0].Files[i] = len(texts)
			texts = append(texts, a[i])
		}
		if i < len(b) {
			sources[1].Files[i] = Dropped
			if i%5 > 0 {
				sources[1].Files[i] = len(texts)
				texts = append(texts, b[i])
			}
		}
	}
	var got bytes.Buffer
	n, err := Merge(&got, len(texts), sources...)
	if err != nil || n != int64(got.Len()) {
		t.Fatalf("wrote %d of %d bytes, error %v", got.Len(), n, err)
	}
	if want := section(texts...); !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the merged section differs: %d bytes, want %d", got.Len(), len(want))
	}
}

func TestFilesOfNoSourceMayContainAnything(t *testing.T) {
	first, err := Open(section("retry", "other"))
	if err != nil {
		t.Fatal(err)
	}
	var merged bytes.Buffer
	if _, err := Merge(&merged, 4, Source{first, []int{3, 1}}); err != nil {
		t.Fatal(err)
	}
	ix, err := Open(merged.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	may, err := ix.MayContain([][]string{{"retry"}})
	if want := []bool{true, false, true, true}; err != nil || !slices.Equal(may, want) {
		t.Errorf("got %v, error %v, want %v", may, err, want)
	}
	for i, want := range []bool{false, true, false, true} {
		if ix.Known(i) != want {
			t.Errorf("file %d known: got %v", i, !want)
		}
	}
	var again bytes.Buffer
	if _, err := Merge(&again, 4, Source{ix, []int{0, 1, 2, 3}}); err != nil || !bytes.Equal(again.Bytes(), merged.Bytes()) {
		t.Errorf("a merge of it alone differs, error %v", err)
	}
	if _, err := Merge(&again, 4, Source{ix, []int{0}}); err == nil {
		t.Error("no error for too few numbers")
	}
}

func TestOpenChecksLengths(t *testing.T) {
	good := section(library...)
	end := len(good) - footerSize
	table := int(le.Uint64(good[end+16:]))
	for name, change := range map[string]func([]byte) []byte{
		"empty":             func([]byte) []byte { return nil },
		"cut in the footer": func(b []byte) []byte { return b[:footerSize-1] },
		"cut at the start":  func(b []byte) []byte { return b[1:] },
		"more at the start": func(b []byte) []byte { return append([]byte{0}, b...) },
		"too many files":    func(b []byte) []byte { b[end+4] += 8; return b },
		"huge files":        func(b []byte) []byte { le.PutUint32(b[end+4:], 1<<31); return b },
		"too many trigrams": func(b []byte) []byte { b[end+8]++; return b },
		"huge trigrams":     func(b []byte) []byte { le.PutUint32(b[end+8:], math.MaxUint32); return b },
		"another known":     func(b []byte) []byte { b[end+12]--; return b },
		"postings overflow": func(b []byte) []byte { le.PutUint64(b[end+16:], math.MaxUint64-7); return b },
		"something in zero": func(b []byte) []byte { b[end+31] = 1; return b },
		"trigrams descend":  func(b []byte) []byte { b[table+7] = 0xff; return b },
		"a list too long":   func(b []byte) []byte { b[table+4] = 0xff; return b },
		"a last list short": func(b []byte) []byte { b[end-entrySize-1]--; return b },
	} {
		_, err := Open(change(bytes.Clone(good)))
		if _, ok := errors.AsType[*FormatError](err); !ok {
			t.Errorf("%s: got %v, want a FormatError", name, err)
		}
	}
	other := bytes.Clone(good)
	other[end]++
	_, err := Open(other)
	if _, ok := errors.AsType[*VersionError](err); !ok {
		t.Errorf("another layout: got %v, want a VersionError", err)
	}
	spoilt := bytes.Clone(good)
	for i := range table {
		spoilt[i] = 0xff
	}
	ix, err := Open(spoilt)
	if err != nil {
		t.Fatal(err)
	}
	_, err = ix.MayContain([][]string{{"retry"}})
	if _, ok := errors.AsType[*FormatError](err); !ok {
		t.Errorf("lists that are none: got %v, want a FormatError", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(section(), "abc")
	f.Add(section(library...), "retry")
	f.Add(section(randomTexts(40, 8)...), "abca")
	f.Fuzz(func(t *testing.T, data []byte, s string) {
		ix, err := Open(data)
		if err != nil {
			return
		}
		if ix.Files() > 8*len(data) {
			t.Fatalf("%d files in %d bytes", ix.Files(), len(data))
		}
		ix.MayContain([][]string{{s}})
		same := make([]int, ix.Files())
		for i := range same {
			same[i] = i
			ix.Known(i)
		}
		Merge(new(bytes.Buffer), len(same), Source{ix, same})
	})
}

func BenchmarkAdd(b *testing.B) {
	text := strings.Repeat("\tif err := client.Do(ctx, request); err != nil { return fmt.Errorf(\"do: %w\", err) }\n", 100)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		var builder Builder
		builder.seen = make([]uint64, trigrams/64)
		for i := range 10 {
			builder.Add(text + fmt.Sprint(i))
		}
	}
}
