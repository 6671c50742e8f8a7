package dataset

import (
	"fmt"
	"strings"
)

// Judged is a query and a function that was judged to answer it or not to.
type Judged struct {
	Query, Code string
	Answers     bool
}

// Training is what a model may learn from.
type Training struct {
	Pairs []Judged
	// WithTestQuery is how many rows were dropped for a query of WebQueryTest,
	// WithTestCode how many for a function that answers a test query.
	WithTestQuery, WithTestCode int
}

// Training reads CoSQA's training rows, in the order of the file. Rows that
// carry a query of WebQueryTest are dropped; with strict, also those whose
// function is an answer in one of the test sets, white space aside, which is
// part of the benchmark otherwise. A row that is a pair of the development or
// test split is an error: the file is not the one that keeps them apart.
func (c *CoSQA) Training(strict bool) (*Training, error) {
	exam, err := c.Exam()
	if err != nil {
		return nil, err
	}
	rows, err := c.pairs(trainFile, func(p pair) error {
		switch {
		case p.Label == nil || *p.Label != 0 && *p.Label != 1:
			return fmt.Errorf("expected a label, 0 or 1")
		case *p.Label == 1 && !exam.web[fold(p.Query)] && exam.Holds(p.Query, p.Code):
			return fmt.Errorf("is a pair that models are tested with: this is not the file of that name")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t := new(Training)
	for _, p := range rows {
		switch {
		case exam.web[fold(p.Query)]:
			t.WithTestQuery++
		case strict && exam.codes[fold(p.Code)]:
			t.WithTestCode++
		default:
			t.Pairs = append(t.Pairs, Judged{p.Query, p.Code, *p.Label == 1})
		}
	}
	return t, nil
}

// Distractors returns the functions of the rows that answer no pair's query, each
// once, in the order of the file.
func (t *Training) Distractors() []string {
	known := map[string]bool{}
	for _, p := range t.Pairs {
		if p.Answers {
			known[p.Code] = true
		}
	}
	var codes []string
	for _, p := range t.Pairs {
		if !known[p.Code] {
			known[p.Code] = true
			codes = append(codes, p.Code)
		}
	}
	return codes
}

// Exam is what models are tested with, so that none is trained on it.
type Exam struct {
	pairs map[[2]string]bool // folded query and code, of the splits dev and test
	web   map[string]bool    // folded queries of WebQueryTest
	codes map[string]bool    // folded answers of the test splits and of WebQueryTest
}

// Exam reads the pairs of CoSQA's development and test splits and of
// WebQueryTest.
func (c *CoSQA) Exam() (*Exam, error) {
	e := &Exam{pairs: map[[2]string]bool{}, web: map[string]bool{}, codes: map[string]bool{}}
	for _, f := range []file{devFile, testFile, webQueryFile} {
		rows, err := c.pairs(f, nil)
		if err != nil {
			return nil, err
		}
		for _, p := range rows {
			code := fold(p.Code)
			e.pairs[[2]string{fold(p.Query), code}] = true
			if f == webQueryFile {
				e.web[fold(p.Query)] = true
			}
			if f != devFile {
				e.codes[code] = true
			}
		}
	}
	return e, nil
}

// Holds reports whether a model is tested with the pair, white space aside.
func (e *Exam) Holds(query, code string) bool {
	return e.pairs[[2]string{fold(query), fold(code)}]
}

// fold makes runs of white space one blank.
func fold(text string) string { return strings.Join(strings.Fields(text), " ") }
