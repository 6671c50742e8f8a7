//go:build unix

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// Of trainings into one folder at once the second is refused, and what a killed one
// leaves over goes with the next.
func TestOneTrainingAtATime(t *testing.T) {
	dir := t.TempDir()
	file, out := filepath.Join(dir, "pairs.jsonl"), filepath.Join(dir, "out")
	lines := strings.Repeat(`{"query": "where is it", "code": "func it() {}"}`+"\n"+`{"query": "the other", "code": "func other() {}"}`+"\n", 500)
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HUNCH_MODEL", "default") // whose weights are widened
	t.Setenv("TMPDIR", t.TempDir())
	args := []string{"train", "pairs", file, "-q", "--batch", "2", "--checkpoint-every", "1", "--out", out}
	first := exec.CommandContext(t.Context(), "hunch", args...)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(out + ".checkpoint"); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	_, stderr, code := command(t, append(args, "--resume")...)
	if want := fmt.Sprintf("is being trained by process %d: wait for it, or name another folder", first.Process.Pid); code != exitError || !strings.Contains(stderr, want) {
		t.Errorf("exit code %d, %q; want %q", code, stderr, want)
	}
	first.Process.Kill()
	first.Wait()
	if _, stderr, code = command(t, args...); code != exitError || !strings.Contains(stderr, "go on with it by --resume, or remove it") {
		t.Errorf("exit code %d, %q; want a word of the checkpoint", code, stderr)
	}
	left, _ := filepath.Glob(out + "*")
	temp, _ := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*"))
	if want := []string{out + ".checkpoint"}; !slices.Equal(left, want) || len(temp) > 0 {
		t.Errorf("left over are %q and %q, want %q", left, temp, want)
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
