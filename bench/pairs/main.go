// Command pairs makes training pairs for hunch train pairs: it downloads the
// permissively licensed packages of a pinned list and answers the first sentence
// of each definition's documentation with the chunk that defines it, as the index
// embeds it, without the documentation.
//
//	go run ./bench/pairs -out pairs.jsonl
package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/hunch-search/hunch/internal/atomicfile"
	"github.com/hunch-search/hunch/internal/wordpiece"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pairs:", err)
		os.Exit(1)
	}
}

type settings struct {
	list, out, cache, vocab, exclude, avoid, cosqa, registries string
	seed                                                       uint64
	tokens                                                     int
	pin                                                        bool
	limits
}

func run(ctx context.Context, args []string, w io.Writer) error {
	var s settings
	flags := flag.NewFlagSet("pairs", flag.ExitOnError)
	flags.StringVar(&s.list, "list", "bench/pairs/packages.txt", "`file` of the packages")
	flags.StringVar(&s.out, "out", "", "`file` to write the pairs to")
	flags.StringVar(&s.cache, "cache", "", "`folder` that keeps the packages (default in the user's cache folder)")
	flags.StringVar(&s.vocab, "vocab", "internal/model/minilm/vocab.txt", "vocabulary `file` by which tokens are counted")
	flags.StringVar(&s.exclude, "exclude", "", "`file` of further repositories not to learn from, owner/name a line")
	flags.StringVar(&s.avoid, "avoid", "", "`folder` with repositories of which no pair may have lines")
	flags.StringVar(&s.cosqa, "cosqa", "", "`folder` of hunch data pull cosqa, of which no pair may have lines")
	flags.StringVar(&s.registries, "registries", "", "take packages of these alone: `names` with commas between")
	flags.Uint64Var(&s.seed, "seed", 1, "decides which pairs are kept, and their order")
	flags.IntVar(&s.tokens, "tokens", 256, "most tokens of a code")
	flags.IntVar(&s.pack, "most", 250, "most pairs of a package, 0 for all")
	flags.IntVar(&s.total, "total", 25000, "most pairs, 0 for all")
	flags.Float64Var(&s.share, "share", 0.35, "most of one language among all, 0 for no bound")
	flags.StringVar(&s.favour, "favour", "", "the `language` that has all of -share if there are as many pairs; the others are levelled")
	flags.Float64Var(&s.names, "names", 0, "add this `rate` of pairs whose query is the words of a name")
	flags.BoolVar(&s.pin, "pin", false, "fill in the sums and licences that the list lacks, and write it")
	_ = flags.Parse(args) // exits on an error
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case s.out == "" && !s.pin:
		return fmt.Errorf("expected -out FILE or -pin")
	case s.cache == "":
		user, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		s.cache = filepath.Join(user, "hunch-pairs")
	}
	if err := absolute(&s.cache); err != nil {
		return err
	}
	packs, lines, err := readList(s.list)
	if err != nil {
		return err
	}
	if s.registries != "" {
		only := strings.Split(s.registries, ",")
		packs = slices.DeleteFunc(packs, func(p pack) bool { return !slices.Contains(only, p.Registry) })
	}
	x, err := s.extractor(ctx)
	if err != nil {
		return err
	}
	if s.pin {
		return x.pin(ctx, packs, lines, s)
	}
	pairs, err := x.all(ctx, packs, s.cache)
	if err != nil {
		return err
	}
	pairs = choose(pairs, s.limits, x.dropped)
	if err := write(s.out, pairs); err != nil {
		return err
	}
	x.report(w, pairs)
	return nil
}

// absolute is for the clients, which run elsewhere.
func absolute(dir *string) (err error) {
	*dir, err = filepath.Abs(*dir)
	return err
}

func (s settings) extractor(ctx context.Context) (*extractor, error) {
	exclude, err := defaultExclusion()
	if err == nil && s.exclude != "" {
		err = exclude.addFile(s.exclude)
	}
	if err != nil {
		return nil, err
	}
	vocab, err := os.ReadFile(s.vocab)
	if err != nil {
		return nil, err
	}
	tokens, err := wordpiece.New(vocab, wordpiece.Config{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.vocab, err)
	}
	x := &extractor{exclude: exclude, avoid: newAvoid(), tokens: tokens, most: s.tokens, seed: strconv.FormatUint(s.seed, 10), dropped: map[string]int{}}
	if s.avoid != "" && !s.pin {
		err = x.avoid.addTree(ctx, s.avoid)
	}
	if err == nil && s.cosqa != "" && !s.pin {
		err = x.avoid.addCoSQA(s.cosqa)
	}
	return x, err
}

