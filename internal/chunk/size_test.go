package chunk

import (
	"fmt"
	"strings"
	"testing"
)

// Larger chunks are fewer, none is much larger than it may be, and the usual
// size is the one that is named so.
func TestSizeOfChunks(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "func name%d(first int, second string) error {\n\treturn other(first, second)\n}\n\n", i)
	}
	src := []byte("package a\n\n" + b.String() + strings.Repeat("// words of a comment\nvar x = 1\n\n", 200))
	for _, language := range []string{"go", "c", "text"} {
		last := 1 << 30
		for _, tokens := range []int{MinTokens, 128, DefaultTokens, 512, 2048, MaxTokens} {
			s := Splitter{tokens}
			chunks := s.Split("a.go", language, src)
			if len(chunks) > last || tokens <= 512 && len(chunks) == last {
				t.Errorf("%s: %d chunks of %d tokens, %d of the size before", language, len(chunks), tokens, last)
			}
			last = len(chunks)
			limit := s.sizes().target * 5 / 4
			for _, c := range chunks {
				if w := weigh([]byte(EmbedText("a.go", c))); w > limit {
					t.Errorf("%s: a chunk of weight %d, want at most %d for %d tokens", language, w, limit, tokens)
				}
			}
			if tokens == DefaultTokens && len(chunks) != len(Split("a.go", language, src)) {
				t.Error("the usual size is another one")
			}
		}
	}
}

func TestTemplateNamesTheSize(t *testing.T) {
	seen := map[int]int{}
	for tokens := MinTokens; tokens <= MaxTokens; tokens++ {
		n := Splitter{tokens}.Template()
		if other, ok := seen[n]; ok || n <= 0 || n >= 1<<31 {
			t.Fatalf("%d tokens are template %d, like %d", tokens, n, other)
		}
		seen[n] = tokens
	}
	for tokens, want := range map[int]int{0: TemplateVersion, DefaultTokens: TemplateVersion} {
		if got := (Splitter{tokens}).Template(); got != want {
			t.Errorf("%d tokens: got %d, want %d", tokens, got, want)
		}
	}
}
