package report

import (
	"time"
)

// clock tells how much of the whole report is done and how long the rest takes,
// by what a text costs to embed and a pair to train on, in relation to each
// other: in float32 a text costs four times what it costs in int8, and a step
// forward and back three times that.
type clock struct {
	tell  func(Progress)
	tasks []clockTask // that are left, in their order
	all   float64
	past  float64   // cost of the tasks before
	start time.Time // when the first of them that is not known began
	saved float64   // cost of what was known already

	now         clockTask
	done, total int
}

type clockTask struct {
	name string
	cost float64
}

const (
	costFP32  = 4.0
	costInt8  = 1.0
	costTrain = 25.0 // of a pair
)

// begin starts a task; what was planned before it was known already.
func (c *clock) begin(name string, total int) {
	for len(c.tasks) > 0 {
		t := c.tasks[0]
		if t.name == name {
			break
		}
		c.tasks = c.tasks[1:]
	}
	if c.now.name != "" {
		c.past += c.now.cost
		if c.done == 0 { // nothing had to be done for it
			c.saved += c.now.cost
		}
	}
	c.now, c.done, c.total = clockTask{name: name}, 0, total
	if len(c.tasks) > 0 && c.tasks[0].name == name {
		c.now = c.tasks[0]
	}
	c.show()
}

// embedded is the progress of an evaluator.
func (c *clock) embedded(done, total int) { c.at(done, total) }

func (c *clock) at(done, total int) {
	if c.start.IsZero() {
		c.start = time.Now()
	}
	c.done, c.total = done, total
	c.show()
}

func (c *clock) show() {
	if c.tell == nil {
		return
	}
	p := Progress{Task: c.now.name, Done: c.done, Total: c.total}
	spent := c.past
	if c.total > 0 {
		spent += c.now.cost * float64(c.done) / float64(c.total)
	}
	if c.all > 0 {
		p.Share = min(1, spent/c.all)
	}
	if worked := spent - c.saved; worked > 0 && !c.start.IsZero() {
		elapsed := time.Since(c.start)
		p.Left = time.Duration(float64(elapsed) * (c.all - spent) / worked)
	}
	c.tell(p)
}

func (c *clock) plan(name string, cost float64) {
	c.tasks = append(c.tasks, clockTask{name, cost})
	c.all += cost
}

// plan lists the tasks with what they cost. A text that a model has embedded for
// one set costs nothing for the next.
func (r *runner) plan() error {
	r.clock = clock{tell: r.Progress}
	pairs, err := r.pairs()
	if err != nil {
		return err
	}
	known := map[string]bool{}
	fresh := func(texts ...[]string) (n float64) {
		for _, list := range texts {
			for _, t := range list {
				if !known[t] {
					known[t] = true
					n++
				}
			}
		}
		return n
	}
	r.clock.plan("live queries", costFP32*fresh(r.texts.Corpus))
	for _, s := range r.report.Sets {
		if hasHNSW(s) {
			r.clock.plan("index of "+s.Name(), 0)
		}
	}
	for _, role := range []string{Base, Tuned, Shipped} {
		cost := costFP32
		if role == Tuned {
			if r.Trained == "" {
				r.clock.plan("training", costTrain*float64(len(pairs)))
			}
		}
		if role == Shipped && r.Shipped.Info().Precision == "int8" {
			cost = costInt8
		}
		if role != Base {
			clear(known)
		}
		for i, s := range r.report.Sets {
			r.clock.plan(role+" on "+s.Name(), cost*fresh(r.tasks[i].Corpus, r.tasks[i].Queries))
		}
	}
	return nil
}
