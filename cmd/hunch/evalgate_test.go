package main

import "testing"

// TestGateWithoutTheFigure: a baseline that lacks a figure is no pass, and its
// error says which flag is meant.
func TestGateWithoutTheFigure(t *testing.T) {
	g := gate{metrics: []string{"mrr", "ndcg@10"}, maxDrop: 0.1}
	now := figures{what: "cosqa dev", metrics: map[string]float64{"mrr": 0.5, "ndcg@10": 0.5}}
	g.drop(now, map[string]float64{"ndcg@10": 0.5}, "in before.json")
	err := g.verdict()
	if err == nil || err.Error() != "--baseline: before.json has no mrr" {
		t.Errorf("got %v", err)
	}
	if _, fell := err.(*fellError); fell {
		t.Error("what does not compare is told as a fall")
	}
}
