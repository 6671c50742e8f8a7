package hunch

// Evaluation on real code: on repositories that others have labelled, searched
// as a user searches them, and on any repository, with queries that are mined
// from its own documentation.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/dataset"
	"github.com/hunch-search/hunch/internal/eval"
	"github.com/hunch-search/hunch/internal/mine"
	"github.com/hunch-search/hunch/internal/simd"
	"github.com/hunch-search/hunch/internal/source"
)

// ReposEvaluation is how well searches find the files that answer labelled
// queries. Its JSON form is stable.
type ReposEvaluation struct {
	Schema      int    `json:"schema"`
	Protocol    string `json:"protocol"` // "repos"
	Model       string `json:"model"`
	Fingerprint string `json:"fingerprint"` // of the model
	Precision   string `json:"precision"`
	Ranker      Ranker `json:"ranker"`
	// Data is a hash of the labels of the repositories that are there: figures
	// with the same compare.
	Data string `json:"data_sha256"`
	// FirstSeconds is the time that the first answers of [EvaluateFirst] had.
	FirstSeconds float64 `json:"first_seconds,omitempty"`
	// Labelled is how many repositories were asked for; those whose folder is
	// not there are Missing and count nowhere else.
	Labelled int      `json:"labelled"`
	Missing  []string `json:"missing"`

	Queries int     `json:"queries"`
	NDCG    float64 `json:"ndcg@10"` // mean over the queries; see eval.FileNDCG
	// CI95 is the 95% interval of NDCG: whole repositories are drawn, or of a
	// single one its distinct queries, as CI95Over says. It is nil for fewer than
	// two, which tell nothing of others.
	CI95     *[2]float64 `json:"ci95"`
	CI95Over string      `json:"ci95_over"` // "repositories" or "queries"
	Chunks   int         `json:"chunks"`
	// Embedded, Recalled and IndexSeconds are sums; see RepoEvaluation.
	Embedded     int     `json:"embedded"`
	Recalled     int     `json:"recalled"`
	IndexSeconds float64 `json:"index_seconds"`
	Latency      Latency `json:"latency_ms"`

	Languages    map[string]FileScore `json:"languages"`
	Categories   map[string]FileScore `json:"categories"`
	Repositories []*RepoEvaluation    `json:"repositories"`
}

// RepoEvaluation is the part of one labelled repository.
type RepoEvaluation struct {
	Name     string  `json:"name"`
	Language string  `json:"language"`
	Revision string  `json:"revision"` // to which the labels belong
	Queries  int     `json:"queries"`
	NDCG     float64 `json:"ndcg@10"`
	Chunks   int     `json:"chunks"`
	// IndexSeconds is what it took to bring the index up to date. Embedded of the
	// chunks had to be for that; Recalled were not in the index either, but their
	// embeddings in the cache. Only where Embedded is Chunks it is the time that a
	// first index takes.
	Embedded     int                  `json:"embedded"`
	Recalled     int                  `json:"recalled"`
	IndexSeconds float64              `json:"index_seconds"`
	Latency      Latency              `json:"latency_ms"`
	Categories   map[string]FileScore `json:"categories"`

	labelled dataset.LabelledRepo
	scores   []float64       // of each query
	searches []time.Duration // how long each took
}

// FileScore is the mean figure of some queries.
type FileScore struct {
	Queries int     `json:"queries"`
	NDCG    float64 `json:"ndcg@10"`
}

// with is s and other, weighed by their queries.
func (s FileScore) with(other FileScore) FileScore {
	n := s.Queries + other.Queries
	return FileScore{n, (s.NDCG*float64(s.Queries) + other.NDCG*float64(other.Queries)) / float64(max(n, 1))}
}

// Latency is how long a search takes, in milliseconds, without the update
// before it: the median and what 99 of 100 do not exceed, by nearest rank.
type Latency struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

func latencyOf(searches []time.Duration) Latency {
	sorted := slices.Sorted(slices.Values(searches))
	rank := func(share float64) float64 {
		if len(sorted) == 0 {
			return 0
		}
		at := int(math.Ceil(share*float64(len(sorted)))) - 1
		return float64(sorted[at].Nanoseconds()) / 1e6
	}
	return Latency{rank(0.50), rank(0.99)}
}

