package main

import (
	"strings"
	"testing"
	"time"

	"github.com/vbauerster/mpb/v8/decor"
)

// A bar that is told its texts shows the last of them, not those that it began
// with nor a rate of its own.
func TestProgressSays(t *testing.T) {
	p := &progress{task: "training", unit: "steps", start: time.Now()}
	at := decor.Statistics{Current: 1204, Total: 9014}
	if got, want := p.title(at)+p.numbers(at), "\rtraining  1,204/9,014 steps"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	p.say("epoch 1, loss 2.000", "9.0 pairs/s, 2m0s left")
	p.say("epoch 2, loss 1.000", "8.0 pairs/s, 1m0s left")
	if got, want := p.title(at)+p.numbers(at), "\repoch 2, loss 1.000  1,204/9,014 steps  8.0 pairs/s, 1m0s left"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLossCurveOfFewSteps(t *testing.T) {
	for _, losses := range [][]float32{{0}, {0, 0}, {2.5, 1}} {
		svg, err := lossCurve(losses)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{">Training loss<", ">step<", ">loss<", ">running mean<"} {
			if !strings.Contains(string(svg), want) {
				t.Errorf("%v: %s is not there", losses, want)
			}
		}
		if s := string(svg); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") || strings.Contains(s, ">-") {
			t.Errorf("%v: a place that is none, or a scale below 0: %s", losses, s)
		}
	}
}
