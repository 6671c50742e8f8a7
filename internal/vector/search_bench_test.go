package vector

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hunch-search/hunch/internal/simd"
)

// BenchmarkSearch compares a whole search with the mere reading of the same
// memory by as many threads, turn by turn: "of-probe" is the share of the
// machine's bandwidth that the search reaches. Medians, as other programs may
// run beside.
func BenchmarkSearch(b *testing.B) {
	const dim = 384
	all := manyRows(1_000_000, dim)
	query := randomVector(rand.New(rand.NewPCG(9, 10)), dim)
	for _, n := range []int{50_000, 100_000, 1_000_000} {
		m := Matrix{Dim: dim, Data: all.Data[:n*dim], Scales: all.Scales[:n]}
		for _, threads := range slices.Compact([]int{1, runtime.GOMAXPROCS(0)}) {
			b.Run(fmt.Sprintf("%dx%d/threads=%d", n, dim, threads), func(b *testing.B) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
				var search, read []time.Duration
				for b.Loop() {
					start := time.Now()
					if hits, err := Search(query, 10, nil, m); err != nil || len(hits) != 10 {
						b.Fatal(hits, err)
					}
					middle := time.Now()
					readAll(m.Data, threads)
					search, read = append(search, middle.Sub(start)), append(read, time.Since(middle))
				}
				s, r := median(search), median(read)
				size := float64(len(m.Data) + 4*len(m.Scales))
				b.ReportMetric(1000*s, "ms/search")
				b.ReportMetric(size/s/1e9, "GB/s")
				b.ReportMetric(float64(len(m.Data))/r/1e9, "probe-GB/s")
				b.ReportMetric(size/s/(float64(len(m.Data))/r), "of-probe")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

func median(d []time.Duration) float64 {
	slices.Sort(d)
	return d[len(d)/2].Seconds()
}

// readAll reads x by as many goroutines as threads.
func readAll(x []int8, threads int) {
	var wg sync.WaitGroup
	for part := range slices.Chunk(x, (len(x)+threads-1)/threads) {
		wg.Go(func() { simd.ReadAll(part) })
	}
	wg.Wait()
}

// manyRows is a matrix of random directions.
func manyRows(n, dim int) Matrix {
	rng := rand.New(rand.NewPCG(11, 12))
	m := Matrix{Dim: dim, Data: make([]int8, n*dim), Scales: make([]float32, n)}
	var word [8]byte
	for i := range m.Scales {
		row := m.Row(i)
		for j := range row {
			if j%8 == 0 {
				binary.LittleEndian.PutUint64(word[:], rng.Uint64())
			}
			row[j] = int8(word[j%8])
		}
		m.Scales[i] = float32(1 / math.Sqrt(float64(simd.DotInt8(row, row))))
	}
	return m
}