// EvaluateRepo indexes a labelled repository that lies in the folder dir, or
// brings its index up to date, and runs its queries with 10 results each, ordered by
// ranker.
//
// As in the benchmark, the labelled Root alone is indexed, with the ignore rules
// of the folders above it; results count with their paths relative to dir. A
// work tree at another commit than the labels' is told as a warning.
func EvaluateRepo(ctx context.Context, labelled dataset.LabelledRepo, dir string, ranker Ranker, opts Options) (*RepoEvaluation, error) {
	e := &RepoEvaluation{
		Name: labelled.Name, Language: labelled.Language, Revision: labelled.Revision,
		Queries: len(labelled.Queries), Categories: map[string]FileScore{}, labelled: labelled,
	}
	opts.Events.Progress = e.watch(opts.Events.Progress)
	start := time.Now()
	repo, c, err := openLabelled(ctx, labelled, dir, opts)
	if err != nil {
		return nil, err
	}
	e.IndexSeconds, e.Chunks = time.Since(start).Seconds(), c.Chunks
	if err := repo.warnOfUnsearched(labelled, dir); err != nil {
		return nil, err
	}
	for _, q := range labelled.Queries {
		start := time.Now()
		answer, err := repo.Search(ctx, e.asked(q, ranker))
		if err != nil {
			return nil, err
		}
		e.searches = append(e.searches, time.Since(start))
		e.count(q, e.judge(answer, q))
	}
	e.Latency = latencyOf(e.searches)
	return e, nil
}

// EvaluateFirst is [EvaluateRepo] for first answers: each query is asked as if
// nothing had ever been read or embedded, and is to be answered within limit. Of
// the result, Chunks and Embedded are means over the queries, and Latency is that
// of whole answers, from the first look at the tree on.
func EvaluateFirst(ctx context.Context, labelled dataset.LabelledRepo, dir string, limit time.Duration, ranker Ranker, opts Options) (*RepoEvaluation, error) {
	e := &RepoEvaluation{
		Name: labelled.Name, Language: labelled.Language, Revision: labelled.Revision,
		Queries: len(labelled.Queries), Categories: map[string]FileScore{}, labelled: labelled,
	}
	opts.Events.Progress = nil
	for _, q := range labelled.Queries {
		if err := e.first(ctx, labelled, dir, limit, ranker, opts, q); err != nil {
			return nil, err
		}
	}
	n := max(len(labelled.Queries), 1)
	e.Chunks, e.Embedded = e.Chunks/n, e.Embedded/n
	e.Latency = latencyOf(e.searches)
	return e, nil
}

// first asks one query in an empty place.
func (e *RepoEvaluation) first(ctx context.Context, labelled dataset.LabelledRepo, dir string, limit time.Duration, ranker Ranker, opts Options, q dataset.RepoQuery) error {
	place, err := os.MkdirTemp("", "hunch-first-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(place)
	opts.IndexDir = place
	repo, err := openRoot(labelled, dir, opts)
	if err != nil {
		return err
	}
	start := time.Now()
	query := e.asked(q, ranker)
	_, err = repo.Update(ctx, UpdateOptions{Limit: &limit, Query: &query})
	if err != nil && (ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded)) {
		return err
	}
	answer, err := repo.Search(ctx, query)
	if err != nil {
		return err
	}
	e.searches = append(e.searches, time.Since(start))
	e.Chunks += answer.Coverage.Chunks
	e.Embedded += answer.Coverage.Embedded
	e.count(q, e.judge(answer, q))
	return nil
}

// openRoot opens what is labelled of a repository.
func openRoot(labelled dataset.LabelledRepo, dir string, opts Options) (*Repository, error) {
	repo, err := openFolder(filepath.Join(dir, filepath.FromSlash(labelled.Root)), opts)
	if err != nil {
		return nil, err
	}
	if head := headOf(dir); head != "" && labelled.Revision != "" && head != labelled.Revision {
		repo.warn(fmt.Errorf("%s is at commit %.12s, its labels are for %.12s", labelled.Name, head, labelled.Revision))
	}
	return repo, nil
}

