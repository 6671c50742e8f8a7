package hunch

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What the README shows of this repository's code must be there, in these lines.
func TestReadmeShowsTheCodeAsItIs(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	place := regexp.MustCompile(`^(\S+\.go):(\d+)-(\d+)  `)
	shown := regexp.MustCompile(`^ *(\d+)  (.*)$`)
	var lines []string // of the file at hand, from line 1
	results, compared := 0, 0
	for line := range strings.Lines(string(readme)) {
		line = strings.TrimRight(line, "\n")
		if m := place.FindStringSubmatch(line); m != nil {
			text, err := os.ReadFile(m[1])
			if err != nil {
				t.Fatal(err)
			}
			lines = strings.Split(strings.ReplaceAll(string(text), "\t", "    "), "\n")
			results++
			continue
		}
		m := shown.FindStringSubmatch(line)
		if m == nil || lines == nil {
			continue
		}
		n, _ := strconv.Atoi(m[1])
		if n < 1 || n > len(lines) || strings.TrimRight(m[2], " ") != lines[n-1] {
			t.Errorf("the README shows %q, which is not that line of the file", line)
		}
		compared++
	}
	if results == 0 || compared < results {
		t.Errorf("compared %d lines of %d results, want some of each", compared, results)
	}
}
