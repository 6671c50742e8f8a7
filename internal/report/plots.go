package report

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// figuresPlot shows one figure of every set for the roles given, with intervals.
func figuresPlot(r *Report, name, metric string, roles ...string) (picture, error) {
	p := newPlot("", metricName(metric)+", 95% interval")
	var labels []string
	top := 0.0
	for i, role := range roles {
		var points interval
		labels = labels[:0]
		for at, s := range r.Sets {
			labels = append(labels, shortName(s))
			result := s.result(role, "exact")
			if result == nil {
				continue
			}
			v := result.Metrics.Named()[metric]
			low, high := v, v
			if result.CI95 != nil {
				in := result.CI95.Named()[metric]
				low, high = in[0], in[1]
			}
			top = max(top, high)
			x := float64(at) + 0.17*(float64(i)-float64(len(roles)-1)/2)
			points.XYs = append(points.XYs, plotter.XY{X: x, Y: v})
			points.YErrors = append(points.YErrors, struct{ Low, High float64 }{low - v, high - v})
		}
		s, bars, err := dots(points, colors[role])
		if err != nil {
			return picture{}, err
		}
		p.Add(bars, s)
		if len(roles) > 1 {
			p.Legend.Add(role, s)
		}
	}
	p.NominalX(labels...)
	p.X.Min, p.X.Max = -0.5, float64(len(labels))-0.5
	p.Y.Min, p.Y.Max = 0, math.Min(1.2, 1.25*top)
	p.Legend.Left = true
	return picturize(p, name, metricName(metric)+" on every set")
}

// shortName is a set's name on two lines.
func shortName(s *Set) string {
	switch {
	case s.Docstrings == "stripped":
		return s.Protocol + "\nstripped"
	case strings.Contains(s.Protocol, "-"):
		return strings.Replace(s.Protocol, "-", "\n", 1)
	}
	return s.Protocol + "\n" + s.Split
}

// ranksPlot shows how often the first right answer has which rank.
func ranksPlot(s *Set, name string, roles ...string) (picture, error) {
	p := newPlot("rank of the first right answer", "share of the queries, %")
	top := 0.0
	const wide = 36.0
	width := vg.Points(wide / float64(len(roles)+1))
	for i, role := range roles {
		result := s.result(role, "exact")
		if result == nil {
			continue
		}
		var shares plotter.Values
		for _, n := range result.Ranks {
			share := 100 * float64(n) / float64(s.Queries)
			shares, top = append(shares, share), max(top, share)
		}
		bars, err := plotter.NewBarChart(shares, width)
		if err != nil {
			return picture{}, err
		}
		bars.Color, bars.LineStyle.Width = colors[role], 0
		bars.Offset = vg.Length(float64(i)-float64(len(roles)-1)/2) * width
		p.Add(bars)
		if len(roles) > 1 {
			p.Legend.Add(role, bars)
		}
	}
	p.NominalX(binNames()...)
	p.Y.Min, p.Y.Max = 0, 1.15*top
	return picturize(p, name, "Ranks of the first right answer, "+s.Name())
}

func binNames() []string {
	var names []string
	from := 1
	for _, to := range RankBins {
		if from == to {
			names = append(names, fmt.Sprint(to))
		} else {
			names = append(names, fmt.Sprintf("%d–%d", from, to))
		}
		from = to + 1
	}
	return append(names, fmt.Sprintf("> %d", RankBins[len(RankBins)-1]))
}

// hnswPlot shows all figures of the exact ranking beside those of the graph.
func hnswPlot(s *Set, name string) (picture, error) {
	p := newPlot("", "figure, 95% interval")
	var labels []string
	for i, ranking := range []string{"exact", "hnsw"} {
		result := s.result(Base, ranking)
		var points interval
		labels = labels[:0]
		for at, metric := range metricNames {
			labels = append(labels, twoLines(metric))
			v := result.Metrics.Named()[metric]
			low, high := v, v
			if result.CI95 != nil {
				in := result.CI95.Named()[metric]
				low, high = in[0], in[1]
			}
			points.XYs = append(points.XYs, plotter.XY{X: float64(at) + 0.2*(float64(i)-0.5), Y: v})
			points.YErrors = append(points.YErrors, struct{ Low, High float64 }{low - v, high - v})
		}
		d, bars, err := dots(points, []color.Color{first, third}[i])
		if err != nil {
			return picture{}, err
		}
		p.Add(bars, d)
		p.Legend.Add([]string{"exact", "HNSW"}[i], d)
	}
	p.NominalX(labels...)
	p.X.Min, p.X.Max = -0.5, float64(len(labels))-0.5
	p.Y.Min, p.Y.Max = 0, 1.1
	p.Legend.Left = true
	return picturize(p, name, "Exact search beside HNSW, "+s.Name())
}

