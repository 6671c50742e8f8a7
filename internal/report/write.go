package report

import (
	"encoding/json"
	"fmt"

	"github.com/hunch-search/hunch/internal/atomicfile"
)

// write writes the report's files, the page last.
func (r *runner) write() error {
	pictures, err := r.pictures()
	if err != nil {
		return err
	}
	for _, p := range pictures {
		if err := r.state.write("plots/"+p.name+".svg", atomicfile.Bytes([]byte(p.standalone()))); err != nil {
			return err
		}
	}
	if curve := r.report.Training.curve; curve != nil { // of a model that was trained elsewhere
		if err := r.state.write("plots/loss.svg", atomicfile.Bytes(curve)); err != nil {
			return err
		}
	}
	data, err := json.MarshalIndent(r.slim(), "", " ")
	if err != nil {
		return err
	}
	if err := r.state.write("report.json", atomicfile.Bytes(append(data, '\n'))); err != nil {
		return err
	}
	page, err := r.report.html(pictures)
	if err != nil {
		return err
	}
	return r.state.write("report.html", atomicfile.Bytes(page))
}

// slim is the report with the queries of what was trained alone: every one of
// them three times would be most of the file.
func (r *runner) slim() Report {
	slim := *r.report
	slim.Comparisons = nil
	for _, c := range r.report.Comparisons {
		if c.A.Name != Base || c.B.Name != Tuned {
			short := *c
			short.PerQuery = nil
			c = &short
		}
		slim.Comparisons = append(slim.Comparisons, c)
	}
	return slim
}

// pictures draws all plots. What depends on a cut training says so.
func (r *runner) pictures() ([]picture, error) {
	rep := r.report
	webquery, cosqa := rep.set("webquery", "test", "kept"), rep.set("cosqa", "test", "kept")
	gains := r.gainsOf(Base, Tuned, "cosqa test", "ndcg@10")
	sample := func(s *Set) string {
		return fmt.Sprintf("n = %s over %s functions", counted(s.Queries, "query"), thousands(s.Corpus))
	}
	every := "queries of each set: "
	for i, s := range rep.Sets {
		if i > 0 {
			every += ", "
		}
		every += thousands(s.Queries)
	}
	quick := ""
	if mark := rep.Training.Mark(); mark != "" {
		quick = "; fine-tuned: " + mark + " only"
	}
	type drawing struct {
		sample string
		draw   func() (picture, error)
	}
	list := []drawing{
		{every, func() (picture, error) { return figuresPlot(rep, "baseline", "ndcg@10", Base) }},
		{sample(webquery), func() (picture, error) { return ranksPlot(webquery, "ranks-webquery", Base) }},
		{sample(cosqa), func() (picture, error) { return ranksPlot(cosqa, "ranks-cosqa", Base) }},
		{sample(webquery) + ", copies kept", func() (picture, error) { return hnswPlot(webquery, "hnsw") }},
		{every + quick, func() (picture, error) { return figuresPlot(rep, "after", "ndcg@10", Base, Tuned, Shipped) }},
		{sample(cosqa) + quick, func() (picture, error) { return ranksPlot(cosqa, "ranks-after", Base, Tuned, Shipped) }},
		{sample(cosqa) + quick, func() (picture, error) { return gainsPlot(gains, "gains", "cosqa test", "ndcg@10") }},
	}
	if t := rep.Training; len(t.Losses) > 0 {
		list = append(list, drawing{fmt.Sprintf("n = %s of %s%s", counted(t.Steps, "step"), counted(t.Batch, "pair"), quick), func() (picture, error) { return lossPlot(t) }})
	}
	var pictures []picture
	for _, d := range list {
		p, err := d.draw()
		if err != nil {
			return nil, fmt.Errorf("a plot: %w", err)
		}
		p.sample, p.machine = d.sample, rep.Run.Machine.String()
		pictures = append(pictures, p)
	}
	return pictures, nil
}
