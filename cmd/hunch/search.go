package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/config"
)

// searchFlags are those of a search.
type searchFlags struct {
	query       hunch.Query
	regexes     []string
	around      int
	files       bool
	json, jsonl bool
	wait        waitValue
	threshold   float64
}

// defaultWait is how long whoever asks is to wait at most.
const defaultWait = 2 * time.Second

// waitValue is the flag --wait.
type waitValue time.Duration

func (w *waitValue) Set(s string) error {
	d, err := config.ParseWait(s)
	*w = waitValue(d)
	return err
}

func (w *waitValue) String() string {
	if w.limit() == nil {
		return "all"
	}
	return time.Duration(*w).String()
}

func (w *waitValue) Type() string { return "time" }

// limit is nil for all.
func (w *waitValue) limit() *time.Duration {
	if d := time.Duration(*w); d != config.WaitForAll {
		return &d
	}
	return nil
}

func (a *app) searchCommand() *cobra.Command {
	var f searchFlags
	cmd := &cobra.Command{
		Use:   "search QUERY [PATH...]",
		Short: "Find code by meaning; the long form, for a query that is a command's name",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(f.regexes) > 0 {
				return nil
			}
			return cobra.MinimumNArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.search(cmd, &f, args)
		},
	}
	flags := cmd.Flags()
	f.define(flags)
	flags.BoolVar(&f.query.Explain, "explain", false, "show what each signal adds to a result's score")
	cmd.MarkFlagsMutuallyExclusive(outputForms...)
	return cmd
}

// define defines the flags of all searches.
func (f *searchFlags) define(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.StringArrayVarP(&f.regexes, "regex", "e", nil, "lines that match this `RE` (RE2 syntax); with a QUERY, results with such lines")
	flags.IntVarP(&f.query.TopK, "top-k", "k", hunch.DefaultTopK, "most results; with -e alone all, unless this is given")
	flags.StringSliceVar(&f.query.Languages, "lang", nil, "only files in this `language`, such as go or py")
	flags.StringArrayVar(&f.query.Include, "include", nil, "only files that match this `glob` (gitignore syntax)")
	flags.StringArrayVar(&f.query.Exclude, "exclude", nil, "no files that match this `glob`")
	flags.BoolVar(&f.query.Approximate, "ann", false, "search large indexes by HNSW graphs, which hunch index --ann makes: sooner, but may miss some")
	flags.BoolVarP(&f.files, "files-with-matches", "l", false, "print only the files' paths; -k is then the most files")
	flags.IntVarP(&f.query.After, "after-context", "A", 0, "lines to show after each result")
	flags.IntVarP(&f.query.Before, "before-context", "B", 0, "lines to show before each result")
	flags.IntVarP(&f.around, "context", "C", 0, "lines to show around each result")
	flags.Float64Var(&f.threshold, "threshold", 0, "leave out results with a lower `score`; 0 keeps even what hardly answers")
	flags.BoolVar(&f.json, "json", false, "print one JSON object")
	flags.BoolVar(&f.jsonl, "jsonl", false, "print one JSON object for each result")
	f.wait = waitValue(defaultWait)
	flags.Var(&f.wait, "wait", "answer within about this `time` from what is known by then; all embeds everything first")
}

// outputForms are flags of which there can be one at a time.
var outputForms = []string{"json", "jsonl", "files-with-matches"}

func (f *searchFlags) check() error {
	if f.query.TopK < 1 {
		return fmt.Errorf("--top-k is %d, want 1 or more", f.query.TopK)
	}
	if f.query.Before < 0 || f.query.After < 0 || f.around < 0 {
		return errors.New("-A, -B and -C take 0 or more lines")
	}
	if !(f.threshold >= 0 && f.threshold <= 1) {
		return fmt.Errorf("--threshold is %g, want 0 to 1", f.threshold)
	}
	f.query.Before, f.query.After = max(f.query.Before, f.around), max(f.query.After, f.around)
	return nil
}

// checkPaths finds the second word of a query without quotes, and what is misspelt.
func checkPaths(paths []string, question string) error {
	for _, path := range paths {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			if question == "" || strings.Contains(question, " ") { // then there were quotes
				return pathError(path, err)
			}
			return fmt.Errorf("%w (a query of several words needs quotes)", pathError(path, err))
		}
	}
	return nil
}

