package main

// The learner: a conditional logit (McFadden, 1974), which is the loss of ListNet
// (Cao et al., 2007) for one right answer. Each right file of a query is to win
// against all its wrong ones:
//
//	loss = mean over queries of mean over right files of
//	       -log( exp(w·x) / (exp(w·x) + Σ over wrong files exp(w·x')) ) + l2·|w·σ|²
//
// σ is each signal's standard deviation, so that the penalty does not depend on
// scale. The loss is convex, and Newton's method ends at its one minimum.

import (
	"math"

	"github.com/hunch-search/hunch/internal/rank"
)

// choice is a right file among wrong ones; row 0 is the right one.
type choice struct {
	rows   []rank.Row
	weight float64
}

// learner is what is fitted: which signals count, and how much they are held
// back.
type learner struct {
	use func(signal int) bool // nil for all
	l2  float64
}

func choices(queries []*query) []choice {
	var list []choice
	for _, q := range queries {
		var right, wrong []rank.Row
		for i, f := range q.files {
			if q.right[i] {
				right = append(right, f.Row)
			} else {
				wrong = append(wrong, f.Row)
			}
		}
		for _, r := range right {
			list = append(list, choice{append([]rank.Row{r}, wrong...), 1 / float64(len(right))})
		}
	}
	return list
}

// fit returns the weights at the minimum. A start near it saves time.
func (l learner) fit(queries []*query, start rank.Row) rank.Row {
	list := choices(queries)
	sigma := deviations(list)
	var signals []int
	for i, s := range sigma {
		if s > 0 && (l.use == nil || l.use(i)) {
			signals = append(signals, i)
		}
	}
	n := len(signals)
	var scaled [][][]float64
	total := 0.0
	for _, c := range list {
		var rows [][]float64
		for _, r := range c.rows {
			x := make([]float64, n)
			for j, i := range signals {
				x[j] = r[i] / sigma[i]
			}
			rows = append(rows, x)
		}
		scaled = append(scaled, rows)
		total += c.weight
	}
	loss := func(w []float64, gradient []float64, hessian [][]float64) float64 {
		sum := 0.0
		for i, rows := range scaled {
			sum += one(rows, w, list[i].weight/total, gradient, hessian)
		}
		for j := range w {
			sum += l.l2 * w[j] * w[j]
			gradient[j] += 2 * l.l2 * w[j]
			hessian[j][j] += 2 * l.l2
		}
		return sum
	}
	w := make([]float64, n)
	for j, i := range signals {
		w[j] = start[i] * sigma[i]
	}
	newton(w, loss)
	var out rank.Row
	for j, i := range signals {
		out[i] = w[j] / sigma[i]
	}
	return out
}

func deviations(list []choice) (sigma rank.Row) {
	var sum, sum2 rank.Row
	n := 0.0
	for _, c := range list {
		for _, r := range c.rows {
			for i, x := range r {
				sum[i] += x
				sum2[i] += x * x
			}
			n++
		}
	}
	for i := range sigma {
		if v := sum2[i]/n - sum[i]*sum[i]/(n*n); v > 1e-12 {
			sigma[i] = math.Sqrt(v)
		}
	}
	return sigma
}

// one adds the loss of one choice, times weight, and its derivatives.
func one(rows [][]float64, w []float64, weight float64, gradient []float64, hessian [][]float64) float64 {
	p := make([]float64, len(rows))
	top := math.Inf(-1)
	for i, x := range rows {
		for j, v := range x {
			p[i] += w[j] * v
		}
		top = max(top, p[i])
	}
	right, sum := p[0], 0.0
	for i := range p {
		p[i] = math.Exp(p[i] - top)
		sum += p[i]
	}
	mean := make([]float64, len(w))
	for i, x := range rows {
		p[i] /= sum
		for j, v := range x {
			mean[j] += p[i] * v
		}
	}
	for j := range w {
		gradient[j] += weight * (mean[j] - rows[0][j])
	}
	d := make([]float64, len(w))
	for i, x := range rows {
		if p[i] < 1e-9 {
			continue
		}
		for j := range d {
			d[j] = x[j] - mean[j]
		}
		for j := range d {
			f := weight * p[i] * d[j]
			row := hessian[j]
			for k := 0; k <= j; k++ {
				row[k] += f * d[k]
			}
		}
	}
	return weight * (math.Log(sum) + top - right)
}

// newton moves w to the minimum of a convex function that adds its gradient and
// the lower half of its Hessian to what it is given.
func newton(w []float64, f func(w, gradient []float64, hessian [][]float64) float64) {
	n := len(w)
	step := make([]float64, n)
	last := math.Inf(1)
	for range 100 {
		gradient, hessian := make([]float64, n), make([][]float64, n)
		for i := range hessian {
			hessian[i] = make([]float64, n)
		}
		value := f(w, gradient, hessian)
		if value > last { // too far: half of the way back
			for j := range w {
				step[j] /= 2
				w[j] += step[j]
			}
			continue
		}
		if last-value < 1e-9 {
			break
		}
		last = value
		solve(hessian, gradient)
		for j := range w {
			step[j] = gradient[j]
			w[j] -= step[j]
		}
	}
}

// solve replaces b with the solution of a·x = b for a symmetric positive matrix,
// of which the lower half is given, by Cholesky's method. It overwrites a.
func solve(a [][]float64, b []float64) {
	n := len(b)
	for i := range n {
		for j := 0; j <= i; j++ {
			s := a[i][j]
			for k := range j {
				s -= a[i][k] * a[j][k]
			}
			if i == j {
				a[i][i] = math.Sqrt(max(s, 1e-12))
			} else {
				a[i][j] = s / a[j][j]
			}
		}
	}
	for i := range n {
		for k := range i {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= a[k][i] * b[k]
		}
		b[i] /= a[i][i]
	}
}
