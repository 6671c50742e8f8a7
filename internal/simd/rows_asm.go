//go:build (amd64 || arm64) && !purego

package simd

// rowGroup is the number of rows that dotInt8RowsAsm takes at a time.
const rowGroup = 4

func dotInt8RowsLanes(dst []int32, q, rows []int8, ids []uint32) {
	n := len(q) &^ 15
	if n == 0 {
		dotInt8RowsGeneric(dst, q, rows, ids)
		return
	}
	groups := len(ids) &^ (rowGroup - 1)
	if groups > 0 {
		dotInt8RowsAsm(&dst[0], &q[0], &rows[0], n, len(q), &ids[0], groups)
	}
	if rest := ids[groups:]; len(rest) > 0 {
		var sums [rowGroup]int32
		padded := [rowGroup]uint32{rest[0], rest[0], rest[0], rest[0]}
		copy(padded[:], rest)
		dotInt8RowsAsm(&sums[0], &q[0], &rows[0], n, len(q), &padded[0], rowGroup)
		copy(dst[groups:], sums[:])
	}
	if n == len(q) {
		return
	}
	for i, id := range ids {
		at := int(id)*len(q) + n
		dst[i] += dotInt8Generic(q[n:], rows[at:at+len(q)-n])
	}
}

// dotInt8RowsAsm takes the first n elements of rows that lie stride apart; n
// is above zero and a multiple of 16, count one of rowGroup.
//
//go:noescape
func dotInt8RowsAsm(dst *int32, q, rows *int8, n, stride int, ids *uint32, count int)
