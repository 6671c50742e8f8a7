package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/config"
)

// app is what the commands share: the streams and the flags that all have.
type app struct {
	in       io.Reader
	out, err io.Writer

	index, model   string
	precision      string
	threads        int
	verbose, quiet bool
	noColor        bool
	warned         map[string]bool // what warnings have said, by the line

	settings settings
	indexing config.Settings // those for which there are no flags
}

func (a *app) command() *cobra.Command {
	search := a.searchCommand()
	root := &cobra.Command{
		Use:   "hunch QUERY [PATH...]",
		Short: "Find code by meaning",
		Long: `hunch finds code by meaning.

  hunch "where is the retry back-off computed"

answers with the lines that do it, in the repository around the current folder
or around PATH, within about two seconds (--wait). What was read and embedded by
then is kept in the user's cache folder. Where it is not yet all, a note says so,
and hunch index completes it. Nothing leaves this machine.

  hunch -e 'func \w+Retry'

finds all lines that match, like grep, and needs no index.

Every flag can be set by an environment variable: HUNCH_MODEL for --model. Many
can be in a file of settings, too; hunch doctor shows which are set, and where.
Exit code: 0 found, 1 no result, 2 error.`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && !cmd.Flags().Changed("regex") {
				return cmd.Help()
			}
			return search.RunE(cmd, args)
		},
		Version: hunch.Version,
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			if err := a.settle(cmd, args); err != nil {
				return err
			}
			if a.threads < 0 {
				return fmt.Errorf("--threads is %d, want 1 or more, or 0 for one for each processor", a.threads)
			}
			return nil
		},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("hunch {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())
	})
	root.Flags().AddFlagSet(search.Flags())
	p := root.PersistentFlags()
	p.StringVar(&a.index, "index", "", "`folder` that holds all indexes (default: hunch/index in the user's cache folder)")
	p.StringVar(&a.model, "model", "", "model: a `folder`, or the name of one that was pulled (default: the one in use)")
	p.StringVar(&a.precision, "precision", "auto", "`arithmetic` of the model: fp32, int8, or auto for that of its weights")
	p.IntVar(&a.threads, "threads", 0, "`number` of threads that embed (default: one for each processor)")
	p.BoolVarP(&a.verbose, "verbose", "v", false, "name what is skipped, and why")
	p.BoolVarP(&a.quiet, "quiet", "q", false, "no progress and no notes on standard error")
	p.BoolVar(&a.noColor, "no-color", false, "no colours (also NO_COLOR)")
	root.AddCommand(search, a.similarCommand(), a.indexCommand(), a.statusCommand(), a.clearCommand(), a.doctorCommand(),
		a.embedCommand(), a.evalCommand(), a.trainCommand(), a.reportCommand(), a.modelCommand(), a.dataCommand(), a.languagesCommand(), a.versionCommand())
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if !cmd.Runnable() {
			onlyGroups(cmd)
			for _, cmd := range cmd.Commands() {
				pointToHelp(cmd)
			}
		} else {
			pointToHelp(cmd)
		}
	}
	return root
}

// pointToHelp has errors of the number of arguments say where to look.
func pointToHelp(cmd *cobra.Command) {
	check := cmd.Args
	if check == nil {
		return
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())
		}
		return nil
	}
}

// onlyGroups makes of a command that only groups others one that shows them,
// and that does not take a misspelt one for a call for help, as cobra does.
func onlyGroups(cmd *cobra.Command) {
	cmd.SuggestionsMinimumDistance = 2
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		hint := fmt.Sprintf("see %s --help", cmd.CommandPath())
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			hint = fmt.Sprintf("did you mean %s?", near[0])
		}
		return fmt.Errorf("unknown command %q for %q (%s)", args[0], cmd.CommandPath(), hint)
	}
	cmd.DisableFlagsInUseLine = true
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
}

// note tells the user something beside the result.
func (a *app) note(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintf(a.err, "hunch: "+format+"\n", args...)
	}
}

// openModel opens the model that --model names, or else the one in use.
func (a *app) openModel() (*hunch.Model, error) {
	dir, err := a.modelDir()
	if err != nil {
		return nil, err
	}
	p, err := hunch.ParsePrecision(a.precision)
	if err != nil {
		return nil, fmt.Errorf("--precision: %w", err)
	}
	return hunch.OpenModel(dir, p)
}

// options are what flags and settings say of an index.
func (a *app) options(m *hunch.Model, events hunch.Events) hunch.Options {
	return a.optionsBy(a.indexing, m, events)
}

// optionsOf are those of a repository, of which there may be several with settings
// of their own.
func (a *app) optionsOf(root string, m *hunch.Model, events hunch.Events) (hunch.Options, error) {
	s, err := a.indexingOf(root)
	return a.optionsBy(s, m, events), err
}

func (a *app) optionsBy(s config.Settings, m *hunch.Model, events hunch.Events) hunch.Options {
	return hunch.Options{
		Model: m, IndexDir: a.index, Threads: a.threads, Events: events,
		Ignore: s.Ignore, MaxFileSize: s.MaxFileSize, Languages: s.Languages, ChunkTokens: s.ChunkTokens,
	}
}

// openRepository opens the repository of the path that there may be, or else of
// the current folder.
func (a *app) openRepository(paths []string, events hunch.Events) (*hunch.Repository, error) {
	m, err := a.openModel()
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	return a.openAt(m, paths[0], events)
}

// relative returns path as the index has it.
func relative(root, path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return "", pathError(path, err)
	}
	rel, err := filepath.Rel(root, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return "", fmt.Errorf("%s is outside of %s", quotePath(path), quotePath(root))
	}
	return filepath.ToSlash(rel), nil
}

// pathError names a path that the user gave, safely, and what is wrong with it.
func pathError(path string, err error) error {
	return fmt.Errorf("%s: %w", quotePath(path), bare(err))
}

// bare strips the operation and the path off an error whose message will have
// them.
func bare(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
