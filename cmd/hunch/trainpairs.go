package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

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

with "negatives", an array of codes that do not answer the query, where you have
them. Lines that are not such objects are counted and left out. Pairs that CoSQA
tests models with are refused if its data is there. Evaluate on other data, such as
hunch eval repo.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.trainPairs(cmd.Context(), f, args[0]) },
	}
	f.register(cmd.Flags())
	return cmd
}

func (a *app) trainPairs(ctx context.Context, f trainFlags, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	pairs, bad, err := readPairs(file)
	if err != nil {
		return pathError(name, err)
	}
	for _, e := range bad.first {
		a.note("%s:%v", quotePath(name), e)
	}
	switch {
	case len(pairs) == 0:
		return fmt.Errorf("%s has no pair to train on: %s", quotePath(name), count(bad.lines, "bad line"))
	case bad.lines > 0:
		a.note("left out: %s of %s", count(bad.lines, "bad line"), count(bad.lines+len(pairs), "line"))
	}
	if err := refuseExam(pairs); err != nil {
		return pathError(name, err)
	}
	t, done, err := a.newTraining(f, name, "finetuned_pairs")
	if err != nil {
		return err
	}
	defer done()
	trained, err := t.run(ctx, pairs)
	if err != nil {
		return err
	}
	return t.save(trained, &card{Base: t.trainer.Base.Name(), Pairs: len(pairs)})
}

// maxPairLine is the longest line of a file of pairs.
const maxPairLine = 16 << 20

// badLines counts the lines that are no pairs, and keeps what is wrong with the
// first.
type badLines struct {
	lines int
	first []error
}

// readPairs reads a pair from each line that is not empty.
func readPairs(r io.Reader) (pairs []hunch.TrainingPair, bad badLines, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxPairLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		p, err := parsePair(line)
		if err == nil {
			pairs = append(pairs, p)
			continue
		}
		if bad.lines++; bad.lines <= 3 {
			bad.first = append(bad.first, fmt.Errorf("%d: %w", n, err))
		}
	}
	if err := lines.Err(); err != nil {
		return nil, bad, fmt.Errorf("line %d: %w", n+1, err)
	}
	return pairs, bad, nil
}

func parsePair(line []byte) (p hunch.TrainingPair, err error) {
	if err := json.Unmarshal(line, &p); err != nil {
		return p, err
	}
	if strings.TrimSpace(p.Query) == "" || strings.TrimSpace(p.Code) == "" {
		return p, errors.New(`want an object with "query" and "code"`)
	}
	return p, nil
}

// refuseExam looks for pairs that CoSQA tests with, where its data is at hand.
func refuseExam(pairs []hunch.TrainingPair) error {
	dir, err := cosqaDir("")
	if err != nil {
		return nil // without the data nobody can test with it here
	}
	data, err := dataset.OpenCoSQA(dir)
	if err != nil {
		return err
	}
	exam, err := data.Exam()
	if err != nil {
		return err
	}
	for i, p := range pairs {
		if exam.Holds(p.Query, p.Code) {
			return fmt.Errorf("pair %d is one that CoSQA tests models with", i+1)
		}
	}
	return nil
}
