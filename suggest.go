package hunch

import (
	"strings"

	"github.com/hunch-search/hunch/internal/index"
	"github.com/hunch-search/hunch/internal/near"
	"github.com/hunch-search/hunch/internal/rank"
)

// Suggest returns for each name in a query that no indexed symbol has the symbol
// that is nearest to it, where one is near: what was meant by a name that is
// misspelt. It reads all names in the index.
func (r *Repository) Suggest(q Query) ([]string, error) {
	var names []string
	for _, name := range rank.NewQuery(q.Text, nil).Names() {
		if len(name) >= leastSuggested && len(name) <= mostSuggested {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	ix, err := r.openWhole()
	if ix == nil {
		return nil, err
	}
	defer ix.Close()
	var found []string
	for _, name := range names {
		if symbol := nearestSymbol(ix, name); symbol != "" {
			found = append(found, symbol)
		}
	}
	return found, nil
}

// Names of fewer bytes are near to too many others, those of more are none that
// a person types.
const (
	leastSuggested = 4
	mostSuggested  = 64
)

// nearestSymbol returns the symbol whose last part takes the fewest edits, by
// name among equals; "" if a symbol has the name, or none is near: one edit for
// four bytes.
func nearestSymbol(ix *index.Index, name string) string {
	lower := []byte(strings.ToLower(name))
	nearest, best := "", len(name)/4+1
	seen := map[string]bool{}
	for f := range ix.Files() {
		for i := range f.Chunks {
			for _, symbol := range ix.Chunk(f.FirstChunk + index.ChunkID(i)).Symbols {
				last := symbol[strings.LastIndexByte(symbol, '.')+1:]
				if seen[last] || len(last)-len(name) > best || len(name)-len(last) > best {
					continue
				}
				seen[last] = true
				d := near.EditsAndSwaps(lower, []byte(strings.ToLower(last)))
				if d == 0 {
					return ""
				}
				if d < best || d == best && nearest != "" && last < nearest {
					nearest, best = last, d
				}
			}
		}
	}
	return nearest
}
