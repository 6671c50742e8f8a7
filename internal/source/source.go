// Package source walks a tree and yields the text files worth indexing.
//
// [FindRoot] finds the repository a path belongs to, [Walk] names its files in
// byte order of their paths, and [Read] returns the text of one of them. What
// is left out is told, with the reason, through [Options.Skipped] and
// [SkipError].
//
// # Ignore rules
//
// Walk lists what `git ls-files --cached --others --exclude-standard` lists, in
// the submodules as well:
// .gitignore files at every depth, info/exclude (of the main repository for a
// linked worktree), and the global file that core.excludesFile names or
// $XDG_CONFIG_HOME/git/ignore. A tracked file is listed even where a pattern
// ignores it; only with a split index, which is not read, is it lost. A folder
// without a repository obeys its .gitignore files all the same. The git program
// is not needed. Of its configuration, environment variables other than those
// that name the files, ~user paths and conditional includes other than gitdir
// are not read.
//
// .hunchignore files have the same syntax, may stand at every depth and have
// the last word: they hide tracked files, and a negated pattern brings back
// what git ignores, nested repositories, and what hunch would leave out for its
// name or its content. Only links, special files, version control, binary
// content and size stay as they are. Over them go only the patterns that the
// caller has in [Options]. As in git, a pattern speaks of what it matches: !gen/
// brings back the folder, !gen/** each file in it as well.
//
// # Repositories inside repositories
//
// A submodule that is there is a part of its repository and is entered, with its
// own rules. Any other repository within a repository is not, as in git. A
// folder that is itself in no repository may hold many: they are entered, each
// with its own rules. A repository around the given folder counts unless its
// .git belongs to another user, who could so put rules on what is not theirs;
// those of the administrator count, as every repository does for them.
//
// # Left out
//
// Symbolic links and special files (never opened), version-control folders,
// vendored folders, generated, minified, binary and mere data files, secrets
// (private keys, passwords and tokens, by the usual names and by content), texts
// whose encoding cannot be told, files over [Settings.MaxSize], and folders more than 512 deep. Folders named
// third_party, dist or build are not vendored by name alone: many projects keep
// sources there, and where they hold output they are ignored by git. Empty files
// are passed over in silence.
//
// Bounds hold against hostile trees: 1 MiB for a file of rules or settings, and
// 64 files that git's configuration includes, in at most 10 levels. What is
// beyond is told as an error.
package source

import (
	"cmp"
	"context"
	"iter"
	"path"
	"time"
)

// DefaultMaxSize is the size in bytes above which a file is left out, if the
// settings name no other.
const DefaultMaxSize = 1_000_000

// File is a file that [Walk] found, as it was then.
type File struct {
	// Path is relative to the root of the walk, separated by slashes. It is the
	// raw name from the file system: it may hold newlines, terminal escapes or
	// invalid UTF-8 and must be quoted before it is shown.
	Path    string
	Size    int64
	ModTime time.Time
	// Changed is ModTime, or the time at which the system last changed anything
	// about the file if that is later and the system tells. A program that gives
	// a file its old ModTime back cannot set this.
	Changed time.Time
	// Language is told by the name alone, as [Language] tells it without
	// content: empty for a script without an extension. [Language] with the
	// content from [Read] says more.
	Language string
	// Forced is set if a negated pattern in a .hunchignore matched the file: then
	// [Read] refuses only binary content and too much of it.
	Forced bool
}

// Settings are what a user may say of which files are read, and as what. The
// zero value works.
type Settings struct {
	// Ignore are patterns in the syntax of .hunchignore, relative to the root.
	// They go over those of every file; the last that matches decides.
	Ignore []string
	// MaxSize is the size in bytes above which a file is left out; 0 means
	// DefaultMaxSize.
	MaxSize int64
	// Languages names the languages of extensions, which are in lower case and
	// without the dot. They go over all else that tells a language.
	Languages map[string]string
}

func (s Settings) maxSize() int64 { return cmp.Or(s.MaxSize, DefaultMaxSize) }

// Language is [Language] under these settings.
func (s Settings) Language(filePath string, head []byte) string {
	if len(s.Languages) > 0 {
		if ext := path.Ext(filePath); ext != "" {
			if language, ok := s.Languages[lowerASCII(ext[1:])]; ok {
				return language
			}
		}
	}
	return Language(filePath, head)
}

// Options adjusts [Walk]. The zero value works.
type Options struct {
	Settings
	// Skipped, if not nil, is called for what is left out: path is relative to
	// the root, raw as in [File], with a slash at the end for a folder (what it
	// contains is not named). reason is one of the Reason constants; for
	// ignored paths ReasonIgnored is followed by the file and line of the
	// pattern, or by a pattern of Ignore, quoted. Calls come in no particular
	// order, from the goroutine that ranges over the walk.
	Skipped func(path, reason string)
}

// Walk yields the files below the folder root that are worth reading, in byte
// order of their paths. Several goroutines read folders, a few ahead of the
// caller; they have ended when the walk has.
//
// What cannot be read is yielded as an error together with its path, and the
// walk goes on if the caller does. A file or folder that vanished during the
// walk is no error. Rules from outside of the walked tree (git's configuration,
// index and excludes files, and rule files in folders above root) have the path
// of .git in the folder whose rules they are, be it there or not.
//
// An error with an empty path is the last thing yielded and means that the walk
// as a whole failed, so that what was not named may exist all the same: root
// could not be opened, is no folder or could not be listed, or ctx ended.
//
// root is walked even if it is itself ignored, vendored or a symbolic link. If
// it lies within a repository the rules of the folders above it hold too.
func Walk(ctx context.Context, root string, opts Options) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		w := &walker{ctx: ctx, opts: opts, yield: yield}
		w.walk(root)
	}
}
