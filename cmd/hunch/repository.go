package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
)

func (a *app) indexCommand() *cobra.Command {
	var graphs bool
	cmd := &cobra.Command{
		Use:   "index [PATH]",
		Short: "Bring the index of a repository up to date",
		Long: `index brings the index of a repository up to date.

With --ann it also links the chunks of each segment of the index that has 4,096 or
more into an HNSW graph, by which search --ann goes. A segment keeps its graph
until it is merged with others; search --ann --wait all makes those that are
missing, too.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			progress := a.newProgress("embedding", "chunks")
			repo, err := a.openRepository(args, a.events(progress))
			if err != nil {
				return err
			}
			start := time.Now()
			c, err := a.indexWaiting(cmd.Context(), repo, hunch.UpdateOptions{Graphs: graphs})
			progress.stop()
			if err != nil {
				a.noteKept(c, err)
				return err
			}
			linked := ""
			if graphs {
				s, err := repo.Status()
				if err != nil {
					return err
				}
				if linked = ", too few for a graph"; s.GraphChunks > 0 {
					linked = fmt.Sprintf(", %s in graphs", thousands(s.GraphChunks))
				}
			}
			a.note("%s in the index of %s%s (%s)", count(c.Embedded, "chunk"), quotePath(repo.Root()), linked, time.Since(start).Round(time.Millisecond))
			return nil
		},
	}
	cmd.Flags().BoolVar(&graphs, "ann", false, "make HNSW graphs for search --ann, too")
	return cmd
}

// noteKept says after an interrupt that the work was not in vain.
func (a *app) noteKept(c hunch.Coverage, err error) {
	if errors.Is(err, context.Canceled) && c.Chunks > 0 {
		a.note("kept %s of %s; the next run goes on from there", thousands(c.Embedded), count(c.Chunks, "chunk"))
	}
}

// indexWaiting says for whom it waits, if it must.
func (a *app) indexWaiting(ctx context.Context, repo *hunch.Repository, o hunch.UpdateOptions) (hunch.Coverage, error) {
	c, err := repo.Update(ctx, o)
	if busy, ok := errors.AsType[*hunch.BusyError](err); ok {
		a.note("waiting for %s, which is indexing", process(busy))
		o.WaitForOther = true
		return repo.Update(ctx, o)
	}
	return c, err
}

func process(b *hunch.BusyError) string {
	if b.PID == 0 {
		return "another process"
	}
	return fmt.Sprintf("process %d", b.PID)
}

func (a *app) statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status [PATH]",
		Short: "Tell what the index of a repository holds",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			repo, err := a.openRepository(args, a.events(a.newProgress("", "")))
			if err != nil {
				return err
			}
			s, err := repo.Status()
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.out, s)
			}
			w := bufio.NewWriter(a.out)
			printStatus(w, s)
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func printStatus(w io.Writer, s hunch.Status) {
	fmt.Fprintf(w, "repository  %s\nmodel       %s\nindex       %s\n", quotePath(s.Root), s.Model, quotePath(s.Index))
	switch {
	case s.Damage != "":
		fmt.Fprintf(w, "            %s; hunch index builds it again\n", quoteError(errors.New(s.Damage)))
		return
	case !s.Exists:
		fmt.Fprintln(w, "            none yet; hunch index makes it")
		return
	}
	fmt.Fprintf(w, "files       %s\n", thousands(s.Files))
	fmt.Fprintf(w, "chunks      %s in %s, %s\n", thousands(s.Chunks), count(s.Segments, "segment"), size(s.Bytes))
	if s.GraphChunks > 0 {
		fmt.Fprintf(w, "graphs      %s, for search --ann\n", count(s.GraphChunks, "chunk"))
	}
	if s.Missing > 0 {
		fmt.Fprintf(w, "missing     vectors of %s; hunch index embeds them\n", count(s.Missing, "chunk"))
	}
	if s.Unread > 0 {
		fmt.Fprintf(w, "unread      %s; hunch index reads them\n", count(s.Unread, "file"))
	}
	fmt.Fprintf(w, "tokens      %s, of which %s in %s were cut\n",
		thousands(int(s.Tokens)), thousands(int(s.Truncated)), count(s.TruncatedChunks, "chunk"))
	names := slices.SortedFunc(maps.Keys(s.Languages), func(x, y string) int {
		return cmp.Or(s.Languages[y]-s.Languages[x], cmp.Compare(x, y))
	})
	for i, name := range names {
		label := ""
		if i == 0 {
			label = "languages"
		}
		fmt.Fprintf(w, "%-11s %s %s\n", label, cmp.Or(name, "other"), thousands(s.Languages[name]))
	}
}

func (a *app) clearCommand() *cobra.Command {
	var cache, gone, dry bool
	cmd := &cobra.Command{
		Use:   "clear [PATH]",
		Short: "Remove the index of a repository, or those of repositories that are gone",
		Long: `clear removes the index of a repository. Its embeddings stay in the cache that all
branches, worktrees and clones share, so that to index it again takes seconds;
--cache removes that instead.

--gone removes the indexes of all repositories and work trees that are not there any
more, and lists them; with --dry-run it only lists them. Trees on a disk that is not
mounted are not there.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case (cache || gone) && len(args) > 0:
				return errors.New("--cache and --gone are about all repositories: leave the path out")
			case dry && !gone:
				return errors.New("--dry-run is for --gone")
			case cache:
				return hunch.ClearCache(a.index)
			case gone:
				return a.clearGone(dry)
			}
			repo, err := a.openRepository(args, hunch.Events{})
			if err != nil {
				return err
			}
			return repo.Clear()
		},
	}
	cmd.Flags().BoolVar(&cache, "cache", false, "remove the embeddings of all repositories from the cache instead")
	cmd.Flags().BoolVar(&gone, "gone", false, "remove the indexes of repositories that are not there any more instead")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "list what --gone would remove, and remove nothing")
	cmd.MarkFlagsMutuallyExclusive("cache", "gone")
	return cmd
}

// clearGone removes the indexes of trees that are not there any more.
func (a *app) clearGone(dry bool) error {
	gone, err := hunch.GoneIndexes(a.index)
	if err != nil {
		return err
	}
	var errs []error
	for _, g := range gone {
		if !dry {
			if err := g.Remove(); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		if _, err := fmt.Fprintf(a.out, "%s (%s)\n", quotePath(g.Root), size(g.Bytes)); err != nil {
			return err
		}
	}
	if len(gone) == 0 {
		a.note("no index is of a repository that is gone")
	}
	return errors.Join(errs...)
}
