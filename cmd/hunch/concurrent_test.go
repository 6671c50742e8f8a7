package main

// Others work on the same tree and the same index at the same time.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	root "github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/index"
)

// functions makes n Python files of one function each.
func functions(n int) map[string]string {
	files := map[string]string{}
	for i := range n {
		files[fmt.Sprintf("f%03d.py", i)] = fmt.Sprintf("def f%d(file):\n    return read(file, %d)\n", i, i*i)
	}
	return files
}

// Two first searches at once both embed, or one waits for the other: the
// answers are the same, and the index is whole.
func TestTwoSearchesAtOnce(t *testing.T) {
	p := newPlace(t, functions(60))
	var out, notes [2]bytes.Buffer
	var wg sync.WaitGroup
	for i := range 2 {
		cmd := exec.CommandContext(t.Context(), "hunch", "where is it read", p.tree, "--jsonl", "-k", "60")
		cmd.Stdout, cmd.Stderr = &out[i], &notes[i]
		wg.Go(func() {
			if err := cmd.Run(); err != nil {
				t.Errorf("%v: %s", err, notes[i].String())
			}
		})
	}
	wg.Wait()
	if out[0].String() != out[1].String() || strings.Count(out[0].String(), "\n") != 60 {
		t.Errorf("the answers are\n%s%s\nand\n%s%s", &out[0], &notes[0], &out[1], &notes[1])
	}
	for _, note := range notes {
		for line := range strings.Lines(note.String()) {
			if !strings.HasPrefix(line, "hunch: waiting for ") && !strings.HasPrefix(line, "hunch: process ") {
				t.Errorf("unexpected note %q", line)
			}
		}
	}
	if again := found(t, "where is it read", p.tree, "--jsonl", "-k", "60"); again != out[0].String() {
		t.Errorf("a third search answers\n%s\nwant\n%s", again, &out[0])
	}
}

// holdLock takes the writer's lock of p's index, as a process that indexes does.
func holdLock(t *testing.T, p place) {
	t.Helper()
	m, err := root.OpenModel(os.Getenv("HUNCH_MODEL"), "")
	if err != nil {
		t.Fatal(err)
	}
	repo, err := root.Open(p.tree, root.Options{Model: m, IndexDir: p.index})
	if err != nil {
		t.Fatal(err)
	}
	// A rebuild loads nothing and so fits any index.
	w, err := index.NewWriter(t.Context(), repo.IndexDir(), index.Config{Meta: index.Meta{Dim: 1}, Rebuild: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
}

func TestSearchWhileAnotherIndexes(t *testing.T) {
	p := newPlace(t, functions(3))
	found(t, "read", p.tree)
	p.write(t, map[string]string{"new.py": "def new():\n    pass\n"})
	if err := os.Remove(filepath.Join(p.tree, "f001.py")); err != nil {
		t.Fatal(err)
	}
	holdLock(t, p)

	stdout, stderr, code := command(t, "read", p.tree, "-l", "-k", "9")
	if code != exitFound || strings.Count(stdout, "\n") != 2 || strings.Contains(stdout, "new.py") {
		t.Errorf("exit code %d and\n%s\nwant the two files that are indexed and there", code, stdout)
	}
	for _, want := range []string{
		fmt.Sprintf("hunch: process %d is indexing; this is from what it has done so far\n", os.Getpid()),
		"hunch: \"f001.py\" is left out of the results: vanished since it was indexed\n",
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("notes are\n%s\nwant %q", stderr, want)
		}
	}
	if _, stderr, code := command(t, "clear", p.tree); code != exitError || !strings.Contains(stderr, "is being written by process") {
		t.Errorf("clear: exit code %d, %s", code, stderr)
	}
}

// Where nothing is indexed yet, a search waits, but not for longer than it may.
func TestWaitForAnotherThatIndexes(t *testing.T) {
	p := newPlace(t, functions(3))
	holdLock(t, p)
	start := time.Now()
	stdout, stderr, code := command(t, "read", p.tree, "--wait", "50ms")
	if code != exitNothing || stdout != "" || time.Since(start) > 10*time.Second {
		t.Errorf("exit code %d after %v, output %q", code, time.Since(start), stdout)
	}
	want := fmt.Sprintf("hunch: waiting for process %d, which is indexing\n"+
		"hunch: nothing is indexed yet, 3 files not read yet; hunch index completes it\nhunch: no result\n", os.Getpid())
	if stderr != want {
		t.Errorf("notes are\n%s\nwant\n%s", stderr, want)
	}
}

// While files change, come and go, every answer shows lines that a file had.
func TestTreeChangesMeanwhile(t *testing.T) {
	p := newPlace(t, functions(5))
	versions := []string{
		"def one():\n    return 1\n",
		"# another first line\n\n\ndef two():\n    return 2\n",
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			replace(t, filepath.Join(p.tree, "changing.py"), versions[i%2])
			os.WriteFile(filepath.Join(p.tree, "growing.py"), []byte(strings.Repeat("x = 1\n", i%50)), 0o644)
			os.Remove(filepath.Join(p.tree, "growing.py"))
		}
	})
	defer wg.Wait()
	defer close(stop)
	for range 15 {
		stdout, stderr, code := command(t, "read", p.tree, "--jsonl", "-k", "20")
		if code != exitFound {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		for line := range strings.Lines(stdout) {
			var r struct{ Path, Content string }
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			if r.Path == "changing.py" && !strings.Contains(versions[0], r.Content) && !strings.Contains(versions[1], r.Content) {
				t.Errorf("changing.py shows %q", r.Content)
			}
		}
	}
}

// replace changes a file at once, as editors do.
func replace(t *testing.T, path, text string) {
	temp := path + ".new.png" // not to be indexed
	if err := os.WriteFile(temp, []byte(text), 0o644); err != nil {
		t.Error(err)
	}
	if err := os.Rename(temp, path); err != nil && !os.IsPermission(err) { // Windows refuses while it is read
		t.Error(err)
	}
}
