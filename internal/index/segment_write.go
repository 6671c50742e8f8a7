package index

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"unsafe"

	"github.com/hunch-search/hunch/internal/lexical"
	"github.com/hunch-search/hunch/internal/trigram"
	"github.com/hunch-search/hunch/internal/vector"
)

// maxRecords bounds files, chunks and symbols of one segment.
const maxRecords = math.MaxInt32

// segmentCopier writes files of other sources into a new segment, in order of
// path. It makes one pass over them per section and keeps nothing but the list
// of files, so that a merge takes no memory for the data.
type segmentCopier struct {
	ctx   context.Context
	meta  Meta
	files []ref
	out   *containerWriter

	chunks, names int
	vectors       int // of the chunks
	langs         map[string]uint32
	langList      []string
}

// writeSegment writes a segment of the files and what the manifest is to know
// of it to e. The graph, which may be nil, is over the vectors of these files in
// this order. It stops with ctx's error when ctx is done.
func writeSegment(ctx context.Context, f outFile, meta Meta, files []ref, graph *vector.HNSW, e *segmentEntry) (err error) {
	slices.SortFunc(files, func(a, b ref) int { return bytes.Compare(a.path(a.id), b.path(b.id)) })
	words, err := gatherWords(files)
	if err != nil {
		return err
	}
	grams, err := gatherTrigrams(files)
	if err != nil {
		return err
	}
	sections := len(segmentTags)
	if graph != nil {
		sections++
	}
	if len(words) > 0 {
		sections++
	}
	if len(grams) > 0 {
		sections++
	}
	if partial(files) {
		sections++
	}
	w := &segmentCopier{ctx: ctx, meta: meta, files: files, langs: map[string]uint32{},
		out: newContainerWriter(f, segmentMagic, sections)}
	if err := w.count(); err != nil {
		return err
	}
	type section struct {
		tag   string
		write func() error
	}
	required := []section{
		{"META", w.writeMeta},
		{"LANG", w.writeLanguages},
		{"PATH", func() error { return writeStrings(w.out, len(w.files), w.paths()) }},
		{"FILE", w.writeFiles},
		{"CHNK", w.writeChunks},
		{"NAME", func() error { return writeStrings(w.out, w.names, w.allNames()) }},
		{"SCAL", w.writeScales},
		{"VECS", w.writeVectors},
	}
	if w.vectors < w.chunks {
		required = append(required, section{rowsTag, w.writeRows})
	}
	for _, s := range required {
		if err := ctx.Err(); err != nil {
			return err
		}
		w.out.begin(s.tag)
		if err := s.write(); err != nil {
			return err
		}
	}
	if len(words) > 0 {
		w.out.beginOptional(lexicalTag)
		if _, err := lexical.Merge(contextWriter{ctx, w.out}, w.chunks, words...); err != nil {
			return err
		}
	}
	if len(grams) > 0 {
		w.out.beginOptional(trigramTag)
		if _, err := trigram.Merge(contextWriter{ctx, w.out}, len(files), grams...); err != nil {
			return err
		}
	}
	if graph != nil {
		w.out.beginOptional(graphTag)
		if _, err := graph.WriteTo(w.out); err != nil {
			return err
		}
	}
	e.files, e.chunks = uint32(len(files)), uint32(w.chunks)
	e.size, e.crc, err = w.out.finish()
	return err
}

// partial reports whether some chunk of the files has no vector.
func partial(files []ref) bool {
	for _, f := range files {
		rec := f.file(f.id)
		if from, to := f.rows(int(rec.first), int(rec.chunks)); to-from < int(rec.chunks) {
			return true
		}
	}
	return false
}

// gatherWords returns the words of the files' chunks, and where each chunk goes.
// Those of a source without words will not be known in the new segment either.
func gatherWords(files []ref) ([]lexical.Source, error) {
	var all []lexical.Source
	places := map[source]int{}
	next := 0
	for _, f := range files {
		at, seen := places[f.source]
		if !seen {
			ix, err := f.words()
			if err != nil {
				return nil, err
			}
			at = -1
			if ix != nil {
				at = len(all)
				all = append(all, lexical.Source{Index: ix, Docs: slices.Repeat([]int{lexical.Dropped}, ix.Docs())})
			}
			places[f.source] = at
		}
		rec := f.file(f.id)
		if at >= 0 {
			for c := range int(rec.chunks) {
				all[at].Docs[int(rec.first)+c] = next + c
			}
		}
		next += int(rec.chunks)
	}
	return all, nil
}

