package hunch

// Two systems on the same queries: by how much one is better, how sure that is,
// and on which queries.

import (
	"fmt"
	"math"
	"slices"

	"github.com/hunch-search/hunch/internal/eval"
)

// Comparison says by how much the system B is better than A on the same queries.
// Its JSON form is stable.
type Comparison struct {
	Schema    int    `json:"schema"`
	Protocol  string `json:"protocol"`
	Split     string `json:"split"`
	Docstring string `json:"docstrings,omitempty"`
	Data      string `json:"data_sha256"`
	Queries   int    `json:"queries"`
	// Distinct is how many texts they have: queries with the same text are drawn,
	// and have their sign changed, together.
	Distinct    int          `json:"distinct_queries"`
	Corpus      int          `json:"corpus,omitempty"`
	A           Compared     `json:"a"`
	B           Compared     `json:"b"`
	Differences []Difference `json:"differences"`
	// Tests is for how many tests PHolm is corrected.
	Tests        int         `json:"tests"`
	Samples      int         `json:"bootstrap_samples"`
	Permutations int         `json:"permutations"`
	Seed         uint64      `json:"seed"`
	PerQuery     []QueryPair `json:"per_query"`
}

// Compared is one of the two systems.
type Compared struct {
	Name        string `json:"name"` // as it was asked for
	Model       string `json:"model"`
	Fingerprint string `json:"fingerprint"`
	Precision   string `json:"precision"`
	Ranking     string `json:"ranking"`
}

// Difference is that of one figure: B less A.
type Difference struct {
	Metric     string  `json:"metric"`
	A          float64 `json:"a"`
	B          float64 `json:"b"`
	Difference float64 `json:"difference"`
	// CI95 is the 95% interval of Difference, nil for fewer than two distinct queries.
	CI95 *[2]float64 `json:"ci95"`
	// P is of a paired randomisation test, PHolm the same corrected for all that
	// was tested together.
	P     float64 `json:"p"`
	PHolm float64 `json:"p_holm"`
	// Better is on how many queries B has the higher figure.
	Better int `json:"better"`
	Worse  int `json:"worse"`
	Equal  int `json:"equal"`
}

// QueryPair is a query with the figures of both systems.
type QueryPair struct {
	Repository string             `json:"repository,omitempty"` // where there are several
	Query      string             `json:"query"`
	A          map[string]float64 `json:"a"`
	B          map[string]float64 `json:"b"`
}

// Gain is by how much B is better at a figure.
func (q *QueryPair) Gain(metric string) float64 { return q.B[metric] - q.A[metric] }

// equalFigures is the difference that rounding makes of none.
const equalFigures = 1e-9

// Compare compares two evaluations of the same task by the figures named, or all
// of [eval.MetricNames] without names. What is compared together is corrected
// together, by [Correct].
func Compare(a, b *Evaluation, metrics ...string) (*Comparison, error) {
	gains, err := b.gains(a)
	if err != nil {
		return nil, err
	}
	if len(metrics) == 0 {
		metrics = eval.MetricNames()
	}
	c := newComparison(a.Data, len(gains))
	c.Protocol, c.Split, c.Docstring, c.Corpus = a.Protocol, a.Split, a.Docstring, a.Corpus
	c.A = Compared{"A", a.Model, a.Fingerprint, a.Precision, a.Ranking}
	c.B = Compared{"B", b.Model, b.Fingerprint, b.Precision, b.Ranking}
	for i := range gains {
		c.PerQuery = append(c.PerQuery, QueryPair{Query: a.texts[i], A: some(a.per[i], metrics), B: some(b.per[i], metrics)})
	}
	c.test(metrics, gains, a.groups)
	return c, nil
}

