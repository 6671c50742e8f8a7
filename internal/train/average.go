package train

import "math"

// average is the mean of the weights after some of the last steps; see
// [Config.AverageFrom].
type average struct {
	first, every int // steps done at the first snapshot, and between two
	count        int
	mean         []float32
}

func newAverage(c Config, steps, size int) average {
	if c.AverageFrom == 0 {
		return average{}
	}
	first := int(math.Ceil(c.AverageFrom * float64(steps)))
	return average{first: max(first, 1), every: c.AverageEvery, mean: make([]float32, size)}
}

// see takes the weights into the mean if those after this many steps count.
func (a *average) see(weights []float32, steps int, p pool) {
	if a.mean == nil || steps < a.first || (steps-a.first)%a.every != 0 {
		return
	}
	a.count++
	share := 1 / float32(a.count)
	p.run((len(weights)+chunkSize-1)/chunkSize, func(_, i int) {
		from, to := i*chunkSize, min((i+1)*chunkSize, len(weights))
		mean := a.mean[from:to]
		for j, w := range weights[from:to] {
			mean[j] += (w - mean[j]) * share
		}
	})
}
