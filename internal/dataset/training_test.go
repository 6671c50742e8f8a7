package dataset

import (
	"slices"
	"strings"
	"testing"
)

// training opens the made-up data with the first rows of the training file
// replaced.
func training(t *testing.T, first ...record) *CoSQA {
	t.Helper()
	dir := madeUp(t)
	all := rows("train", trainFile.records, codesFile.records, 0)
	copy(all, first)
	write(t, dir, trainFile, all)
	c, err := OpenCoSQA(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTrainingDropsWhatIsTested(t *testing.T) {
	c := training(t,
		record{Doc: "web query 7", Code: "def a(): 1", Label: 1},                             // a test query
		record{Doc: "web query 7", Code: function(7), Label: 1},                              // a test pair, by its query
		record{Doc: "mine", Code: strings.ReplaceAll(function(5), "\n", "\n\n  "), Label: 1}, // a test answer
		record{Doc: "yours", Code: "def b(): 2", Label: 1},
	)
	answers := 0 // the made-up training rows have the functions of the test sets
	for i := 4; i < trainFile.records; i++ {
		if i%codesFile.records < 803 {
			answers++
		}
	}
	for _, strict := range []bool{false, true} {
		got, err := c.Training(strict)
		if err != nil {
			t.Fatal(err)
		}
		if got.WithTestQuery != 2 {
			t.Errorf("strict %v: %d rows with a test query, want 2", strict, got.WithTestQuery)
		}
		want := trainFile.records - 2
		if strict {
			want -= answers + 1
		}
		if len(got.Pairs) != want || got.WithTestCode != trainFile.records-2-want {
			t.Errorf("strict %v: %d pairs and %d dropped for their code, want %d pairs", strict, len(got.Pairs), got.WithTestCode, want)
		}
		last := got.Pairs[0]
		if strict && last != (Judged{"yours", "def b(): 2", true}) || !strict && last.Query != "mine" {
			t.Errorf("strict %v: first pair is %+v", strict, last)
		}
		if got.Pairs[len(got.Pairs)-1].Answers {
			t.Errorf("strict %v: a row of label 0 answers", strict)
		}
	}
}

func TestDistractorsAnswerNothing(t *testing.T) {
	rows := Training{Pairs: []Judged{
		{"q1", "wrong, later right", false},
		{"q1", "wrong", false},
		{"q2", "right", true},
		{"q3", "wrong", false},
		{"q3", "right", false},
		{"q4", "wrong, later right", true},
		{"q4", "wrong, too", false},
	}}
	if got, want := rows.Distractors(), []string{"wrong", "wrong, too"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTrainingRefusesATestPair(t *testing.T) {
	for _, split := range []string{"dev", "test"} {
		c := training(t, record{Doc: "train query 0", Code: "x", Label: 1},
			record{Doc: split + " query 3", Code: function(3), Label: 1})
		_, err := c.Training(false)
		if err == nil || !strings.Contains(err.Error(), "record 2") || !strings.Contains(err.Error(), "tested with") {
			t.Errorf("%s: got error %v", split, err)
		}
	}
	c := training(t, record{Doc: "test query 3", Code: function(3), Label: 0}) // judged not to answer elsewhere
	if _, err := c.Training(false); err != nil {
		t.Error(err)
	}
}

func TestTrainingOfTheRealData(t *testing.T) {
	c, err := OpenCoSQA(realData(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		strict                                  bool
		answers, others, distractors, test, web int
	}{
		{false, 9014, 10575, 1934, 0, 15},
		{true, 6830, 8049, 1841, 4710, 15},
	} {
		got, err := c.Training(tt.strict)
		if err != nil {
			t.Fatal(err)
		}
		answers := 0
		for _, p := range got.Pairs {
			if p.Answers {
				answers++
			}
		}
		if d := len(got.Distractors()); d != tt.distractors {
			t.Errorf("strict %v: %d functions answer nothing, want %d", tt.strict, d, tt.distractors)
		}
		if answers != tt.answers || len(got.Pairs)-answers != tt.others || got.WithTestCode != tt.test || got.WithTestQuery != tt.web {
			t.Errorf("strict %v: %d answers, %d others, dropped %d for their function and %d for their query; want %+v",
				tt.strict, answers, len(got.Pairs)-answers, got.WithTestCode, got.WithTestQuery, tt)
		}
	}
}
