package simd

// ScanInt8 computes dst[i] = q · row i, exactly as [DotInt8] does, of rows that
// lie one behind the other: [len(dst), len(q)] row-major. It is what an exact
// search runs over all vectors: memory is its limit, so it reads ahead.
func ScanInt8(dst []int32, q, rows []int8) {
	if len(rows) != len(dst)*len(q) {
		panic("simd: ScanInt8 of rows of another shape than the results and the query")
	}
	if len(dst) > 0 {
		active.scanInt8(dst, q, rows)
	}
}

func scanInt8Generic(dst []int32, q, rows []int8) {
	for i := range dst {
		dst[i] = dotInt8Generic(q, rows[i*len(q):(i+1)*len(q)])
	}
}

// ReadAll adds up x as fast as it can be read, by words of which nobody needs
// the sum: no scan can be faster, so benchmarks compare themselves with it.
func ReadAll(x []int8) uint64 { return readAll(x) }

func readAllGeneric(x []int8) (sum uint64) {
	for _, v := range x {
		sum += uint64(v)
	}
	return sum
}
