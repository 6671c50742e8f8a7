//go:build !purego

package simd

import (
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRawInstructions disassembles what is written as bytes, and wants the
// instruction that stands beside it.
func TestRawInstructions(t *testing.T) {
	tool, err := exec.LookPath("objdump")
	if err != nil {
		t.Skip("objdump is not installed")
	}
	source, err := os.ReadFile("raw_amd64.h")
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^#define \w+ (BYTE.*) // (.*)$`).FindAllStringSubmatch(string(source), -1)
	if want := strings.Count(string(source), "#define"); len(lines) != want {
		t.Fatalf("%d instructions with their text, want all %d", len(lines), want)
	}
	for _, line := range lines {
		code := strings.NewReplacer("BYTE $0x", "", "; ", "").Replace(line[1])
		if got := disassemble(t, tool, code); got != line[2] {
			t.Errorf("%s is %q, want %q", code, got, line[2])
		}
	}
}

func disassemble(t *testing.T, tool, code string) string {
	t.Helper()
	data, err := hex.DecodeString(code)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "code")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-D", "-b", "binary", "-m", "i386:x86-64", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(out), "0:\t")
	_, text, _ = strings.Cut(text, "\t")
	text, _, _ = strings.Cut(text, "\n")
	return strings.Join(strings.Fields(strings.TrimPrefix(text, "{vex}")), " ")
}
