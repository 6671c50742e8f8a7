// Package config reads settings, and says where each came from.
//
// A setting is taken from the first of these that has it:
//
//	flag                       the command line's; not read here
//	HUNCH_…                    the environment; an empty variable counts as none
//	.hunch.toml                in the root of the repository
//	~/.config/hunch/config.toml  the user's own file; see [UserFile]
//	default                    the program's; not known here
//
// The settings are named as the flags are, and the variable of top-k is
// HUNCH_TOP_K:
//
//	key            TOML type          repository may set it
//	model          string             no    model name or folder
//	precision      string             no    arithmetic: "auto", "fp32" or "int8"
//	index          string             no    folder that holds all indexes
//	threads        integer 0-1024     no    0: one for each processor
//	top-k          integer 1-1000000  no    most results
//	wait           string, as "500ms" no    how long a search takes at most, or "all"
//	verbose        boolean            no
//	quiet          boolean            no
//	no-color       boolean            no
//	endpoint       string, a URL      no    hub that models come from
//	max-file-size  integer 1-10⁸      no    bytes above which a file is left out
//	ignore         array of strings   yes   patterns as in .hunchignore
//	languages      table of strings   yes   language by extension: inc = "php"
//	chunk-tokens   integer 64-8192    yes   tokens of a chunk that the model reads
//
// HF_ENDPOINT counts as the variable of endpoint where HUNCH_ENDPOINT is not set.
//
// Ignore patterns add up instead of replacing each other. The repository's come
// first, then the user's, then those of the environment, so that a repository
// cannot bring back what its user hides: the last that matches decides. In the
// environment they are a list with commas between, HUNCH_IGNORE=*.min.js,gen/.
// Languages add up by extension; there a later source goes over an earlier one.
// HUNCH_LANGUAGES=inc=php,h=cpp is how they are written in the environment.
//
// A repository's file is not trusted: whoever wrote the code that is searched
// wrote it. It cannot set what the table denies it, what is wrong in it is a
// warning and has no effect, and it is read only if it is a small file below
// the root. What is wrong in the user's file or environment is an error.
package config

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// Settings are the values that were set; the zero value of a field means that
// it was not, except where [Loaded.Set] says otherwise.
type Settings struct {
	Model     string
	Precision string
	Index     string
	Threads   int
	TopK      int
	Wait      time.Duration // WaitForAll for "all"
	Threshold float64
	Verbose   bool
	Quiet     bool
	NoColor   bool

	Endpoint    string
	MaxFileSize int64
	Ignore      []string
	Languages   map[string]string // by extension, in lower case and without a dot
	ChunkTokens int
}

// Source is where a value came from.
type Source int

// The sources, each over those before it.
const (
	Default Source = iota
	User
	Repository
	Environment
)

func (s Source) String() string {
	return [...]string{"default", "user", "repository", "environment"}[s]
}

// Value is one setting as it was found.
type Value struct {
	Key    string // as in the package's table, which is the flag's name
	Text   string // as the flag takes it; "" for the default
	Source Source
	Where  string // file:line or the variable's name; "" for the default
}

// Loaded is what [Load] found.
type Loaded struct {
	Settings
	// Values lists every key in the order of the package's table, with the
	// source that decided; a key whose sources add up is there once for each.
	Values []Value
	// Warnings are what is wrong with the repository's file, each an [*Error].
	Warnings []error
}

// Set says whether any source has the key.
func (l *Loaded) Set(key string) bool {
	for _, v := range l.Values {
		if v.Key == key && v.Source != Default {
			return true
		}
	}
	return false
}

// Options says where settings are looked for. The zero value finds none.
type Options struct {
	// UserFile is the user's own file, which need not exist; "" means none.
	UserFile string
	// Root is the folder in which the repository's file may lie; "" means none.
	Root string
	// Env looks a variable up, as os.LookupEnv does; nil means none.
	Env func(string) (string, bool)
	// Language returns the name under which a language is known, and whether it
	// is; nil takes all.
	Language func(string) (string, bool)
	// NearLanguage returns what may have been meant by a name that Language does
	// not know, or ""; nil knows nothing.
	NearLanguage func(string) string
}

// RepositoryFile is the name of the repository's file.
const RepositoryFile = ".hunch.toml"

// UserFile is the place of the user's own file: hunch/config.toml below
// $XDG_CONFIG_HOME, else below the folder that the system has for this. The
// error says that there is no such folder.
func UserFile(env func(string) (string, bool)) (string, error) {
	dir, _ := env("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) { // the specification: "consider the path invalid and ignore it"
		var err error
		if dir, err = configDir(env); err != nil {
			return "", err
		}
	}
	return filepath.Join(dir, "hunch", "config.toml"), nil
}

// configDir differs from os.UserConfigDir in ignoring a relative
// $XDG_CONFIG_HOME, for which that fails.
func configDir(env func(string) (string, bool)) (string, error) {
	dir, err := os.UserConfigDir()
	if err == nil {
		return dir, nil
	}
	if home, _ := env("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".config"), nil
	}
	return "", err
}

// Load reads all sources. The error joins an [*Error] for each thing that is
// wrong with the user's file or the environment; nothing is returned then.
func Load(o Options) (*Loaded, error) {
	l := &loader{Options: o, found: map[string][]found{}}
	l.repositoryFile()
	l.userFile()
	l.environment()
	if len(l.errs) > 0 {
		return nil, errors.Join(l.errs...)
	}
	return l.merge(), nil
}
