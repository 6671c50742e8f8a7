// Command peers is our side of peers.py: a process that encodes when it is told
// to, so that it can take turns with others on one core. README.md says how to
// run the whole.
//
// It answers each line of standard input with one of standard output, after a
// first that describes the model:
//
//	load FILE     reads a JSON array of texts          ok
//	encode BATCH  encodes all of them                  seconds
//	save FILE     writes the vectors, float32          ok
//	query N TEXT  encodes TEXT as a question, N times  median of the seconds
//
// BATCH, which the other side has use for, is ignored: [model.Encode] batches by
// tokens.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hunch-search/hunch/internal/model"
)

func main() {
	dir := flag.String("model", "", "a model `folder`; the embedded model if empty")
	precision := flag.String("precision", "auto", "of the arithmetic")
	threads := flag.Int("threads", 1, "that encode")
	flag.Parse()
	m, err := open(*dir, *precision)
	if err == nil {
		err = serve(&worker{model: m, threads: *threads}, os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// open opens the model of a folder, or the embedded one if dir is empty.
func open(dir, precision string) (*model.Model, error) {
	p, err := model.ParsePrecision(precision)
	if err != nil {
		return nil, err
	}
	if dir == "" {
		return model.Embedded(p)
	}
	return model.Open(dir, p)
}

type worker struct {
	model   *model.Model
	threads int
	texts   []string
	vectors [][]float32
}

func serve(w *worker, in io.Reader, out io.Writer) error {
	info := w.model.Info()
	fmt.Fprintf(out, "%s weights, %s arithmetic\n", info.Weights, info.Precision)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		command, rest, _ := strings.Cut(lines.Text(), " ")
		answer, err := w.do(command, rest)
		if err != nil {
			return fmt.Errorf("%s: %w", command, err)
		}
		fmt.Fprintln(out, answer)
	}
	return lines.Err()
}

func (w *worker) do(command, rest string) (answer string, err error) {
	switch command {
	case "load":
		return "ok", w.load(rest)
	case "encode":
		start := time.Now()
		err := w.encode()
		return seconds(time.Since(start)), err
	case "save":
		return "ok", w.save(rest)
	case "query":
		count, text, _ := strings.Cut(rest, " ")
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 {
			return "", fmt.Errorf("%q is no number of times", count)
		}
		p50, err := w.query(n, text)
		return seconds(p50), err
	}
	return "", fmt.Errorf("unknown command")
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'g', -1, 64) }

func (w *worker) load(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, &w.texts)
}

func (w *worker) encode() error {
	vectors := make([][]float32, len(w.texts))
	err := model.Encode(context.Background(), w.model, w.threads, slices.All(w.texts), func(i int, e model.Embedding) error {
		vectors[i] = e.Vector
		return nil
	})
	w.vectors = vectors
	return err
}

func (w *worker) save(file string) error {
	var data []byte
	for _, v := range w.vectors {
		var err error
		if data, err = binary.Append(data, binary.LittleEndian, v); err != nil {
			return err
		}
	}
	return os.WriteFile(file, data, 0o600)
}

func (w *worker) query(n int, text string) (p50 time.Duration, err error) {
	took := make([]time.Duration, n)
	for i := range took {
		start := time.Now()
		if _, err := w.model.EncodeQuery(text); err != nil {
			return 0, err
		}
		took[i] = time.Since(start)
	}
	slices.Sort(took)
	return took[n/2], nil
}
