package simd

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestScanInt8IsExact(t *testing.T) {
	each(t, func(t *testing.T, k kernels) {
		r := rand.New(rand.NewPCG(31, 1))
		fills := map[string]func() int8{
			"random": func() int8 { return int8(r.IntN(256) - 128) },
			"lowest": func() int8 { return -128 },
		}
		for name, fill := range fills {
			for _, n := range append([]int{47, 48, 65, 96, 127, 128, 129, 768, 1024}, sizes...) {
				for _, count := range []int{1, 2, 3, 4, 5, 7, 8, 9, 64} {
					testScan(t, k, name, fill, n, count)
				}
			}
		}
	})
}

// testScan starts query and rows at odd addresses, and looks behind the results.
func testScan(t *testing.T, k kernels, name string, fill func() int8, n, count int) {
	t.Helper()
	const untouched = 123456789
	q, rows := make([]int8, n+1)[1:], make([]int8, count*n+3)[3:]
	for i := range q {
		q[i] = fill()
	}
	for i := range rows {
		rows[i] = fill()
	}
	want := make([]int32, count, count+1)
	for i := range want {
		for j := range q {
			want[i] += int32(q[j]) * int32(rows[i*n+j])
		}
	}
	got := slices.Repeat([]int32{untouched}, count+1)
	k.scanInt8(got[:count:count], q, rows)
	if want = append(want, untouched); !slices.Equal(got, want) {
		t.Errorf("%s, %d rows of %d: got %v, want %v", name, count, n, got, want)
	}
}

func TestScanInt8PanicsOnAnotherShape(t *testing.T) {
	for name, f := range map[string]func(){
		"a row too few":      func() { ScanInt8(make([]int32, 2), make([]int8, 4), make([]int8, 4)) },
		"half a row":         func() { ScanInt8(make([]int32, 2), make([]int8, 4), make([]int8, 10)) },
		"rows, but no query": func() { ScanInt8(make([]int32, 1), nil, make([]int8, 4)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
	ScanInt8(nil, make([]int8, 4), nil) // no rows: nothing to do
}

func TestReadAllReadsAll(t *testing.T) {
	for _, n := range []int{0, 1, 511, 512, 513, 1024, 5000} {
		// In words of 8 bytes each byte counts by its place, and odd ones are alone.
		x := make([]int8, n+1)[1:]
		var want uint64
		for i := range x {
			x[i] = int8(i % 7)
			if i < n&^511 && readsWords() {
				want += uint64(x[i]) << (i % 8 * 8)
			} else {
				want += uint64(x[i])
			}
		}
		if got := ReadAll(x); got != want {
			t.Errorf("%d bytes: got %d, want %d", n, got, want)
		}
	}
}

// readsWords tells the assembly from plain Go, which adds up bytes.
func readsWords() bool {
	x := make([]int8, 512)
	x[1] = 1
	return ReadAll(x) != 1
}

// BenchmarkScanInt8 compares each kernel with the plain reading of the same
// memory, turn by turn: in a core's cache, in the cache that cores share, and
// beyond.
func BenchmarkScanInt8(b *testing.B) {
	const dim, block = 384, 256
	q, dst := make([]int8, dim), make([]int32, block)
	for _, n := range []int{2048, 50_000, 1_000_000} {
		rows := make([]int8, n*dim)
		for i := range rows {
			rows[i] = int8(i * 31)
		}
		for _, k := range implementations {
			if k.name == "generic" && n > 2048 {
				continue
			}
			b.Run(fmt.Sprintf("%dx%d/%s", n, dim, k.name), func(b *testing.B) {
				var scan, read []time.Duration
				for b.Loop() {
					start := time.Now()
					for i := 0; i < n; i += block {
						hi := min(n, i+block)
						k.scanInt8(dst[:hi-i], q, rows[i*dim:hi*dim])
					}
					middle := time.Now()
					ReadAll(rows)
					scan, read = append(scan, middle.Sub(start)), append(read, time.Since(middle))
				}
				slices.Sort(scan)
				slices.Sort(read)
				s, r := scan[len(scan)/2].Seconds(), read[len(read)/2].Seconds()
				b.ReportMetric(float64(len(rows))/s/1e9, "GB/s")
				b.ReportMetric(float64(len(rows))/r/1e9, "probe-GB/s")
				b.ReportMetric(r/s, "of-probe")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
