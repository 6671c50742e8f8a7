// Command start measures what a user waits for who asks once: `hunch QUERY` on
// an indexed repository, from process start to exit, with all files in the page
// cache.
//
//	go build ./cmd/hunch && go run ./bench/start -hunch ./hunch
//
// It makes a repository of small Go files and an index of it for the model in
// the binary, whose vectors are random: embedding 50,000 chunks would take
// minutes, and no step of a search takes longer or shorter for their values.
// Programs that are compared must be of one version: another one judges the
// files anew, each time that they take turns.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "start:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, w io.Writer) error {
	flags := flag.NewFlagSet("start", flag.ExitOnError)
	program := flags.String("hunch", "hunch", "`program` to measure; several, with commas between, alternate")
	dir := flags.String("dir", "", "`folder` for the repository and its index, kept for the next run (default: a temporary one)")
	size := tree{}
	flags.IntVar(&size.files, "files", 5000, "files of the repository")
	flags.IntVar(&size.chunks, "chunks", 10, "chunks of a file")
	runs := flags.Int("runs", 20, "runs of each program")
	_ = flags.Parse(args) // exits on an error

	if *dir == "" {
		temporary, err := os.MkdirTemp("", "hunch-start-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		*dir = temporary
	}
	place := places{repo: filepath.Join(*dir, "repo"), index: filepath.Join(*dir, "index")}
	if _, err := os.Stat(place.index); err != nil {
		if err := place.make(ctx, size); err != nil {
			return err
		}
	}
	var programs []*measured
	for name := range bytes.SplitSeq([]byte(*program), []byte(",")) {
		path, err := filepath.Abs(string(name))
		if err != nil {
			return err
		}
		programs = append(programs, &measured{path: path})
	}
	for range *runs + 1 { // the first fills the page cache
		for _, p := range programs {
			if err := p.run(ctx, place); err != nil {
				return err
			}
		}
	}
	for _, p := range programs {
		p.print(w)
	}
	return nil
}

// measured is a program and how long its runs took.
type measured struct {
	path  string
	walls []time.Duration
	cpus  []time.Duration
}

func (m *measured) run(ctx context.Context, p places) error {
	cmd := exec.CommandContext(ctx, m.path, "where is the retry back-off computed", "--index", p.index,
		"--threshold", "0") // random vectors and generated words have no answer
	cmd.Dir = p.repo
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	out, err := cmd.Output()
	took := time.Since(start)
	if err != nil || stderr.Len() > 0 || len(out) == 0 {
		return fmt.Errorf("%s: %v: %d bytes of output, %s", m.path, err, len(out), stderr.Bytes())
	}
	m.walls = append(m.walls, took)
	m.cpus = append(m.cpus, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	return nil
}

func (m *measured) print(w io.Writer) {
	walls, cpus := m.walls[1:], m.cpus[1:]
	slices.Sort(walls)
	slices.Sort(cpus)
	n := len(walls)
	if n == 0 {
		return
	}
	fmt.Fprintf(w, "%s: p50 %.1f ms, least %.1f, most %.1f; processor time p50 %.1f ms (%d runs)\n", m.path,
		ms(walls[n/2]), ms(walls[0]), ms(walls[n-1]), ms(cpus[n/2]), n)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
