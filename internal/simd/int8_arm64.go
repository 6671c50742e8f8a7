//go:build !purego

package simd

const (
	tileNEON tileName = iota
	tileDot
)

var (
	int8NEON = int8Kernel{6, 16, 2, tileNEON}
	int8Dot  = int8Kernel{6, 16, 16, tileDot}
)

func (k int8Kernel) run(t *int8Tile) {
	switch k.name {
	case tileNEON:
		tileInt8NEON(t)
	case tileDot:
		tileInt8Dot(t)
	}
}

// signed makes a byte of q one of q-128.
const signed = 0x80

func quantizeSigned(dst []byte, x []float32) (step, low float32) {
	n := whole(len(x))
	step, low, inverse := rangeOf(x, n)
	if n > 0 {
		quantizeSignedAsm(&dst[0], &x[0], n, low, inverse)
	}
	for i, v := range x[n:] {
		dst[n+i] = quantum(v, low, inverse) ^ signed
	}
	clear(dst[len(x):])
	return step, low
}

//go:noescape
func tileInt8NEON(t *int8Tile)

//go:noescape
func tileInt8Dot(t *int8Tile)

// n counts elements, is above zero, and is a multiple of lanes.
//
//go:noescape
func quantizeSignedAsm(dst *byte, x *float32, n int, low, inverse float32)
