package source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf16"
)

// Read is [Settings.Read] with the usual settings.
func Read(root string, f File) ([]byte, error) { return Settings{}.Read(root, f) }

// Read returns the text of a file that [Walk] found below root; of f, Path and
// Forced count. The caller owns the result.
//
// A byte order mark is removed and UTF-16 that has one becomes UTF-8. Other
// bytes stay as they are: the text may be Latin-1 and so invalid UTF-8.
//
// The error is a [*SkipError] if the content is binary, or generated, minified,
// data or a secret and the file not Forced, or if the file became larger than
// MaxSize, a link or something other than a file. It wraps fs.ErrNotExist if the
// file vanished. A symbolic link that took the place of a folder leads nowhere
// outside of root.
func (s Settings) Read(root string, f File) ([]byte, error) {
	data, err := readBelow(root, filepath.FromSlash(f.Path), s.maxSize())
	var tooLarge tooLargeError
	reason := ""
	switch {
	case err == nil:
		data, reason = s.judge(f.Path, data, f.Forced)
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

func readBelow(root, name string, limit int64) ([]byte, error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
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
	text = decode(data)
	if isBinary(text) {
		return nil, ReasonBinary
	}
	if forced {
		return text, ""
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

// decode removes a byte order mark, and the encoding that it tells of.
func decode(data []byte) []byte {
	if rest, ok := bytes.CutPrefix(data, []byte("\xEF\xBB\xBF")); ok {
		return rest
	}
	var order binary.ByteOrder
	switch {
	case len(data)%2 != 0:
		return data
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		order = binary.BigEndian
	default:
		return data
	}
	units := make([]uint16, len(data)/2-1)
	for i := range units {
		units[i] = order.Uint16(data[2+2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}
