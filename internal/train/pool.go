package train

import (
	"sync"
	"sync/atomic"
)

// pool spreads tasks over threads.
type pool struct{ threads int }

// run calls f for each task, with the number of the thread, and returns when
// all are done. Threads take the next task as they become free, so that nothing
// may depend on which of them does what.
func (p pool) run(tasks int, f func(worker, task int)) {
	var next atomic.Int64
	work := func(worker int) {
		for {
			task := int(next.Add(1)) - 1
			if task >= tasks {
				return
			}
			f(worker, task)
		}
	}
	var wg sync.WaitGroup
	for worker := 1; worker < min(p.threads, tasks); worker++ {
		wg.Go(func() { work(worker) })
	}
	work(0)
	wg.Wait()
}