func (a *app) search(cmd *cobra.Command, f *searchFlags, args []string) error {
	if err := f.check(); err != nil {
		return err
	}
	regex, err := f.regex()
	if err != nil {
		return err
	}
	question, paths := questionAndPaths(args, regex != "")
	if err := hunch.CheckQuery(question); err != nil && (regex == "" || question != "") {
		return err
	}
	if err := checkPaths(paths, question); err != nil {
		return err
	}
	f.query.Text, f.query.Regexp = question, regex
	if regex != "" && question != "" {
		a.noteWord(question)
	}
	m, err := a.openModel()
	if err != nil {
		return err
	}
	progress := a.newProgress("embedding", "chunks")
	scopes, err := a.openScopes(m, paths, a.events(progress))
	if err != nil {
		return err
	}
	if question == "" {
		return a.grep(cmd, f, scopes)
	}
	return a.answer(cmd, f, scopes, progress)
}

// answer asks all repositories and prints what they have together.
func (a *app) answer(cmd *cobra.Command, f *searchFlags, scopes []scope, progress *progress) error {
	if cmd.Flags().Changed("threshold") {
		f.query.Threshold = &f.threshold
	}
	var answers []*hunch.Answer
	var answered []scope
	var failed []error
	for _, p := range scopes {
		q := f.query
		q.Paths, q.BestOfFile = p.paths, f.files
		answer, stale, err := a.updateAndSearch(cmd.Context(), p.repo, q, f.wait.limit(), progress)
		if errors.Is(stale, context.Canceled) {
			return stale
		}
		if stale != nil && (err != nil || len(answer.Results) == 0) {
			err = stale // what is not there may be in what could not be indexed
		}
		if err != nil {
			failed = append(failed, a.failure(scopes, p, err))
			continue
		}
		if stale != nil {
			a.note("the index is not up to date: %s", quoteError(stale))
		}
		answers, answered = append(answers, answer), append(answered, p)
	}
	if len(answers) == 0 {
		return errors.Join(failed...)
	}
	for _, err := range failed {
		a.note("%s", quoteError(err))
	}
	return a.show(cmd.Context(), f, answered, hunch.Merge(f.query.TopK, answers...))
}

// updateAndSearch does so once more if the search met files that are not what
// was indexed, or no index, although the update had found nothing changed. What kept the
// index from being brought up to date is stale.
func (a *app) updateAndSearch(ctx context.Context, repo *hunch.Repository, q hunch.Query, limit *time.Duration, p *progress) (answer *hunch.Answer, stale, err error) {
	start := time.Now()
	for range 2 {
		var c hunch.Coverage
		c, stale = a.update(ctx, repo, hunch.UpdateOptions{Limit: limit, Graphs: q.Approximate, Query: &q})
		p.stop()
		if errors.Is(stale, context.Canceled) {
			a.noteKept(c, stale)
			return nil, stale, nil
		}
		if answer, err = repo.Search(ctx, q); stale != nil || !repo.Stale() || limit != nil && *limit == 0 {
			break
		}
		if limit != nil {
			left := max(*limit-time.Since(start), *limit/4)
			limit = &left
		}
	}
	return answer, stale, err
}

// update brings the index up to date, as far as that must be before a search.
// Running out of time is no error: the answer tells its coverage.
func (a *app) update(ctx context.Context, repo *hunch.Repository, o hunch.UpdateOptions) (hunch.Coverage, error) {
	c, err := repo.Update(ctx, o)
	if busy, ok := errors.AsType[*hunch.BusyError](err); ok {
		if c.Chunks > 0 {
			a.note("%s is indexing; this is from what it has done so far", process(busy))
			return c, nil
		}
		a.note("waiting for %s, which is indexing", process(busy))
		o.WaitForOther = true
		c, err = repo.Update(ctx, o)
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return c, nil
	}
	return c, err
}

func (a *app) show(ctx context.Context, f *searchFlags, scopes []scope, answer *hunch.Answer) error {
	if !answer.Coverage.Complete {
		a.note("%s; hunch index completes it", coverage(answer.Coverage))
	}
	if err := a.print(f, answer); err != nil {
		return err
	}
	if len(answer.Results) > 0 {
		a.adviseName(f.query, answer, scopes)
		return nil
	}
	switch {
	case answer.LeftOut > 0 && f.query.Threshold == nil:
		a.note("nothing relevant%s (--threshold 0 shows the nearest all the same)", didYouMean(f.query, scopes))
	case answer.LeftOut > 0:
		a.note("no result has a score of %g or more", f.threshold)
	case answer.Coverage.Chunks == 0 && answer.Coverage.Complete:
		a.note("no text to search in %s%s", roots(scopes), a.whySkipped(ctx, scopes))
	case answer.Coverage.Chunks == 0:
		a.note("no result")
	default:
		a.note("no result%s", whyNothing(f.query, scopes))
	}
	return errNothing
}

