package simd

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestEncodingsOfNEON assembles what neon_arm64.h says that its macros mean,
// for registers and elements at random, and compares the words.
func TestEncodingsOfNEON(t *testing.T) {
	mc, err := exec.LookPath("llvm-mc")
	if err != nil {
		t.Skip("no llvm-mc to compare with")
	}
	header, err := os.ReadFile("neon_arm64.h")
	if err != nil {
		t.Fatal(err)
	}
	define := regexp.MustCompile(`(?m)^#define (\w+)\(([a-z, ]+)\) +WORD \$(\(.*\)) // (.*)$`)
	macros := define.FindAllSubmatch(header, -1)
	if want := strings.Count(string(header), " WORD "); len(macros) != want || want == 0 {
		t.Fatalf("%d macros understood, of %d", len(macros), want)
	}
	r := rand.New(rand.NewPCG(1, 3))
	var names, source, words []string
	for _, m := range macros {
		for range 8 {
			word, text := string(m[3]), string(m[4])
			for arg := range strings.SplitSeq(string(m[2]), ", ") {
				value := fmt.Sprint(r.IntN(32))
				if arg == "i" {
					value = fmt.Sprint(r.IntN(4))
				}
				word = strings.ReplaceAll(word, "("+arg+")", value)
				text = strings.ReplaceAll(text, "{"+arg+"}", value)
			}
			names, source, words = append(names, string(m[1])), append(source, text), append(words, littleEndian(t, word))
		}
	}
	cmd := exec.Command(mc, "-triple=aarch64", "-mattr=+dotprod", "-show-encoding")
	cmd.Stdin = strings.NewReader(strings.Join(source, "\n"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got := regexp.MustCompile(`encoding: \[(.*)\]`).FindAllSubmatch(out, -1)
	if len(got) != len(words) {
		t.Fatalf("%d words, want %d", len(got), len(words))
	}
	for i, name := range names {
		if want := string(got[i][1]); words[i] != want {
			t.Errorf("%s: %s is %s, the macro gives %s", name, source[i], want, words[i])
		}
	}
}

// littleEndian evaluates an expression to the bytes of a word, as LLVM writes
// them.
func littleEndian(t *testing.T, expression string) string {
	t.Helper()
	v, err := types.Eval(token.NewFileSet(), nil, token.NoPos, expression)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	word, ok := constant.Uint64Val(v.Value)
	if !ok || word > 1<<32-1 {
		t.Fatalf("%s is no word", expression)
	}
	return fmt.Sprintf("0x%02x,0x%02x,0x%02x,0x%02x", word&255, word>>8&255, word>>16&255, word>>24)
}
