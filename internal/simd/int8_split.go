package simd

// VPMADDUBSW, the fastest product of bytes that AVX2 has, multiplies unsigned by
// signed bytes and adds two neighbours, but holds their sum to 16 bits. So its
// kernel takes the weights as unsigned numbers, u+128, and the input as signed
// ones around a zero of each row:
//
//	q[r][k] = zero[r] + s[r][k]
//	Σ q·u = Σ s·(u+128)  -  128·Σ s  +  zero[r]·Σ u
//
// A sum of products then stays within 16 bits whatever the weights, if the
// positive ones of its s add up to at most 127, and the negative ones to at least
// -128. With zero near the mean of a row this is true not only of the pairs that
// the instruction adds, but of nearly all fours, k, k+1, k+4 and k+5, so that the
// kernel adds two of its results before it widens them. Where it is not true, the
// larger pair of the four is an outlier, or both: zeros take its place, and the
// kernel adds its products for itself, in 32 bits. In all-MiniLM-L6-v2 these are
// 9 of a row's 192 pairs, or 18 of 768.

// splitHeight is the number of rows in a tile of that kernel, which share a list
// of outliers.
const splitHeight = 5

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
