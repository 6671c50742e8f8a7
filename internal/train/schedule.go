package train

import "math"

// schedule is how the learning rate goes: up linearly during the warm-up, then
// down linearly to 0 at the end (transformers'
// get_linear_schedule_with_warmup).
type schedule struct {
	peak          float64
	warmup, steps int
}

func newSchedule(c Config, steps int) schedule {
	return schedule{c.LR, int(math.Ceil(c.Warmup * float64(steps))), steps}
}

// rate is the learning rate of step s, counted from 0; with a warm-up, that of
// the first step is 0, as in the reference.
func (s schedule) rate(step int) float64 {
	if step < s.warmup {
		return s.peak * float64(step) / float64(s.warmup)
	}
	return s.peak * float64(s.steps-step) / float64(max(1, s.steps-s.warmup))
}
