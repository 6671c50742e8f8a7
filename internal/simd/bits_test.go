package simd

import (
	"hash/crc32"
	"math"
	"math/rand/v2"
	"testing"
)

// bitsOf holds checksums of what assembly computes from the same numbers. They
// are the same on amd64 and arm64.
var bitsOf = map[string]uint32{
	"gemm":     0x2e090673,
	"gemmInt8": 0x9ee376c7,
	"gelu":     0xa2ff2442,
	"expSum":   0xcc70331c,
	"norm":     0x34497dd7,
	"dot":      0xdb689ed0,
}

// Embeddings are kept and compared across machines.
func TestAssemblyGivesTheSameBitsOnEveryArchitecture(t *testing.T) {
	for i, kern := range implementations[1:] {
		got := computed(kern)
		for name, want := range bitsOf {
			if i > 0 && name == "gelu" {
				continue // AVX-512's divides in another way
			}
			if crc := checksum(got[name]); crc != want {
				t.Errorf("%s: %s has checksum %#08x, want %#08x", kern.name, name, crc, want)
			}
		}
	}
}

func computed(k kernels) map[string][]float32 {
	const m, n, d = 19, 86, 400
	r := rand.New(rand.NewPCG(11, 1))
	x, bias, c := exact(r, m*d), exact(r, n), newInt8Case(r, 0, n, d)
	y, z := make([]float32, m*n), make([]float32, m*n)
	k.gemm(y, n, x, d, m, Pack(exact(r, n*d), n, d, d), bias)

	c.scale, c.bias = exact(r, n), bias
	var rows Int8Rows
	rows.quantize(&k, x, d, m, d)
	gemmInt8(&k, z, n, &rows, c.linear(k))

	gelu, exp, norm := exact(r, d), exact(r, d+3), exact(r, d)
	k.gelu(gelu)
	exp = append(exp, k.expSum(exp, 0.25, 2))
	norm = append(norm, k.addSum(norm, x[:d]), k.squares(norm, 0.3), k.max(norm))
	k.affine(norm[:d], 0.3, 1.7, x[d:2*d], x[2*d:3*d])
	return map[string][]float32{
		"gemm": y, "gemmInt8": z, "gelu": gelu, "expSum": exp, "norm": norm,
		"dot": {k.dot(x[:d], x[d:2*d])},
	}
}

// exact returns numbers that need no rounding, and so are the same everywhere.
func exact(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.IntN(4001)-2000) / 512
	}
	return x
}

func checksum(x []float32) uint32 {
	var bytes []byte
	for _, v := range x {
		b := math.Float32bits(v)
		bytes = append(bytes, byte(b), byte(b>>8), byte(b>>16), byte(b>>24))
	}
	return crc32.ChecksumIEEE(bytes)
}