// adviseName says so where the query is one name as programs have them, no symbol
// has it, and one has nearly it.
func (a *app) adviseName(q hunch.Query, answer *hunch.Answer, scopes []scope) {
	name := strings.TrimSpace(q.Text)
	if strings.ContainsAny(name, " \t\n") || !strings.Contains(name, "_") && (name == strings.ToLower(name) || name == strings.ToUpper(name)) {
		return
	}
	if slices.ContainsFunc(answer.Results, func(r hunch.Result) bool { return strings.HasSuffix(strings.ToLower(r.Symbol), strings.ToLower(name)) }) {
		return
	}
	if hint := didYouMean(q, scopes); hint != "" {
		a.note("no symbol is called %s%s", quotePath(name), hint)
	}
}

// didYouMean names the symbols that a misspelt query may have meant.
func didYouMean(q hunch.Query, scopes []scope) string {
	var found []string
	for _, p := range scopes {
		symbols, err := p.repo.Suggest(q)
		if err != nil {
			continue // the search has told what is wrong with the index
		}
		for _, s := range symbols {
			if s = quotePath(s); !slices.Contains(found, s) {
				found = append(found, s)
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	return ": did you mean " + strings.Join(found, " and ") + "?"
}

// coverage says what an answer is made from that is not complete.
func coverage(c hunch.Coverage) string {
	unread := count(c.Unread, "file") + " not read yet"
	switch {
	case c.Chunks == 0:
		return "nothing is indexed yet, " + unread
	case c.Unread == 0:
		return embedded(c) + ", the likeliest answers first"
	case c.Embedded == c.Chunks:
		return unread + ", new or changed"
	}
	return embedded(c) + ", " + unread + ", the likeliest answers first"
}

func embedded(c hunch.Coverage) string {
	percent := strconv.Itoa(100 * c.Embedded / c.Chunks)
	if percent == "0" && c.Embedded > 0 {
		percent = "<1"
	}
	return fmt.Sprintf("%s of %s embedded (%s%%)", thousands(c.Embedded), count(c.Chunks, "chunk"), percent)
}

// whySkipped says of repositories without any text how much of them is left out,
// and why most of it is. With --verbose all of that was told.
func (a *app) whySkipped(ctx context.Context, scopes []scope) string {
	if a.verbose || a.quiet {
		return ""
	}
	n, most := 0, ""
	reasons := map[string]int{}
	for _, p := range scopes {
		skipped, err := p.repo.CountSkipped(ctx)
		if err != nil {
			return "" // the update has told what cannot be read
		}
		for reason, times := range skipped {
			n, reasons[reason] = n+times, reasons[reason]+times
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		if reasons[reason] > reasons[most] {
			most = reason
		}
	}
	if n == 0 {
		return ""
	}
	if len(reasons) > 1 {
		most = "mostly " + most
	}
	return fmt.Sprintf(": %s skipped (%s); --verbose names each", count(n, "path"), quotePath(most))
}

// whyNothing names what of the query no file matches, of any repository.
func whyNothing(q hunch.Query, scopes []scope) string {
	globs, languages := map[string]int{}, map[string]int{} // in how many repositories no file matches
	var elsewhere []string
	for _, p := range scopes {
		q.Paths = p.paths
		u, err := p.repo.Unmatched(q)
		if err != nil {
			return "" // the search has told what is wrong with the index
		}
		for _, glob := range u.Include {
			globs[glob]++
		}
		for _, language := range u.Languages {
			languages[language]++
		}
		for _, path := range u.Paths {
			elsewhere = append(elsewhere, "no file to search in "+displayPath(p.repo.Root(), path))
		}
	}
	var why []string
	for _, glob := range q.Include {
		if globs[glob] == len(scopes) {
			why = append(why, fmt.Sprintf("no file matches --include %q", glob))
		}
	}
	for _, language := range q.Languages {
		if languages[language] == len(scopes) {
			why = append(why, fmt.Sprintf("no file is in %q", language))
		}
	}
	if why = append(why, elsewhere...); len(why) == 0 {
		return ""
	}
	return ": " + strings.Join(why, ", ")
}
