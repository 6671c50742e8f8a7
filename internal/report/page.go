package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/hunch-search/hunch"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"f4":        func(v float64) string { return fmt.Sprintf("%.4f", v) },
	"f3":        func(v float64) string { return fmt.Sprintf("%.3f", v) },
	"f1":        func(v float64) string { return fmt.Sprintf("%.1f", v) },
	"f2":        func(v float64) string { return fmt.Sprintf("%.2f", v) },
	"cosine":    func(v float32) string { return fmt.Sprintf("%.3f", v) },
	"signed":    signed,
	"p":         pValue,
	"n":         thousands,
	"counted":   counted,
	"size":      bytesText,
	"rank":      rankText,
	"metric":    metricName,
	"short":     func(s string) string { return s[:min(len(s), 12)] },
	"percent":   func(v float64) string { return fmt.Sprintf("%.1f%%", 100*v) },
	"time":      duration,
	"code":      codeBlock,
	"last":      func(list []float32) float32 { return list[len(list)-1] },
	"metrics":   func() []string { return metricNames },
	"protocols": func() []protocol { return protocolTexts },
}).Parse(pageText))

// protocol is what a set asks.
type protocol struct{ Name, Text string }

var protocolTexts = []protocol{
	{"webquery", "1,046 web queries over 1,046 Python functions, copies kept; only the pair's own copy is right. The set that the notebook is measured on."},
	{"webquery-dedup", "the same without copies: distinct queries over distinct functions, every function paired with the query is right"},
	{"cosqa", "500 queries over 6,267 distinct functions, one is right; the literature's protocol"},
	{"coir", "500 queries over all 20,604 rows of the data, copies kept, one marked copy is right; MTEB's CosQA"},
}

// page is what the template is given.
type page struct {
	*Report
	Style template.CSS
	Plots map[string]template.HTML
	// Tables are rows of cells that need no further words.
	Baseline, After []setTable
	Tests           []testTable
	MachineText     string
}

// setTable has the figures of one set: a row for each metric, a column for each
// model.
type setTable struct {
	*Set
	Columns []string
	Rows    []setRow
}

type setRow struct {
	Metric string
	Cells  []figureCell
	Most   float64 // the ceiling
}

type figureCell struct {
	Value    float64
	Interval *[2]float64
	Role     string
	Best     bool
}

// testTable has the differences of two models on one set.
type testTable struct{ *hunch.Comparison }

func (t testTable) Name() string { return setName(t.Protocol, t.Split, t.Docstring) }

func tablesOf(r *Report, columns ...string) []setTable {
	var tables []setTable
	for _, s := range r.Sets {
		t := setTable{Set: s, Columns: columns}
		for _, metric := range metricNames {
			row := setRow{Metric: metric, Most: s.Ceiling.Named()[metric]}
			for _, role := range columns {
				result := s.result(role, "exact")
				if result == nil {
					continue
				}
				row.Cells = append(row.Cells, result.cell(metric))
			}
			row.mark()
			t.Rows = append(t.Rows, row)
		}
		tables = append(tables, t)
	}
	return tables
}

// cell is one figure with its interval, if there is one.
func (r *Result) cell(metric string) figureCell {
	c := figureCell{Value: r.Metrics.Named()[metric], Role: r.Role}
	if r.CI95 != nil {
		in := r.CI95.Named()[metric]
		c.Interval = &in
	}
	return c
}

// mark marks the highest figures of a row, unless all are the same in the digits
// that are shown.
func (r *setRow) mark() {
	const same = 0.00005
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, c := range r.Cells {
		lowest, highest = min(lowest, c.Value), max(highest, c.Value)
	}
	for i, c := range r.Cells {
		r.Cells[i].Best = highest-lowest >= same && highest-c.Value < same
	}
}

// Bounded says whether there is a figure that cannot reach 1.
func (t setTable) Bounded() bool {
	return slices.ContainsFunc(t.Rows, func(r setRow) bool { return r.Most < 0.99995 })
}

