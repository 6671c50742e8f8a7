//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// An interrupt ends the work soon, keeps what was embedded, and the next run
// goes on from there.
func TestInterruptKeepsTheWork(t *testing.T) {
	files := map[string]string{}
	for i := range 120 {
		files[fmt.Sprintf("f%03d.txt", i)] = manyChunks(i, 60)
	}
	p := newPlace(t, files)
	stderr, took, code := interruptWhenCommitted(t, p, "index", p.tree, "--threads", "1")
	if code != exitInterrupted || !strings.Contains(stderr, "hunch: interrupted\n") {
		t.Fatalf("exit code %d, want %d: %s", code, exitInterrupted, stderr)
	}
	// A second is promised on a machine that is not busy.
	if took > 5*time.Second {
		t.Errorf("ended %v after the interrupt", took)
	}
	kept, all := keptOf(t, stderr)
	if kept == 0 || kept >= all {
		t.Errorf("kept %d of %d chunks, want some of them", kept, all)
	}
	note := fmt.Sprintf("hunch: %s of %s chunks embedded (", thousands(kept), thousands(all))
	if _, stderr, code := command(t, "read", p.tree, "--wait", "0s"); code != exitFound || !strings.HasPrefix(stderr, note) {
		t.Errorf("exit code %d, notes %q, want %q", code, stderr, note)
	}

	// A few of the files that are left are enough to see that it goes on.
	for i := range 100 {
		if err := os.Remove(filepath.Join(p.tree, fmt.Sprintf("f%03d.txt", 119-i))); err != nil {
			t.Fatal(err)
		}
	}
	if _, stderr, code := command(t, "index", p.tree); code != exitFound {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if out := found(t, "read", p.tree, "-l", "-k", "100000"); strings.Count(out, "\n") != 20 {
		t.Errorf("found in\n%s\nwant all 20 files", out)
	}
}

// A search that has to index first is interrupted in the same way.
func TestInterruptSearch(t *testing.T) {
	files := map[string]string{}
	for i := range 60 {
		files[fmt.Sprintf("f%03d.txt", i)] = manyChunks(i, 60)
	}
	p := newPlace(t, files)
	stderr, _, code := interruptWhenCommitted(t, p, "read", p.tree, "--threads", "1", "--wait", "all")
	if code != exitInterrupted {
		t.Fatalf("exit code %d, want %d: %s", code, exitInterrupted, stderr)
	}
	if kept, all := keptOf(t, stderr); kept == 0 || kept >= all {
		t.Errorf("kept %d of %d chunks, want some of them", kept, all)
	}
}

// Who interrupts a training is told how it goes on.
func TestInterruptTraining(t *testing.T) {
	dir := t.TempDir()
	pairs, out := filepath.Join(dir, "pairs.jsonl"), filepath.Join(dir, "tuned")
	var lines strings.Builder
	for i := range 40 {
		fmt.Fprintf(&lines, `{"query": "where is part %d", "code": "func part%d()"}`+"\n", i, i)
	}
	if err := os.WriteFile(pairs, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HUNCH_MODEL", smallModel(t))
	args := []string{"train", "pairs", pairs, "--out", out, "--epochs", "100000", "--checkpoint-every", "1"}
	cmd := exec.CommandContext(t.Context(), "hunch", args...)
	var notes bytes.Buffer
	cmd.Stderr = &notes
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for start := time.Now(); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(out + ".checkpoint"); err == nil {
			break
		}
		if time.Since(start) > time.Minute {
			cmd.Process.Kill()
			t.Fatal("there is no checkpoint after a minute")
		}
	}
	code, _ := interrupt(t, cmd)
	want := "hunch: the training is kept: the same command with --resume --out " + out + " goes on\nhunch: interrupted\n"
	if code != exitInterrupted || !strings.HasSuffix(notes.String(), want) {
		t.Errorf("exit code %d, want %d: %s", code, exitInterrupted, notes.String())
	}
	args[6] = "3" // that recipe has no such checkpoint
	stderr, err := exec.CommandContext(t.Context(), "hunch", append(args, "--resume")...).CombinedOutput()
	if err == nil || !strings.Contains(string(stderr), "other config: Epochs 100000, not 3") {
		t.Errorf("resumed with another recipe: %v: %s", err, stderr)
	}
}

// Waiting for somebody to type is interrupted, too.
func TestInterruptEmbedAtTheKeyboard(t *testing.T) {
	newPlace(t, nil)
	keyboard, typist, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer typist.Close()
	defer keyboard.Close()
	cmd := exec.CommandContext(t.Context(), "hunch", "embed")
	var out, notes bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = keyboard, &out, &notes
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// No pipe holds that much: when it is written, the program reads.
	if _, err := typist.WriteString(strings.Repeat("a line without an end ", 50_000)); err != nil {
		t.Fatal(err)
	}
	if code, _ := interrupt(t, cmd); code != exitInterrupted || notes.String() != "hunch: interrupted\n" {
		t.Errorf("exit code %d, want %d: %q", code, exitInterrupted, notes.String())
	}
}

// manyChunks writes a text of n paragraphs, each as long as a chunk.
func manyChunks(seed, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Paragraph %d of %d\n%s\n\n", i, seed, strings.Repeat("is there to be read and not to be skipped\n", 20))
	}
	return b.String()
}

// interruptWhenCommitted runs hunch and interrupts it after its first commit.
func interruptWhenCommitted(t *testing.T, p place, args ...string) (stderr string, took time.Duration, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "hunch", args...)
	var notes bytes.Buffer
	cmd.Stderr = &notes
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for start := time.Now(); !committed(t, p); time.Sleep(time.Millisecond) {
		if time.Since(start) > time.Minute {
			cmd.Process.Kill()
			t.Fatalf("nothing is indexed after a minute: %s", notes.String())
		}
	}
	code, took = interrupt(t, cmd)
	return notes.String(), took, code
}

func interrupt(t *testing.T, cmd *exec.Cmd) (code int, took time.Duration) {
	t.Helper()
	start := time.Now()
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	took = time.Since(start)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), took
	}
	return 0, took
}

// committed reports whether a commit has vectors: they are in the cache, too.
func committed(t *testing.T, p place) bool {
	t.Helper()
	vectors, err := filepath.Glob(filepath.Join(p.index, "embeddings", "*", "*.vectors"))
	if err != nil {
		t.Fatal(err)
	}
	return len(vectors) > 0
}

var keptNote = regexp.MustCompile(`hunch: kept ([\d,]+) of ([\d,]+) chunks; the next run goes on from there\n`)

func keptOf(t *testing.T, stderr string) (kept, all int) {
	t.Helper()
	m := keptNote.FindStringSubmatch(stderr)
	if m == nil {
		t.Fatalf("no word of what was kept: %s", stderr)
	}
	kept, _ = strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
	all, _ = strconv.Atoi(strings.ReplaceAll(m[2], ",", ""))
	return kept, all
}
