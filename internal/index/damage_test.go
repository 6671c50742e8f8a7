package index

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hunch-search/hunch/internal/lexical"
)

// fixture is a small index on disk with its files' bytes, to be spoilt.
type fixture struct {
	dir   string
	want  model
	files map[string][]byte
}

func newFixture(t testing.TB, seed uint64) fixture {
	f := fixture{dir: t.TempDir(), files: map[string][]byte{}}
	f.want = build(t, f.dir, seed, 2)
	w := newWriter(t, f.dir)
	buildGraphs(t, w, 1)
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := range 8 { // two of them without some vectors
		f.want.add(t, w, randomDocument(rng, fmt.Sprint("p", i)))
	}
	commit(t, w)
	w.Close()
	segments, _ := names(t, f.dir)
	for _, name := range append(segments, manifestName) {
		f.files[name] = readFile(t, f.dir, name)
	}
	return f
}

// tryWith opens the index with other bytes in one file, which stay there.
// It fails the test unless the result is an error of the index's own kinds.
func (f fixture) tryWith(t *testing.T, name string, data []byte, what string) error {
	t.Helper()
	overwrite(t, data, f.dir, name)
	ix, err := Open(f.dir)
	if err == nil {
		ix.Close()
		t.Errorf("%s: %s: no error", name, what)
		return nil
	}
	var format *FormatError
	var newer *NewerFormatError
	if !errors.As(err, &format) && !errors.As(err, &newer) {
		t.Errorf("%s: %s: error %v (%T)", name, what, err, err)
	}
	if !strings.Contains(err.Error(), name) {
		t.Errorf("%s: %s: the error does not name the file: %v", name, what, err)
	}
	return err
}