// html writes the page; everything that it shows is in it.
func (r *Report) html(pictures []picture) ([]byte, error) {
	p := page{
		Report: r, Style: template.CSS(pageStyle), Plots: map[string]template.HTML{}, MachineText: r.Run.Machine.String(),
		Baseline: tablesOf(r, Base), After: tablesOf(r, Base, Tuned, Shipped),
	}
	for _, pic := range pictures {
		p.Plots[pic.name] = template.HTML(pic.inline())
	}
	for _, c := range r.Comparisons {
		if c.A.Name == Base && c.B.Name == Tuned {
			p.Tests = append(p.Tests, testTable{c})
		}
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (p page) BaseModel() *Model    { return p.model(Base) }
func (p page) TunedModel() *Model   { return p.model(Tuned) }
func (p page) ShippedModel() *Model { return p.model(Shipped) }

// Headline is the figures of one set in which the whole story is told.
func (p page) Headline() *setTable {
	for i := range p.After {
		if p.After[i].Protocol == "webquery" && p.After[i].Docstrings == "kept" {
			return &p.After[i]
		}
	}
	return nil
}

// TunedHow heads what is told of the training. Of one elsewhere nothing is known.
func (p page) TunedHow() string {
	if p.Training.Pairs == 0 {
		return "Fine-tuning"
	}
	return "One epoch of fine-tuning"
}

// Deduplicated is the notebook's set without its copies.
func (p page) Deduplicated() *Set { return p.set("webquery-dedup", "test", "kept") }

// HNSW has the sets that were ranked both ways.
func (p page) HNSW() (list [][]hnswRow) {
	for _, s := range p.Sets {
		exact, graph := s.result(Base, "exact"), s.result(Base, "hnsw")
		if exact == nil || graph == nil {
			continue
		}
		var rows []hnswRow
		for _, r := range []*Result{exact, graph} {
			row := hnswRow{Set: s, What: s.Name() + ", " + strings.Replace(r.Ranking, "hnsw", "HNSW", 1)}
			for _, m := range metricNames {
				row.Cells = append(row.Cells, r.cell(m))
			}
			rows = append(rows, row)
		}
		list = append(list, rows)
	}
	return list
}

type hnswRow struct {
	*Set
	What  string
	Cells []figureCell
}

// ShippedTests are the differences of nDCG@10 between the shipped model and the
// others.
func (p page) ShippedTests() (list []shippedTest) {
	for _, c := range p.Comparisons {
		if c.B.Name != Shipped {
			continue
		}
		for _, d := range c.Differences {
			if d.Metric == "ndcg@10" {
				list = append(list, shippedTest{setName(c.Protocol, c.Split, c.Docstring), c.A.Name, c.Tests, d})
			}
		}
	}
	return list
}

type shippedTest struct {
	Set, Less string
	Tests     int
	hunch.Difference
}

// Significant counts what the training moved beyond chance, over all sets.
func (p page) Significant() (up, down, of int) {
	for _, t := range p.Tests {
		for _, d := range t.Differences {
			of++
			switch {
			case d.PHolm < 0.05 && d.Difference > 0:
				up++
			case d.PHolm < 0.05 && d.Difference < 0:
				down++
			}
		}
	}
	return up, down, of
}

// Verdict says in a sentence what the training did.
func (p page) Verdict() string {
	up, down, of := p.Significant()
	return fmt.Sprintf("Of %d figures %d rose and %d fell beyond chance (corrected p below 0.05).", of, up, down)
}

const codeLines = 14

// codeBlock shows the first lines of a function.
func codeBlock(code string) template.HTML {
	text, more := firstLines(code, codeLines)
	s := `<pre class="code"><code>` + template.HTMLEscapeString(text) + `</code></pre>`
	if more > 0 {
		s = strings.TrimSuffix(s, "</pre>") + fmt.Sprintf("\n<span class=\"more\">… %s more</span></pre>", counted(more, "line"))
	}
	return template.HTML(s)
}

// Mark says what a figure that depends on a cut training is marked with; "" for
// a whole one.
func (t *Training) Mark() string {
	if !t.Quick {
		return ""
	}
	return counted(t.Steps, "step")
}

// duration writes seconds as people say them.
func duration(seconds float64) string {
	switch {
	case seconds < 10:
		return fmt.Sprintf("%.1f s", seconds)
	case seconds < 120:
		return fmt.Sprintf("%.0f s", seconds)
	}
	return fmt.Sprintf("%.0f min", math.Round(seconds/60))
}

func (e Example) RightCode() string      { return e.right }
func (e Example) FirstCode() string      { return e.first }
func (e Example) FirstAfterCode() string { return e.firstAfter }
func (h Hit) Code() string               { return h.code }

// Curve is the picture of a training elsewhere, without its size, so that the
// page gives it one.
func (t *Training) Curve() template.HTML {
	s := regexp.MustCompile(`(?s)^.*?<svg width="[^"]*" height="[^"]*"`).ReplaceAllString(string(t.curve), "<svg")
	if !strings.HasPrefix(s, "<svg") || strings.Contains(s, "<script") {
		return ""
	}
	return template.HTML(s)
}
