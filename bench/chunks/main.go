// Command chunks prints the definitions that hunch finds in source files, one
// JSON object a line, for comparison with those of another parser.
//
//	go run ./bench/chunks FOLDER… >definitions.jsonl
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/source"
)

// line is what is printed of a definition.
type line struct {
	Path     string `json:"path"`
	Language string `json:"language"`
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Doc      int    `json:"doc"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, root := range os.Args[1:] {
		if err := walk(json.NewEncoder(out), root); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func walk(out *json.Encoder, root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		language := source.Language(path, src)
		if language == "" {
			return nil
		}
		if err := out.Encode(line{Path: path, Language: language, Kind: "file"}); err != nil {
			return err
		}
		for _, d := range chunk.Definitions(language, src) {
			err := out.Encode(line{path, language, d.Name, d.Kind.String(), d.DocLine, d.StartLine, d.EndLine})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
