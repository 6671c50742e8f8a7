package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/dataset"
)

func (a *app) trainPairsCommand() *cobra.Command {
	var f trainFlags
	cmd := &cobra.Command{
		Use:   "pairs FILE.jsonl",
		Short: "Train on your own pairs",
		Long: `pairs trains on the pairs of a file with one JSON object a line:

  {"query": "parse a duration", "code": "func parse(s string) ..."}

with "negatives", an array of codes that do not answer the query, and "repo", the
name of the repository that the code is from, where you have them: pairs of one
repository share batches. Lines that are not such objects are counted and left out.
Pairs that CoSQA tests models with are refused if its data is there. Evaluate on
other data, such as hunch eval repo.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.trainPairs(cmd.Context(), f, args[0])
		},
	}
	f.register(cmd.Flags())
	return cmd
}

func (a *app) trainPairs(ctx context.Context, f trainFlags, name string) error {
	if err := f.check(); err != nil {
		return err
	}
	pairs, err := a.openPairs(name, "")
	if err != nil {
		return err
	}
	// A card travels with its model: it tells the name, not the place.
	t, done, err := a.newTraining(f, filepath.Base(name), "finetuned_pairs", pairs)
	if err != nil {
		return err
	}
	defer done()
	trained, err := t.run(ctx)
	if err != nil {
		return err
	}
	return t.save(trained, new(card))
}

// openPairs reads a file of pairs, tells which of its lines are none, and refuses
// one that holds pairs to test with, which are in the folder cosqa, or where they
// were pulled to.
func (a *app) openPairs(name, cosqa string) ([]hunch.TrainingPair, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, pathError(name, err)
	}
	defer file.Close()
	read, err := readPairs(file)
	if err != nil {
		return nil, pathError(name, err)
	}
	for _, e := range read.first {
		a.note("%s:%s", quotePath(name), quoteError(e))
	}
	switch {
	case len(read.pairs) == 0 && read.bad == 0:
		return nil, fmt.Errorf("%s is empty", quotePath(name))
	case len(read.pairs) == 0:
		return nil, fmt.Errorf("%s has no pair to train on: %s", quotePath(name), count(read.bad, "bad line"))
	case read.bad > 0:
		a.note("left out: %s of %s", count(read.bad, "bad line"), count(read.bad+len(read.pairs), "line"))
	}
	return read.pairs, a.refuseExam(name, read, cosqa)
}

// maxPairLine is the longest line of a file of pairs.
const maxPairLine = 16 << 20

// pairFile is what a file of pairs holds.
type pairFile struct {
	pairs []hunch.TrainingPair
	lines []int   // that of each pair, from 1
	bad   int     // lines that are neither a pair nor empty
	first []error // what is wrong with the first of them
}

// readPairs reads a pair from each line that is not empty.
func readPairs(r io.Reader) (*pairFile, error) {
	lines, f := bufio.NewReaderSize(r, 1<<16), new(pairFile)
	for n := 1; ; n++ {
		line, err := readLine(lines)
		if err == io.EOF {
			return f, nil
		}
		if err != nil && err != errLongLine {
			return nil, err
		}
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff")) // editors of Windows put it there
		}
		if line = bytes.TrimSpace(line); len(line) == 0 && err == nil {
			continue
		}
		var p hunch.TrainingPair
		if err == nil {
			p, err = parsePair(line)
		}
		if err == nil {
			f.pairs, f.lines = append(f.pairs, p), append(f.lines, n)
			continue
		}
		if f.bad++; f.bad <= 3 {
			f.first = append(f.first, fmt.Errorf("%d: %w", n, err))
		}
	}
}

var errLongLine = fmt.Errorf("is longer than %s", size(maxPairLine))

// readLine reads a line of any length, of which it keeps none that is too long.
// The error is io.EOF only where there is no line.
func readLine(r *bufio.Reader) (line []byte, err error) {
	long := false
	for {
		part, err := r.ReadSlice('\n')
		if long = long || len(line)+len(part) > maxPairLine; !long {
			line = append(line, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
		case err != nil && (err != io.EOF || len(line) == 0 && !long):
			return nil, err
		case long:
			return nil, errLongLine
		default:
			return line, nil
		}
	}
}

func parsePair(line []byte) (p hunch.TrainingPair, err error) {
	if !utf8.Valid(line) {
		return p, errors.New("is not UTF-8")
	}
	err = json.Unmarshal(line, &p)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return p, fmt.Errorf("%q cannot be %s", wrong.Field, article(wrong.Value))
	} else if ok || err == nil && (blank(p.Query) || blank(p.Code)) {
		return p, errors.New(`want an object with "query" and "code"`)
	} else if err != nil {
		return p, fmt.Errorf("is not JSON: %w", err)
	}
	if slices.ContainsFunc(p.Negatives, blank) {
		return p, errors.New("a negative is empty")
	}
	return p, nil
}

func blank(text string) bool { return strings.TrimSpace(text) == "" }

// article is for JSON's types as encoding/json calls them.
func article(kind string) string {
	if kind == "array" || kind == "object" {
		return "an " + kind
	}
	return "a " + kind
}

// refuseExam looks for pairs that CoSQA tests with, where its data is at hand.
func (a *app) refuseExam(name string, f *pairFile, cosqa string) error {
	dir, err := cosqaDir(cosqa)
	if err != nil {
		return nil // without the data nobody can test with it here
	}
	data, err := dataset.OpenCoSQA(dir)
	if err != nil {
		return err
	}
	exam, err := data.Exam()
	if errors.Is(err, fs.ErrNotExist) {
		a.note("not looked for pairs that CoSQA tests with: %s", quoteError(err))
		return nil
	}
	if err != nil {
		return err
	}
	for i, p := range f.pairs {
		if exam.Holds(p.Query, p.Code) {
			return fmt.Errorf("%s:%d: is a pair that CoSQA tests models with", quotePath(name), f.lines[i])
		}
	}
	return nil
}