// gatherTrigrams returns the trigrams of the files, and where each goes, as
// gatherWords does.
func gatherTrigrams(files []ref) ([]trigram.Source, error) {
	var all []trigram.Source
	places := map[source]int{}
	for to, f := range files {
		at, seen := places[f.source]
		if !seen {
			ix, err := f.trigrams()
			if err != nil {
				return nil, err
			}
			at = -1
			if ix != nil {
				at = len(all)
				all = append(all, trigram.Source{Index: ix, Files: slices.Repeat([]int{trigram.Dropped}, ix.Files())})
			}
			places[f.source] = at
		}
		if at >= 0 {
			all[at].Files[f.id] = to
		}
	}
	return all, nil
}

// contextWriter fails when its context is done.
type contextWriter struct {
	ctx context.Context
	w   io.Writer
}

func (c contextWriter) Write(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(p)
}

// count finds the sizes and numbers the languages in order of appearance.
func (w *segmentCopier) count() error {
	for _, f := range w.files {
		lang := f.language(f.id)
		if _, ok := w.langs[string(lang)]; !ok {
			w.langs[string(lang)] = uint32(len(w.langList))
			w.langList = append(w.langList, string(lang))
		}
	}
	for f, c := range chunksOf(w.files) {
		w.chunks++
		w.names += int(f.chunk(c).names)
	}
	for _, f := range w.files {
		rec := f.file(f.id)
		from, to := f.rows(int(rec.first), int(rec.chunks))
		w.vectors += to - from
	}
	if n := max(len(w.files), w.chunks, w.names); n > maxRecords {
		return fmt.Errorf("%d records are more than the %d that one segment holds", n, maxRecords)
	}
	return nil
}

func (w *segmentCopier) writeMeta() error {
	m := w.meta
	var b []byte
	for _, v := range [...]int{m.Dim, m.Template, len(w.files), w.chunks, w.vectors} {
		b = le.AppendUint32(b, uint32(v))
	}
	for _, s := range [...]string{m.Model, m.Precision, m.Tool} {
		b = appendString(b, s)
	}
	w.out.Write(b)
	return nil
}

func (w *segmentCopier) writeLanguages() error {
	return writeStrings(w.out, len(w.langList), func(yield func([]byte) bool) {
		for _, s := range w.langList {
			if !yield([]byte(s)) {
				return
			}
		}
	})
}

func (w *segmentCopier) paths() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, f := range w.files {
			if !yield(f.path(f.id)) {
				return
			}
		}
	}
}

func (w *segmentCopier) allNames() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for f, c := range chunksOf(w.files) {
			rec := f.chunk(c)
			for i := range int(rec.names) {
				if !yield(f.name(int(rec.firstName) + i)) {
					return
				}
			}
		}
	}
}

func (w *segmentCopier) writeFiles() error {
	var buf [fileSize]byte
	next := uint32(0)
	for _, f := range w.files {
		rec := f.file(f.id)
		rec.first, rec.modTime, rec.lang = next, f.modTime, w.langs[string(f.language(f.id))]
		next += rec.chunks
		w.out.Write(rec.append(buf[:0]))
	}
	return nil
}

func (w *segmentCopier) writeChunks() error {
	var buf [chunkSize]byte
	next := uint32(0)
	for i, f := range w.files {
		rec := f.file(f.id)
		for c := range int(rec.chunks) {
			chunk := f.chunk(int(rec.first) + c)
			chunk.file, chunk.firstName = uint32(i), next
			next += chunk.names
			w.out.Write(chunk.append(buf[:0]))
		}
	}
	return nil
}

func (w *segmentCopier) writeScales() error {
	var buf []byte
	for _, f := range w.files {
		rec := f.file(f.id)
		buf = buf[:0]
		from, to := f.rows(int(rec.first), int(rec.chunks))
		for _, x := range f.matrix().Scales[from:to] {
			buf = le.AppendUint32(buf, math.Float32bits(x))
		}
		w.out.Write(buf)
	}
	return nil
}

func (w *segmentCopier) writeVectors() error {
	for _, f := range w.files {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		rec, m := f.file(f.id), f.matrix()
		from, to := f.rows(int(rec.first), int(rec.chunks))
		rows := m.Data[from*m.Dim : to*m.Dim]
		w.out.Write(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(rows))), len(rows)))
	}
	return nil
}

// writeRows lists the chunks that have vectors.
func (w *segmentCopier) writeRows() error {
	var buf []byte
	next := uint32(0)
	for _, f := range w.files {
		rec := f.file(f.id)
		buf = buf[:0]
		for c := range rec.chunks {
			if f.hasRow(int(rec.first + c)) {
				buf = le.AppendUint32(buf, next+c)
			}
		}
		next += rec.chunks
		w.out.Write(buf)
	}
	return nil
}
