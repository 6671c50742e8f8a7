package hunch

// What may answer the query goes first, where there is no time for all.

import (
	"context"
	"crypto/sha256"
	"errors"
	"maps"
	"slices"

	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/rank"
	"github.com/hunch-search/hunch/internal/source"
)

// firstCandidates is how many of the chunks that promise most for a query are
// embedded before all others, and how many of those that match its words are
// candidates where not all are embedded; see docs/ranking.md.
const firstCandidates = 200

// firstRepeat stands in for [rank.Weights.Repeat] where it is about which chunks to
// embed: several of one file tell more about it.
const firstRepeat = 1

// firstBytes is how much is read before anything is embedded. In the labelled
// repositories, of up to 10 MB, 99.7% of the files with answers are in 2 MB. Tests set
// it lower.
var firstBytes int64 = 4 << 20

// answerFirst does what serves the query most. The scan may take a quarter of the
// time and the reading what is left of half of it, so that something is embedded on
// a slow machine, too.
func (u *updater) answerFirst(ctx context.Context, q Query, end deadline) error {
	quarter, cancel := end.share(ctx, 0.25)
	defer cancel()
	if err := u.byPromise(quarter, q); err != nil {
		return err
	}
	half, cancel := end.share(ctx, 0.5)
	defer cancel()
	if err := u.read(half, firstBytes, deadline{}); err != nil && (ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded)) {
		return err
	}
	if len(u.unread) == 0 && u.lacking() <= firstCandidates {
		return nil // all of it is soon done
	}
	if err := u.commit(ctx); err != nil { // what was read is to be found
		return err
	}
	whole, cancel := u.beforeCommit(end).share(ctx, 1)
	defer cancel()
	return u.embedBest(whole, q)
}

// wanted is a chunk to be embedded.
type wanted struct {
	file  index.FileInfo
	chunk int // of the file's
}

// promising lists the chunks without a vector that are the likeliest answers, as
// far as words and names tell, the best first. With a regular expression they have
// a line that matches.
func (u *updater) promising(ctx context.Context, q Query) ([]wanted, error) {
	keep, err := q.filter()
	if err != nil {
		return nil, err
	}
	v, err := u.encode(q.Text)
	if err != nil {
		return nil, err
	}
	view := u.w.View()
	if q.Regexp != "" {
		if keep, _, err = u.matching(ctx, view, &q); err != nil {
			return nil, err
		}
	}
	p, err := q.gather(view, v, keep, sourcesOf(view), 0)
	if err != nil {
		return nil, err
	}
	weights := *rank.Learned()
	weights.Repeat = firstRepeat
	var list []wanted
	for _, r := range rank.Order(&weights, p.query, p.candidates, 1) {
		if p.candidates[r.Candidate].HasVector {
			continue
		}
		f := view.FileOf(p.ids[r.Candidate])
		list = append(list, wanted{f, int(p.ids[r.Candidate] - f.FirstChunk)})
	}
	return list[:min(len(list), firstCandidates)], nil
}

// embedBest embeds the chunks of the last commit that are the likeliest answers to a
// query, the best first. Those that it came to are in the index, whatever ended it.
func (u *updater) embedBest(ctx context.Context, q Query) error {
	list, err := u.promising(ctx, q)
	if err != nil {
		return err
	}
	err = u.encodeAll(ctx, func(yield func(ticket, string) bool) {
		for _, c := range list {
			w, seen := u.half[c.file.Path]
			if !seen {
				w = u.asIndexed(c.file)
				u.half[c.file.Path] = w
			}
			if w == nil || w.chunks[c.chunk].Vector != nil {
				continue
			}
			if t := (ticket{w, c.chunk}); !yield(t, t.text()) {
				return
			}
		}
	}, func(*work) error { return nil })
	for _, path := range slices.Sorted(maps.Keys(u.half)) {
		if w := u.half[path]; w != nil && w.todo < len(w.chunks) {
			if err := u.add(ctx, w, readCommit); err != nil {
				return err
			}
		}
	}
	return err
}

// asIndexed cuts a file of the index again, with the vectors that are known. It is
// nil if the file is not what was indexed, or is still to be cut by other rules.
func (u *updater) asIndexed(f index.FileInfo) *work {
	if f.Outdated || !f.Analysed {
		return nil
	}
	file := source.File{Path: f.Path, Size: f.Size, Forced: true}
	text, err := u.files.Read(file)
	if err != nil || sha256.Sum256(text) != f.Hash {
		return nil
	}
	w := u.newWork(file, text, f.Hash)
	if len(w.chunks) != f.Chunks {
		return nil
	}
	w.file.ModTime = f.ModTime
	u.recall(w)
	u.recalled.Add(int64(max(0, len(w.chunks)-w.todo-f.Embedded)))
	return w
}
