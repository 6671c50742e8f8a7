// Command ann is our side of ann.py: it builds the HNSW graph over the vectors
// of a folder with one thread, searches it, and prints the figures as JSON.
// README.md says how to run the whole.
package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hunch-search/hunch/internal/vector"
)

const (
	dim = 384
	k   = 10
)

type result struct {
	Adds  float64 `json:"adds"`  // a second, quantisation included
	Bytes int64   `json:"bytes"` // of the graph
	Rows  []row   `json:"rows"`
}

type row struct {
	Ef     int     `json:"ef"`
	Recall float64 `json:"recall"` // of the neighbours by float32
	Graph  float64 `json:"graph"`  // of those that the exact search of the int8 vectors finds
	QPS    float64 `json:"qps"`
}

func main() {
	m := flag.Int("m", 0, "M")
	efConstruction := flag.Int("ef-construction", 0, "efConstruction")
	efs := flag.String("ef", "64", "values of efSearch, with commas between")
	flag.Parse()
	out, err := measure(flag.Arg(0), vector.HNSWConfig{M: *m, EfConstruction: *efConstruction}, strings.Split(*efs, ","))
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ann:", err)
		os.Exit(1)
	}
}

func measure(folder string, c vector.HNSWConfig, efs []string) (out result, err error) {
	vectors, err := floats(filepath.Join(folder, "vectors.f32"))
	if err != nil {
		return out, err
	}
	queries, err := floats(filepath.Join(folder, "queries.f32"))
	if err != nil {
		return out, err
	}
	truth, err := ids(filepath.Join(folder, "truth.i32"))
	if err != nil {
		return out, err
	}
	start := time.Now()
	matrix, err := quantize(vectors)
	if err != nil {
		return out, err
	}
	h, err := vector.BuildHNSW(context.Background(), matrix, c, 1, nil)
	if err != nil {
		return out, err
	}
	out.Adds = float64(matrix.Len()) / time.Since(start).Seconds()
	out.Bytes = h.Size()
	exact, _, err := search(queries, func(q []float32) ([]vector.Hit, error) { return vector.Search(q, k, nil, matrix) })
	if err != nil {
		return out, err
	}
	for _, text := range efs {
		ef, err := strconv.Atoi(text)
		if err != nil {
			return out, err
		}
		r := row{Ef: ef}
		for range 3 {
			found, qps, err := search(queries, func(q []float32) ([]vector.Hit, error) { return h.Search(q, k, ef, nil) })
			if err != nil {
				return out, err
			}
			r.QPS = max(r.QPS, qps)
			r.Recall, r.Graph = recall(found, truth), recall(found, exact)
		}
		out.Rows = append(out.Rows, r)
	}
	return out, nil
}

func quantize(vectors [][]float32) (vector.Matrix, error) {
	m := vector.Matrix{Dim: dim, Data: make([]int8, len(vectors)*dim), Scales: make([]float32, len(vectors))}
	for i, v := range vectors {
		var err error
		if m.Scales[i], err = vector.Quantize(m.Row(i), v); err != nil {
			return m, fmt.Errorf("vector %d: %w", i, err)
		}
	}
	return m, nil
}

// search asks every query and returns the rows that it found, k for each.
func search(queries [][]float32, ask func(q []float32) ([]vector.Hit, error)) (rows []int32, qps float64, err error) {
	start := time.Now()
	for _, q := range queries {
		hits, err := ask(q)
		if err != nil {
			return nil, 0, err
		}
		for _, h := range hits {
			rows = append(rows, int32(h.Row))
		}
	}
	return rows, float64(len(queries)) / time.Since(start).Seconds(), nil
}

func recall(found, want []int32) float64 {
	hits := 0
	for i := 0; i < len(want); i += k {
		for _, row := range found[i : i+k] {
			if slices.Contains(want[i:i+k], row) {
				hits++
			}
		}
	}
	return float64(hits) / float64(len(want))
}

func floats(path string) ([][]float32, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	all := make([]float32, len(data)/4)
	for i := range all {
		all[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return slices.Collect(slices.Chunk(all, dim)), nil
}

func ids(path string) ([]int32, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	all := make([]int32, len(data)/4)
	for i := range all {
		all[i] = int32(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return all, nil
}