// CompareRepos is [Compare] for labelled repositories, which have but one figure.
func CompareRepos(a, b *ReposEvaluation) (*Comparison, error) {
	fa, fb := a.perQuery(), b.perQuery()
	if a.Data != b.Data || len(fa.per) != len(fb.per) {
		return nil, fmt.Errorf("these are not evaluations of the same labels")
	}
	metrics := []string{"ndcg@10"}
	c := newComparison(a.Data, len(fa.per))
	c.Protocol, c.Split = a.Protocol, "labelled"
	c.A = Compared{"A", a.Model, a.Fingerprint, a.Precision, string(a.Ranker)}
	c.B = Compared{"B", b.Model, b.Fingerprint, b.Precision, string(b.Ranker)}
	gains := make([]eval.Metrics, len(fa.per))
	for i := range gains {
		gains[i] = fb.per[i].Minus(fa.per[i])
		c.PerQuery = append(c.PerQuery, QueryPair{fa.names[i], fa.texts[i], some(fa.per[i], metrics), some(fb.per[i], metrics)})
	}
	c.test(metrics, gains, fa.groups)
	return c, nil
}

func newComparison(data string, queries int) *Comparison {
	return &Comparison{
		Schema: 1, Data: data, Queries: queries,
		Samples: bootstrapSamples, Permutations: permutations, Seed: bootstrapSeed,
	}
}

// QueryFigures are what one query of an evaluation came to.
type QueryFigures struct {
	Repository string             `json:"repository,omitempty"` // where there are several
	Query      string             `json:"query"`
	Metrics    map[string]float64 `json:"metrics"`
}

// PerQuery lists the queries in their order.
func (e *Evaluation) PerQuery() []QueryFigures {
	list := make([]QueryFigures, len(e.per))
	for i, m := range e.per {
		list[i] = QueryFigures{"", e.texts[i], m.Named()}
	}
	return list
}

// PerQuery lists the queries in their order.
func (s *ReposEvaluation) PerQuery() []QueryFigures {
	f := s.perQuery()
	list := make([]QueryFigures, len(f.per))
	for i, m := range f.per {
		list[i] = QueryFigures{f.names[i], f.texts[i], some(m, []string{"ndcg@10"})}
	}
	return list
}

func some(m eval.Metrics, metrics []string) map[string]float64 {
	all, list := m.Named(), map[string]float64{}
	for _, name := range metrics {
		list[name] = all[name]
	}
	return list
}

// test fills in Differences, corrected for their own number.
func (c *Comparison) test(metrics []string, gains []eval.Metrics, groups []int) {
	c.Distinct = distinctGroups(groups, len(gains))
	mean, p := eval.Mean(gains).Named(), eval.Permute(gains, groups, permutations, bootstrapSeed).Named()
	in := eval.Bootstrap(gains, groups, bootstrapSamples, bootstrapSeed)
	for _, name := range metrics {
		d := Difference{Metric: name, Difference: mean[name], P: p[name]}
		if in != nil {
			interval := in.Named()[name]
			d.CI95 = &interval
		}
		for _, q := range c.PerQuery {
			d.A += q.A[name] / float64(len(gains))
			d.B += q.B[name] / float64(len(gains))
			switch gain := q.Gain(name); {
			case math.Abs(gain) <= equalFigures:
				d.Equal++
			case gain > 0:
				d.Better++
			default:
				d.Worse++
			}
		}
		c.Differences = append(c.Differences, d)
	}
	Correct([]*Comparison{c})
}

func distinctGroups(groups []int, queries int) int {
	if groups == nil {
		return queries
	}
	return len(slices.Compact(slices.Sorted(slices.Values(groups))))
}

// Correct fills in PHolm of all differences for the number of all of them.
func Correct(list []*Comparison) {
	var p []float64
	for _, c := range list {
		for _, d := range c.Differences {
			p = append(p, d.P)
		}
	}
	corrected := eval.Holm(p)
	for _, c := range list {
		c.Tests = len(p)
		for i := range c.Differences {
			c.Differences[i].PHolm, corrected = corrected[0], corrected[1:]
		}
	}
}
