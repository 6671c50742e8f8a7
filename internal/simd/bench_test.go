package simd

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// The shapes are those of all-MiniLM-L6-v2: tokens × in × out.
func BenchmarkGemm(b *testing.B) {
	shapes := []struct{ m, k, n int }{
		{10, 384, 1152}, {512, 384, 1152}, {512, 384, 384},
		{512, 384, 1536}, {512, 1536, 384},
		{86, 32, 86}, {86, 86, 32},
	}
	r := rand.New(rand.NewPCG(1, 1))
	for _, kern := range implementations {
		peak := peakOf(kern.name, false)
		for _, s := range shapes {
			b.Run(fmt.Sprintf("%s/%dx%dx%d", kern.name, s.m, s.k, s.n), func(b *testing.B) {
				x, y := random(r, s.m*s.k), make([]float32, s.m*s.n)
				w, bias := Pack(random(r, s.n*s.k), s.n, s.k, s.k), random(r, s.n)
				for b.Loop() {
					kern.gemm(y, s.n, x, s.k, s.m, w, bias)
				}
				reportSpeed(b, 2*float64(s.m)*float64(s.k)*float64(s.n), peak, "GFLOP/s")
			})
		}
	}
}

// reportSpeed reports how many of ops a second there were, in units of 1e9, and
// how near that is to peak, where this is known.
func reportSpeed(b *testing.B, ops, peak float64, unit string) {
	speed := ops * float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(speed/1e9, unit)
	if peak > 0 {
		b.ReportMetric(100*speed/peak, "%peak")
	}
}

func BenchmarkElementwise(b *testing.B) {
	x := random(rand.New(rand.NewPCG(2, 1)), 1536)
	z := make([]float32, len(x))
	for _, k := range implementations {
		run := func(name string, f func()) {
			b.Run(k.name+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(4 * len(x)))
				for b.Loop() {
					f()
				}
			})
		}
		run("gelu", func() { k.gelu(z) })
		run("expSum", func() { k.expSum(z, 1, 0) })
		run("max", func() { k.max(x) })
		run("dot", func() { k.dot(x, z) })
		run("squares", func() { k.squares(x, 0.5) })
	}
}

func BenchmarkDotInt8(b *testing.B) {
	x, y := make([]int8, 384), make([]int8, 384)
	for _, k := range implementations {
		b.Run(k.name, func(b *testing.B) {
			b.SetBytes(384)
			for b.Loop() {
				k.dotInt8(x, y)
			}
		})
	}
}
