package main

// What all evaluations can be asked beside their figures: how two systems
// compare, and whether a figure is as high as it must be.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/eval"
)

// judgeHelp follows on what a command measures; rankings are those that it knows.
func judgeHelp(rankings string) string { return strings.Replace(judgeText, "RANKINGS", rankings, 1) }

const judgeText = `

--compare A B ranks the same queries by two systems and tells the difference B - A
of each figure, its 95% interval, and p by a paired randomisation test (10,000
permutations, by distinct query), which is corrected by Holm's method for all that
is tested together. --compare A B --compare C compares several with the first. A
system is MODEL, PRECISION and RANKING, joined by colons,
what is left out being that of the other flags:

  all-MiniLM-L6-v2        a pulled model by its name
  output/mine             a model folder
  default                 the model in the binary
  fp32, int8              a precision
  RANKINGS
  output/mine:fp32        several

--min ndcg@10=0.6 and --baseline FILE, the --json output of an earlier evaluation of
the same data, make it a gate: where a figure is too low, or fell by more than
--max-drop, the exit code is 1 and a sentence says what fell and by how much. With
--compare they hold for all systems but the first, and --max-drop alone for the drop
from that.`

// judgeFlags are what all kinds of evaluation share.
type judgeFlags struct {
	compare  []string
	metrics  []string
	perQuery bool
	tsv      string
	min      []string
	baseline string
	maxDrop  float64
	json     bool

	known   []string // the figures that there are
	dropSet bool
	gate    gate
}

func (f *judgeFlags) register(cmd *cobra.Command, known []string) {
	f.known = known
	flags := cmd.Flags()
	flags.StringArrayVar(&f.compare, "compare", nil, "compare two `systems`; see above")
	if len(known) > 1 {
		flags.StringSliceVar(&f.metrics, "metric", nil, "`figure` to compare and to hold to --max-drop (default: all of "+strings.Join(known, ", ")+")")
	}
	flags.BoolVar(&f.perQuery, "per-query", false, "also print the queries, worst first, or with --compare gains and losses")
	flags.StringVar(&f.tsv, "tsv", "", "write each query's figures to this `file`, separated by tabs")
	flags.StringArrayVar(&f.min, "min", nil, "exit with 1 if a figure is lower, as `ndcg@10=0.6`; may be repeated")
	flags.StringVar(&f.baseline, "baseline", "", "exit with 1 if a figure is lower than in this `file` by more than --max-drop")
	flags.Float64Var(&f.maxDrop, "max-drop", 0.02, "`drop` of a figure that is not too much")
	flags.BoolVar(&f.json, "json", false, "print JSON: an object, or an array of several")
}

// splitCompare gives the second word after the first --compare a flag of its own:
// a flag can take but one.
func splitCompare(args []string) []string {
	at := slices.Index(args, "--compare")
	if eval := slices.Index(args, "eval"); eval < 0 || at < eval || at+2 >= len(args) || isFlag(args[at+1]) || isFlag(args[at+2]) {
		return args
	}
	return slices.Insert(slices.Clone(args), at+2, "--compare")
}

func isFlag(arg string) bool { return strings.HasPrefix(arg, "-") }

// settle checks the flags before any work.
func (f *judgeFlags) settle(flags *pflag.FlagSet) error {
	f.dropSet = flags.Changed("max-drop")
	if len(f.compare) == 1 {
		return errors.New("--compare wants two systems: --compare A B")
	}
	for _, m := range f.metrics {
		if !slices.Contains(f.known, m) {
			return fmt.Errorf("--metric: %w", unknownMetric(m, f.known))
		}
	}
	if len(f.metrics) == 0 {
		f.metrics = f.known
	}
	return f.openGate()
}

func unknownMetric(name string, known []string) error {
	return fmt.Errorf("unknown figure %q, want %s", name, strings.Join(known, ", "))
}

// system is one of those that are compared.
type system struct {
	name      string // as it was asked for
	model     string // as --model
	precision string
	ranking   string // "" for that of the flags
}

