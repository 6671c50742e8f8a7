package source

// Folders are read ahead of the walk by several goroutines, since most of a walk
// is waiting for the file system to tell of each file; the walk takes their
// listings in its own order.

import (
	"runtime"
	"sync"
)

// task is a folder to be listed.
type task struct {
	folder  string // as in walker
	scope   scope  // of the folder above
	welcome bool   // the root, or what a .hunchignore brings back: entered whatever it is

	listing *listing      // once done is closed
	done    chan struct{} // nil until a reader has taken the task
}

// maxAhead is how many of the folders in one folder are read before the walk
// comes to them, which bounds what listings take of memory.
const maxAhead = 16

// readers leaves a processor to the walk; where there is none to leave, a reader
// still helps while a disk has to be waited for.
func readers() int { return min(max(runtime.GOMAXPROCS(0)-1, 1), maxAhead/2) }

// ahead hands folders to readers, those first that the walk needs first.
type ahead struct {
	mu     sync.Mutex
	work   sync.Cond
	stack  []*batch // of the folders that the walk is in, the innermost last
	closed bool
}

// batch is the folders in one folder.
type batch struct {
	tasks []*task
	next  int // the first that nobody has taken
	walk  int // the first that the walk has not come to
}

// start starts the readers and returns what ends them.
func (a *ahead) start(w *walker) (stop func()) {
	a.work.L = &a.mu
	var wg sync.WaitGroup
	for range readers() {
		wg.Go(func() {
			for t := a.next(); t != nil; t = a.next() {
				t.listing = w.listFolder(t)
				close(t.done)
			}
		})
	}
	return func() {
		a.mu.Lock()
		a.closed = true
		a.mu.Unlock()
		a.work.Broadcast()
		wg.Wait()
	}
}

// next waits for a task and takes it; nil at the end.
func (a *ahead) next() *task {
	a.mu.Lock()
	defer a.mu.Unlock()
	for !a.closed {
		for i := len(a.stack) - 1; i >= 0; i-- {
			if b := a.stack[i]; b.next < min(len(b.tasks), b.walk+maxAhead) {
				t := b.tasks[b.next]
				b.next++
				t.done = make(chan struct{})
				return t
			}
		}
		a.work.Wait()
	}
	return nil
}

// offer lets readers have the folders that the walk comes to next.
func (a *ahead) offer(tasks []*task) {
	if len(tasks) == 0 {
		return
	}
	a.mu.Lock()
	a.stack = append(a.stack, &batch{tasks: tasks})
	a.mu.Unlock()
	a.work.Broadcast()
}

// withdraw takes back what was offered last.
func (a *ahead) withdraw(tasks []*task) {
	if len(tasks) == 0 {
		return
	}
	a.mu.Lock()
	a.stack = a.stack[:len(a.stack)-1]
	a.mu.Unlock()
}

// take returns the listing of the next folder in the walk's order. The walk
// reads it itself if nobody has begun to.
func (a *ahead) take(w *walker, t *task) *listing {
	if a.claim(t) {
		return w.listFolder(t)
	}
	<-t.done
	l := t.listing
	t.listing = nil // it may be large, and the task stays while its siblings do
	return l
}

// claim moves the walk on to t, and reports whether t is left to it.
func (a *ahead) claim(t *task) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.stack) == 0 {
		return true // the root
	}
	b := a.stack[len(a.stack)-1]
	b.walk++
	if t.done == nil {
		b.next = b.walk
	} else {
		a.work.Signal()
	}
	return t.done == nil
}