// twoLines is a figure's name as all labels of an axis must be, or they do not
// stand side by side.
func twoLines(metric string) string {
	name, depth, ok := strings.Cut(metricName(metric), "@")
	if !ok {
		return name + "\n(all)"
	}
	return name + "\n@" + depth
}

// LossCurve draws the loss of each step of a training, and its running mean, as
// an SVG file.
func LossCurve(losses []float32) ([]byte, error) {
	c, err := lossPlot(&Training{Losses: losses})
	if err != nil {
		return nil, err
	}
	c.machine = thisMachine(0).String()
	return []byte(c.standalone()), nil
}

func lossPlot(t *Training) (picture, error) {
	p := newPlot("step", "loss, nats")
	if t.Batch > 0 {
		p.X.Label.Text = fmt.Sprintf("step of %s", counted(t.Batch, "pair"))
	}
	top := 0.01
	steps, mean := make(plotter.XYs, len(t.Losses)), make(plotter.XYs, len(t.Losses))
	smooth := 0.0
	for i, l := range t.Losses {
		weight := max(0.02, 1/float64(i+1)) // of the new value: a plain mean at first
		top = max(top, float64(l))
		smooth += weight * (float64(l) - smooth)
		steps[i] = plotter.XY{X: float64(i + 1), Y: float64(l)}
		mean[i] = plotter.XY{X: float64(i + 1), Y: smooth}
	}
	for _, curve := range []struct {
		name   string
		points plotter.XYs
		color  color.Color
		width  vg.Length
	}{{"each step", steps, pale, 0.8}, {"running mean", mean, second, 1.8}} {
		l, err := line(curve.points, curve.color, curve.width)
		if err != nil {
			return picture{}, err
		}
		p.Add(l)
		p.Legend.Add(curve.name, l)
	}
	// From 0, with room for the legend.
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, float64(len(t.Losses)), 0, 1.15*top
	c, err := picturize(p, "loss", "Training loss")
	c.sample = "n = " + counted(len(t.Losses), "step")
	if t.Batch > 0 {
		c.sample += fmt.Sprintf(" of %s; cross-entropy in nats", counted(t.Batch, "pair"))
	}
	return c, err
}

// gainsPlot shows the difference of every query, the largest gain first.
func gainsPlot(gains []float64, name, set, metric string) (picture, error) {
	p := newPlot("queries, in the order of their differences", "difference of "+metricName(metric))
	for _, half := range []struct {
		color color.Color
		keep  func(float64) bool
	}{
		{second, func(g float64) bool { return g > 0 }},
		{down, func(g float64) bool { return g < 0 }},
	} {
		area := plotter.XYs{}
		for i, g := range gains {
			if !half.keep(g) {
				continue
			}
			if len(area) == 0 {
				area = append(area, plotter.XY{X: float64(i)})
			}
			area = append(area, plotter.XY{X: float64(i), Y: g}, plotter.XY{X: float64(i + 1), Y: g})
		}
		if len(area) == 0 {
			continue
		}
		area = append(area, plotter.XY{X: area[len(area)-1].X})
		shape, err := plotter.NewPolygon(area)
		if err != nil {
			return picture{}, err
		}
		shape.Color, shape.LineStyle.Width = half.color, 0
		p.Add(shape)
	}
	zero, err := line(plotter.XYs{{X: 0}, {X: float64(len(gains))}}, ink, 0.5)
	if err != nil {
		return picture{}, err
	}
	p.Add(zero)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, float64(len(gains)), -1, 1
	return picturize(p, name, fmt.Sprintf("Differences of %s by fine-tuning, query by query, %s", metricName(metric), set))
}
