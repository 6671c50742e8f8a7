package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
)

// pack is one line of the list: a package at a version, and what is known of it.
type pack struct {
	Registry string // a key of registries
	Name     string // as the registry has it
	Version  string
	SHA256   string // of the archive; "" until it is pinned
	Licence  string // an identifier of SPDX; "" until it is pinned
	// Root is the folder of the repository that the archive's files stand in, ""
	// for its top: wheels have src/ cut off.
	Root string
}

func (p pack) String() string { return p.Registry + ":" + p.Name + "@" + p.Version }

// repo names the package in the pairs.
func (p pack) repo() string { return p.Registry + ":" + p.Name }

// permissive are the licences of which code may be learnt from.
var permissive = []string{"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"}

const fields = 6

// readList reads a list: six words a line, of which "-" is none; # begins a
// comment.
func readList(file string) (packs []pack, lines []string, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]int{}
	for n, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		lines = append(lines, line)
		if code, _, _ := strings.Cut(line, "#"); strings.TrimSpace(code) == "" {
			continue
		}
		p, err := parsePack(line)
		if err != nil {
			return nil, nil, fmt.Errorf("%s:%d: %w", file, n+1, err)
		}
		if at := seen[p.repo()]; at > 0 {
			return nil, nil, fmt.Errorf("%s:%d: %s is in line %d too", file, n+1, p.repo(), at)
		}
		seen[p.repo()] = n + 1
		packs = append(packs, p)
	}
	return packs, lines, nil
}

func parsePack(line string) (pack, error) {
	w := strings.Fields(line)
	if len(w) != fields {
		return pack{}, fmt.Errorf("expected %d words: registry, name, version, sha256, licence and root; got %d", fields, len(w))
	}
	for i := range w {
		if w[i] == "-" {
			w[i] = ""
		}
	}
	p := pack{w[0], w[1], w[2], w[3], w[4], w[5]}
	switch {
	case registries[p.Registry] == nil:
		return p, fmt.Errorf("unknown registry %q", p.Registry)
	case p.Name == "" || p.Version == "":
		return p, errors.New("expected a name and a version")
	case strings.ContainsAny(p.Name+p.Version, " ;|&$`\\"), strings.HasPrefix(p.Name, "-"), strings.Contains(p.Name+"/"+p.Version, ".."):
		return p, fmt.Errorf("%q is no name and version of a package", p.Name+"@"+p.Version)
	case p.Root != "" && (path.Clean(p.Root) != p.Root || path.IsAbs(p.Root) || strings.HasPrefix(p.Root, "..")):
		return p, fmt.Errorf("the root %q is no relative path", p.Root)
	case p.Licence != "" && !slices.Contains(permissive, p.Licence):
		return p, fmt.Errorf("the licence %s is none of %s", p.Licence, strings.Join(permissive, ", "))
	}
	return p, nil
}

// line is the line of the list that p is read from.
func (p pack) line() string {
	w := []string{p.Registry, p.Name, p.Version, p.SHA256, p.Licence, p.Root}
	for i := range w {
		if w[i] == "" {
			w[i] = "-"
		}
	}
	return strings.Join(w, " ")
}
