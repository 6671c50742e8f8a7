package hunch

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"

	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/lexical"
)

// forget makes the index of a sandbox one as an older hunch wrote it: its
// only segment has this section under a name that nobody knows.
func (s *sandbox) forget(tag string) {
	s.t.Helper()
	le, sum := binary.LittleEndian, crc32.MakeTable(crc32.Castagnoli)
	edit := func(pattern string, change func(data []byte) []byte) []byte {
		found, err := filepath.Glob(filepath.Join(s.open().dir, pattern))
		if err != nil || len(found) != 1 {
			s.t.Fatalf("%s: %d files, error %v", pattern, len(found), err)
		}
		data, err := os.ReadFile(found[0])
		if err != nil {
			s.t.Fatal(err)
		}
		data = change(data)
		head := data[:32+32*le.Uint32(data[12:])]
		for e := head[32:]; len(e) > 0; e = e[32:] {
			off, size := le.Uint64(e[8:]), le.Uint64(e[16:])
			le.PutUint32(e[24:], crc32.Checksum(data[off:off+size], sum))
		}
		le.PutUint32(head[28:], crc32.Update(crc32.Checksum(head[:28], sum), sum, head[32:]))
		if err := os.WriteFile(found[0], data, 0o600); err != nil {
			s.t.Fatal(err)
		}
		return data
	}
	var old uint32
	segment := edit("seg-*.hnx", func(data []byte) []byte {
		old = le.Uint32(data[28:])
		if bytes.Count(data, []byte(tag)) != 1 {
			s.t.Fatal("the segment has no " + tag)
		}
		return bytes.Replace(data, []byte(tag), []byte("OLD "), 1)
	})
	edit("manifest.hnx", func(data []byte) []byte {
		return bytes.ReplaceAll(data, le.AppendUint32(nil, old), segment[28:32])
	})
}

func (s *sandbox) openIndex(r *Repository) *index.Index {
	s.t.Helper()
	ix, err := index.Open(r.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { ix.Close() })
	return ix
}

func TestIndexWithoutWordsGetsThemAndEmbedsNothing(t *testing.T) {
	s := newSandbox(t, tree)
	s.update()
	s.settle()
	s.forget("LEXI")
	if ix := s.openIndex(s.open()); !ix.LacksWords() {
		t.Fatal("the words were not forgotten")
	}
	r := s.update()
	if s.embedded != 0 {
		t.Errorf("embedded %d chunks, all of which are in the cache", s.embedded)
	}
	ix := s.openIndex(r)
	if ix.LacksWords() {
		t.Error("the index still lacks words")
	}
	words, err := ix.Words(lexical.ParseQuery("read file"))
	if err != nil {
		t.Fatal(err)
	}
	hits, err := words.Search(10, nil)
	if err != nil || len(hits) != 3 || ix.FileOf(hits[0].Chunk).Path != "a.go" {
		t.Errorf("words: got %v, %v, want three chunks, that of a.go first", hits, err)
	}
	before := dirState(t, s.place)
	s.update()
	if after := dirState(t, s.place); after != before {
		t.Errorf("another update changes the index:\n%s\n%s", before, after)
	}
	s.equalsFreshIndex(r)
}
