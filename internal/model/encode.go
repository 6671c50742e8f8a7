package model

import (
	"context"
	"iter"
	"runtime"
	"sync"

	"github.com/hunch-search/hunch/internal/wordpiece"
)

// Embedding is the result for one text.
type Embedding struct {
	Vector []float32 // Dim numbers of length 1, the caller's own
	Tokens int       // of the text, with [CLS], [SEP] and prompt, before it was cut
	Cut    int       // how many of them did not fit the model
}

// batchTokens is the size of a batch, with which the kernels reach their speed.
// A larger one is not faster, and it is lost when ctx ends.
const batchTokens = 512

// Encode embeds documents, with the model's prompt for documents before each, on
// threads goroutines, 0 meaning one for each processor. It passes them to emit in
// the order in which they came, one at a time. Documents are drawn as they are
// needed: a few batches are in memory at once. The tag travels with its text.
//
// When ctx ends, what is complete has been emitted, in order, and Encode returns
// ctx's error as soon as docs lets go: where docs waits for something, it must
// itself end with ctx. An error of emit ends Encode, which returns it.
func Encode[T any](ctx context.Context, m *Model, threads int, docs iter.Seq2[T, string], emit func(T, Embedding) error) error {
	eng, err := m.engine()
	if err != nil {
		return err
	}
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	// Whatever ends Encode, its goroutines must have ended before it returns:
	// docs may hold resources of the caller.
	inner, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()

	work := make(chan *batch[T])
	order := make(chan *batch[T], 2*threads)
	wg.Go(func() {
		defer close(order)
		defer close(work)
		produce(inner, m, eng.tok, docs, work, order)
	})
	for range threads {
		wg.Go(func() {
			e := eng.bert.NewEncoder()
			for b := range work {
				b.err = e.Encode(inner, b.vectors, b.ids)
				close(b.done)
			}
		})
	}
	for b := range order {
		<-b.done
		if b.err != nil {
			return b.err
		}
		if err := b.emit(m.Dim(), emit); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// batch is some consecutive documents.
type batch[T any] struct {
	tags    []T
	ids     [][]int32
	total   []int // tokens before the cut
	tokens  int
	vectors []float32
	err     error
	done    chan struct{}
}

func (b *batch[T]) emit(dim int, emit func(T, Embedding) error) error {
	for i, tag := range b.tags {
		v := b.vectors[i*dim : (i+1)*dim : (i+1)*dim]
		if err := emit(tag, Embedding{v, b.total[i], b.total[i] - len(b.ids[i])}); err != nil {
			return err
		}
	}
	return nil
}

// produce tokenises documents and hands out batches until ctx ends.
func produce[T any](ctx context.Context, m *Model, tok *wordpiece.Tokenizer, docs iter.Seq2[T, string], work, order chan<- *batch[T]) {
	b := new(batch[T])
	for tag, text := range docs {
		ids, total := tok.EncodeCount(nil, m.info.DocumentPrompt+text, m.info.MaxTokens)
		if b.tokens > 0 && b.tokens+len(ids) > batchTokens {
			if !b.send(ctx, m.Dim(), work, order) {
				return
			}
			b = new(batch[T])
		}
		b.tags, b.ids, b.total = append(b.tags, tag), append(b.ids, ids), append(b.total, total)
		b.tokens += len(ids)
		if ctx.Err() != nil {
			return
		}
	}
	if b.tokens > 0 {
		b.send(ctx, m.Dim(), work, order)
	}
}

// send puts b in line and then to work. A batch that comes in line but not to
// work is done with ctx's error, so that waiting for it ends.
func (b *batch[T]) send(ctx context.Context, dim int, work, order chan<- *batch[T]) bool {
	b.vectors = make([]float32, len(b.tags)*dim)
	b.done = make(chan struct{})
	select {
	case order <- b:
	case <-ctx.Done():
		return false
	}
	select {
	case work <- b:
		return true
	case <-ctx.Done():
		b.err = ctx.Err()
		close(b.done)
		return false
	}
}
