//go:build !purego

package simd

// gemmAVX512 gives the same bits as gemmTiles.
func gemmAVX512(y []float32, ldy int, x []float32, ldx, m int, w *Packed, bias []float32) {
	gemmBlocked(y, ldy, x, ldx, m, w, bias, false, true)
}

// lookAhead is where in b the next panels are, of which each tile asks for some
// while it computes: a panel comes from a farther cache than a tile can wait for.
type lookAhead struct {
	at   int // elements
	pace int // bytes in a step of k
}

// plan shares the next panels out among the tiles of m rows.
func (p *panelProduct) plan(panels, m, rows int) {
	p.lookAhead = lookAhead{panels * p.next, share(cacheLine, max(m/rows, 1))}
}

// ask returns where a tile is to ask.
func (p *panelProduct) ask() *float32 {
	at := min(p.at, len(p.b)-1)
	p.at += p.pace * p.k / 4
	return &p.b[at]
}

// run computes m rows, as many at a time as a kernel takes.
func (p *panelProduct) run(y, x []float32, m int) {
	if p.width <= panelWidth {
		p.plan(1, m, p.tileFor(m))
		p.panel(y, x, m)
		return
	}
	p.plan(2, m, pairRows)
	i := 0
	for ; m-i >= pairRows; i += pairRows {
		p.pair(&x[i*p.ldx], &y[i*p.ldy])
	}
	if i < m {
		p.split(y[i*p.ldy:], x[i*p.ldx:], m-i)
	}
}

// split computes the rows that are left of two panels, one panel at a time.
func (p *panelProduct) split(y, x []float32, m int) {
	half := *p
	half.width = panelWidth
	half.panel(y, x, m)
	half.b = p.b[p.next:]
	copy(half.bias[:], p.bias[panelWidth:])
	half.panel(y[panelWidth:], x, m)
}

func (p *panelProduct) pair(x, y *float32) {
	init, ldinit := p.start(y, p.ldy)
	tile12x32Asm(p.k, x, p.ldx, &p.b[0], p.next, init, ldinit, y, p.ldy, p.ask(), p.pace)
}

func (p *panelProduct) tile(rows int, x, y *float32, ldy int) {
	init, ldinit := p.start(y, ldy)
	switch b := &p.b[0]; rows {
	case 8:
		tile8Asm(p.k, x, p.ldx, b, init, ldinit, y, ldy, p.ask(), p.pace)
	case 6:
		tile6Asm(p.k, x, p.ldx, b, init, ldinit, y, ldy, p.ask(), p.pace)
	case 4:
		tile4Asm(p.k, x, p.ldx, b, init, ldinit, y, ldy)
	case 2:
		tile2Asm(p.k, x, p.ldx, b, init, ldinit, y, ldy)
	default:
		tile1Asm(p.k, x, p.ldx, b, init, ldinit, y, ldy)
	}
}

// Below, the kernels ask for what is at ahead, pace bytes further in each step.

//go:noescape
func tile6Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int, ahead *float32, pace int)

//go:noescape
func tile8Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int, ahead *float32, pace int)

// tile12x32Asm computes two panels, the second next elements behind b, and 32
// columns of init and y. It asks for as much again next elements behind ahead.
//
//go:noescape
func tile12x32Asm(k int, x *float32, ldx int, b *float32, next int, init *float32, ldinit int, y *float32, ldy int, ahead *float32, pace int)
