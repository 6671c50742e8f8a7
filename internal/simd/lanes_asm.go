//go:build (amd64 || arm64) && !purego

package simd

// lanes is the number of float32 that the assembly takes at least: a register
// with AVX2, two with NEON. The functions here see to what is left.
const lanes = 8

// whole splits n into what the assembly takes and the tail.
func whole(n int) int { return n &^ (lanes - 1) }

// cacheLine is the bytes that memory is read by.
const cacheLine = 64

// share is what each of some does, so that together they do all.
func share(all, some int) int { return (all + some - 1) / some }

func dotLanes(a, b []float32) float32 {
	n := whole(len(a))
	var s float32
	if n > 0 {
		s = dotAsm(&a[0], &b[0], n)
	}
	for i := n; i < len(a); i++ {
		s += a[i] * b[i]
	}
	return s
}

func dotInt8Lanes(a, b []int8) int32 {
	n := len(a) &^ 15
	var s int32
	if n > 0 {
		s = dotInt8Asm(&a[0], &b[0], n)
	}
	for i := n; i < len(a); i++ {
		s += int32(a[i]) * int32(b[i])
	}
	return s
}

func geluLanes(x []float32) {
	n := whole(len(x))
	if n > 0 {
		geluAsm(&x[0], n)
	}
	if n < len(x) {
		var tail [lanes]float32
		copy(tail[:], x[n:])
		geluAsm(&tail[0], lanes)
		copy(x[n:], tail[:])
	}
}

func expSumLanes(x []float32, scale, shift float32) float32 {
	n := whole(len(x))
	var sum float32
	if n > 0 {
		sum = expSumAsm(&x[0], n, scale, shift)
	}
	if n < len(x) {
		var tail [lanes]float32
		copy(tail[:], x[n:])
		expSumAsm(&tail[0], lanes, scale, shift)
		for i := range copy(x[n:], tail[:]) {
			sum += tail[i]
		}
	}
	return sum
}

func maxLanes(x []float32) float32 {
	n := whole(len(x))
	m := x[0]
	if n > 0 {
		m = maxAsm(&x[0], n)
	}
	for _, v := range x[n:] {
		m = max(m, v)
	}
	return m
}

func scaleLanes(x []float32, by float32) {
	n := whole(len(x))
	if n > 0 {
		scaleAsm(&x[0], n, by)
	}
	scaleGeneric(x[n:], by)
}

func addLanes(y, x []float32) {
	n := whole(len(y))
	if n > 0 {
		addAsm(&y[0], &x[0], n)
	}
	addGeneric(y[n:], x[n:])
}

func addSumLanes(x, r []float32) float32 {
	n := whole(len(x))
	var sum float32
	if n > 0 {
		sum = addSumAsm(&x[0], &r[0], n)
	}
	return sum + addSumGeneric(x[n:], r[n:])
}

func squaresLanes(x []float32, mean float32) float32 {
	n := whole(len(x))
	var sum float32
	if n > 0 {
		sum = squaresAsm(&x[0], n, mean)
	}
	return sum + squaresGeneric(x[n:], mean)
}

func affineLanes(x []float32, mean, inv float32, gamma, beta []float32) {
	n := whole(len(x))
	if n > 0 {
		affineAsm(&x[0], &gamma[0], &beta[0], n, mean, inv)
	}
	affineGeneric(x[n:], mean, inv, gamma[n:], beta[n:])
}

// Below, n counts elements, is above zero, and is a multiple of lanes (of 16
// for dotInt8Asm).

//go:noescape
func dotAsm(a, b *float32, n int) float32

//go:noescape
func dotInt8Asm(a, b *int8, n int) int32

//go:noescape
func geluAsm(x *float32, n int)

//go:noescape
func expSumAsm(x *float32, n int, scale, shift float32) float32

//go:noescape
func maxAsm(x *float32, n int) float32

//go:noescape
func scaleAsm(x *float32, n int, by float32)

//go:noescape
func addAsm(y, x *float32, n int)

//go:noescape
func addSumAsm(x, r *float32, n int) float32

//go:noescape
func squaresAsm(x *float32, n int, mean float32) float32

//go:noescape
func affineAsm(x, gamma, beta *float32, n int, mean, inv float32)
