package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
)

type trainRepoFlags struct {
	trainFlags
	force bool
}

func (a *app) trainRepoCommand() *cobra.Command {
	var f trainRepoFlags
	cmd := &cobra.Command{
		Use:   "repo [PATH]",
		Short: "Train on your own code, with queries from its documentation",
		Long: `repo takes the first sentence of Go doc comments and Python docstrings in the
folder PATH as queries for what they document, and the code without documentation as
their answers. The files are divided by their names: the queries of one in five
measure the model before and after, those of the others train it.

The model is saved only if it got better on those that it did not see, by MRR;
--force saves it in any case. The interval of the gain says how sure that is: where
it holds 0, there were too few queries to tell.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.trainRepo(cmd.Context(), f, cmp.Or(strings.Join(args, ""), "."))
		},
	}
	f.register(cmd.Flags())
	f.registerEval(cmd.Flags())
	cmd.Flags().BoolVar(&f.force, "force", false, "save the model even if it did not get better")
	return cmd
}

func (a *app) trainRepo(ctx context.Context, f trainRepoFlags, path string) error {
	if err := errors.Join(f.check(), checkFolder(path)); err != nil {
		return err
	}
	task, err := hunch.MineTask(ctx, path, hunch.MineOptions{
		Warn: a.events(a.newProgress("", "")).Warning, Index: a.options(nil, hunch.Events{}),
	})
	if err != nil {
		return err
	}
	pairs, held := task.HoldOut()
	if len(pairs) == 0 || len(held.Queries) == 0 {
		return fmt.Errorf("%s from documentation cannot be divided: they are in %s, of which one in five, chosen by its name, is held out to measure with",
			count(len(task.Queries), "query"), count(task.Files(), "file"))
	}
	name, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	// A card travels with its model: it tells the name, not the place.
	t, done, err := a.newTraining(f.trainFlags, "documentation of "+filepath.Base(name), "finetuned_repo", pairs)
	if err != nil {
		return err
	}
	defer done()
	a.note("queries from %s of %s: %s to train on, %s held out", thousands(len(task.Queries)), count(task.Documented, "documented definition"),
		thousands(len(pairs)), thousands(len(held.Queries)))
	t.onlyBetter = !f.force
	return t.measured(ctx, held, new(card))
}

// errNotBetter ends a training whose model is not saved.
var errNotBetter = errors.New("the model did not get better on the queries held out and is not saved (--force saves it)")
