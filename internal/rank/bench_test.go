package rank

import (
	"fmt"
	"testing"
)

// BenchmarkOrder orders as many candidates as a search has.
func BenchmarkOrder(b *testing.B) {
	var candidates []Candidate
	for i := range 400 {
		candidates = append(candidates, Candidate{
			Path:      fmt.Sprintf("src/server/http/request_handler%d.go", i%60),
			StartLine: i * 20, EndLine: i*20 + 19, FileChunks: 30,
			Symbols: []string{"Handler.ServeHTTP", fmt.Sprintf("requestHandler%d", i), "parseHeader"},
			Cosine:  float64(i%97) / 97, HasVector: true, Words: float64(i % 31), InPath: 1, WordShare: 0.5,
		})
	}
	const text = "where is the request handler of the HTTP server registered"
	w, t := Learned(), terms(text)
	for b.Loop() {
		Order(w, NewQuery(text, t), candidates, w.Exists(candidates))
	}
}
