package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hunch-search/hunch/internal/atomicfile"
)

// inUseFile holds the choice that Use made.
const inUseFile = "in-use.json"

// inUse is a model of the library by its folder's name, so that the library can
// be moved, or any other folder by its path.
type inUse struct {
	Model string `json:"model,omitempty"`
	Dir   string `json:"dir,omitempty"`
}

// Use chooses the model that [InUse] returns: one of the library, named as for
// [Find], a model folder anywhere, or "default" for the embedded one. A model
// that [Open] refuses is not chosen.
func Use(library, name string) error {
	if name == DefaultName || name == EmbeddedName {
		err := os.Remove(filepath.Join(library, inUseFile))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	var choice inUse
	e, err := find(library, name)
	if err == nil {
		choice.Model = e.base
	} else if stat, statErr := os.Stat(name); statErr == nil && stat.IsDir() {
		if e.dir, err = filepath.Abs(name); err != nil {
			return err
		}
		if choice.Dir = e.dir; isIn(library, e.dir) {
			choice = inUse{Model: filepath.Base(e.dir)}
		}
	} else {
		return err
	}
	if _, err := Open(e.dir, ""); err != nil {
		return err
	}
	data, err := json.Marshal(choice)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(library, 0o755); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(library, inUseFile), atomicfile.Bytes(append(data, '\n')))
}

// isIn reports whether a folder is one of the library's, named by its path.
func isIn(library, dir string) bool {
	abs, err := filepath.Abs(library)
	return err == nil && filepath.Dir(dir) == abs
}

// InUse returns the folder of the model that was chosen with [Use], or "" for
// the embedded one. A folder that is gone is an error that matches
// [io/fs.ErrNotExist].
func InUse(library string) (dir string, err error) {
	var choice inUse
	err = readJSON(os.DirFS(library), inUseFile, false, &choice)
	if err != nil {
		return "", fmt.Errorf("%s: %w", library, err)
	}
	switch {
	case choice == inUse{}:
		return "", nil
	case choice.Model == "":
		dir = choice.Dir
	case strings.ContainsAny(choice.Model, `/\`) || strings.HasPrefix(choice.Model, "."):
		return "", fmt.Errorf("%s: %s: %q is not the name of a folder", library, inUseFile, choice.Model)
	default:
		dir = filepath.Join(library, choice.Model)
	}
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("the model in use is gone: %q: %w", dir, bare(err))
	}
	return dir, nil
}
