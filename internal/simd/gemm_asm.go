//go:build (amd64 || arm64) && !purego

package simd

const (
	// kBlock columns of W stand in the first-level cache while a panel of them
	// (kBlock×16 float32, 12 KiB) is used on every row of x.
	kBlock = 192
	// mBlock rows of x, cut to kBlock columns (180 KiB), stay in the second
	// level while all panels pass.
	mBlock = 240
	// tileRows is the most rows that a kernel computes at once of one panel, with
	// AVX-512. Else they are 6: 6×16 sums fill twelve of AVX2's sixteen registers
	// and 24 of NEON's 32.
	tileRows = 8
	// pairRows is the rows of the kernel for two panels: 12×32 sums fill 24 of
	// AVX-512's registers.
	pairRows = 12
)

func gemmTiles(y []float32, ldy int, x []float32, ldx, m int, w *Packed, bias []float32) {
	gemmBlocked(y, ldy, x, ldx, m, w, bias, false, false)
}

// gemmBlocked is the blocked product of Goto and van de Geijn (2008, "Anatomy of
// High-Performance Matrix Multiplication") with W packed beforehand and x read
// in place. The sums start from the bias or, with add, from y.
func gemmBlocked(y []float32, ldy int, x []float32, ldx, m int, w *Packed, bias []float32, add, wide bool) {
	if w.k == 0 && !add { // no block would set y
		gemmGeneric(y, ldy, x, ldx, m, w, bias)
		return
	}
	for k0 := 0; k0 < w.k; k0 += kBlock {
		for i0 := 0; i0 < m; i0 += mBlock {
			gemmPanels(y[i0*ldy:], ldy, x[i0*ldx+k0:], ldx, min(mBlock, m-i0), w, k0, bias, add || k0 > 0, wide)
		}
	}
}

// gemmPanels computes the products of m rows of x with kBlock columns of W, from
// k0.
func gemmPanels(y []float32, ldy int, x []float32, ldx, m int, w *Packed, k0 int, bias []float32, add, wide bool) {
	for j := 0; j < w.n; {
		p := panelProduct{
			k:   min(kBlock, w.k-k0),
			b:   w.data[j*w.k+k0*panelWidth:],
			ldx: ldx, ldy: ldy, next: w.k * panelWidth,
			width: min(panelWidth, w.n-j),
			add:   add,
			wide:  wide,
		}
		if wide && w.n-j >= 2*panelWidth && m >= pairRows {
			p.width = 2 * panelWidth
		}
		if bias != nil {
			copy(p.bias[:], bias[j:j+p.width])
		}
		p.run(y[j:], x, m)
		j += p.width
	}
}

// panelProduct is a block of x times one panel of W, or two.
type panelProduct struct {
	k        int
	b        []float32
	ldx, ldy int
	next     int  // elements from one panel to the next
	width    int  // columns of y, up to panelWidth, or twice that for two panels
	add      bool // to y, instead of starting from the bias
	wide     bool // whether the kernels of AVX-512 may be used
	bias     [2 * panelWidth]float32
	lookAhead
}

// panel computes m rows of one panel.
func (p *panelProduct) panel(y, x []float32, m int) {
	for i := 0; i < m; {
		rows := p.tileFor(m - i)
		if p.width == panelWidth {
			p.tile(rows, &x[i*p.ldx], &y[i*p.ldy], p.ldy)
		} else {
			p.narrow(rows, &x[i*p.ldx], y[i*p.ldy:])
		}
		i += rows
	}
}

func (p *panelProduct) tileFor(rows int) int {
	switch {
	case p.wide && rows >= 8:
		return 8
	case rows >= 6:
		return 6
	case rows >= 4:
		return 4
	case rows >= 2:
		return 2
	}
	return 1
}

// start is what the sums start from: the bias in the first block of columns, and
// y in the later ones.
func (p *panelProduct) start(y *float32, ldy int) (init *float32, ldinit int) {
	if p.add {
		return y, ldy
	}
	return &p.bias[0], 0
}

// narrow goes by way of a full tile where y has fewer columns than a panel.
func (p *panelProduct) narrow(rows int, x *float32, y []float32) {
	var full [tileRows * panelWidth]float32
	if p.add {
		for r := range rows {
			copy(full[r*panelWidth:], y[r*p.ldy:r*p.ldy+p.width])
		}
	}
	p.tile(rows, x, &full[0], panelWidth)
	for r := range rows {
		copy(y[r*p.ldy:r*p.ldy+p.width], full[r*panelWidth:])
	}
}

// tileNAsm computes y[N, 16] = init[N, 16] + x[N, k] @ b[k, 16]. Strides count
// elements; ldinit may be 0, and init may be y. k is above zero.

//go:noescape
func tile4Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int)

//go:noescape
func tile2Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int)

//go:noescape
func tile1Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int)
