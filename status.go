package hunch

import (
	"github.com/hunch-search/hunch/internal/index"
)

// Status describes the index of a repository.
type Status struct {
	Schema int    `json:"schema"`
	Root   string `json:"root"`
	Index  string `json:"index"` // its folder
	Model  string `json:"model"`
	Exists bool   `json:"exists"`
	// Damage says what is wrong with an index that must be built again, which
	// the next Update does.
	Damage string `json:"damage,omitempty"`
	// Files and Chunks are what a search looks through.
	Files    int `json:"files"`
	Chunks   int `json:"chunks"`
	Segments int `json:"segments"`
	// Missing is how many of Chunks are still to be embedded, Unread how many files
	// were still to be read when the last update ended.
	Missing int `json:"missing"`
	Unread  int `json:"unread_files"`
	// GraphChunks is how many of Chunks an approximate search finds by a graph; it
	// scans the others.
	GraphChunks int   `json:"graph_chunks"`
	Bytes       int64 `json:"bytes"` // on disk
	// Tokens is the length of all chunks; Truncated of them, in TruncatedChunks
	// chunks, did not fit the model and were not seen by it.
	Tokens          int64 `json:"tokens"`
	Truncated       int64 `json:"truncated_tokens"`
	TruncatedChunks int   `json:"truncated_chunks"`
	// Languages counts the chunks of each.
	Languages map[string]int `json:"languages"`
}

// Status reads the index; it does not look at the tree.
func (r *Repository) Status() (Status, error) {
	s := Status{
		Schema: 1, Root: r.root, Index: r.dir, Model: r.opts.Model.Info().Name,
		Languages: map[string]int{},
	}
	ix, damage, err := r.open()
	if damage != nil {
		s.Damage = damage.Error()
	}
	if err != nil || ix == nil {
		return s, err
	}
	defer ix.Close()
	s.count(ix)
	return s, nil
}

func (s *Status) count(ix *index.Index) {
	n := ix.Stats()
	s.Exists, s.Chunks, s.Segments, s.Bytes = true, n.Chunks, n.Segments, n.Bytes
	s.Missing, s.Unread, s.GraphChunks = n.Chunks-n.Embedded, ix.Unread(), n.Graphed
	s.Tokens, s.Truncated, s.TruncatedChunks = n.Tokens, n.Truncated, n.Cut
	for f := range ix.Files() {
		if f.Chunks > 0 {
			s.Files++
			s.Languages[f.Language] += f.Chunks
		}
	}
}
