package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/config"
	"github.com/hunch-search/hunch/internal/model"
	"github.com/hunch-search/hunch/internal/simd"
)

// checkup is what doctor finds.
type checkup struct {
	Schema     int              `json:"schema"`
	Version    string           `json:"version"`
	Go         string           `json:"go"`
	OS         string           `json:"os"`
	Arch       string           `json:"arch"`
	Threads    int              `json:"threads"`
	Features   []string         `json:"cpu_features"`
	Kernels    string           `json:"kernels"`
	Model      *model.Info      `json:"model"` // null if it cannot be opened
	UserFile   string           `json:"user_file"`
	Settings   []checkedSetting `json:"settings"`
	Indexes    checkedFolder    `json:"indexes"`
	Embeddings checkedFolder    `json:"embeddings"` // that repositories share
	Models     checkedFolder    `json:"models"`
	Data       checkedFolder    `json:"data"`
	Repository *hunch.Status    `json:"repository"` // null if it cannot be read
	Terminal   bool             `json:"terminal"`
	Colors     bool             `json:"colors"`
	Problems   []checkedProblem `json:"problems"`

	sources    map[string]string // of the settings
	unreadable bool              // is the index of the repository
}

// checkedSetting is one that is set.
type checkedSetting struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Source string `json:"source"` // "flag", or as in internal/config
	Where  string `json:"where,omitempty"`
}

type checkedFolder struct {
	Path  string `json:"path"`
	Count int    `json:"count"` // of indexes, embeddings, models or files
	Bytes int64  `json:"bytes"`
}

// checkedProblem is what is wrong, and what to do about it.
type checkedProblem struct {
	Problem string `json:"problem"`
	Do      string `json:"do"`
}

// errProblems ends doctor with the exit code of a search that found nothing.
var errProblems = fmt.Errorf("problems found: %w", errNothing)

