package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Read is [Settings.Read] with the usual settings.
func Read(root string, f File) ([]byte, error) { return Settings{}.Read(root, f) }

// Read returns the text of a file that [Walk] found below root; of f, Path and
// Forced count. The caller owns the result.
//
// The text is UTF-8: a byte order mark is removed, and UTF-16 and Windows-1252
// are converted where they are certain. A few bytes that are no UTF-8 become
// U+FFFD. The lines stay as they are.
//
// The error is a [*SkipError] if the content is binary, or generated, minified,
// data, a secret or in an encoding that is not known and the file not Forced, or if the file became larger than
// MaxSize, a link or something other than a file. It wraps fs.ErrNotExist if the
// file vanished. A symbolic link that took the place of a folder leads nowhere
// outside of root.
func (s Settings) Read(root string, f File) ([]byte, error) {
	r, err := s.Reader(root)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.Read(f)
}

// Reader reads many files of one tree. It is safe for concurrent use.
type Reader struct {
	settings Settings
	root     *os.Root
}

// Reader returns a reader of the files below root. It must be closed.
func (s Settings) Reader(root string) (*Reader, error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	return &Reader{s, dir}, nil
}

// Close ends the reading.
func (r *Reader) Close() error { return r.root.Close() }

// Raw returns the bytes of a file, whatever they are. It has the errors of the
// system, and others for what is too large or no file.
func (r *Reader) Raw(f File) ([]byte, error) {
	return readBelow(r.root, filepath.FromSlash(f.Path), r.settings.maxSize())
}

// Read is [Settings.Read].
func (r *Reader) Read(f File) ([]byte, error) {
	data, err := r.Raw(f)
	var tooLarge tooLargeError
	reason := ""
	switch {
	case err == nil:
		data, reason = r.settings.judge(f.Path, data, f.Forced)
	case errors.As(err, &tooLarge):
		reason = ReasonTooLarge
	case errors.Is(err, errSymlink):
		reason = ReasonSymlink
	case errors.Is(err, errNotRegular):
		reason = ReasonSpecial
	default:
		return nil, err
	}
	if reason != "" {
		return nil, &SkipError{Path: f.Path, Reason: reason}
	}
	return data, nil
}

var errSymlink = errors.New("symbolic link")

func readBelow(dir *os.Root, name string, limit int64) ([]byte, error) {
	// What is no file should not even be opened, which can have effects.
	info, err := dir.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, errSymlink
	case !info.Mode().IsRegular():
		return nil, errNotRegular
	}
	return readInside(dir, name, limit)
}

// judge turns the bytes of a file into text, or says why not. What is forced
// need only be text.
func (s Settings) judge(path string, data []byte, forced bool) (text []byte, reason string) {
	text, sure := decode(data)
	switch {
	case isBinary(text):
		return nil, ReasonBinary
	case forced:
		return text, ""
	case !sure:
		return nil, ReasonEncoding
	}
	language := s.Language(path, text)
	switch {
	case isSecret(path, language, text):
		return nil, ReasonSecret
	case isGenerated(path, language, text):
		return nil, ReasonGenerated
	case isMinified(language, text):
		return nil, ReasonMinified
	case isData(language, text):
		return nil, ReasonData
	}
	return text, ""
}
