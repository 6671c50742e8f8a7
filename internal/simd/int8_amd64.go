//go:build !purego

package simd

const (
	tileAVX2 tileName = iota
	tileVNNI
	tileVNNI512
	tileAMX
)

var (
	int8AVX2    = int8Kernel{splitHeight, 16, 4, tileAVX2}
	int8VNNI    = int8Kernel{6, 16, 4, tileVNNI}
	int8VNNI512 = int8Kernel{12, 32, 4, tileVNNI512}
	int8AMX     = int8Kernel{1 << 30, 32, 64, tileAMX}
)

func (k int8Kernel) run(t *int8Tile) {
	switch k.name {
	case tileAVX2:
		tileInt8AVX2(t)
	case tileVNNI:
		tileInt8VNNI(t)
	case tileVNNI512:
		tileInt8VNNI512(t)
	case tileAMX:
		tileInt8AMX(t)
	}
}

func quantizeVNNI(dst []byte, x []float32) (step, low float32) {
	n := whole(len(x))
	step, low, inverse := rangeOf(x, n)
	if n > 0 {
		quantizeBytesAsm(&dst[0], &x[0], n, low, inverse)
	}
	quantizeTail(dst[n:], x[n:], low, inverse)
	return step, low
}

func quantizeVNNI512(dst []byte, x []float32) (step, low float32) {
	n := len(x) &^ 15
	step, low, inverse := rangeOf(x, whole(len(x)))
	if n > 0 {
		quantizeBytes512Asm(&dst[0], &x[0], n, low, inverse)
	}
	quantizeTail(dst[n:], x[n:], low, inverse)
	return step, low
}

func quantizeTail(dst []byte, x []float32, low, inverse float32) {
	for i, v := range x {
		dst[i] = quantum(v, low, inverse)
	}
	clear(dst[len(x):])
}

//go:noescape
func tileInt8AVX2(t *int8Tile)

//go:noescape
func tileInt8VNNI(t *int8Tile)

//go:noescape
func tileInt8VNNI512(t *int8Tile)

//go:noescape
func tileInt8AMX(t *int8Tile)

// Below, n counts elements, is above zero, and is a multiple of lanes (of 16
// for quantizeBytes512Asm).

//go:noescape
func quantizeBytesAsm(dst *byte, x *float32, n int, low, inverse float32)

//go:noescape
func quantizeBytes512Asm(dst *byte, x *float32, n int, low, inverse float32)
