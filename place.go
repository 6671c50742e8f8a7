package hunch

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hunch-search/hunch/internal/index"
)

// indexDir is the folder of one tree's index for one kind of vector:
// PLACE/NAME-HASH/MODEL. The name is for people; the hash of the full path
// tells trees of the same name apart.
func indexDir(place, root string, meta index.Meta) (string, error) {
	place, err := indexPlace(place)
	return filepath.Join(place, treeName(root), shortHash(vectorKind(meta))), err
}

// indexPlace is the folder of all indexes, "" being the usual one.
func indexPlace(place string) (string, error) {
	if place == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no folder for the index: %w (name one with --index or HUNCH_INDEX)", err)
		}
		place = filepath.Join(cache, "hunch", "index")
	}
	return filepath.Abs(place)
}

func treeName(root string) string { return plainName(filepath.Base(root)) + "-" + shortHash(root) }

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

// plainName keeps what every file system takes.
func plainName(s string) string {
	plain := strings.Map(func(c rune) rune {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' {
			return c
		}
		return '_'
	}, s)
	return plain[:min(len(plain), 40)]
}
