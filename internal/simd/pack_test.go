package simd

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPackInt8PutsEveryElementInItsPlace holds panels against their layout
// [k/group][16][group], for widths and depths around all cut-offs.
func TestPackInt8PutsEveryElementInItsPlace(t *testing.T) {
	r := rand.New(rand.NewPCG(30, 1))
	for i, group := range []int{1, 2, 4, 8, 2, 4} {
		flip := byte(i / 4 * 0x80)
		for _, k := range []int{0, 1, 3, 4, 15, 16, 17, 31, 32, 64, 100, 384} {
			for _, width := range []int{1, 8, 15, 16} {
				var rows [][]int8
				size := int8Cols * roundUp(k, kPad)
				want := make([]int8, size)
				for c := range width {
					row := make([]int8, k+1)[1:]
					for i := range row {
						row[i] = int8(r.IntN(256) - 128)
						want[i/group*int8Cols*group+c*group+i%group] = row[i]
					}
					rows = append(rows, row)
				}
				for i := range want {
					want[i] ^= int8(flip)
				}
				const canary = 99
				got := append(make([]int8, size), canary)
				packInt8Panel(got[:size:size], rows, group, flip)
				if !slices.Equal(got[:size], want) || got[size] != canary {
					t.Errorf("%d rows of %d in groups of %d are not where they belong", width, k, group)
				}
			}
		}
	}
}

// BenchmarkNewInt8Linear is what a start of the program does for each product
// of a layer.
func BenchmarkNewInt8Linear(b *testing.B) {
	const n, k = 1536, 384
	rows := make([]int8, n*k)
	for i := range rows {
		rows[i] = int8(i * 7)
	}
	for _, kern := range implementations {
		b.Run(kern.name, func(b *testing.B) {
			b.SetBytes(n * k)
			for b.Loop() {
				newInt8Linear(&kern, n, k, nil, func(i int) ([]int8, float32) { return rows[i*k:][:k], 1 })
			}
		})
	}
}