// all makes the pairs of all packages, several at a time. One that must not be
// learnt from, or that is not what the list says, ends it.
func (x *extractor) all(ctx context.Context, packs []pack, cache string) ([]pair, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	made := make([][]pair, len(packs))
	var next, done atomic.Int64
	var workers sync.WaitGroup
	var mu sync.Mutex
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			own := *x
			own.dropped = map[string]int{}
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(packs) {
					break
				}
				copies := own.dropped[droppedCopy]
				var err error
				if made[i], err = own.one(ctx, packs[i], cache); err != nil {
					cancel(err)
					break
				}
				fmt.Fprintf(os.Stderr, "%3d/%d %s: %d pairs, %d copies\n", done.Add(1), len(packs), packs[i], len(made[i]), own.dropped[droppedCopy]-copies)
			}
			mu.Lock()
			defer mu.Unlock()
			for why, n := range own.dropped {
				x.dropped[why] += n
			}
		})
	}
	workers.Wait()
	return slices.Concat(made...), context.Cause(ctx)
}

func (x *extractor) one(ctx context.Context, p pack, cache string) ([]pair, error) {
	if p.SHA256 == "" || p.Licence == "" {
		return nil, fmt.Errorf("%s has no sum or no licence in the list: see -pin", p)
	}
	dir, err := os.MkdirTemp("", "hunch-pairs")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	a, err := x.open(ctx, p, cache, dir)
	if err != nil {
		return nil, err
	}
	if got := a.licence(); got != p.Licence {
		return nil, fmt.Errorf("%s: its licence is %q, the list has %s", p, got, p.Licence)
	}
	return x.extract(ctx, p, dir)
}

// open gets a package, unless it is excluded, and unpacks it into dir.
func (x *extractor) open(ctx context.Context, p pack, cache, dir string) (*about, error) {
	if err := x.exclude.pack(p); err != nil {
		return nil, err
	}
	archive, err := fetch(ctx, p, cache)
	if err != nil {
		return nil, err
	}
	return x.unpack(ctx, p, archive, dir)
}

// pin fills in what the list lacks. A package that cannot be taken is named, and
// its line becomes a comment.
func (x *extractor) pin(ctx context.Context, packs []pack, lines []string, s settings) error {
	for _, p := range packs {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if p.SHA256 != "" && p.Licence != "" {
			continue
		}
		pinned, err := x.pinned(ctx, p, s.cache)
		at := slices.IndexFunc(lines, func(line string) bool { q, err := parsePack(line); return err == nil && q == p })
		if lines[at] = pinned.line(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			lines[at] = "# " + p.line() + "  # " + strings.Join(strings.Fields(err.Error()), " ")
		}
		if err := atomicfile.Write(s.list, atomicfile.Bytes([]byte(strings.Join(lines, "\n")+"\n"))); err != nil {
			return err
		}
	}
	return nil
}

func (x *extractor) pinned(ctx context.Context, p pack, cache string) (pack, error) {
	dir, err := os.MkdirTemp("", "hunch-pairs")
	if err != nil {
		return p, err
	}
	defer os.RemoveAll(dir)
	a, err := x.open(ctx, p, cache, dir)
	if err != nil {
		return p, err
	}
	if p.Licence = a.licence(); p.Licence == "" {
		return p, fmt.Errorf("%s: no permissive licence among %q and %q", p, a.declared, a.written)
	}
	archive, err := fetch(ctx, p, cache)
	if err == nil {
		p.SHA256, err = sum(archive)
	}
	return p, err
}

// write writes the pairs, a JSON object a line; the file appears as a whole.
func write(file string, pairs []pair) error {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, p := range pairs {
		if err := enc.Encode(p); err != nil {
			return err
		}
	}
	return atomicfile.Write(file, atomicfile.Bytes([]byte(b.String())))
}

// report prints how many pairs there are of what.
func (x *extractor) report(w io.Writer, pairs []pair) {
	out := bufio.NewWriter(w)
	defer out.Flush()
	languages, packs := map[string]int{}, map[string]int{}
	var lengths []int
	for _, p := range pairs {
		languages[p.Language]++
		packs[p.Repo]++
		lengths = append(lengths, len(x.tokens.Encode(nil, p.Code, 0)))
	}
	slices.Sort(lengths)
	fmt.Fprintf(out, "%d pairs of %d packages", len(pairs), len(packs))
	if n := len(lengths); n > 0 {
		fmt.Fprintf(out, "; tokens of a code: median %d, most %d", lengths[n/2], lengths[n-1])
	}
	fmt.Fprintln(out)
	for _, language := range slices.SortedFunc(maps.Keys(languages), func(a, b string) int { return cmp.Or(languages[b]-languages[a], strings.Compare(a, b)) }) {
		fmt.Fprintf(out, "%8d  %s\n", languages[language], language)
	}
	fmt.Fprintf(out, "left out:\n%s", x.summary())
}
