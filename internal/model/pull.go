package model

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// originFile tells where a folder of the library was downloaded from.
const originFile = "hunch.json"

type origin struct {
	Name     string `json:"name"`
	Endpoint string `json:"endpoint"`
	Commit   string `json:"commit"`
}

// Pull downloads a model into its folder of the library and returns that. The
// name is OWNER/NAME or OWNER/NAME@REVISION; a NAME alone is one of
// sentence-transformers. A model that is there as the hub has it now is left
// alone.
//
// Only the files that [Open] reads are downloaded, and the model's README.md.
// Each is checked against the size and hash that the hub gives. The folder
// appears when it is complete and Open takes it; a model of a kind that is not
// computed here is refused, where its settings tell, before its weights are
// downloaded. An interrupted Pull is continued by the next one.
//
// Errors of the server are a [*download.StatusError].
func Pull(ctx context.Context, library, name string, o PullOptions) (dir string, err error) {
	r, err := parseRef(name)
	if err != nil {
		return "", err
	}
	m, err := o.describe(ctx, r)
	if err != nil {
		return "", fmt.Errorf("model %s: %w", r, err)
	}
	p := &pull{PullOptions: o, ref: r, model: m, library: library}
	p.dir = filepath.Join(library, r.folder())
	p.temp = filepath.Join(library, pullPrefix+m.Commit[:12]+"-"+r.folder())
	if p.installed() {
		return p.dir, nil
	}
	// Another process may have been faster and have taken the folder along.
	if err := p.run(ctx); err != nil && !p.installed() {
		return "", fmt.Errorf("model %s: %w", r, err)
	}
	return p.dir, nil
}

// pullPrefix begins the names of folders that are being downloaded.
const pullPrefix = ".pull-"

type pull struct {
	PullOptions
	ref                ref
	model              hubModel
	library, dir, temp string
}

// installed reports whether the folder is there, of the wanted commit and whole.
func (p *pull) installed() bool {
	o, err := readOrigin(p.dir)
	if err != nil || o.Commit != p.model.Commit {
		return false
	}
	_, err = openDir(p.dir, "")
	return err == nil
}

func readOrigin(dir string) (o origin, err error) {
	err = readJSON(os.DirFS(dir), originFile, true, &o)
	return o, err
}

// refusal is an error that downloading again would not change.
type refusal struct{ error }

func (e refusal) Unwrap() error { return e.error }

func (p *pull) run(ctx context.Context) error {
	if err := p.checkFiles(); err != nil {
		return err
	}
	err := p.fetch(ctx)
	if _, refused := errors.AsType[refusal](err); refused {
		return errors.Join(err, os.RemoveAll(p.temp))
	} else if err != nil {
		return err
	}
	if err := replaceDir(p.temp, p.dir); err != nil {
		return err
	}
	removePulls(p.library, p.ref.folder())
	return nil
}

// checkFiles says what the model lacks before anything is downloaded.
func (p *pull) checkFiles() error {
	for _, name := range []string{configFile, weightsFile, vocabFile} {
		if _, ok := p.model.file(name); ok {
			continue
		}
		if _, ok := p.model.file(weightsFile + ".index.json"); ok && name == weightsFile {
			return fmt.Errorf("it has no %s: its weights are in several files, which is not supported", name)
		}
		if _, ok := p.model.file("pytorch_model.bin"); ok && name == weightsFile {
			return fmt.Errorf("it has no %s, only pytorch_model.bin, which is not read", name)
		}
		return fmt.Errorf("it has no %s", name)
	}
	return nil
}

// fetch fills the temporary folder: the small files first, since they tell
// whether the weights are of use.
func (p *pull) fetch(ctx context.Context) error {
	if err := p.download(ctx, modulesFile, maxSmallFile); err != nil {
		return err
	}
	files := os.DirFS(p.temp)
	pooling, err := poolingConfig(files)
	if err != nil {
		return refusal{err}
	}
	for _, name := range append(slices.Clone(smallFiles), pooling, "README.md") {
		if err := p.download(ctx, name, maxSmallFile); err != nil {
			return err
		}
	}
	if _, err := readSettings(files); err != nil {
		return refusal{err}
	}
	if err := p.download(ctx, weightsFile, maxWeights); err != nil {
		return err
	}
	if _, err := openDir(p.temp, ""); err != nil {
		return refusal{err}
	}
	return p.writeOrigin()
}

// The largest BERTs have weights of 1.3 GB, multilingual ones a tokenizer.json
// of 20 MB. The bounds are against a hub that would fill the disk.
const (
	maxSmallFile = 64 << 20
	maxWeights   = 16 << 30
)

// download brings a file of the model, if it has that.
func (p *pull) download(ctx context.Context, name string, limit int64) error {
	f, ok := p.model.file(name)
	if !ok {
		return nil
	}
	request, err := p.request(p.ref, p.model.Commit, f)
	if err != nil {
		return err
	}
	if request.Size > limit {
		return fmt.Errorf("%s has %d bytes, expected at most %d", name, request.Size, limit)
	}
	request.Path = filepath.Join(p.temp, filepath.FromSlash(name))
	return p.explain(p.ref, p.client().File(ctx, request))
}

func (p *pull) writeOrigin() error {
	data, err := json.MarshalIndent(origin{p.ref.String(), p.endpoint(), p.model.Commit}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(p.temp, originFile), append(data, '\n'), 0o644)
}

// replaceDir gives temp the name dir. What has that name is put aside first and
// then removed, since no system exchanges two folders in one step everywhere.
func replaceDir(temp, dir string) error {
	old := temp + oldSuffix
	if err := os.RemoveAll(old); err != nil {
		return err
	}
	if err := os.Rename(dir, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(temp, dir); err != nil {
		os.Rename(old, dir) // fails where there was none
		return err
	}
	return os.RemoveAll(old)
}

const oldSuffix = ".old"

// removePulls removes what interrupted downloads of a model left, of whatever
// commit.
func removePulls(library, folder string) {
	entries, _ := os.ReadDir(library)
	for _, e := range entries {
		rest, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), oldSuffix), pullPrefix)
		if ok && len(rest) > 13 && rest[13:] == folder {
			os.RemoveAll(filepath.Join(library, e.Name()))
		}
	}
}
