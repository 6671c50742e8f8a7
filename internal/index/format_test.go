package index

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the dumps in docs/index-format.md")

const formatDoc = "../../docs/index-format.md"

// example is the index that the documentation shows byte by byte.
func example(t *testing.T) map[string]string {
	meta := Meta{Root: "/src/demo", Model: "minilm-1", Precision: "int8", Template: 1, Dim: 4, Tool: "hunch 0.1"}
	p := newPending(meta.Dim)
	p.add(File{Path: "retry.go", Size: 120, ModTime: 1_700_000_000_000_000_000, Hash: sha256.Sum256([]byte("retry")), Language: "go", Text: "Retry\ntry"},
		[]ChunkRecord{
			{Chunk{StartLine: 1, EndLine: 6, Symbols: []string{"Retry"}, Tokens: 40}, []int8{127, 0, 0, 0}, 1.0 / 127, "type Retry"},
			{Chunk{StartLine: 8, EndLine: 31, Symbols: []string{"Retry.next", "max"}, Tokens: 300, Truncated: 44}, []int8{95, -127, 0, 0}, 0.0063051786, "next Retry, Retry, Retry"},
		})
	p.add(File{Path: "README", Size: 0, ModTime: 1_700_000_000_000_000_001, Hash: sha256.Sum256(nil)}, nil)
	files := []ref{{p, 0, p.fileRec[0].modTime}, {p, 1, p.fileRec[1].modTime}}

	dir := t.TempDir()
	e := segmentEntry{id: 0x0123456789abcdef}
	err := realDisk.write(dir, segmentName(e.id), func(f outFile) error {
		return writeSegment(t.Context(), f, meta, files, nil, &e)
	})
	if err != nil {
		t.Fatal(err)
	}
	e.dead = []uint32{0}
	m := manifest{generation: 2, meta: meta, segments: []segmentEntry{e}}
	if err := realDisk.write(dir, manifestName, m.write); err != nil {
		t.Fatal(err)
	}
	ix, err := Open(dir)
	if err != nil {
		t.Fatalf("the example does not open: %v", err)
	}
	ix.Close()
	return map[string]string{
		"segment":  squeeze(hex.Dump(readFile(t, dir, segmentName(e.id)))),
		"manifest": squeeze(hex.Dump(readFile(t, dir, manifestName))),
	}
}

// squeeze puts a * for lines that repeat the one above, as hexdump -C does.
func squeeze(dump string) string {
	var out []string
	last := ""
	for line := range strings.Lines(dump) {
		line = strings.TrimRight(line, "\n")
		bytes := line[8:]
		switch {
		case bytes != last:
			out = append(out, line)
		case out[len(out)-1] != "*":
			out = append(out, "*")
		}
		last = bytes
	}
	return strings.Join(out, "\n")
}

// TestDocumentedBytes holds the dumps in the documentation against what is
// written. A difference is a change of the format: see FormatVersion.
func TestDocumentedBytes(t *testing.T) {
	doc := string(readFile(t, formatDoc))
	for name, want := range example(t) {
		block := regexp.MustCompile("(?s)(<!-- dump of the " + name + " -->\n```text\n)(.*?)(```)")
		found := block.FindStringSubmatch(doc)
		if found == nil {
			t.Fatalf("%s has no dump of the %s", formatDoc, name)
		}
		if found[2] == want+"\n" {
			continue
		}
		if !*update {
			t.Errorf("the dump of the %s in %s differs (-update rewrites it); got\n%s", name, formatDoc, want)
			continue
		}
		doc = strings.Replace(doc, found[0], found[1]+want+"\n"+found[3], 1)
		writeFile(t, []byte(doc), filepath.FromSlash(formatDoc))
	}
}