// openLabelled opens a labelled repository and brings its index up to date.
func openLabelled(ctx context.Context, labelled dataset.LabelledRepo, dir string, opts Options) (*Repository, Coverage, error) {
	repo, err := openRoot(labelled, dir, opts)
	if err != nil {
		return nil, Coverage{}, err
	}
	c, err := repo.Update(ctx, UpdateOptions{WaitForOther: true})
	if err == nil && c.Chunks == 0 {
		err = fmt.Errorf("%s: no text to search in %q", labelled.Name, repo.Root())
	}
	return repo, c, err
}

// watch counts what is embedded, and passes it on.
func (e *RepoEvaluation) watch(next func(Progress)) func(Progress) {
	return func(p Progress) {
		e.Embedded, e.Recalled = p.Embedded-p.Kept, p.Recalled
		if next != nil {
			next(p)
		}
	}
}

// asked is how a labelled query is asked: for ten results, however bad.
func (e *RepoEvaluation) asked(q dataset.RepoQuery, ranker Ranker) Query {
	return Query{Text: q.Text, TopK: 10, Ranker: ranker, Threshold: new(float64), Exclude: e.labelled.Exclude}
}

// count adds the figure of a query.
func (e *RepoEvaluation) count(q dataset.RepoQuery, score float64) {
	e.scores = append(e.scores, score)
	e.NDCG += score / float64(e.Queries)
	e.Categories[q.Category] = e.Categories[q.Category].with(FileScore{1, score})
}

// judge returns the figure of an answer.
func (e *RepoEvaluation) judge(answer *Answer, q dataset.RepoQuery) float64 {
	var results, targets []eval.Span
	for _, r := range answer.Results {
		results = append(results, eval.Span{Path: path.Join(e.labelled.Root, r.Path), Start: r.StartLine, End: r.EndLine})
	}
	for _, t := range q.Targets {
		targets = append(targets, eval.Span{Path: t.Path, Start: t.Start, End: t.End})
	}
	return eval.FileNDCG(results, targets)
}

// openFolder opens a folder as [Open] does, but not the work tree around it.
func openFolder(dir string, opts Options) (*Repository, error) {
	r, err := Open(dir, opts)
	if err != nil {
		return nil, err
	}
	if r.root, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	if resolved, err := filepath.EvalSymlinks(r.root); err == nil {
		r.root = resolved
	}
	r.meta.Root = r.root
	r.dir, err = indexDir(opts.IndexDir, r.root, r.meta)
	return r, err
}

// headOf returns the commit of a work tree whose HEAD is detached, as a pinned
// one is; "" where there is none.
func headOf(dir string) string {
	data, err := os.ReadFile(filepath.Join(dir, ".git", "HEAD"))
	head := strings.TrimSpace(string(data))
	if err != nil || len(head) != 40 {
		return ""
	}
	return head
}

// MineOptions adjusts [MineTask]. The zero value takes every query.
type MineOptions struct {
	// Max is the most queries to keep, 0 for all; another Seed keeps others.
	Max  int
	Seed uint64
	// Warn is called for what cannot be read; nil means nobody is told.
	Warn func(error)
	// Index says which files there are, and how they are cut: its Ignore,
	// MaxFileSize, Languages and ChunkTokens count.
	Index Options
}

// MinedTask is a task that a tree of files gives by itself: sentences of its
// documentation are the queries, and its chunks without that documentation the
// corpus.
type MinedTask struct {
	*dataset.Task
	// QueryIDs and ChunkIDs name what the task numbers: PATH:LINE:SYMBOL of the
	// definition, and PATH:START-END in lines of the file without its
	// documentation. Bytes other than printable ASCII, and %, are written as
	// %XX.
	QueryIDs, ChunkIDs []string
	Documented         int // definitions, from which the queries were chosen

	paths []string // of the queries' files
}

