package cache

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

const testDim = 8

// valueOf is the one value that a text of these tests ever has.
func valueOf(text string) Value {
	v := Value{Vector: make([]int8, testDim), Scale: float32(len(text)%7) / 7, Tokens: len(text), Truncated: len(text) / 3}
	for i := range v.Vector {
		v.Vector[i] = int8(int(text[i%len(text)]) * (i + 3))
	}
	return v
}

func equal(a, b Value) bool {
	return slices.Equal(a.Vector, b.Vector) && a.Scale == b.Scale && a.Tokens == b.Tokens && a.Truncated == b.Truncated
}

func open(t testing.TB, dir, kind string, limit int64) *Cache {
	t.Helper()
	c, err := Open(dir, kind, testDim, limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func put(t testing.TB, c *Cache, texts ...string) {
	t.Helper()
	for _, s := range texts {
		c.Put(s, valueOf(s))
	}
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
}

// has tells whether a text is found. A wrong value ends the test.
func has(t testing.TB, c *Cache, text string) bool {
	t.Helper()
	v, ok := c.Get(text)
	if ok && !equal(v, valueOf(text)) {
		t.Fatalf("Get(%q) = %v, want %v", text, v, valueOf(text))
	}
	return ok
}

func want(t testing.TB, c *Cache, found bool, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if has(t, c, s) != found {
			t.Errorf("Get(%q) found %v, want %v", s, !found, found)
		}
	}
}

func names(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint(prefix, i)
	}
	return out
}

// packsOf returns the paths of the packs in a cache folder, sorted.
func packsOf(t testing.TB, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*"+packSuffix))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestGetFindsWhatWasPut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "yet", "there")
	c := open(t, dir, "kind", 0)
	texts := append(names("text ", 100), strings.Repeat("long ", 10000), "\x00\xff")
	want(t, c, false, texts...)
	for _, s := range texts {
		v := valueOf(s)
		c.Put(s, v)
		clear(v.Vector) // Put has copied it
	}
	want(t, c, true, texts...)
	put(t, c)
	want(t, c, true, texts...)
	want(t, c, false, "", "text", "text 0 ")
	v, _ := c.Get("text 1")
	clear(v.Vector) // Get's result is the caller's
	want(t, c, true, "text 1")

	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = open(t, dir, "kind", 0)
	want(t, c, true, texts...)
	put(t, c, "more")
	want(t, open(t, dir, "kind", 0), true, append(texts, "more")...)
	s, err := Measure(dir)
	if err != nil || s.Entries != len(texts)+1 || s.Damaged != 0 {
		t.Errorf("Measure = %+v, %v, want %d entries", s, err, len(texts)+1)
	}
}

func TestPutAgainReplaces(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, "kind", 0)
	other := valueOf("other")
	c.Put("a", other)
	put(t, c)
	put(t, c, "a")
	want(t, c, true, "a")
	want(t, open(t, dir, "kind", 0), true, "a")
}

func TestPutKeepsOnlyWhatGetAccepts(t *testing.T) {
	good := valueOf("a")
	tests := map[string]func(*Value){
		"short":         func(v *Value) { v.Vector = v.Vector[1:] },
		"long":          func(v *Value) { v.Vector = append(v.Vector, 1) },
		"nil":           func(v *Value) { v.Vector = nil },
		"NaN":           func(v *Value) { v.Scale = float32(math.NaN()) },
		"infinite":      func(v *Value) { v.Scale = float32(math.Inf(1)) },
		"negative":      func(v *Value) { v.Scale = -0.5 },
		"above 1":       func(v *Value) { v.Scale = 1.5 },
		"tokens":        func(v *Value) { v.Tokens = -1 },
		"truncated":     func(v *Value) { v.Truncated = -5 },
		"scale 0 is ok": func(v *Value) { v.Scale = 0 },
		"scale 1 is ok": func(v *Value) { v.Scale = 1 },
	}
	for name, spoil := range tests {
		c := open(t, t.TempDir(), "kind", 0)
		v := good
		v.Vector = slices.Clone(v.Vector)
		spoil(&v)
		c.Put("a", v)
		for range 2 {
			got, ok := c.Get("a")
			if keep := strings.HasSuffix(name, "ok"); ok != keep || ok && !equal(got, v) {
				t.Errorf("%s: Get = %v, %v", name, got, ok)
			}
			put(t, c)
		}
	}
}

func TestKindsAndDimsDoNotMeet(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, "kind", 0)
	put(t, c, "a")
	want(t, open(t, dir, "kind2", 0), false, "a")
	want(t, open(t, dir, "", 0), false, "a")
	wide, err := Open(dir, "kind", testDim+1, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer wide.Close()
	want(t, wide, false, "a")

	// Not even if a file strays into another's folder.
	stray := open(t, dir, "other", 0)
	data, err := os.ReadFile(packsOf(t, dir)[0])
	check(t, err)
	check(t, os.WriteFile(filepath.Join(stray.folder, strings.Repeat("a", nameSize)+packSuffix), data, 0o600))
	want(t, open(t, dir, "other", 0), false, "a")
}

func TestOpenRefusesDim(t *testing.T) {
	for _, dim := range []int{-1, 0, maxDim + 1} {
		if c, err := Open(t.TempDir(), "kind", dim, 0); err == nil {
			c.Close()
			t.Errorf("Open with dim %d: no error", dim)
		}
	}
}

func TestCachesShareAFolder(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, dir, "kind", 0), open(t, dir, "kind", 0)
	put(t, a, "a")
	want(t, b, false, "a")
	put(t, b, "b") // takes notice
	want(t, b, true, "a", "b")
	want(t, a, false, "b")
}

func TestCachesWriteAtOnce(t *testing.T) {
	dir := t.TempDir()
	const writers, rounds, each = 4, 12, 5
	var all []string
	var wg sync.WaitGroup
	for w := range writers {
		texts := names(fmt.Sprintf("writer %d text ", w), rounds*each)
		all = append(all, texts...)
		c := open(t, dir, "kind", 0)
		wg.Go(func() {
			for part := range slices.Chunk(texts, each) {
				for _, s := range part {
					c.Put(s, valueOf(s))
				}
				if err := c.Flush(); err != nil {
					t.Error(err)
				}
			}
		})
		for range 2 { // beside the writer of the same Cache
			wg.Go(func() {
				for _, s := range texts {
					if v, ok := c.Get(s); ok && !equal(v, valueOf(s)) {
						t.Errorf("Get(%q) = %v", s, v)
					}
				}
			})
		}
	}
	wg.Wait()
	c := open(t, dir, "kind", 0)
	want(t, c, true, all...)
	put(t, c, "last")
	if n := len(packsOf(t, dir)); n > 2*maxPacks && runtime.GOOS != "windows" { // where others keep files from being removed
		t.Errorf("%d packs", n)
	}
	want(t, open(t, dir, "kind", 0), true, append(all, "last")...)
}

func TestClosedCacheDoesNothing(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, "kind", 0)
	c.Put("a", valueOf("a"))
	check(t, c.Close()) // flushes
	check(t, c.Close())
	want(t, c, false, "a")
	c.Put("b", valueOf("b"))
	if err := c.Flush(); err == nil {
		t.Error("Flush after Close: no error")
	}
	c = open(t, dir, "kind", 0)
	want(t, c, true, "a")
	want(t, c, false, "b")
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
