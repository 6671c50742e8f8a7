package main

import (
	"bytes"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// lossCurve draws the loss of each step, and its running mean, as SVG.
func lossCurve(losses []float32) ([]byte, error) {
	p := plot.New()
	p.Title.Text = "Training loss"
	p.X.Label.Text, p.Y.Label.Text = "step", "loss"
	top := 0.01
	steps, mean := make(plotter.XYs, len(losses)), make(plotter.XYs, len(losses))
	smooth := 0.0
	for i, l := range losses {
		weight := max(0.02, 1/float64(i+1)) // of the new value: a plain mean at first
		top = max(top, float64(l))
		smooth += weight * (float64(l) - smooth)
		steps[i] = plotter.XY{X: float64(i + 1), Y: float64(l)}
		mean[i] = plotter.XY{X: float64(i + 1), Y: smooth}
	}
	for _, line := range []struct {
		name  string
		data  plotter.XYs
		color color.Color
		width vg.Length
	}{
		{"each step", steps, color.RGBA{170, 190, 220, 255}, 0.6},
		{"running mean", mean, color.RGBA{30, 80, 160, 255}, 1.6},
	} {
		l, err := plotter.NewLine(line.data)
		if err != nil {
			return nil, err
		}
		l.Color, l.Width = line.color, line.width
		p.Add(l)
		p.Legend.Add(line.name, l)
	}
	// From 0, with room for the legend.
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, float64(len(losses)), 0, 1.15*top
	p.Legend.Top = true
	w, err := p.WriterTo(16*vg.Centimeter, 9*vg.Centimeter, "svg")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = w.WriteTo(&b)
	return b.Bytes(), err
}
