package report

// What was computed is kept in files of the report's folder, each as soon as it
// is whole, so that a run that was killed loses at most one of them.

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/hunch-search/hunch/internal/atomicfile"
)

const stateFolder = ".state"

// state is the folder of a report. Program is of what computes it.
type state struct{ dir, program string }

// kept is the content of a file: what it depends on, and the value with its
// SHA-256.
type kept struct {
	Key     string          `json:"key"`
	Program string          `json:"program"`
	Seconds float64         `json:"seconds"`
	Sum     string          `json:"sha256"`
	Value   json.RawMessage `json:"value"`
}

// openState makes the folder, or takes one that an earlier run left. One with
// other files is an error: they are not ours to replace.
func openState(dir string) (state, error) {
	s := state{dir, program()}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return s, fmt.Errorf("%s is a file, want a folder for the report", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	if len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(dir, stateFolder)); err != nil {
			return s, fmt.Errorf("%s has files that are no report's: name a new folder with --out", dir)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, stateFolder), 0o755); err != nil {
		return s, fmt.Errorf("%s cannot be written: %w", dir, err)
	}
	// Nobody waits for an hour to hear that nothing can be written.
	if err := s.write(filepath.Join(stateFolder, "probe"), nil); err != nil {
		return s, fmt.Errorf("%s cannot be written: %w", dir, err)
	}
	return s, os.Remove(filepath.Join(dir, stateFolder, "probe"))
}

// once returns what is kept under name for key, or computes and keeps it. What
// is damaged, depended on something else or was computed by another program is
// computed again.
func once[T any](s state, name, key string, compute func() (T, error)) (value T, seconds float64, known bool, err error) {
	file := filepath.Join(stateFolder, name+".json")
	if data, err := os.ReadFile(filepath.Join(s.dir, file)); err == nil {
		var k kept
		if json.Unmarshal(data, &k) == nil && k.Key == key && k.Program == s.program && k.Sum == sum(k.Value) && json.Unmarshal(k.Value, &value) == nil {
			return value, k.Seconds, true, nil
		}
	}
	start := time.Now()
	var fresh T
	if fresh, err = compute(); err != nil {
		return fresh, 0, false, err
	}
	seconds = time.Since(start).Seconds()
	data, err := json.Marshal(fresh)
	if err == nil {
		data, err = json.Marshal(kept{key, s.program, seconds, sum(data), data})
	}
	if err != nil {
		return fresh, seconds, false, err
	}
	return fresh, seconds, false, s.write(file, atomicfile.Bytes(data))
}

// sweep removes what runs that were killed before this one began left half
// written.
func (s state) sweep(began time.Time) {
	for _, folder := range []string{".", stateFolder, "trec", "plots"} {
		names, _ := filepath.Glob(filepath.Join(s.dir, folder, ".*.tmp"))
		for _, name := range names {
			if info, err := os.Stat(name); err == nil && info.ModTime().Before(began) {
				os.Remove(name)
			}
		}
	}
}

// write replaces a file of the report as a whole, or leaves it as it was.
func (s state) write(name string, fill func(io.Writer) error) error {
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return atomicfile.Write(path, fill)
}

// forget lets the next once compute what is kept under name.
func (s state) forget(name string) error {
	err := os.Remove(filepath.Join(s.dir, stateFolder, name+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// sumOf is the SHA-256 of a file of the report, "" if it cannot be read.
func (s state) sumOf(name string) string {
	data, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		return ""
	}
	return sum(data)
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// keyOf hashes what a value depends on.
func keyOf(parts ...any) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%q\n", fmt.Sprint(p))
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}