// overwrite does not cut the file to nothing first, which makes some file
// systems wait for the disk.
func overwrite(t *testing.T, data []byte, path ...string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(path...), os.O_WRONLY|os.O_CREATE, 0o600)
	if err == nil {
		_, err = f.WriteAt(data, 0)
		err = errors.Join(err, f.Truncate(int64(len(data))), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// restore puts a file back.
func (f fixture) restore(t *testing.T, name string) { writeFile(t, f.files[name], f.dir, name) }

// TestEveryFlipIsFound turns over a bit of every byte.
func TestEveryFlipIsFound(t *testing.T) {
	f := newFixture(t, 11)
	for name, data := range f.files {
		for i := range data {
			spoilt := bytes.Clone(data)
			spoilt[i] ^= 1 << (i % 8)
			err := f.tryWith(t, name, spoilt, fmt.Sprintf("byte %d", i))
			var newer *NewerFormatError
			if errors.As(err, &newer) {
				t.Errorf("%s: a damaged byte %d passes for a newer file", name, i)
			}
		}
		f.restore(t, name)
	}
	f.want.check(t, f.dir)
}

func TestEveryTruncationIsFound(t *testing.T) {
	f := newFixture(t, 11)
	for name, data := range f.files {
		for n := range data {
			f.tryWith(t, name, data[:n], fmt.Sprintf("cut to %d bytes", n))
		}
		f.tryWith(t, name, append(bytes.Clone(data), 0), "a byte more")
		f.tryWith(t, name, append(bytes.Clone(data), make([]byte, sectionAlign)...), "a line more")
		f.restore(t, name)
	}
}

func TestForeignFiles(t *testing.T) {
	f := newFixture(t, 11)
	for name := range f.files {
		f.tryWith(t, name, []byte("SQLite format 3\x00 and some more bytes to fill a header"), "foreign")
		f.tryWith(t, name, make([]byte, 4096), "zeros")
		f.restore(t, name)
	}
	other := newFixture(t, 12)
	segments, _ := names(t, f.dir)
	others, _ := names(t, other.dir)
	f.tryWith(t, segments[0], other.files[others[0]], "a segment of another index")
	f.tryWith(t, segments[0], f.files[segments[1]], "another segment")
	f.tryWith(t, segments[0], f.files[manifestName], "the manifest")
}

func TestMissingSegment(t *testing.T) {
	f := newFixture(t, 11)
	segments, _ := names(t, f.dir)
	os.Remove(filepath.Join(f.dir, segments[0]))
	_, err := Open(f.dir)
	var format *FormatError
	if !errors.As(err, &format) || !strings.Contains(err.Error(), segments[0]) {
		t.Errorf("error %v", err)
	}
	if _, err := NewWriter(t.Context(), f.dir, Config{Meta: testMeta}); !errors.As(err, &format) {
		t.Errorf("writer: error %v", err)
	}
}

// reseal makes the checksums of a file right again, and the file's size, as far
// as its table can be followed: what comes after them is then put to the test.
func reseal(data []byte) []byte {
	if len(data) < headerSize {
		return data
	}
	data = bytes.Clone(data)
	n := min(int(le.Uint32(data[12:])), (len(data)-headerSize)/entrySize)
	head := data[:headerSize+entrySize*max(0, n)]
	for e := headerSize; e < len(head); e += entrySize {
		off, size := le.Uint64(head[e+8:]), le.Uint64(head[e+16:])
		if all := uint64(len(data)); off <= all && size <= all-off {
			le.PutUint32(head[e+24:], checksum(data[off:off+size]))
		}
	}
	le.PutUint64(head[16:], uint64(len(data)))
	le.PutUint32(head[28:], headerCRC(head))
	return data
}

// TestLies flips bits and makes the checksums right again: what is then
// accepted must at least be consistent and never panic.
func TestLies(t *testing.T) {
	f := newFixture(t, 11)
	refused := 0
	for name, data := range f.files {
		for i := range data {
			for _, mask := range []byte{1, 0x80, 0xff} {
				spoilt := bytes.Clone(data)
				spoilt[i] ^= mask
				if !useSegment(name, reseal(spoilt)) {
					refused++
				}
			}
		}
	}
	if refused == 0 {
		t.Error("no lie was refused")
	}
}

// useSegment parses a file's bytes and, if they pass, reads all of it.
func useSegment(name string, data []byte) bool {
	if strings.HasPrefix(name, "manifest") {
		_, err := parseManifest(name, data)
		return err == nil
	}
	s, err := parseSegment(name, data, testMeta)
	if err != nil {
		return false
	}
	v := &view{segment: s}
	v.setDead(nil)
	v.setOutdated(nil)
	ix := &Index{&manifest{meta: testMeta}, views{v}}
	for f := range ix.Files() {
		if got, ok := ix.Lookup(f.Path); !ok || got != f {
			panic(fmt.Sprintf("look-up of %q gives %+v, want %+v", f.Path, got, f))
		}
		for c := range f.Chunks {
			ix.Chunk(f.FirstChunk + ChunkID(c))
		}
	}
	ix.Stats()
	q := lexical.ParseQuery("alpha beta next")
	if words, err := ix.Words(q); err == nil { // errors are allowed: words are checked when they are read
		words.Search(10, nil)
	}
	ix.FindSymbol("aaa", 10, nil)
	query := []float32{1, -2, 3, -4, 5, -6, 7, -8}
	if _, err := ix.Search(query, 10, nil); err != nil {
		panic(err)
	}
	for k := range 4 {
		hits, err := ix.SearchApproximate(query, k, nil)
		if n := len(v.vectors.Scales); err != nil || len(hits) != min(k, n) {
			panic(fmt.Sprintf("approximate search finds %d chunks of %d, error %v, want %d", len(hits), n, err, k))
		}
	}
	return true
}

func TestNewerFormats(t *testing.T) {
	f := newFixture(t, 11)
	for name, data := range f.files {
		later := bytes.Clone(data)
		le.PutUint32(later[8:], FormatVersion+1)
		err := f.tryWith(t, name, reseal(later), "a later version")
		var newer *NewerFormatError
		if !errors.As(err, &newer) || newer.Version != FormatVersion+1 {
			t.Errorf("%s: a later version: error %v", name, err)
		}
		le.PutUint32(later[8:], 0)
		f.tryWith(t, name, reseal(later), "version 0")

		err = f.tryWith(t, name, withSection(data, "NEW!", true), "an unknown required section")
		f.restore(t, name)
		if !errors.As(err, &newer) || newer.Section != "NEW!" {
			t.Errorf("%s: an unknown required section: error %v", name, err)
		}
		if !useSegment(name, withSection(data, "NEW!", false)) {
			t.Errorf("%s: an unknown section is not skipped", name)
		}
		if useSegment(name, withSection(data, "META", false)) {
			t.Errorf("%s: two sections META are accepted", name)
		}
	}
}

// withSection appends a section to a file. The table has room for no further
// entry, so everything behind it moves up.
func withSection(data []byte, tag string, required bool) []byte {
	n := int64(le.Uint32(data[12:]))
	oldStart, newStart := align(headerSize+entrySize*n), align(headerSize+entrySize*(n+1))
	out := make([]byte, newStart)
	copy(out, data[:headerSize+entrySize*n])
	le.PutUint32(out[12:], uint32(n+1))
	for e := int64(headerSize); e < headerSize+entrySize*n; e += entrySize {
		le.PutUint64(out[e+8:], le.Uint64(out[e+8:])+uint64(newStart-oldStart))
	}
	out = append(out, data[oldStart:]...)
	e := out[headerSize+entrySize*n:]
	copy(e, tag)
	if required {
		e[4] = flagRequired
	}
	le.PutUint64(e[8:], uint64(len(out)))
	le.PutUint64(e[16:], 5)
	out = append(out, "later"...)
	return reseal(append(out, make([]byte, align(int64(len(out)))-int64(len(out)))...))
}

func FuzzSegment(f *testing.F) { fuzzFile(f, func(name string) bool { return name != manifestName }) }

func FuzzManifest(f *testing.F) { fuzzFile(f, func(name string) bool { return name == manifestName }) }

// fuzzFile reads any bytes, as they are and with the checksums made right.
func fuzzFile(f *testing.F, which func(name string) bool) {
	kind := "segment"
	for name, data := range newFixture(f, 11).files {
		if which(name) {
			f.Add(data)
			f.Add(data[:len(data)/2])
			f.Add(withSection(data, "NEW!", false))
		}
	}
	if which(manifestName) {
		kind = manifestName
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		useSegment(kind, data)
		useSegment(kind, reseal(data))
	})
}
