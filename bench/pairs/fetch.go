// Downloads, by the registries' own clients: they know of mirrors, proxies and
// credentials from their own settings and environment variables.

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// registries say how an archive is got: fetch puts it into the empty folder dir,
// or says where else it is.
var registries = map[string]func(ctx context.Context, p pack, dir string) (file string, err error){
	"pypi":   fetchPython,
	"go":     fetchGo,
	"npm":    fetchNPM,
	"crates": fetchCrate,
	"maven":  fetchMaven,
	"debian": fetchDebian,
}

// fetch returns the file of the package's archive below cache, downloaded if it
// is not there, and checked.
func fetch(ctx context.Context, p pack, cache string) (string, error) {
	dir := filepath.Join(cache, p.Registry, filepath.FromSlash(p.Name)+"@"+p.Version)
	kept := filepath.Join(dir, "archive")
	if name, err := os.ReadFile(filepath.Join(dir, "name")); err == nil {
		file := filepath.Join(kept, filepath.Base(string(name)))
		if err := p.check(file); err == nil {
			return file, nil
		}
	}
	if err := os.RemoveAll(kept); err != nil {
		return "", err
	}
	if err := os.MkdirAll(kept, 0o755); err != nil {
		return "", err
	}
	file, err := registries[p.Registry](ctx, p, kept)
	if err != nil {
		return "", fmt.Errorf("%s: %w", p, err)
	}
	if filepath.Dir(file) != kept {
		if file, err = copyInto(kept, file); err != nil {
			return "", err
		}
	}
	if err := p.check(file); err != nil {
		return "", fmt.Errorf("%s: %w", p, err)
	}
	return file, os.WriteFile(filepath.Join(dir, "name"), []byte(filepath.Base(file)), 0o644)
}

// check compares a file with the sum in the list, if there is one.
func (p pack) check(file string) error {
	got, err := sum(file)
	if err == nil && p.SHA256 != "" && got != p.SHA256 {
		err = fmt.Errorf("%s has the SHA-256 %s, the list has %s", filepath.Base(file), got, p.SHA256)
	}
	return err
}

func sum(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

func copyInto(dir, file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	to := filepath.Join(dir, filepath.Base(file))
	return to, os.WriteFile(to, data, 0o644)
}

// client runs a program in the folder dir and returns what it printed.
func client(ctx context.Context, dir, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		said := strings.TrimSpace(complaints.String() + "\n" + string(out))
		return nil, fmt.Errorf("%s: %w: %s", name, err, said[max(0, len(said)-500):])
	}
	return out, nil
}

// only returns the one file in dir whose name matches a pattern.
func only(dir string, patterns ...string) (string, error) {
	var found []string
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return "", err
		}
		found = append(found, files...)
	}
	if len(found) != 1 {
		return "", fmt.Errorf("expected one archive, got %d", len(found))
	}
	return found[0], nil
}

// fetchPython takes wheels without compiled code: they are alike everywhere, and
// none of a wheel is run to get it.
func fetchPython(ctx context.Context, p pack, dir string) (string, error) {
	_, err := client(ctx, dir, "python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
		"--platform", "any", "--implementation", "py", "--abi", "none", "--python-version", "3.14", "--dest", ".", p.Name+"=="+p.Version)
	if err != nil {
		return "", err
	}
	return only(dir, "*.whl")
}

func fetchGo(ctx context.Context, p pack, dir string) (string, error) {
	out, err := client(ctx, dir, "go", "mod", "download", "-json", p.Name+"@"+p.Version)
	if err != nil {
		return "", err
	}
	var got struct{ Zip string }
	err = json.Unmarshal(out, &got)
	return got.Zip, err
}

func fetchNPM(ctx context.Context, p pack, dir string) (string, error) {
	if _, err := client(ctx, dir, "npm", "pack", "--silent", "--ignore-scripts", p.Name+"@"+p.Version); err != nil {
		return "", err
	}
	return only(dir, "*.tgz")
}

func fetchCrate(ctx context.Context, p pack, dir string) (string, error) {
	if _, err := client(ctx, dir, "cargo", "info", "--quiet", p.Name+"@"+p.Version); err != nil {
		return "", err
	}
	home := os.Getenv("CARGO_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		home = filepath.Join(user, ".cargo")
	}
	return only(home, "registry/cache/*/"+p.Name+"-"+p.Version+".crate")
}

// fetchMaven takes the jar of sources of "group:artifact".
func fetchMaven(ctx context.Context, p pack, dir string) (string, error) {
	_, err := client(ctx, dir, "mvn", "--quiet", "--batch-mode", "dependency:copy",
		"-Dartifact="+p.Name+":"+p.Version+":jar:sources", "-DoutputDirectory="+dir)
	if err != nil {
		return "", err
	}
	return only(dir, "*-sources.jar")
}

// fetchDebian takes the upstream tarball of a source package. Sources must be
// among apt's (deb-src).
func fetchDebian(ctx context.Context, p pack, dir string) (string, error) {
	if _, err := client(ctx, dir, "apt-get", "source", "--quiet", "--download-only", "--only-source", p.Name+"="+p.Version); err != nil {
		return "", err
	}
	return only(dir, "*.orig.tar.gz", "*.orig.tar.xz", "*.orig.tar.bz2")
}
