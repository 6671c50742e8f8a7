package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch/internal/model"
)

func (a *app) embedCommand() *cobra.Command {
	var from string
	cmd := &cobra.Command{
		Use:   "embed [FILE]",
		Short: "Print the embedding of each text of a file or of standard input",
		Long: `embed reads texts, one a line or, with --from jsonl, one JSON object with a "text"
field a line, and prints one JSON array of numbers for each, in order.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			parse, ok := map[string]func([]byte) (string, error){"lines": parseLine, "jsonl": parseJSONL}[from]
			if !ok {
				return fmt.Errorf("--from is %q, want lines or jsonl", from)
			}
			in, name := interruptible(cmd.Context(), a.in), "standard input"
			if len(args) == 1 && args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return pathError(args[0], err)
				}
				defer f.Close()
				in, name = f, quotePath(args[0])
			}
			return a.embed(cmd, &texts{in: in, name: name, parse: parse})
		},
	}
	cmd.Flags().StringVar(&from, "from", "lines", "what the input is: `lines or jsonl`")
	return cmd
}

func (a *app) embed(cmd *cobra.Command, in *texts) error {
	m, err := a.openModel()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.out)
	var line []byte
	err = model.Encode(cmd.Context(), m, a.threads, in.all(), func(_ int, e model.Embedding) error {
		line = appendVector(line[:0], e.Vector)
		_, err := out.Write(line)
		return err
	})
	// What was embedded before an error is printed, so that the input can be
	// continued from there.
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	return errors.Join(err, in.err)
}

func appendVector(b []byte, v []float32) []byte {
	b = append(b, '[')
	for i, x := range v {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendFloat(b, float64(x), 'g', -1, 32)
	}
	return append(b, "]\n"...)
}

// interruptible returns a reader of r that ends with ctx, even while it waits
// for somebody to type. That wait is left behind: the program ends anyway.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	out, in := io.Pipe()
	go func() {
		_, err := io.Copy(in, r)
		in.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { out.CloseWithError(ctx.Err()) })
	return out
}

// texts reads an input line by line.
type texts struct {
	in    io.Reader
	name  string
	parse func([]byte) (string, error)
	err   error // of reading, once all has ended
}

// maxLine bounds a line, and so the memory. The model reads no more than the
// first few kilobytes of a text.
const maxLine = 64 << 20

func (t *texts) all() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		s := bufio.NewScanner(t.in)
		s.Buffer(nil, maxLine)
		n := 0
		for s.Scan() {
			n++
			text, err := t.parse(s.Bytes())
			if err != nil {
				t.err = fmt.Errorf("%s: line %d: %w", t.name, n, err)
				return
			}
			if !yield(n, text) {
				return
			}
		}
		if err := s.Err(); errors.Is(err, bufio.ErrTooLong) {
			t.err = fmt.Errorf("%s: line %d is longer than %d bytes", t.name, n+1, maxLine)
		} else if err != nil {
			t.err = fmt.Errorf("%s: %w", t.name, bare(err))
		}
	}
}

func parseLine(line []byte) (string, error) { return string(line), nil }

func parseJSONL(line []byte) (string, error) {
	var object struct{ Text *string }
	if err := json.Unmarshal(line, &object); err != nil {
		return "", fmt.Errorf("want an object with a \"text\" field: %w", err)
	}
	if object.Text == nil {
		return "", fmt.Errorf("no \"text\" field in %s", bytes.TrimSpace(line[:min(len(line), 60)]))
	}
	return *object.Text, nil
}
