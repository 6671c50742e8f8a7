package simd

import "slices"

// The packing of quantised weights, which every start of the program does
// before it can embed a query. So it moves vectors where the machine has them,
// and the words that groups are where it has not.

// pack fills the panels, totals, scales and sums of w. Its bytes differ from u in
// the bits of flip.
func (w *Int8Linear) pack(row func(i int) ([]int8, float32), flip byte) {
	depth := roundUp(w.k, kPad)
	ones := slices.Repeat([]int8{1}, w.k)
	for c := 0; c < w.n; c += int8Cols {
		panel := w.data[c*depth:][:int8Cols*depth]
		var rows [int8Cols][]int8
		width := min(int8Cols, w.n-c)
		for i := range width {
			u, scale := row(c + i)
			rows[i] = u[:w.k]
			w.totals[c+i] = active.dotInt8(rows[i], ones)
			w.scale[c+i], w.sums[c+i] = scale, scale*float32(w.totals[c+i])
		}
		packInt8Panel(panel, rows[:width], w.group, flip)
	}
}

// packInt8Panel puts up to 16 rows of equal length where they belong in a panel of
// zeros, and turns the bits of flip in all of it.
func packInt8Panel(panel []int8, rows [][]int8, group int, flip byte) {
	from := 0
	if len(rows) == int8Cols {
		from = packInt8PanelFast(panel, (*[int8Cols][]int8)(rows), group, flip)
	}
	for col, row := range rows {
		packInt8Row(panel, row, from, col, group)
	}
	if flip != 0 {
		for rest := panel[from*int8Cols:]; len(rest) > 0; rest = rest[1:] {
			rest[0] ^= int8(flip)
		}
	}
}

// packInt8Row does so for one row from an element on, a multiple of group.
func packInt8Row(panel, row []int8, from, col, group int) {
	at, step := from*int8Cols+col*group, int8Cols*group
	row = row[from:]
	switch group {
	case 4:
		for ; len(row) >= 4; row, at = row[4:], at+step {
			*(*[4]int8)(panel[at:]) = *(*[4]int8)(row)
		}
	case 2:
		for ; len(row) >= 2; row, at = row[2:], at+step {
			*(*[2]int8)(panel[at:]) = *(*[2]int8)(row)
		}
	}
	for ; len(row) > 0; at += step {
		row = row[copy(panel[at:at+group], row):]
	}
}
