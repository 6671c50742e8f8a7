package report

// How all plots look. They are drawn by gonum/plot with colours that stand for
// roles; a page gives these the colours of its theme, and a file of its own
// those of paper.

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"math"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The colours of roles; see roles.
var (
	ink    = color.RGBA{1, 1, 1, 255}
	faint  = color.RGBA{2, 2, 2, 255}
	first  = color.RGBA{3, 3, 3, 255}
	second = color.RGBA{4, 4, 4, 255}
	third  = color.RGBA{5, 5, 5, 255}
	down   = color.RGBA{6, 6, 6, 255}
	pale   = color.RGBA{7, 7, 7, 255}
)

// roles have for each placeholder the name of the page's variable and the colour
// on paper.
var roles = []struct{ placeholder, variable, paper string }{
	{"#010101", "--ink", "#22262B"},
	{"#020202", "--rule", "#D9D6CF"},
	{"#030303", "--base", "#5F7186"},
	{"#040404", "--tuned", "#C8741A"},
	{"#050505", "--shipped", "#1F7F78"},
	{"#060606", "--down", "#B3443F"},
	{"#070707", "--pale", "#E5B98A"},
}

// colors are the roles' of models.
var colors = map[string]color.Color{Base: first, Tuned: second, Shipped: third}

const (
	plotWidth  = 11.5 * vg.Centimeter // narrow: it is read on phones, too
	plotHeight = 7.2 * vg.Centimeter
)

// picture is a plot as SVG with placeholders for colours. As a file of its own
// it also has its title, what it is a sample of, and the machine.
type picture struct {
	name, title     string
	sample, machine string
	svg             string
}

// newPlot has the axes and the type of all plots. The title goes into the page.
func newPlot(x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	sans := font.Font{Typeface: "Liberation", Variant: "Sans"}
	p.X.Label.Text, p.Y.Label.Text = x, y
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font, a.Tick.Label.Font = font.From(sans, 9.5), font.From(sans, 8.5)
		a.Label.TextStyle.Color, a.Tick.Label.Color = ink, ink
		a.LineStyle.Color, a.LineStyle.Width = ink, 0.5
		a.Tick.LineStyle.Color, a.Tick.LineStyle.Width = ink, 0.5
		a.Tick.Length, a.Tick.Marker = 3, ticks{}
		a.Label.Padding, a.Padding = 4, 4
	}
	p.Legend.TextStyle.Font, p.Legend.TextStyle.Color = font.From(sans, 8.5), ink
	p.Legend.Top, p.Legend.ThumbnailWidth, p.Legend.Padding = true, 14, 2
	grid := plotter.NewGrid()
	grid.Vertical.Color = nil
	grid.Horizontal.Color, grid.Horizontal.Width = faint, 0.5
	p.Add(grid)
	return p
}

// ticks are the usual ones, their numbers as short as can be.
type ticks struct{}

func (ticks) Ticks(from, to float64) []plot.Tick {
	list := plot.DefaultTicks{}.Ticks(from, to)
	for i, t := range list {
		if t.Label != "" {
			list[i].Label = strconv.FormatFloat(math.Round(t.Value*1e6)/1e6, 'g', -1, 64)
		}
	}
	return list
}

func line(points plotter.XYs, c color.Color, width vg.Length) (*plotter.Line, error) {
	l, err := plotter.NewLine(points)
	if err != nil {
		return nil, err
	}
	l.Color, l.Width = c, width
	return l, nil
}

// interval is a figure with its interval at a place of the x axis.
type interval struct {
	plotter.XYs
	plotter.YErrors
}

// dots are figures with their intervals.
func dots(points interval, c color.Color) (*plotter.Scatter, *plotter.YErrorBars, error) {
	s, err := plotter.NewScatter(points.XYs)
	if err != nil {
		return nil, nil, err
	}
	s.GlyphStyle = draw.GlyphStyle{Color: c, Radius: 3, Shape: draw.CircleGlyph{}}
	bars, err := plotter.NewYErrorBars(points)
	if err != nil {
		return nil, nil, err
	}
	bars.LineStyle = draw.LineStyle{Color: c, Width: 1.2}
	bars.CapWidth = 4
	return s, bars, nil
}

// draw makes a picture of a plot.
func picturize(p *plot.Plot, name, title string) (picture, error) {
	w, err := p.WriterTo(plotWidth, plotHeight, "svg")
	if err != nil {
		return picture{}, err
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		return picture{}, err
	}
	return picture{name: name, title: title, svg: b.String()}, nil
}

var (
	prologue = regexp.MustCompile(`(?s)^.*?<svg width="([0-9.]+)pt" height="([0-9.]+)pt" viewBox="[^"]*"([^>]*)>`)
	viewBox  = regexp.MustCompile(`viewBox="[^"]*"`)
	family   = regexp.MustCompile(`font-family:[^;"]*;font-variant:normal;font-weight:normal;font-style:normal;`)
)

// standalone is the picture for a file: on white, with the colours of paper.
func (p picture) standalone() string {
	const above, below, beside = 22.0, 28.0, 8.0 // room for what a page has around it
	m := prologue.FindStringSubmatch(p.svg)
	if m == nil {
		return p.svg
	}
	width, _ := strconv.ParseFloat(m[1], 64)
	height, _ := strconv.ParseFloat(m[2], 64)
	text := func(size, y float64, s string) string {
		return fmt.Sprintf(`<text x="0" y="%.2f" style="font-family:Liberation Sans,Arial,Helvetica,sans-serif;font-size:%gpx">%s</text>`+"\n",
			y, size, html.EscapeString(s))
	}
	head := fmt.Sprintf(`<svg width="%.2fpt" height="%.2fpt" viewBox="%g %g %.2f %.2f"%s role="img">`+"\n<title>%s</title>\n"+
		`<rect x="%g" y="%g" width="100%%" height="100%%" fill="#FFFFFF"/>`+"\n",
		width+2*beside, height+above+below, -beside, -above, width+2*beside, height+above+below, m[3],
		html.EscapeString(p.title), -beside, -above)
	s := head + text(10, -8, p.title) + p.svg[len(m[0]):]
	s = strings.Replace(s, "</svg>", text(7, height+8, p.sample)+text(7, height+18, p.machine)+"</svg>", 1)
	s = family.ReplaceAllString(s, "font-family:Liberation Sans,Arial,Helvetica,sans-serif;")
	for _, r := range roles {
		s = strings.ReplaceAll(s, r.placeholder, r.paper)
	}
	return "<?xml version=\"1.0\"?>\n" + s
}

// inline is the picture as a part of a page, whose colours it takes.
func (p picture) inline() string {
	s := prologue.ReplaceAllString(p.svg, `<svg `+viewBox.FindString(p.svg)+`$3 role="img" aria-label="`+html.EscapeString(p.title)+`">`)
	s = family.ReplaceAllString(s, "") // the page names one of the same widths
	for _, r := range roles {
		s = strings.ReplaceAll(s, r.placeholder, fmt.Sprintf("var(%s)", r.variable))
	}
	return s
}
