//go:build !purego

package simd

import "slices"

// quantizeSplit writes row r of q as [splitRows] says.
func quantizeSplit(q *Int8Rows, r int, x []float32) {
	const lanes = 16
	n, dst := len(x)&^(lanes-1), q.row(r)
	step, low, inverse := rangeOf(x, whole(len(x)))
	zero, sums := zeroOf(x, low, inverse), uint32(r%splitHeight*4*int8Cols)
	out := q.split.room(r, q.m, len(x))
	var sum, found int32
	if n > 0 {
		sum, found = splitRowAsm(&dst[0], &x[0], n, low, inverse, zero, sums, &out[0])
	}
	clear(dst[n:])
	tail := splitTail{dst: dst, zero: zero, sums: sums, sum: sum, out: out[:found]}
	for ; n < len(x); n += 2 {
		tail.pair(n, x[n:min(n+2, len(x))], low, inverse)
	}
	q.step[r], q.low[r] = step, low
	q.split.add(r, q.m, zero, tail.sum, len(tail.out))
}

// zeroOf returns about the mean of a row's q. Any number will do, but the nearer
// it is to most of them, the fewer outliers there are.
func zeroOf(x []float32, low, inverse float32) int32 {
	n := whole(len(x))
	if n == 0 {
		return 128
	}
	mean := (sumAsm(&x[0], n)/float32(n) - low) * inverse
	return min(max(int32(mean), 0), 255)
}

// room makes place for row r of m, which has n elements, and returns that for
// its outliers.
func (s *splitRows) room(r, m, n int) []outlier {
	if r == 0 {
		tiles := (m + splitHeight - 1) / splitHeight
		grow(&s.zero, tiles*splitHeight)
		grow(&s.base, tiles*splitHeight)
		grow(&s.starts, tiles+1)
		s.starts[0] = 0
	}
	s.outliers = slices.Grow(s.outliers, n/2+1+3)
	return s.outliers[len(s.outliers):cap(s.outliers)]
}

// add sets row r of m, the found outliers of which stand behind the last row's.
// Those of a tile are filled up to a multiple of four.
func (s *splitRows) add(r, m int, zero, sum int32, found int) {
	s.zero[r], s.base[r] = zero, -128*sum
	s.outliers = s.outliers[:len(s.outliers)+found]
	if r%splitHeight < splitHeight-1 && r < m-1 {
		return
	}
	for len(s.outliers)%4 > 0 {
		s.outliers = append(s.outliers, outlier{})
	}
	s.starts[r/splitHeight+1] = len(s.outliers)
}

// splitTail is a row of which less than a register is left.
type splitTail struct {
	dst  []byte
	zero int32
	sums uint32
	sum  int32
	out  []outlier
}

// pair adds the elements k and k+1, or k alone.
func (t *splitTail) pair(k int, x []float32, low, inverse float32) {
	var pair [2]int16
	var high, deep int16
	for i, v := range x {
		s := int16(int32(quantum(v, low, inverse)) - t.zero)
		high, deep = high+max(s, 0), deep+min(s, 0)
		pair[i] = s
	}
	t.sum += int32(high) + int32(deep)
	if high > 127/2 || deep < -128/2 { // and so never too large together
		t.out = append(t.out, outlier{pairOffset(k), t.sums, pair})
		return
	}
	t.dst[k], t.dst[k+1] = byte(pair[0]), byte(pair[1])
}

// pairOffset is where in a panel of groups of 4 the elements k and k+1 are.
func pairOffset(k int) uint32 { return uint32(k&^3*int8Cols + k&3) }

// splitRowAsm splits the first n elements, a multiple of 16 above zero. It
// returns the sum of s and how many outliers it has put to out, at most n/2.
//
//go:noescape
func splitRowAsm(dst *byte, x *float32, n int, low, inverse float32, zero int32, sums uint32, out *outlier) (sum, found int32)

// sumAsm adds n elements, a multiple of lanes above zero.
//
//go:noescape
func sumAsm(x *float32, n int) float32
