package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path"
	"strings"
)

// largest is the size above which a file of an archive is not looked at: nobody
// wrote it by hand.
const largest = 512 << 10

type member struct {
	path string // slashes, relative to the top of the package
	data []byte
}

// members yields the files of an archive in its order, small ones alone.
func members(ctx context.Context, file string, p pack) iter.Seq2[member, error] {
	return func(yield func(member, error) bool) {
		each := tarMembers
		if strings.HasSuffix(file, ".zip") || strings.HasSuffix(file, ".whl") || strings.HasSuffix(file, ".jar") {
			each = zipMembers
		}
		err := each(ctx, file, func(name string, data []byte) bool {
			name = p.inside(name)
			return name == "" || yield(member{name, data}, nil)
		})
		if err != nil {
			yield(member{}, fmt.Errorf("%s: %w", p, err))
		}
	}
}

// inside returns a path relative to the package's own folder, which all archives
// but wheels and jars have; "" if it is none that can be.
func (p pack) inside(name string) string {
	switch p.Registry {
	case "go":
		_, name, _ = strings.Cut(strings.TrimPrefix(name, p.Name), "/")
	case "npm", "crates", "debian":
		_, name, _ = strings.Cut(strings.TrimPrefix(name, "./"), "/")
	}
	if name == "" || path.Clean(name) != name || path.IsAbs(name) || name == ".." || strings.HasPrefix(name, "../") || strings.ContainsAny(name, "\\\x00") {
		return ""
	}
	return name
}

func zipMembers(_ context.Context, file string, yield func(string, []byte) bool) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, f := range z.File {
		if !f.Mode().IsRegular() || f.UncompressedSize64 > largest {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return err
		}
		data, err := io.ReadAll(io.LimitReader(r, largest))
		r.Close()
		if err != nil {
			return err
		}
		if !yield(f.Name, data) {
			return nil
		}
	}
	return nil
}

func tarMembers(ctx context.Context, file string, yield func(string, []byte) bool) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := unpacked(ctx, file, f)
	if err != nil {
		return err
	}
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || h.Size > largest {
			continue
		}
		data, err := io.ReadAll(t)
		if err != nil {
			return err
		}
		if !yield(h.Name, data) {
			return nil
		}
	}
}

// unpacked undoes the compression, which the name tells. The standard library
// has no xz.
func unpacked(ctx context.Context, file string, f io.Reader) (io.Reader, error) {
	switch path.Ext(file) {
	case ".bz2":
		return bzip2.NewReader(f), nil
	case ".xz":
		cmd := exec.CommandContext(ctx, "xz", "--decompress", "--stdout")
		cmd.Stdin = f
		data, err := cmd.Output()
		return bytes.NewReader(data), err
	}
	return gzip.NewReader(f)
}
