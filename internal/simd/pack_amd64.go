//go:build !purego

package simd

import "golang.org/x/sys/cpu"

// packInt8PanelFast returns the element up to which it has packed the rows.
func packInt8PanelFast(panel []int8, rows *[int8Cols][]int8, group int, flip byte) (done int) {
	n := len(rows[0]) &^ 15
	if n == 0 || group != 4 || !cpu.X86.HasAVX2 {
		return 0
	}
	for half := 0; half < int8Cols; half += 8 {
		var at [8]*int8
		for i := range at {
			at[i] = &rows[half+i][0]
		}
		packRowsAsm(&panel[4*half], &at, n, 0x01010101*uint32(flip))
	}
	return n
}

// packRowsAsm packs the first n elements, a multiple of 16 above zero, of 8
// rows in groups of 4 to one half of a panel, and turns the bits of flip.
//
//go:noescape
func packRowsAsm(dst *int8, rows *[8]*int8, n int, flip uint32)
