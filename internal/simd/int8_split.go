package simd

// VPMADDUBSW, the fastest product of bytes that AVX2 has, multiplies unsigned by
// signed bytes and adds two neighbours, but holds their sum to 16 bits. So its
// kernel takes the weights as unsigned numbers, u+128, and the input as signed
// ones around a zero of each row:
//
//	q[r][k] = zero[r] + s[r][k]
//	Σ q·u = Σ s·(u+128)  -  128·Σ s  +  zero[r]·Σ u
//
// A sum of two products then stays within 16 bits whatever the weights, if the
// positive ones of two neighbours in s add up to at most 127, and the negative
// ones to at least -128. Near enough to a row's mean all are. The few pairs
// further off are outliers: zeros take their place, and the kernel adds their
// products one by one, in 32 bits.

// splitHeight is the number of rows in a tile of that kernel, which share a list
// of outliers.
const splitHeight = 6

// outlier is a pair that is too large. The assembly knows its layout.
type outlier struct {
	weights uint32 // bytes from the panel's begin to the pair of column 0
	sums    uint32 // bytes from the tile's sums to those of the row
	pair    [2]int16
}

// splitRows is what Int8Rows needs for that kernel.
type splitRows struct {
	zero, base []int32 // [m, padded]; base is -128·Σs
	outliers   []outlier
	starts     []int // for each tile, and for one behind the last: multiples of 4
}

func (s *splitRows) clear() {
	s.outliers, s.starts = s.outliers[:0], s.starts[:0]
}
