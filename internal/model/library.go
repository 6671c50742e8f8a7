// The library is a folder with a folder for each model that was downloaded, or
// put there by hand, and a small file that says which of them is in use.

package model

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hunch-search/hunch/internal/safetensors"
)

// Installed is a model of the library.
type Installed struct {
	Name    string `json:"name"`
	Dir     string `json:"dir"`
	Bytes   int64  `json:"bytes"`             // of all its files
	Weights string `json:"weights,omitempty"` // "float32" or "int8"
	Dim     int    `json:"dim,omitempty"`
	Commit  string `json:"commit,omitempty"` // on the hub, if it is from there
	InUse   bool   `json:"in_use"`
	// Problem says why the model cannot be opened, as far as its settings and
	// the head of its weights tell.
	Problem string `json:"problem,omitempty"`
}

// NotFoundError is a name that no model of the library has.
type NotFoundError struct {
	Name    string
	Nearest string // the name that was probably meant, "" if none is like it
}

func (e *NotFoundError) Error() string {
	if e.Nearest == "" {
		return fmt.Sprintf("no model %q is installed", e.Name)
	}
	return fmt.Sprintf("no model %q is installed, did you mean %q?", e.Name, e.Nearest)
}

// entry is a folder of the library.
type entry struct{ name, base, dir string }

// entries lists the folders, in the order of their names on disk. A library
// that does not exist is empty.
func entries(library string) ([]entry, error) {
	files, err := os.ReadDir(library)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []entry
	for _, f := range files {
		e := entry{base: f.Name(), dir: filepath.Join(library, f.Name())}
		if stat, err := os.Stat(e.dir); err != nil || !stat.IsDir() || strings.HasPrefix(e.base, ".") {
			continue
		}
		e.name = strings.ReplaceAll(e.base, "--", "/")
		if o, err := readOrigin(e.dir); err == nil && o.Name != "" {
			e.name = o.Name
		}
		list = append(list, e)
	}
	return list, nil
}

// List describes the models of the library; the embedded one is not among them.
func List(library string) ([]Installed, error) {
	all, err := entries(library)
	if err != nil {
		return nil, err
	}
	used, _ := InUse(library) // if what is in use is gone, none of these is
	list := make([]Installed, len(all))
	for i, e := range all {
		list[i] = e.describe()
		list[i].InUse = used == e.dir
	}
	return list, nil
}

func (e entry) describe() Installed {
	m := Installed{Name: e.name, Dir: e.dir, Bytes: folderSize(e.dir)}
	if o, err := readOrigin(e.dir); err == nil {
		m.Commit = o.Commit
	}
	settings, err := readSettings(os.DirFS(e.dir))
	if err == nil {
		m.Dim = settings.config.HiddenSize
		m.Weights, err = weightsType(e.dir)
	}
	if err != nil {
		m.Problem = err.Error()
	}
	return m
}

func folderSize(dir string) (size int64) {
	// A file that goes away meanwhile has no size.
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size
}

func weightsType(dir string) (string, error) {
	f, size, err := openWeights(dir)
	if err != nil {
		return "", err
	}
	defer f.Close()
	weights, err := safetensors.Open(f, size)
	if err != nil {
		return "", fmt.Errorf("%s: %w", weightsFile, err)
	}
	for _, name := range weights.Names() {
		if info, _ := weights.Info(name); info.DType == safetensors.I8 {
			return "int8", nil
		}
	}
	return "float32", nil
}

// Find returns the folder of a model of the library, or "" for the embedded
// one, whose name is "default". The owner may be left out of a name where that
// leaves no doubt. A name that is not there is a [*NotFoundError].
func Find(library, name string) (dir string, err error) {
	if name == DefaultName || name == EmbeddedName {
		return "", nil
	}
	e, err := find(library, name)
	return e.dir, err
}

func find(library, name string) (entry, error) {
	all, err := entries(library)
	if err != nil {
		return entry{}, err
	}
	names := []string{DefaultName}
	var short []entry
	for _, e := range all {
		if name == e.name || name == e.base {
			return e, nil
		}
		if strings.HasSuffix(e.name, "/"+name) {
			short = append(short, e)
		}
		names = append(names, e.name)
	}
	switch len(short) {
	case 0:
		return entry{}, &NotFoundError{name, nearest(name, names)}
	case 1:
		return short[0], nil
	}
	return entry{}, fmt.Errorf("model %q could be %s or %s", name, short[0].name, short[1].name)
}

// Remove deletes a model of the library, named as for [Find]. The model in use
// is not removed.
func Remove(library, name string) error {
	if name == DefaultName || name == EmbeddedName {
		return fmt.Errorf("%s is in the binary and cannot be removed", EmbeddedName)
	}
	e, err := find(library, name)
	if err != nil {
		return err
	}
	if used, _ := InUse(library); used == e.dir {
		return fmt.Errorf("model %s is in use: use another one first", e.name)
	}
	// Under a name that is not listed, half a model is none.
	gone := filepath.Join(library, ".removed-"+e.base)
	if err := os.RemoveAll(gone); err != nil {
		return err
	}
	if err := os.Rename(e.dir, gone); err != nil {
		return err
	}
	removePulls(library, e.base)
	return os.RemoveAll(gone)
}
