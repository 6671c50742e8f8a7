package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch/internal/model"
)

// cacheFolder is a folder of hunch's own in the user's cache folder.
func cacheFolder(name string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder for %s: %w", name, err)
	}
	return filepath.Join(cache, "hunch", name), nil
}

// modelDir is the folder of the model that is asked for; "" is the embedded one.
func (a *app) modelDir() (string, error) { return a.modelDirOf(a.model) }

// modelDirOf is the folder of a model, or with no name of the one in use. A
// folder goes before a name.
func (a *app) modelDirOf(name string) (string, error) {
	if info, err := os.Stat(name); name != "" && err == nil && info.IsDir() {
		return name, nil
	}
	library, err := cacheFolder("models")
	switch {
	case err != nil && name == "":
		return "", nil // nobody can have chosen another
	case err != nil:
		return "", err
	case name != "":
		return findModel(library, name)
	}
	dir, err := model.InUse(library)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w (choose another: hunch model use default)", err)
	}
	return dir, err
}

// findModel says of a path that is no folder what is wrong with it as a path.
func findModel(library, name string) (string, error) {
	dir, err := model.Find(library, name)
	if _, unknown := errors.AsType[*model.NotFoundError](err); unknown && filepath.Base(name) != name {
		return name, nil // opening it tells
	}
	return dir, adviseModel(err)
}

// adviseModel tells of a name that is like none what can be done.
func adviseModel(err error) error {
	if e, unknown := errors.AsType[*model.NotFoundError](err); unknown && e.Nearest == "" {
		return fmt.Errorf("%w (hunch model list names those that are, hunch model pull gets others)", err)
	}
	return err
}

func (a *app) pullCommand() *cobra.Command {
	var endpoint string
	cmd := &cobra.Command{
		Use:   "pull NAME",
		Short: "Download a model from the hub",
		Long: `pull downloads a sentence-transformers model of the BERT kind, such as
all-MiniLM-L6-v2 or BAAI/bge-small-en-v1.5, from the Hugging Face hub; NAME@REVISION
takes a certain revision. Every file is checked against the hub's hash. --endpoint
or HF_ENDPOINT names another hub, HF_TOKEN is sent to it. A pull that was
interrupted goes on where it was.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			library, err := cacheFolder("models")
			if err != nil {
				return err
			}
			o := model.PullOptionsFromEnv()
			o.Endpoint = cmp.Or(endpoint, o.Endpoint)
			bar := a.newProgress("", "kB")
			o.Progress = bar.file
			dir, err := model.Pull(cmd.Context(), library, args[0], o)
			bar.stop()
			if err != nil {
				return err
			}
			a.note("%s is in %s; hunch model use %s makes it the model of every search", quotePath(args[0]), quotePath(dir), quotePath(args[0]))
			return nil
		},
	}
	cmd.Flags().StringVar(&endpoint, "endpoint", "", "`address` of the hub (default: https://huggingface.co)")
	return cmd
}

func (a *app) listCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the models that were pulled",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			library, err := cacheFolder("models")
			if err != nil {
				return err
			}
			installed, err := model.List(library)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.out, append([]model.Installed{}, installed...))
			}
			return a.printModels(library, installed)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	return cmd
}

// printModels marks the one in use with a star. That may be a folder elsewhere.
func (a *app) printModels(library string, installed []model.Installed) error {
	used, err := model.InUse(library)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil {
		a.note("%s", quoteError(err))
	}
	mark := map[bool]string{true: "*", false: " "}
	t := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s %s\t%s\n", mark[used == "" && err == nil], model.DefaultName, model.EmbeddedName+", in the binary")
	if used != "" && !slices.ContainsFunc(installed, func(m model.Installed) bool { return m.InUse }) {
		fmt.Fprintf(t, "* %s\ta folder of your own\n", quotePath(used))
	}
	for _, m := range installed {
		about := m.Problem
		if about == "" {
			about = fmt.Sprintf("%s, %d numbers, %s", m.Weights, m.Dim, size(m.Bytes))
		}
		fmt.Fprintf(t, "%s %s\t%s\n", mark[m.InUse], quotePath(m.Name), printable(about))
	}
	return t.Flush()
}

func (a *app) useCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "use NAME|DIR|default",
		Short: "Choose the model of every search",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			library, err := cacheFolder("models")
			if err != nil {
				return err
			}
			if err := model.Use(library, args[0]); err != nil {
				return adviseModel(err)
			}
			a.note("every search uses %s from now on; each model has an index of its own, which the next search of a repository begins", quotePath(args[0]))
			return nil
		},
	}
}

func (a *app) removeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rm NAME",
		Short: "Remove a model that was pulled",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			library, err := cacheFolder("models")
			if err != nil {
				return err
			}
			return adviseModel(model.Remove(library, args[0]))
		},
	}
}
