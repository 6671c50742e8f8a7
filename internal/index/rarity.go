package index

import (
	"fmt"
	"math"

	"github.com/hunch-search/hunch/internal/lexical"
)

// Rarity returns how rare each term of a query is: its inverse document
// frequency over all chunks with words, as [Index.SearchWords] weighs it.
func (ix *Index) Rarity(q lexical.Query) ([]float64, error) {
	all := lexical.Stats{DF: make([]int, len(q.Terms))}
	for _, v := range ix.views {
		if v.lexical == nil {
			continue
		}
		stats, err := v.lexical.Stats(q)
		if err != nil {
			return nil, fmt.Errorf("look words up: %w", err)
		}
		all.Add(stats)
	}
	rarity := make([]float64, len(q.Terms))
	for i, df := range all.DF {
		n, df := float64(all.Docs), float64(df)
		rarity[i] = max(math.Log(1+(n-df+0.5)/(df+0.5)), 0)
	}
	return rarity, nil
}
