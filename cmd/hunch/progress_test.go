package main

import (
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
