package train

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/bert/berttest"
	"github.com/hunch-search/hunch/internal/simd"
)

func random(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// along is a loss to derive: the product with fixed numbers, which are then
// the gradient that backward is given.
func along(y, d []float32) float64 {
	var s float64
	for i := range y {
		s += float64(y[i]) * float64(d[i])
	}
	return s
}

// checkGradient compares got, the gradient of loss for x, with central
// differences at about so many samples. loss computes anew from the present x.
func checkGradient(t *testing.T, name string, samples int, x, got []float32, loss func() float64) {
	t.Helper()
	if len(x) != len(got) {
		t.Fatalf("%s: %d values, but a gradient of %d", name, len(x), len(got))
	}
	const h = 1e-2
	var largest float64
	for _, g := range got {
		largest = max(largest, math.Abs(float64(g)))
	}
	tolerance := 3e-3*largest + 5e-4
	bad := 0
	for i := 0; i < len(x); i += 1 + len(x)/samples {
		old := x[i]
		x[i] = old + h
		up := loss()
		x[i] = old - h
		down := loss()
		x[i] = old
		if want := (up - down) / (2 * h); !(math.Abs(float64(got[i])-want) <= tolerance) {
			bad++
			if bad <= 3 {
				t.Errorf("%s: the gradient for value %d is %v, by differences %v", name, i, got[i], want)
			}
		}
	}
}

func TestLinearGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	const tokens, in, out = 21, 20, 70 // out is more than one tile
	p := linearParams{out: out, in: in, w: random(r, out*in), b: random(r, out)}
	x, d := random(r, tokens*in), random(r, tokens*out)
	y := make([]float32, tokens*out)
	loss := func() float64 {
		l := linear{linearParams: p}
		l.pack()
		l.forward(y, x)
		return along(y, d)
	}
	l := linear{linearParams: p}
	l.pack()
	dx := make([]float32, len(x))
	l.backward(dx, d)
	checkGradient(t, "x", 97, x, dx, loss)
	l.addBackward(dx, d)
	for i := range dx {
		dx[i] /= 2
	}
	checkGradient(t, "x, added", 97, x, dx, loss)

	grad := linearParams{out: out, in: in, w: make([]float32, len(p.w)), b: make([]float32, len(p.b))}
	var packed simd.Packed
	packed.Reset(in, tokens)
	packed.PackColumns(0, x, tokens, in)
	for tile := range grad.gradTasks() {
		grad.addGrad(tile, d, &packed)
	}
	checkGradient(t, "w", 97, p.w, grad.w, loss)
	checkGradient(t, "b", 97, p.b, grad.b, loss)
}

func TestNormGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	const tokens, width = 5, 19
	p := normParams{random(r, width), random(r, width)}
	x, d := random(r, tokens*width), random(r, tokens*width)
	keep := normed{make([]float32, len(x)), make([]float32, tokens)}
	y := make([]float32, len(x))
	loss := func() float64 {
		copy(keep.x, x)
		standardize(keep, 1e-12)
		p.forward(y, keep.x)
		return along(y, d)
	}
	loss()
	dx, grad := slices.Clone(d), normParams{make([]float32, width), make([]float32, width)}
	p.backward(dx, keep, grad)
	checkGradient(t, "x", 97, x, dx, loss)
	checkGradient(t, "gamma", 97, p.gamma, grad.gamma, loss)
	checkGradient(t, "beta", 97, p.beta, grad.beta, loss)
}

func TestGELUGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	x, d := random(r, 101), random(r, 101)
	for i := range x {
		x[i] *= 3
	}
	x[7] = 0
	want := make([]float32, len(x))
	loss := func() float64 {
		geluForward(want, x)
		return along(want, d)
	}
	y, u := make([]float32, len(x)), slices.Clone(x)
	geluBackward(y, u, d)
	checkGradient(t, "x", 97, x, u, loss)
	loss()
	for i := range y {
		if math.Abs(float64(y[i]-want[i])) > 1e-6 {
			t.Errorf("GELU(%v): %v in the backward pass, %v in the forward pass", x[i], y[i], want[i])
		}
	}
}

func TestDropoutGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	x, d := random(r, 200), random(r, 200)
	drop := newDropout(0.3, 1, 2)
	y := make([]float32, len(x))
	dx := slices.Clone(d)
	drop.apply(dx, 5, 6)
	checkGradient(t, "x", 97, x, dx, func() float64 {
		copy(y, x)
		drop.apply(y, 5, 6)
		return along(y, d)
	})
}

func TestAttentionGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	const heads, width, n = 3, 24, 11
	a := attention{heads: heads, width: width}
	for _, rate := range []float32{0, 0.2} {
		drop := newDropout(rate, 1, 2)
		dropHead := func(p []float32, head int) { drop.apply(p, 0, head) }
		qkv, d := random(r, n*3*width), random(r, n*width)
		c, s := make([]float32, n*width), new(attentionScratch)
		got := slices.Clone(qkv)
		a.backward(got, d, s, dropHead)
		checkGradient(t, "qkv", 97, qkv, got, func() float64 {
			a.forward(c, qkv, s, dropHead)
			return along(c, d)
		})
	}
}

func TestPoolGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	const tokens, width = 4, 9
	for _, p := range []bert.Pooling{bert.MeanPooling, bert.CLSPooling} {
		x, d := random(r, tokens*width), random(r, width)
		e := make([]float32, width)
		loss := func() float64 {
			poolForward(e, x, p)
			return along(e, d)
		}
		length := poolForward(e, x, p)
		dx := make([]float32, len(x))
		poolBackward(dx, e, d, length, p)
		checkGradient(t, p.String(), 97, x, dx, loss)
	}
}

func TestEmbeddingGradient(t *testing.T) {
	c := berttest.Config()
	r := rand.New(rand.NewPCG(7, 1))
	l := newLayout(c)
	p, grads := over(c, random(r, l.size())), over(c, make([]float32, l.size()))
	ids := []int32{3, 5, 3, 1}
	x, d := make([]float32, len(ids)*c.HiddenSize), random(r, len(ids)*c.HiddenSize)
	loss := func() float64 {
		p.embedForward(x, ids)
		return along(x, d)
	}
	grads.embedBackward(d, ids)
	few := 6 * c.HiddenSize
	checkGradient(t, "words", 97, p.words[:few], grads.words[:few], loss)
	checkGradient(t, "positions", 97, p.positions[:few], grads.positions[:few], loss)
	checkGradient(t, "types", 97, p.types, grads.types, loss)
}

func TestRankingGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	const queries, candidates, width = 5, 8, 12
	masked := func(q, c int) bool { return q == 1 && c == 3 || q == 3 && c == 1 || q == 2 && c == 6 }
	for _, symmetric := range []bool{false, true} {
		l := ranking{scale: 2, symmetric: symmetric}
		e := random(r, (queries+candidates)*width)
		for i := range queries + candidates {
			bert.Normalize(e[i*width : (i+1)*width])
		}
		d, other := make([]float32, len(e)), make([]float32, len(e))
		l.loss(d, e, queries, width, masked)
		checkGradient(t, "embeddings", 97, e, d, func() float64 { return l.loss(other, e, queries, width, masked) })
	}
}

// Rounding changes a gradient a little: a bfloat16 is off by 0.2% in the mean,
// and what is off differs from product to product.
func TestBF16GradientsAreNearThoseOfFloat32(t *testing.T) {
	c := berttest.Config()
	weights, err := newLayout(c).load(open(t, berttest.Tensors(c, 1)))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(10, 1))
	texts := someTexts(r, 12, c)
	d := random(r, len(texts)*c.HiddenSize)
	gradients := func(bf16 bool) []float32 {
		n := newNetwork(c, weights, 2, 1<<30, bf16)
		n.pack()
		embeddings := make([]float32, len(d))
		drop := newDropout(0.1, 3, 4)
		n.backward(embeddings, d, n.forward(embeddings, texts, drop), drop)
		return n.grads.flat
	}
	want, got := gradients(false), gradients(true)
	for _, p := range newLayout(c) {
		if strings.HasSuffix(p.name, "key.bias") {
			continue // 0 but for rounding
		}
		var size, off float64
		for i := p.at; i < p.at+p.n; i++ {
			size += float64(want[i]) * float64(want[i])
			off += float64(got[i]-want[i]) * float64(got[i]-want[i])
		}
		if off = math.Sqrt(off / size); !(off > 0 && off < 0.03) {
			t.Errorf("%s: off by %.4f of its norm, want more than 0 and less than 0.03", p.name, off)
		}
	}
}

// The whole network, with dropout, over several items and slabs.
func TestNetworkGradient(t *testing.T) {
	c := berttest.Config()
	r := rand.New(rand.NewPCG(9, 1))
	for _, p := range []bert.Pooling{bert.MeanPooling, bert.CLSPooling} {
		if testing.Short() && p == bert.CLSPooling {
			continue
		}
		c.Pooling = p
		weights, err := newLayout(c).load(open(t, berttest.Tensors(c, 1)))
		if err != nil {
			t.Fatal(err)
		}
		texts := someTexts(r, 12, c)
		n := newNetwork(c, weights, 2, 1<<30, false)
		n.slabTokens = 150
		n.keep = 350
		drop := newDropout(0.1, 3, 4)
		embeddings, d := make([]float32, len(texts)*c.HiddenSize), random(r, len(texts)*c.HiddenSize)
		n.pack()
		slabs := n.forward(embeddings, texts, drop)
		if len(slabs) < 2 {
			t.Fatalf("%d slab, want several", len(slabs))
		}
		n.backward(embeddings, d, slabs, drop)
		for _, param := range newLayout(c) {
			part := func(x []float32) []float32 { return x[param.at : param.at+param.n] }
			checkGradient(t, param.name, 8, part(n.params.flat), part(n.grads.flat), func() float64 {
				n.pack()
				n.forward(embeddings, texts, drop)
				return along(embeddings, d)
			})
		}
	}
}
