package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch/internal/chunk"
	"github.com/hunch-search/hunch/internal/source"
)

// knownLanguage is a line of the list, and of its JSON form.
type knownLanguage struct {
	source.LanguageInfo
	Cut string `json:"cut"` // "structure" or "blocks"
}

func (a *app) languagesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "languages [NAME...]",
		Short: "List the languages, what tells them and how their files are cut",
		Long: `languages lists the languages and formats that are known: the name that --lang
takes, how files are cut, and the extensions and names of files that tell it. A NAME
is one as --lang takes it.

Files are cut by structure, where functions, types, sections or keys are known, or
else by blocks of lines: blank lines and indentation.

More extensions are set in .hunch.toml or your own settings:

  [languages]
  tpl = "html"`,
		RunE: func(_ *cobra.Command, args []string) error {
			known, err := a.knownLanguages(args)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.out, known)
			}
			w := bufio.NewWriter(a.out)
			printLanguages(w, known)
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	return cmd
}

// knownLanguages returns the languages of these names, all if there are none.
func (a *app) knownLanguages(names []string) ([]knownLanguage, error) {
	wanted := map[string]bool{}
	for _, name := range names {
		language, ok := source.ParseLanguage(name)
		if !ok {
			return nil, source.UnknownLanguageError(name)
		}
		wanted[language] = true
	}
	var known []knownLanguage
	for _, l := range (source.Settings{Languages: a.indexing.Languages}).Describe() {
		if len(wanted) > 0 && !wanted[l.Name] {
			continue
		}
		cut := "blocks"
		if chunk.Structured(l.Name) {
			cut = "structure"
		}
		known = append(known, knownLanguage{l, cut})
	}
	return known, nil
}

func printLanguages(w io.Writer, known []knownLanguage) {
	width := 0
	for _, l := range known {
		width = max(width, len(l.Name))
	}
	for _, l := range known {
		fmt.Fprintf(w, "%-*s  %-9s  %s\n", width, l.Name, l.Cut, strings.Join(slices.Concat(l.Extensions, l.Files), " "))
	}
}
