package rank

import (
	"os"
	"strings"
	"testing"
)

func TestLearnedWeightsAreWhole(t *testing.T) {
	w := Learned()
	if w.Repeat <= 0 {
		t.Errorf("repeat is %g, want more than 0", w.Repeat)
	}
	if w.Signal == (Row{}) {
		t.Error("no signal counts")
	}
	if w.Answer.Slope <= 0 {
		t.Errorf("slope is %g: the best would be the least probable", w.Answer.Slope)
	}
}

func TestWeightsAreReadAsWritten(t *testing.T) {
	want := &Weights{Repeat: 1.5, Answer: Answer{0.5, 2, 1, -4, 0.7}}
	for i := range want.Signal {
		want.Signal[i] = float64(i) - 3.125
	}
	var b strings.Builder
	if err := want.Write(&b, "made by\n\nhand\n"); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), "# made by\n#\n# hand\n") {
		t.Errorf("heading is not a comment: %.40q", b.String())
	}
	got, err := ParseWeights(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	if *got != *want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestParseWeightsTellsWhatIsWrong(t *testing.T) {
	good, err := os.ReadFile("weights.txt")
	if err != nil {
		t.Fatal(err)
	}
	cut := func(name string) string {
		var b strings.Builder
		for line := range strings.Lines(string(good)) {
			if !strings.HasPrefix(line, name+" ") {
				b.WriteString(line)
			}
		}
		return b.String()
	}
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", `weight of "vector-gap" is missing`},
		{"one is missing", cut("role-test"), `weight of "role-test" is missing`},
		{"repeat is missing", cut("repeat"), `weight of "repeat" is missing`},
		{"twice", string(good) + "role-test 1\n", `"role-test" stands twice`},
		{"unknown", string(good) + "role-toast 1\n", `unknown weight "role-toast"`},
		{"no number", "vector-gap x\n", `line 1: "vector-gap" is "x", want a number`},
		{"infinite", "\nvector-gap Inf\n", `line 2: "vector-gap" is "Inf", want a number`},
		{"nothing", "vector-gap\n", `"vector-gap" has no value`},
	} {
		if _, err := ParseWeights(strings.NewReader(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}
