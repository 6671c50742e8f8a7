package main

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"github.com/hunch-search/hunch"
)

// progress is a bar on standard error with rate and time left. It shows only
// on a terminal, and only while there is something to do.
type progress struct {
	on         bool
	task, unit string
	app        *app
	bars       *mpb.Progress
	bar        *mpb.Bar
	start      time.Time
	// What say said; another goroutine draws it.
	said atomic.Pointer[[2]string]
}

func (a *app) newProgress(task, unit string) *progress {
	return &progress{on: !a.quiet && isTerminal(a.err), task: task, unit: unit, app: a}
}

// set shows that done of total units are done.
func (p *progress) set(done, total int) {
	if !p.on || total <= 0 {
		return
	}
	if p.bar == nil {
		p.begin(total)
	}
	p.bar.SetTotal(int64(total), false)
	p.bar.SetCurrent(int64(done))
}

// say puts a text of its own before the bar, and one in place of rate and time
// left, where these are known better.
func (p *progress) say(before, after string) { p.said.Store(&[2]string{before, after}) }

func (p *progress) title(decor.Statistics) string {
	// What the terminal echoes, such as ^C, moves the cursor: each frame begins
	// at the margin all the same.
	if said := p.said.Load(); said != nil {
		return "\r" + said[0] + " "
	}
	return "\r" + p.task + " "
}

// file shows the bytes of one file after the other.
func (p *progress) file(name string, done, total int64) {
	p.at(name, p.unit, int(done/1000), int(total/1000))
}

// at shows one task after the other.
func (p *progress) at(task, unit string, done, total int) {
	if task != p.task {
		p.stop()
		p.task, p.unit = task, unit
	}
	p.set(done, total)
}

func (p *progress) begin(total int) {
	p.start = time.Now()
	p.bars = mpb.New(mpb.WithOutput(p.app.err), mpb.WithWidth(p.width()))
	p.bar = p.bars.New(int64(total), mpb.BarStyle().Lbound("").Rbound("").Filler("━").Tip("━").Padding("─"),
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Any(p.title)),
		mpb.AppendDecorators(decor.Any(p.numbers)),
	)
}

// width leaves room for task and numbers, since a line that wraps leaves its
// first half on the screen.
func (p *progress) width() int {
	const least, most, others = 8, 40, 56
	columns, _, err := term.GetSize(int(p.app.err.(*os.File).Fd()))
	if err != nil {
		return least
	}
	return min(max(columns-others, least), most)
}

// numbers writes " 1,204/5,310 chunks  38.2/s  1m47s left".
func (p *progress) numbers(s decor.Statistics) string {
	text := fmt.Sprintf(" %s/%s %s", thousands(int(s.Current)), thousands(int(s.Total)), p.unit)
	if said := p.said.Load(); said != nil {
		return text + "  " + said[1]
	}
	elapsed := time.Since(p.start)
	if s.Current == 0 || elapsed < time.Second {
		return text
	}
	rate := float64(s.Current) / elapsed.Seconds()
	left := time.Duration(float64(s.Total-s.Current) / rate * float64(time.Second))
	return text + fmt.Sprintf("  %.1f/s  %s left", rate, left.Round(time.Second))
}

// stop removes the bar.
func (p *progress) stop() {
	if p.bar == nil {
		return
	}
	p.bar.Abort(true)
	p.bars.Wait()
	p.bar = nil
	fmt.Fprint(p.app.err, "\r\x1b[K") // as above
}

// line writes a line without tearing the bar.
func (p *progress) line(s string) {
	if p.bar != nil {
		fmt.Fprintln(p.bars, s)
		return
	}
	fmt.Fprintln(p.app.err, s)
}

// events shows what happens in a repository on standard error.
func (a *app) events(p *progress) hunch.Events {
	task := p.task
	e := hunch.Events{
		Progress: func(s hunch.Progress) {
			switch {
			case s.ToLink > 0:
				p.at("linking", "chunks", s.Linked, s.ToLink)
			case s.ToRead > 0:
				p.at("reading", "files", s.Read, s.ToRead)
			default:
				p.at(task, "chunks", s.Embedded-s.Kept, s.Chunks-s.Kept)
			}
		},
		Warning: func(err error) {
			line := "hunch: " + quoteError(err)
			if !a.quiet && !a.warned[line] { // by another system that is compared
				p.line(line)
			}
			a.warned[line] = true
		},
	}
	if a.verbose {
		e.Skipped = func(path, reason string) {
			p.line(fmt.Sprintf("hunch: skipped %s: %s", quotePath(path), quotePath(reason)))
		}
	}
	return e
}

// quoteError makes an error, and the paths in it, safe to show on one line.
func quoteError(err error) string {
	if p, ok := err.(*fs.PathError); ok {
		err = pathError(p.Path, p)
	}
	return strings.ReplaceAll(printable(err.Error()), "\n", "; ")
}
