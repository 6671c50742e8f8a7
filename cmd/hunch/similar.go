package main

// Search by example: hunch similar FILE:LINE.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
)

func (a *app) similarCommand() *cobra.Command {
	var f searchFlags
	cmd := &cobra.Command{
		Use:   "similar FILE:LINE [PATH...]",
		Short: "Find what is most like the code at a place",
		Long: `similar finds the chunks whose meaning is most like that of the one at a line, or
those at FILE:FIRST-LAST, without these themselves. The score is the cosine of
their vectors. It looks through the repository of FILE, or those of the paths.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.similar(cmd, &f, args)
		},
	}
	f.define(cmd.Flags())
	cmd.MarkFlagsMutuallyExclusive(outputForms...)
	return cmd
}

func (a *app) similar(cmd *cobra.Command, f *searchFlags, args []string) error {
	if err := f.check(); err != nil {
		return err
	}
	var err error
	if f.query.Regexp, err = f.regex(); err != nil {
		return err
	}
	file, from, to, err := parseLines(args[0])
	if err != nil {
		return err
	}
	if info, err := os.Stat(file); err != nil {
		return pathError(file, err)
	} else if info.IsDir() {
		return fmt.Errorf("%s: a folder, want a file", quotePath(file))
	}
	paths := args[1:]
	for _, path := range paths {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return pathError(path, err)
		}
	}
	progress := a.newProgress("embedding", "chunks")
	events := a.events(progress)
	m, err := a.openModel()
	if err != nil {
		return err
	}
	home, err := a.openAt(m, file, hunch.Events{Warning: events.Warning})
	if err != nil {
		return err
	}
	rel, err := relative(home.Root(), file)
	if err != nil {
		return err
	}
	if f.query.Like, err = home.Example(cmd.Context(), rel, from, to); err != nil {
		return err
	}
	if len(paths) == 0 {
		paths = []string{home.Root()}
	}
	scopes, err := a.openScopes(m, paths, events)
	if err != nil {
		return err
	}
	return a.answer(cmd, f, scopes, progress)
}

// parseLines reads FILE:LINE or FILE:FIRST-LAST.
func parseLines(s string) (file string, from, to int, err error) {
	colon := strings.LastIndexByte(s, ':')
	if colon > 0 {
		first, last, isRange := strings.Cut(s[colon+1:], "-")
		if !isRange {
			last = first
		}
		from, err = strconv.Atoi(first)
		var err2 error
		to, err2 = strconv.Atoi(last)
		if err == nil && err2 == nil && 1 <= from && from <= to {
			return s[:colon], from, to, nil
		}
	}
	return "", 0, 0, fmt.Errorf("%s is no place in a file, want FILE:LINE or FILE:FIRST-LAST with lines from 1", quotePath(s))
}
