//go:build !purego

package simd

import "time"

// peaks says for each implementation what its float32 and its quantised
// product could reach at most.
var peaks = map[string]struct{ float, int8 probe }{
	"avx2":       {fma, maddubs},
	"avxvnni":    {fma, vnni},
	"avx512":     {fma512, maddubs},
	"avx512vnni": {fma512, vnni512},
	"amx":        {fma512, tiles},
}

// probe is a loop, and how many multiplications and additions a round has.
type probe struct {
	run func(n int)
	ops float64
}

var (
	fma     = probe{peakFMA, 12 * 8 * 2}
	fma512  = probe{peakFMA512, 16 * 16 * 2}
	maddubs = probe{peakMaddubs, 6 * 64 * 2}
	vnni    = probe{peakVNNI, 12 * 32 * 2}
	vnni512 = probe{peakVNNI512, 16 * 64 * 2}
	tiles   = probe{peakAMX, 4 * 16 * 16 * 64 * 2}
)

// peak measures operations a second; the best of some rounds, as a shared
// machine is slower at times, never faster.
func (p probe) peak() float64 {
	const n = 20000
	var best float64
	for range 5 {
		start := time.Now()
		p.run(n)
		best = max(best, p.ops*n/time.Since(start).Seconds())
	}
	return best
}

// peakOf returns operations a second, or 0 where nothing is known.
func peakOf(name string, int8 bool) float64 {
	p, ok := peaks[name]
	switch {
	case !ok:
		return 0
	case int8:
		return p.int8.peak()
	}
	return p.float.peak()
}
