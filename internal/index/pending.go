package index

import (
	"fmt"
	"math"

	"github.com/hunch-search/hunch/internal/lexical"
	"github.com/hunch-search/hunch/internal/trigram"
	"github.com/hunch-search/hunch/internal/vector"
)

// pending holds the files added since the last commit, in memory, laid out
// like a segment, so that both are copied alike. A file added twice stays in
// it twice; byPath knows the one that counts.
type pending struct {
	byPath  map[string]int
	fileRec []fileRecord
	paths   [][]byte
	langs   [][]byte
	langIDs map[string]uint32
	chunks  []chunkRecord
	names   [][]byte
	vectors vector.Matrix
	before  []int           // by chunk: how many of those before it have a vector
	builder lexical.Builder // of the chunks' words
	grams   trigram.Builder // of the files' texts
}

func newPending(dim int) *pending {
	return &pending{byPath: map[string]int{}, langIDs: map[string]uint32{}, vectors: vector.Matrix{Dim: dim}}
}

func (p *pending) add(f File, chunks []ChunkRecord) {
	lang, ok := p.langIDs[f.Language]
	if !ok {
		lang = uint32(len(p.langs))
		p.langIDs[f.Language] = lang
		p.langs = append(p.langs, []byte(f.Language))
	}
	id := len(p.fileRec)
	p.byPath[f.Path] = id
	p.paths = append(p.paths, []byte(f.Path))
	p.fileRec = append(p.fileRec, fileRecord{size: f.Size, modTime: f.ModTime, hash: f.Hash,
		first: uint32(len(p.chunks)), chunks: uint32(len(chunks)), lang: lang})
	p.grams.Add(f.Text)
	for _, c := range chunks {
		p.chunks = append(p.chunks, chunkRecord{
			file: uint32(id), start: uint32(c.StartLine), end: uint32(c.EndLine),
			firstName: uint32(len(p.names)), names: uint32(len(c.Symbols)),
			tokens: uint32(c.Tokens), truncated: uint32(c.Truncated), flags: c.Flags,
		})
		for _, s := range c.Symbols {
			p.names = append(p.names, []byte(s))
		}
		p.builder.Add(lexical.Document{Content: c.Text, Path: f.Path, Symbols: c.Symbols})
		p.before = append(p.before, len(p.vectors.Scales))
		if c.Vector != nil {
			p.vectors.Data = append(p.vectors.Data, c.Vector...)
			p.vectors.Scales = append(p.vectors.Scales, c.Scale)
		}
	}
}

// full says whether another file of so many chunks and symbols does not fit a segment.
func (p *pending) full(chunks []ChunkRecord) bool {
	names := 0
	for _, c := range chunks {
		names += len(c.Symbols)
	}
	return max(len(p.fileRec)+1, len(p.chunks)+len(chunks), len(p.names)+names) > maxRecords
}

// check returns what is wrong with a file and its chunks.
func check(dim int, f File, chunks []ChunkRecord) error {
	if f.Path == "" {
		return fmt.Errorf("a file without a path")
	}
	if f.Size < 0 {
		return fmt.Errorf("%q: size %d", f.Path, f.Size)
	}
	for i, c := range chunks {
		problem := ""
		switch {
		case c.StartLine < 1 || c.EndLine < c.StartLine || c.EndLine > math.MaxInt32:
			problem = fmt.Sprintf("lines %d to %d", c.StartLine, c.EndLine)
		case c.Truncated < 0 || c.Truncated > c.Tokens || c.Tokens > math.MaxInt32:
			problem = fmt.Sprintf("%d of %d tokens truncated", c.Truncated, c.Tokens)
		case c.Vector != nil && len(c.Vector) != dim:
			problem = fmt.Sprintf("a vector of %d numbers, want %d", len(c.Vector), dim)
		case !(c.Scale >= 0 && c.Scale <= 1):
			problem = fmt.Sprintf("scale %v, want 0 to 1", c.Scale)
		}
		if problem != "" {
			return fmt.Errorf("%q: chunk %d of %d has %s", f.Path, i+1, len(chunks), problem)
		}
	}
	return nil
}

func (p *pending) path(file int) []byte     { return p.paths[file] }
func (p *pending) language(file int) []byte { return p.langs[p.fileRec[file].lang] }
func (p *pending) file(i int) fileRecord    { return p.fileRec[i] }
func (p *pending) chunk(i int) chunkRecord  { return p.chunks[i] }
func (p *pending) name(i int) []byte        { return p.names[i] }
func (p *pending) matrix() vector.Matrix    { return p.vectors }

// rowOf is where the row of a chunk is, or would be.
func (p *pending) rowOf(chunk int) int {
	if chunk == len(p.before) {
		return len(p.vectors.Scales)
	}
	return p.before[chunk]
}

func (p *pending) rows(first, chunks int) (from, to int) {
	return p.rowOf(first), p.rowOf(first + chunks)
}

func (p *pending) hasRow(chunk int) bool { return p.rowOf(chunk+1) > p.rowOf(chunk) }

func (p *pending) words() (*lexical.Index, error) { return lexical.Open(p.builder.Bytes()) }

func (p *pending) trigrams() (*trigram.Index, error) { return trigram.Open(p.grams.Bytes()) }