// parseSystem reads MODEL:PRECISION:RANKING. Only words that are known are taken
// off the end, so that a folder's name may have colons.
func (a *app) parseSystem(text string, rankings []string) (system, error) {
	s := system{name: text, model: a.model, precision: a.precision}
	rest, more := text, true
	var precision, ranking bool
	for more {
		before, last, found := cutLast(rest)
		switch {
		case slices.Contains(rankings, last) && !ranking:
			s.ranking, ranking = last, true
		case slices.Contains([]string{"fp32", "int8", "auto"}, last) && !precision:
			s.precision, precision = last, true
		default:
			if slices.Contains(otherRankings, last) {
				return s, fmt.Errorf("--compare: %q: this evaluation does not rank by %s, but by %s", text, last, strings.Join(rankings, ", "))
			}
			s.model, found = rest, false
		}
		rest, more = before, found
	}
	if s.model == "" && text == "" {
		return s, errors.New("--compare: a system has no name")
	}
	return s, nil
}

// otherRankings are words that nobody means as a model.
var otherRankings = []string{"exact", "hnsw", string(hunch.Hybrid), string(hunch.Dense), string(hunch.BM25), string(hunch.RRF)}

func cutLast(s string) (before, last string, found bool) {
	if at := strings.LastIndexByte(s, ':'); at >= 0 {
		return s[:at], s[at+1:], true
	}
	return "", s, false
}

// systems opens what is compared; each model and precision is opened once.
func (a *app) systems(f *judgeFlags, rankings []string) (list []system, models map[system]*hunch.Model, err error) {
	models = map[system]*hunch.Model{}
	for _, text := range f.compare {
		s, err := a.parseSystem(text, rankings)
		if err != nil {
			return nil, nil, err
		}
		if models[s.key()] == nil {
			as := *a
			as.model, as.precision = s.model, s.precision
			if models[s.key()], err = as.openModel(); err != nil {
				return nil, nil, fmt.Errorf("--compare: %s: %w", quotePath(text), err)
			}
		}
		list = append(list, s)
	}
	return list, models, nil
}

// key is what a model is opened by.
func (s system) key() system { return system{model: s.model, precision: s.precision} }

// figures is what one evaluation came to, in the form that gates take.
type figures struct {
	what    string // such as "cosqa dev"
	id      identity
	metrics map[string]float64
}

func ofEvaluation(e *hunch.Evaluation) figures {
	return figures{
		e.Protocol + " " + e.Split,
		identity{e.Schema, e.Protocol, e.Split, e.Docstring, e.Queries, e.Corpus, e.Data},
		e.Metrics.Named(),
	}
}

func ofRepos(s *hunch.ReposEvaluation) figures {
	return figures{
		"labelled repositories",
		identity{s.Schema, s.Protocol, "", "", s.Queries, 0, s.Data},
		map[string]float64{"ndcg@10": s.NDCG},
	}
}

// task is one set of queries, on which systems are evaluated; E is what comes out.
type task[E any] struct {
	evaluate func(ctx context.Context, s system, m *hunch.Model) (E, error)
	compare  func(a, b E) (*hunch.Comparison, error)
	figures  func(E) figures
}

// run compares the systems on the task, the others with the first.
func (t task[E]) run(ctx context.Context, f *judgeFlags, list []system, models map[system]*hunch.Model) ([]*hunch.Comparison, error) {
	var first E
	var all []*hunch.Comparison
	for i, s := range list {
		e, err := t.evaluate(ctx, s, models[s.key()])
		if err != nil {
			return nil, err
		}
		if i == 0 {
			first = e
			continue
		}
		c, err := t.compare(first, e)
		if err != nil {
			return nil, err
		}
		c.A.Name, c.B.Name = list[0].name, s.name
		all = append(all, c)
		now := t.figures(e)
		now.what += ", " + s.name
		f.gate.judge(now)
		if f.dropSet && f.baseline == "" {
			before := t.figures(first)
			f.gate.drop(now, before.metrics, "in "+list[0].name)
		}
	}
	return all, nil
}

// allMetrics are the figures of rankings of a whole corpus.
var allMetrics = eval.MetricNames()