func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor [PATH]",
		Short: "Tell what hunch runs on and with, what is wrong and what to do",
		Long: `doctor shows what hunch runs on, the model, the settings and where each came
from, what the caches hold, the index of a repository, and what is wrong with any
of it. Exit code: 0 no problem, 1 problems, 2 error.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			place := "."
			if len(args) > 0 {
				place = args[0]
			}
			if _, err := os.Stat(place); err != nil {
				return pathError(place, err)
			}
			c := a.checkUp(place)
			write := c.print
			if asJSON {
				write = func(w io.Writer) error { return writeJSON(w, c) }
			}
			if err := write(a.out); err != nil {
				return err
			}
			if len(c.Problems) > 0 {
				return errProblems
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func (a *app) checkUp(place string) *checkup {
	c := &checkup{
		Schema: 1, Version: hunch.Version + revision(), Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		Threads: cmp.Or(a.threads, runtime.GOMAXPROCS(0)), Features: append([]string{}, simd.Features()...), Kernels: simd.Name(),
		Terminal: isTerminal(a.out), Colors: a.painter().on,
		Settings: []checkedSetting{}, Problems: []checkedProblem{}, sources: map[string]string{},
	}
	c.checkSettings(a)
	c.checkCaches(a.index)
	c.checkRepository(a, place)
	return c
}

func (c *checkup) problem(what error, do string) {
	c.Problems = append(c.Problems, checkedProblem{quoteError(what), do})
}

func (c *checkup) checkSettings(a *app) {
	s := &a.settings
	c.UserFile = s.userFile
	flags := map[string]string{
		"model": a.model, "precision": a.precision, "index": a.index, "threads": fmt.Sprint(a.threads),
		"verbose": fmt.Sprint(a.verbose), "quiet": fmt.Sprint(a.quiet), "no-color": fmt.Sprint(a.noColor),
	}
	for _, v := range s.values {
		set := checkedSetting{v.Key, v.Text, v.Source.String(), v.Where}
		if s.given[v.Key] {
			set = checkedSetting{v.Key, flags[v.Key], "flag", "--" + v.Key}
		} else if v.Source == config.Default {
			continue
		}
		c.Settings = append(c.Settings, set)
		c.sources[set.Key] = set.Where
	}
	if s.err != nil {
		c.problem(s.err, "mend or remove it: every command but this one ends with that error, and this one went on without your settings")
	}
	for _, w := range s.warnings {
		c.problem(w, "remove it from the repository's file, where it has no effect")
	}
}

// fromSetting names what chose a value, for advice.
func (c *checkup) fromSetting(key string) string {
	if where := c.sources[key]; where != "" {
		return " (it is set by " + quotePath(where) + ")"
	}
	return ""
}

func (c *checkup) checkCaches(index string) {
	indexes, err := index, error(nil)
	if index == "" {
		indexes, err = cacheFolder("index")
	}
	if err == nil {
		indexes, err = filepath.Abs(indexes)
	}
	if err != nil {
		c.problem(err, "name a folder with --index or HUNCH_INDEX")
	} else {
		c.checkIndexes(indexes)
	}
	if dir, err := hunch.CacheDir(index); err == nil {
		c.checkEmbeddings(dir, index)
	}
	if dir, err := cacheFolder("models"); err == nil {
		c.checkModels(dir)
	}
	if dir, err := cacheFolder("data"); err == nil {
		c.checkFolder(&c.Data, dir)
	}
}

// checkFolder measures a folder that need not be there.
func (c *checkup) checkFolder(f *checkedFolder, dir string) {
	f.Path = dir
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return // not there; what is wrong further up is told of the indexes
	}
	if err == nil && !info.IsDir() {
		err = pathError(dir, errors.New("is not a folder"))
	}
	if err == nil {
		f.Count, f.Bytes, err = folderSize(dir)
	}
	if err != nil {
		c.problem(err, "make it a folder that can be read, or remove it")
	}
}

// checkEmbeddings counts embeddings instead of files.
func (c *checkup) checkEmbeddings(dir, index string) {
	known := len(c.Problems)
	c.checkFolder(&c.Embeddings, dir)
	if c.Embeddings.Count = 0; len(c.Problems) > known {
		return
	}
	s, err := hunch.MeasureCache(index)
	if c.Embeddings.Count = s.Entries; err != nil && !errors.Is(err, syscall.ENOTDIR) {
		c.problem(err, "make it readable, or remove it")
	}
	if s.Damaged > 0 {
		c.problem(fmt.Errorf("%s of embeddings in %s cannot be used: damaged", count(s.Damaged, "file"), dir),
			"nothing need be done, but what was in there is embedded anew; hunch clear --cache removes it")
	}
}

func (c *checkup) checkIndexes(place string) {
	c.Indexes.Path = place
	var err error
	if c.Indexes.Count, c.Indexes.Bytes, err = indexesBelow(place); err != nil {
		c.problem(err, "make it a folder that can be read, or name another with --index"+c.fromSetting("index"))
	} else if err := writable(place); err != nil {
		c.problem(fmt.Errorf("the folder of the indexes cannot be written: %w", err),
			"free space or make it writable, or name another with --index"+c.fromSetting("index"))
	}
}

func (c *checkup) checkModels(library string) {
	c.Models.Path = library
	installed, err := model.List(library)
	if err != nil {
		c.problem(err, "make the folder readable, or remove it")
	}
	for _, m := range installed {
		c.Models.Count++
		c.Models.Bytes += m.Bytes
		if m.Problem != "" {
			c.problem(fmt.Errorf("model %s: %s", quotePath(m.Name), m.Problem), "hunch model rm, then pull it again")
		}
	}
}

func (c *checkup) checkRepository(a *app, place string) {
	m, err := a.openModel()
	if err != nil {
		c.problem(err, "choose another with hunch model use or --model"+c.fromSetting("model"))
		return
	}
	info := m.Info()
	c.Model = &info
	repo, err := hunch.Open(place, a.options(m, hunch.Events{}))
	if err != nil {
		if c.Indexes.Path != "" { // else it has been told
			c.problem(err, "name another folder for the indexes, or another path")
		}
		return
	}
	status, err := repo.Status()
	c.Repository, c.unreadable = &status, err != nil
	_, unreadable := errors.AsType[*fs.PathError](err)
	switch {
	case unreadable:
		c.problem(err, "make the index readable"+c.fromSetting("index"))
	case err != nil:
		c.problem(err, "search with the newer hunch, or remove the index with hunch clear")
	case status.Damage != "":
		c.problem(errors.New(status.Damage), "hunch index builds it again")
	case status.Unread > 0:
		c.problem(fmt.Errorf("the index lacks %s of this repository", count(status.Unread, "file")), "hunch index reads and embeds them, and so do the next searches")
	case status.Missing > 0:
		c.problem(fmt.Errorf("the index lacks vectors of %s of this repository", count(status.Missing, "chunk")), "hunch index embeds them, and so do the next searches")
	}
}

// indexesBelow counts the indexes of all repositories and models, which lie
// two levels below place, and the bytes of their files.
func indexesBelow(place string) (n int, bytes int64, err error) {
	trees, err := os.ReadDir(place)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, 0, err
	}
	for _, tree := range trees {
		if !tree.IsDir() {
			continue
		}
		models, err := os.ReadDir(filepath.Join(place, tree.Name()))
		if err != nil {
			return n, bytes, err
		}
		for _, m := range models {
			dir := filepath.Join(place, tree.Name(), m.Name())
			if _, err := os.Stat(filepath.Join(dir, "manifest.hnx")); err != nil {
				continue // no index, or none yet
			}
			_, b, err := folderSize(dir)
			n, bytes = n+1, bytes+b
			if err != nil {
				return n, bytes, err
			}
		}
	}
	return n, bytes, nil
}

// folderSize counts the files and bytes of a folder of hunch's own; without it there are
// none.
func folderSize(dir string) (n int, bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // another process is at work
		}
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		if info, err := e.Info(); err == nil {
			n, bytes = n+1, bytes+info.Size()
		}
		return nil
	})
	return n, bytes, err
}

// writable writes a file and removes it, in place or in what there is of the
// way to it.
func writable(place string) error {
	dir := place
	for {
		_, err := os.Stat(dir)
		if err == nil {
			break
		}
		if parent := filepath.Dir(dir); errors.Is(err, fs.ErrNotExist) && parent != dir {
			dir = parent
			continue
		}
		return err
	}
	f, err := os.CreateTemp(dir, ".hunch-doctor-*")
	if err != nil {
		return pathError(dir, err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(make([]byte, 4096)) // an empty file fits on a full disk
	if err = errors.Join(err, f.Close()); err != nil {
		return pathError(dir, err)
	}
	return nil
}
