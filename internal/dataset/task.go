package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
)

// A Task is one protocol's queries, corpus and right answers.
type Task struct {
	Protocol string
	Split    string // "dev" or "test"
	Queries  []string
	Corpus   []string
	// Relevant gives each query's right answers as indexes into Corpus,
	// ascending, at least one.
	Relevant [][]int
	// Groups gives each query's distinct text a number from 0: queries of one
	// group are not independent, so intervals resample groups.
	Groups []int
}

// Hash is the SHA-256 of queries, corpus and right answers, in hexadecimal:
// figures of tasks with the same hash compare.
func (t *Task) Hash() string {
	h := digest{sha256.New()}
	h.texts(t.Queries)
	h.texts(t.Corpus)
	for _, right := range t.Relevant {
		h.number(len(right))
		for _, at := range right {
			h.number(at)
		}
	}
	return h.hex()
}

// digest hashes values so that no two lists of them are one sequence of bytes.
type digest struct{ hash.Hash }

func (d digest) number(n int) { d.Write(binary.LittleEndian.AppendUint64(nil, uint64(n))) }

func (d digest) text(s string) {
	d.number(len(s))
	d.Write([]byte(s))
}

func (d digest) texts(list []string) {
	d.number(len(list))
	for _, s := range list {
		d.text(s)
	}
}

func (d digest) hex() string { return hex.EncodeToString(d.Sum(nil)) }

// StripDocstrings returns the task with [StripDocstring] applied to its corpus.
// Codes that differed in their docstring alone are equal then; what is right
// stays the same.
func (t *Task) StripDocstrings() *Task {
	stripped := *t
	stripped.Corpus = make([]string, len(t.Corpus))
	for i, code := range t.Corpus {
		stripped.Corpus[i] = StripDocstring(code)
	}
	return &stripped
}

// Distinct lists the different texts in order of first appearance, and for each
// text its index there, so that copies are embedded once and tie exactly.
func Distinct(texts []string) (distinct []string, index []int) {
	seen := make(map[string]int, len(texts))
	index = make([]int, len(texts))
	for i, text := range texts {
		at, ok := seen[text]
		if !ok {
			at = len(distinct)
			seen[text] = at
			distinct = append(distinct, text)
		}
		index[i] = at
	}
	return distinct, index
}
