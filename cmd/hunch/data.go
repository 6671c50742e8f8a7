package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch/internal/dataset"
)

func (a *app) dataCommand() *cobra.Command {
	data := &cobra.Command{Use: "data", Short: "Get labelled data"}
	var out, mirror string
	pull := &cobra.Command{
		Use:   "pull cosqa",
		Short: "Download CoSQA's public files",
		Long: `pull downloads the public files of CoSQA and WebQueryTest at pinned commits and
checks each by its git blob id. hunch eval cosqa then finds them by itself.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] != "cosqa" {
				return fmt.Errorf("unknown data %q, want cosqa", args[0]) // the nearest, as long as there is but one
			}
			dir, err := cacheFolder("data/cosqa")
			if err != nil {
				return err
			}
			fmt.Fprint(a.err, dataset.Licence)
			bar := a.newProgress("", "kB")
			err = dataset.Pull(cmd.Context(), dir, dataset.PullOptions{Base: mirror, Progress: bar.file})
			bar.stop()
			if err != nil {
				return err
			}
			a.note("CoSQA is in %s", quotePath(dir))
			if out == "" {
				return nil
			}
			return dataset.Layout(dir, out)
		},
	}
	pull.Flags().StringVar(&out, "out", "", "also write cosqa_test_data.json and cosqa_train_data.json to this `folder`")
	pull.Flags().StringVar(&mirror, "mirror", "", "`address` of a mirror (default: https://raw.githubusercontent.com)")
	data.AddCommand(pull)
	return data
}

// openCoSQA opens the folder that was named or, without one, what was pulled.
func openCoSQA(named string) (*dataset.CoSQA, error) {
	dir, err := cosqaDir(named)
	if err != nil {
		return nil, err
	}
	return dataset.OpenCoSQA(dir)
}

// cosqaDir is the folder that was named or, without one, what was pulled.
func cosqaDir(named string) (string, error) {
	if named != "" {
		return named, nil
	}
	dir, err := cacheFolder("data/cosqa")
	if err == nil {
		_, err = os.Stat(dir)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", errors.New("CoSQA is not part of hunch: download it with hunch data pull cosqa, or name a folder with its files with --data")
	}
	return dir, err
}
