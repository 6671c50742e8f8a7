//go:build !purego

package simd

// lookAhead is of amd64 alone.
type lookAhead struct{}

// run computes m rows, as many at a time as a kernel takes.
func (p *panelProduct) run(y, x []float32, m int) { p.panel(y, x, m) }

func (p *panelProduct) tile(rows int, x, y *float32, ldy int) {
	init, ldinit := p.start(y, ldy)
	switch b := &p.b[0]; rows {
	case 6:
		tile6Asm(p.k, x, p.ldx, b, init, ldinit, y, ldy)
	case 4:
		tile4Asm(p.k, x, p.ldx, b, init, ldinit, y, ldy)
	case 2:
		tile2Asm(p.k, x, p.ldx, b, init, ldinit, y, ldy)
	default:
		tile1Asm(p.k, x, p.ldx, b, init, ldinit, y, ldy)
	}
}

//go:noescape
func tile6Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int)