// MineTask makes the task of the folder root. A right answer is each chunk of
// the query's file that has its symbol.
func MineTask(ctx context.Context, root string, opts MineOptions) (*MinedTask, error) {
	files, chunks := opts.Index.source(), opts.Index.chunks()
	set, err := mine.Repo(ctx, root, mine.Options{Max: opts.Max, Seed: opts.Seed, Warn: opts.Warn, Source: files, Chunks: chunks})
	if err != nil {
		return nil, err
	}
	if len(set.Queries) == 0 {
		return nil, fmt.Errorf("no queries to mine: %d documented definitions in %d files of Go or Python give none",
			set.Documented, set.Files)
	}
	t := &MinedTask{Task: &dataset.Task{Protocol: "repo", Split: "mined"}, Documented: set.Documented}
	answers, err := t.addCorpus(ctx, root, files, chunks)
	if err != nil {
		return nil, err
	}
	for _, q := range set.Queries {
		// A file may have changed since it was mined.
		if right := answers[answer{q.Path, q.Symbol}]; len(right) > 0 {
			t.Queries, t.Relevant = append(t.Queries, q.Text), append(t.Relevant, right)
			t.paths = append(t.paths, q.Path)
			t.QueryIDs = append(t.QueryIDs, escapeID(fmt.Sprintf("%s:%d:%s", q.Path, q.Line, q.Symbol)))
		}
	}
	if len(t.Queries) == 0 {
		return nil, errors.New("all files with queries changed while they were read")
	}
	return t, nil
}

// answer is what a query asks for.
type answer struct{ path, symbol string }

// addCorpus adds the chunks of all files and returns which chunks have a symbol.
// What cannot be read has been told by the miner, which goes first.
func (t *MinedTask) addCorpus(ctx context.Context, root string, files source.Settings, chunks chunk.Splitter) (map[answer][]int, error) {
	answers := map[answer][]int{}
	for f, err := range source.Walk(ctx, root, source.Options{Settings: files}) {
		if err != nil && f.Path == "" {
			return nil, err
		} else if err != nil {
			continue
		}
		text, err := files.Read(root, f)
		if err != nil {
			continue
		}
		language := files.Language(f.Path, text)
		for _, c := range chunks.Split(f.Path, language, mine.Strip(f.Path, language, text)) {
			for _, s := range c.Symbols {
				key := answer{f.Path, s}
				if at := answers[key]; len(at) == 0 || at[len(at)-1] != len(t.Corpus) { // a symbol may stand twice
					answers[key] = append(at, len(t.Corpus))
				}
			}
			t.Corpus = append(t.Corpus, chunk.EmbedText(f.Path, c))
			t.ChunkIDs = append(t.ChunkIDs, escapeID(fmt.Sprintf("%s:%d-%d", f.Path, c.StartLine, c.EndLine)))
		}
	}
	return answers, ctx.Err()
}

// escapeID makes a name that every reader of TREC files takes as one field.
func escapeID(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if c := name[i]; c > ' ' && c < 0x7f && c != '%' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// EvaluateMined is [Evaluator.Evaluate] for a mined task.
func (e *Evaluator) EvaluateMined(ctx context.Context, t *MinedTask) (*Evaluation, error) {
	r, err := e.Evaluate(ctx, t.Task)
	if err == nil {
		r.Docstring = "stripped"
	}
	return r, err
}

// WriteQrels writes the right answers in TREC's format.
func (t *MinedTask) WriteQrels(w io.Writer) error {
	qrels := eval.Qrels{}
	for q, id := range t.QueryIDs {
		qrels[id] = map[string]int{}
		for _, at := range t.Relevant[q] {
			qrels[id][t.ChunkIDs[at]] = 1
		}
	}
	return eval.WriteQrels(w, qrels)
}

// RunDepth is how many chunks of each query a run file has, as is usual.
const RunDepth = 1000

// WriteRun writes the best chunks of each query in TREC's format, after
// EvaluateMined.
func (e *Evaluator) WriteRun(w io.Writer, t *MinedTask) error {
	run := eval.Run{}
	scores := make([]float32, len(t.Corpus))
	for q, id := range t.QueryIDs {
		query := e.queries[t.Queries[q]]
		for i, text := range t.Corpus {
			scores[i] = simd.Dot(query, e.vectors[text])
		}
		run[id] = map[string]float32{}
		for _, i := range best(scores, RunDepth) {
			run[id][t.ChunkIDs[i]] = scores[i]
		}
	}
	return eval.WriteRun(w, run, "hunch")
}

// best returns the places of the n highest scores, best first.
func best(scores []float32, n int) []int {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	return order[:min(n, len(order))]
}
