package main

// Where the flags that the command line leaves open get their values from; what
// the files may hold is in internal/config.

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hunch-search/hunch/internal/config"
	"github.com/hunch-search/hunch/internal/source"
)

// settings are what was found, for doctor to show.
type settings struct {
	userFile string // "" if the system has no place for it
	values   []config.Value
	given    map[string]bool // flags of the command line
	warnings []error         // of the repository's file
	options  config.Options  // by which they were read
	err      error           // of the user's file or the environment
}

// settle gives each flag that the command line left alone its value from the
// environment, the repository's file or the user's.
func (a *app) settle(cmd *cobra.Command, args []string) error {
	if name := cmd.Name(); name == cobra.ShellCompRequestCmd || name == cobra.ShellCompNoDescRequestCmd {
		return nil // the shell asks, and would show an error to nobody
	}
	s := &a.settings
	s.given = map[string]bool{}
	cmd.Flags().Visit(func(f *pflag.Flag) { s.given[f.Name] = true })
	loaded, err := a.loadSettings(cmd, args)
	if err != nil {
		return err
	}
	s.values, s.warnings, a.indexing = loaded.Values, loaded.Warnings, loaded.Settings
	if err := errors.Join(s.setFlags(cmd), s.flagsFromEnv(cmd)); err != nil {
		return err
	}
	for _, w := range s.warnings {
		if isDoctor(cmd) {
			break // it has them among the problems
		}
		a.note("%s", quoteError(w))
	}
	return nil
}

// loadSettings reads what the command can make use of. For doctor that is all,
// and what is wrong with it is kept to be told.
func (a *app) loadSettings(cmd *cobra.Command, args []string) (*config.Loaded, error) {
	s := &a.settings
	o := config.Options{Language: source.ParseLanguage, NearLanguage: source.NearestLanguage}
	var err error
	if s.userFile, err = config.UserFile(os.LookupEnv); err == nil {
		o.UserFile = s.userFile
	}
	path, inRepository := repositoryPath(cmd, args)
	if inRepository {
		o.Root, _ = source.FindRoot(path) // of a path that is wrong the command tells
	}
	indexes := inRepository || cmd.CommandPath() == "hunch eval repos"
	wanted := map[string]bool{}
	for _, key := range config.Keys() {
		used := cmd.Flags().Lookup(key) != nil || isDoctor(cmd) || slices.Contains(indexingKeys, key) && indexes
		for _, variable := range config.Variables(key) {
			wanted[variable] = !s.given[key] && used
		}
	}
	o.Env = func(name string) (string, bool) {
		value, ok := os.LookupEnv(name)
		return value, ok && wanted[name]
	}
	s.options = o
	loaded, err := config.Load(o)
	if err != nil && isDoctor(cmd) {
		s.err = err
		return config.Load(config.Options{Root: o.Root, Language: o.Language, NearLanguage: o.NearLanguage})
	}
	return loaded, err
}

// indexingOf returns the settings for another repository than that of the first
// path.
func (a *app) indexingOf(root string) (config.Settings, error) {
	o := a.settings.options
	if o.Root == root || o.Root == "" {
		return a.indexing, nil
	}
	o.Root = root
	loaded, err := config.Load(o)
	if err != nil {
		return config.Settings{}, err
	}
	for _, w := range loaded.Warnings {
		a.note("%s", quoteError(w))
	}
	return loaded.Settings, nil
}

// indexingKeys are the settings without a flag, of all that indexes.
var indexingKeys = []string{"max-file-size", "ignore", "languages", "chunk-tokens"}

func isDoctor(cmd *cobra.Command) bool { return cmd.CommandPath() == "hunch doctor" }

// repositoryPath is the path whose repository a command is about, if it is
// about one.
func repositoryPath(cmd *cobra.Command, args []string) (path string, ok bool) {
	switch cmd.CommandPath() {
	case "hunch", "hunch search":
		regex := cmd.Flags().Changed("regex")
		if len(args) == 0 && !regex {
			return "", false
		}
		_, args = questionAndPaths(args, regex)
	case "hunch similar":
		if len(args) == 0 {
			return "", false
		}
		file, _, _, err := parseLines(args[0])
		return file, err == nil
	case "hunch languages":
		return ".", true
	case "hunch index", "hunch status", "hunch clear", "hunch doctor", "hunch eval repo", "hunch train repo":
	default:
		return "", false
	}
	if len(args) == 0 {
		return ".", true
	}
	return args[0], true
}

// setFlags sets the flags that settings have and the command line has not.
func (s *settings) setFlags(cmd *cobra.Command) error {
	var errs []error
	for _, v := range s.values {
		if v.Source == config.Default || s.given[v.Key] || cmd.Flags().Lookup(v.Key) == nil {
			continue
		}
		if err := cmd.Flags().Set(v.Key, v.Text); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", v.Where, err))
		}
	}
	return errors.Join(errs...)
}

// excludes reports whether the command line asks for another form of output.
func (s *settings) excludes(flag string) bool {
	return slices.Contains(outputForms, flag) && slices.ContainsFunc(outputForms, func(other string) bool { return s.given[other] })
}

// flagsFromEnv sets from HUNCH_… the flags that are no settings. One that cannot
// be together with a flag of the command line gives way to it.
func (s *settings) flagsFromEnv(cmd *cobra.Command) error {
	isSetting := map[string]bool{}
	for _, key := range config.Keys() {
		isSetting[key] = true
	}
	var errs []error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := config.Variable(f.Name)
		value, ok := os.LookupEnv(name)
		if !ok || value == "" || f.Changed || isSetting[f.Name] || s.excludes(f.Name) || f.Name == "help" || f.Name == "version" {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			errs = append(errs, fmt.Errorf("environment variable %s: %w", name, err))
		}
	})
	return errors.Join(errs...)
}
