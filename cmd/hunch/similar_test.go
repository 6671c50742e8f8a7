package main

import (
	"fmt"
	"testing"
)

var lineArguments = []struct {
	in       string
	file     string
	from, to int // 0: an error
}{
	{"a.go:3", "a.go", 3, 3}, {"a.go:3-7", "a.go", 3, 7}, {`C:\x\a.go:3`, `C:\x\a.go`, 3, 3}, {"a:b:1", "a:b", 1, 1}, {"a.go", "", 0, 0},
	{"a.go:", "", 0, 0}, {":3", "", 0, 0}, {"a.go:0", "", 0, 0}, {"a.go:7-3", "", 0, 0}, {"a.go:3-", "", 0, 0}, {"a.go:-3", "", 0, 0},
	{"a.go:3-4-5", "", 0, 0}, {"a.go:99999999999999999999", "", 0, 0}, {"a.go:x", "", 0, 0}, {"", "", 0, 0},
}

func TestParseLines(t *testing.T) {
	for _, tt := range lineArguments {
		file, from, to, err := parseLines(tt.in)
		if file != tt.file || from != tt.from || to != tt.to || (err != nil) != (tt.from == 0) {
			t.Errorf("%q: got %q, %d, %d, error %v", tt.in, file, from, to, err)
		}
	}
}

func FuzzParseLines(f *testing.F) {
	for _, tt := range lineArguments {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		file, from, to, err := parseLines(s)
		if err != nil {
			return
		}
		if file == "" || from < 1 || to < from {
			t.Errorf("%q: got %q, %d, %d", s, file, from, to)
		}
		again, from2, to2, err := parseLines(fmt.Sprintf("%s:%d-%d", file, from, to))
		if again != file || from2 != from || to2 != to || err != nil {
			t.Errorf("%q: got %q, %d, %d, error %v the second time", s, again, from2, to2, err)
		}
	})
}

func TestMatchedCutsAroundTheMatch(t *testing.T) {
	long := ""
	for i := range 300 {
		long += fmt.Sprintf("wörd%03d ", i)
	}
	at := len(long) / 2
	for _, tt := range []struct {
		line  string
		spans [][2]int
		want  string
	}{
		{"a\tbc", [][2]int{{2, 3}}, "a    \x1b[1m\x1b[31mb\x1b[0mc"},
		{"abc", nil, "abc"},
		{"abab", [][2]int{{0, 1}, {2, 4}}, "\x1b[1m\x1b[31ma\x1b[0mb\x1b[1m\x1b[31mab\x1b[0m"},
		{"a\x1bb", [][2]int{{1, 2}}, "a\x1b[1m\x1b[31m\uFFFD\x1b[0mb"},
	} {
		p := &printer{paint: painter{on: true}}
		if got := p.matched(tt.line, tt.spans); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.line, got, tt.want)
		}
	}
	p := &printer{}
	for _, spans := range [][][2]int{nil, {{0, 3}}, {{at, at + 3}, {at + 1000, at + 1003}}, {{len(long) - 3, len(long)}}, {{0, len(long)}}} {
		if got := p.matched(long, spans); len(got) > maxWidth+6 || len(got) < maxWidth-12 {
			t.Errorf("%v: got %d bytes of %d", spans, len(got), len(long))
		}
	}
}
