package main

// Gates: an evaluation whose figures are too low ends with exit code 1.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// fellError lists what is too low, a sentence each.
type fellError struct{ sentences []string }

func (e *fellError) Error() string { return strings.Join(e.sentences, "\n") }

// gate is what figures are held to.
type gate struct {
	least    []least
	baseline []baseline
	file     string // of baseline
	maxDrop  float64
	metrics  []string // held to maxDrop
	fell     []string
	err      error // the first figures that the baseline does not have
}

type least struct {
	metric string
	value  float64
}

// identity tells whether figures compare.
type identity struct {
	Schema    int    `json:"schema"`
	Protocol  string `json:"protocol"`
	Split     string `json:"split"`
	Docstring string `json:"docstrings"`
	Queries   int    `json:"queries"`
	Corpus    int    `json:"corpus"`
	Data      string `json:"data_sha256"`
}

// baseline is what a gate needs of an earlier evaluation.
type baseline struct {
	identity
	Metrics map[string]float64 `json:"metrics"`
	NDCG    *float64           `json:"ndcg@10"` // of labelled repositories
	Compare json.RawMessage    `json:"differences"`
}

// openGate reads what the flags ask for.
func (f *judgeFlags) openGate() error {
	g := gate{file: f.baseline, maxDrop: f.maxDrop, metrics: f.metrics}
	for _, text := range f.min {
		l, err := parseLeast(text, f.known)
		if err != nil {
			return fmt.Errorf("--min: %w", err)
		}
		g.least = append(g.least, l)
	}
	if !(f.maxDrop >= 0 && f.maxDrop <= 1) {
		return fmt.Errorf("--max-drop is %v, want 0 to 1", f.maxDrop)
	}
	if f.dropSet && f.baseline == "" && len(f.compare) == 0 {
		return errors.New("--max-drop needs --baseline, the file with the figures of before, or --compare")
	}
	var err error
	if f.baseline != "" {
		if g.baseline, err = readBaseline(f.baseline); err != nil {
			return fmt.Errorf("--baseline: %w", err)
		}
	}
	f.gate = g
	return nil
}

func parseLeast(text string, known []string) (least, error) {
	name, number, ok := strings.Cut(text, "=")
	if !ok {
		return least{}, fmt.Errorf("%q is not like %s=0.6", text, known[len(known)-1])
	}
	if !slices.Contains(known, name) {
		return least{}, unknownMetric(name, known)
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || !(value >= 0 && value <= 1) {
		return least{}, fmt.Errorf("%s is %q, want a number from 0 to 1", name, number)
	}
	return least{name, value}, nil
}

// readBaseline reads the --json output of an evaluation.
func readBaseline(name string) ([]baseline, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, pathError(name, err)
	}
	var list []baseline
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		err = json.Unmarshal(data, &list)
	} else {
		list = make([]baseline, 1)
		err = json.Unmarshal(data, &list[0])
	}
	if err != nil {
		return nil, fmt.Errorf("%s is not the --json output of an evaluation: %w", quotePath(name), err)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s has no evaluation", quotePath(name))
	}
	for i := range list {
		b := &list[i]
		switch {
		case b.Compare != nil:
			return nil, fmt.Errorf("%s is the output of --compare, want that of one system", quotePath(name))
		case b.Schema != 1 || b.Protocol == "" || b.Data == "" || b.Metrics == nil && b.NDCG == nil:
			return nil, fmt.Errorf("%s is not the --json output of an evaluation by this version: schema, protocol, data_sha256 or the figures are missing", quotePath(name))
		}
		if b.Metrics == nil {
			b.Metrics = map[string]float64{"ndcg@10": *b.NDCG}
		}
	}
	return list, nil
}

// judge holds figures to what the flags ask for.
func (g *gate) judge(now figures) {
	for _, l := range g.least {
		if value := now.metrics[l.metric]; value < l.value {
			g.fell = append(g.fell, fmt.Sprintf("%s: %s is %.4f, %.4f below the %v of --min", now.what, l.metric, value, l.value-value, l.value))
		}
	}
	if len(g.baseline) == 0 {
		return
	}
	before, err := match(g.baseline, now.id)
	if err != nil {
		g.err = errors.Join(g.err, fmt.Errorf("--baseline: %s does not compare: %w", quotePath(g.file), err))
		return
	}
	g.drop(now, before.Metrics, "in "+quotePath(g.file))
}

// drop holds figures to those before.
func (g *gate) drop(now figures, before map[string]float64, where string) {
	for _, m := range g.metrics {
		was, ok := before[m]
		if !ok {
			g.err = errors.Join(g.err, fmt.Errorf("--baseline: %s has no %s", strings.TrimPrefix(where, "in "), m))
			continue
		}
		// A drop of just as much as is allowed must not fail by rounding.
		if value := now.metrics[m]; was-value > g.maxDrop+1e-9 {
			g.fell = append(g.fell, fmt.Sprintf("%s: %s fell by %.4f, from %.4f %s to %.4f, more than the %v of --max-drop",
				now.what, m, was-value, was, where, value, g.maxDrop))
		}
	}
}

// match finds the evaluation of the same data, or says what differs.
func match(list []baseline, now identity) (*baseline, error) {
	var near *baseline
	for i := range list {
		if list[i].identity == now {
			return &list[i], nil
		}
		if b := &list[i]; near == nil || b.Protocol == now.Protocol && near.Protocol != now.Protocol {
			near = b
		}
	}
	return nil, errors.New(near.difference(now))
}

// difference says what the most telling difference is.
func (was identity) difference(now identity) string {
	for _, f := range []struct{ name, was, now string }{
		{"protocol", was.Protocol, now.Protocol},
		{"split", was.Split, now.Split},
		{"docstrings", was.Docstring, now.Docstring},
		{"number of queries", thousands(was.Queries), thousands(now.Queries)},
		{"number of documents", thousands(was.Corpus), thousands(now.Corpus)},
		{"data_sha256 (queries, documents or right answers)", was.Data, now.Data},
	} {
		if f.was != f.now {
			return fmt.Sprintf("%s is %q there and %q here", f.name, f.was, f.now)
		}
	}
	return "the schema differs"
}

// verdict is the error with which the command ends.
func (g *gate) verdict() error {
	if g.err != nil {
		return g.err
	}
	if len(g.fell) > 0 {
		return &fellError{g.fell}
	}
	return nil
}
