package train

import "github.com/hunch-search/hunch/internal/simd"

// dropout zeroes a share of the values at random and scales the others so that
// the expectation stays (Srivastava et al. 2014, section 10, "inverted").
//
// Which values go is a function of seed, step, text, site and the value's place
// in the text, and of nothing else: the backward pass, and the second forward
// pass of gradient caching, ask again instead of keeping masks. Backward is the
// same function as forward, on the gradient.
type dropout struct {
	rate float32
	key  uint64 // of seed and step
}

func newDropout(rate float32, seed uint64, step int) dropout {
	return dropout{rate, mix(mix(seed) + uint64(step))}
}

// apply drops values of x, which are all of one text at one site, in order.
func (d dropout) apply(x []float32, text, site int) {
	if d.rate <= 0 {
		return
	}
	key := mix(mix(d.key+uint64(text)) + uint64(site))
	simd.Dropout{
		Key0: uint32(key), Key1: uint32(key >> 32),
		Threshold: uint32(float64(d.rate) * (1 << 32)),
		Scale:     1 / (1 - d.rate),
	}.Apply(x)
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
