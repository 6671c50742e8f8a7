//go:build unix

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Whenever an indexing run is killed, what is left is a whole index, and the
// runs after it lead to the same answers as if nothing had happened.
func TestKillsLoseNothing(t *testing.T) {
	kills := 100
	if testing.Short() {
		kills = 10
	}
	files := map[string]string{}
	for i := range 30 {
		files[fmt.Sprintf("f%03d.txt", i)] = manyChunks(i, 20)
	}
	p := newPlace(t, files)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range kills {
		for range 5 { // so that there is always something to do
			n := r.IntN(30)
			p.write(t, map[string]string{fmt.Sprintf("f%03d.txt", n): manyChunks(1000*i+n, 5+r.IntN(20))})
		}
		cmd := exec.CommandContext(t.Context(), "hunch", "index", p.tree)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.IntN(60_000)) * time.Microsecond)
		cmd.Process.Kill()
		cmd.Wait()
		if status := hunchOutput(t, "status", "--json", p.tree); strings.Contains(status, `"damage"`) {
			t.Fatalf("after kill %d: %s", i, status)
		}
	}
	query := []string{"where is the file read", p.tree, "--json", "-k", "10000"}
	got := hunchOutput(t, query...)
	t.Setenv("HUNCH_INDEX", filepath.Join(t.TempDir(), "undisturbed"))
	if want := hunchOutput(t, query...); got != want {
		t.Errorf("after %d kills the answer has %d bytes, that of an undisturbed index %d, and they differ", kills, len(got), len(want))
	}
}

// A training that is killed again and again ends in the same weights.
func TestKilledTrainingGoesOn(t *testing.T) {
	dir := t.TempDir()
	var lines strings.Builder
	for i := range 60 {
		fmt.Fprintf(&lines, `{"query": "where is part %d", "code": "func part%d() { %s }"}`+"\n", i, i, strings.Repeat("work() ", i))
	}
	file := filepath.Join(dir, "pairs.jsonl")
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HUNCH_MODEL", smallModel(t))
	args := func(out string) []string {
		return []string{"train", "pairs", file, "-q", "--epochs", "4", "--batch", "4", "--checkpoint-every", "1", "--out", filepath.Join(dir, out)}
	}
	hunchOutput(t, args("undisturbed")...)

	r := rand.New(rand.NewPCG(3, 4))
	kills := 0
	for attempt := 0; ; attempt++ {
		if attempt == 100 {
			t.Fatal("100 runs were killed and none came to the end")
		}
		command := args("killed")
		if _, err := os.Stat(filepath.Join(dir, "killed.checkpoint")); err == nil {
			command = append(command, "--resume")
		}
		cmd := exec.CommandContext(t.Context(), "hunch", command...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(20+r.IntN(100)+5*attempt)*time.Millisecond, func() { cmd.Process.Kill() })
		err := cmd.Wait()
		timer.Stop()
		if err == nil {
			break
		}
		kills++
		if _, err := os.Stat(filepath.Join(dir, "killed")); err == nil {
			if _, err := os.Stat(filepath.Join(dir, "killed.checkpoint")); err != nil {
				break // all was done but the exit
			}
		}
	}
	if kills == 0 {
		t.Error("no run was killed")
	}
	want, err := os.ReadFile(filepath.Join(dir, "undisturbed", "model.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "killed", "model.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("after %d kills the weights differ from those of an undisturbed training", kills)
	}
}

func hunchOutput(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "hunch", append(args, "-q")...).Output()
	if err != nil {
		t.Fatalf("hunch %v: %v", args, err)
	}
	return string(out)
}
