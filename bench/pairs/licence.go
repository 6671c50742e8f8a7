// What a package says of itself: its licence and where it is kept.

package main

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
)

// about gathers what the files at a package's top say.
type about struct {
	declared []string       // licences in the metadata
	written  []string       // licences by the text of LICENSE and the like
	headers  map[string]int // licences by the first comment of the sources, "" for none
	repos    []string       // "owner/name" in lower case
}

// read takes a file into account.
func (a *about) read(m member) {
	base := strings.ToLower(path.Base(m.path))
	depth := strings.Count(m.path, "/")
	switch {
	case base == "metadata" && strings.HasSuffix(path.Dir(m.path), ".dist-info"):
		a.metadata(m.data)
	case base == "package.json" && depth == 0:
		a.manifest(m.data, jsonLicence, jsonPlace)
	case base == "cargo.toml" && depth == 0:
		a.manifest(m.data, tomlLicence, tomlPlace)
	case isLicenceFile(base) && (depth == 0 || strings.Contains(m.path, ".dist-info/") || strings.HasPrefix(m.path, "META-INF/")):
		if id := licenceOf(m.data); id != "" {
			a.written = append(a.written, id)
		}
	}
}

func isLicenceFile(base string) bool {
	return slices.ContainsFunc([]string{"licen", "copying", "copyright", "mit-license"}, func(p string) bool { return strings.HasPrefix(base, p) })
}

var (
	jsonLicence = regexp.MustCompile(`"license"\s*:\s*"([^"]+)"`)
	jsonPlace   = regexp.MustCompile(`(?s)"(?:repository|homepage)"\s*:\s*(?:"([^"]+)"|\{([^}]*)\})`)
	tomlLicence = regexp.MustCompile(`(?m)^license\s*=\s*"([^"]+)"`)
	tomlPlace   = regexp.MustCompile(`(?m)^(?:repository|homepage)\s*=\s*"([^"]+)"`)
	pyLicence   = regexp.MustCompile(`(?m)^(?:License-Expression:|License:|Classifier: License ::(?: OSI Approved ::)?) *(.+)$`)
	pyPlace     = regexp.MustCompile(`(?m)^(?:Home-page|Project-URL): *(.+)$`)
	hosted      = regexp.MustCompile(`(?:github|gitlab|bitbucket|codeberg)\.(?:com|org)[/:]+([\w.-]+/[\w.-]+)`)
)

func (a *about) metadata(data []byte) {
	head, _, _ := bytes.Cut(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
	a.manifest(head, pyLicence, pyPlace)
}

func (a *about) manifest(data []byte, licence, place *regexp.Regexp) {
	for _, m := range licence.FindAllSubmatch(data, -1) {
		a.declared = append(a.declared, spdx(string(m[1]))...)
	}
	for _, m := range place.FindAllSubmatch(data, -1) {
		for _, h := range hosted.FindAllSubmatch(m[0], -1) {
			a.repos = append(a.repos, strings.TrimSuffix(strings.ToLower(string(h[1])), ".git"))
		}
	}
}

// licence is the permissive licence that the package may be used under, or "".
// What the metadata say goes first; the text is asked where they say nothing.
func (a *about) licence() string {
	if slices.Contains(a.written, other) && len(a.declared) == 0 {
		return "" // which of them is for what?
	}
	for _, said := range [][]string{a.declared, a.written} {
		for _, id := range said {
			if slices.Contains(permissive, id) {
				return id
			}
		}
		if len(said) > 0 {
			return ""
		}
	}
	return a.header()
}

// header is the licence that nearly all sources begin with, if they do.
func (a *about) header() string {
	all := 0
	for _, n := range a.headers {
		all += n
	}
	for _, id := range permissive {
		if n := a.headers[id]; n > 0 && n*10 >= all*9 {
			return id
		}
	}
	return ""
}

// readSource takes the beginning of a source file into account.
func (a *about) readSource(m member) {
	if a.headers == nil {
		a.headers = map[string]int{}
	}
	a.headers[licenceOf(m.data[:min(len(m.data), headerBytes)])]++
}

const headerBytes = 3000

// spdx reads a licence expression, as which metadata write many things: any one
// of what is joined by OR will do, and what is joined by AND has to be one of
// ours as a whole.
func spdx(expression string) []string {
	if strings.Contains(expression, " AND ") && strings.Contains(expression, "(") {
		expression = strings.ReplaceAll(expression, " OR ", " AND ") // all of them will do as well
	}
	var ids []string
	for either := range strings.SplitSeq(strings.ReplaceAll(expression, "/", " OR "), " OR ") {
		parts := strings.Split(either, " AND ")
		id := ""
		for _, part := range parts {
			if id = plainName(part); !slices.Contains(permissive, id) {
				break
			}
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// plainName gives the identifier of a licence by one of its usual names; what is
// unknown stays as it is.
func plainName(name string) string {
	name = strings.Trim(name, " \t\r()")
	low := strings.ToLower(name)
	switch {
	case low == "" || low == "unknown" || low == "osi approved" || strings.HasPrefix(low, "see license"):
		return ""
	case slices.Contains([]string{"mit", "mit license", "the mit license", "the mit license mit", "expat"}, strings.NewReplacer("(", "", ")", "").Replace(low)):
		return "MIT"
	case strings.HasPrefix(low, "apache") && !strings.Contains(low, "1."):
		return "Apache-2.0"
	case low == "isc" || strings.HasPrefix(low, "isc license"):
		return "ISC"
	case low == "bsd-2-clause" || strings.Contains(low, "simplified bsd"):
		return "BSD-2-Clause"
	case low == "bsd" || strings.HasPrefix(low, "bsd-3-clause") || strings.HasPrefix(low, "bsd 3-clause") || low == "bsd license" || low == "new bsd" || low == "modified bsd license" || low == "3-clause bsd license":
		return "BSD-3-Clause"
	}
	return name
}

// other is a licence whose terms are not among ours.
const other = "other"

// licenceOf tells a licence by its words.
func licenceOf(text []byte) string {
	words := strings.Join(strings.Fields(strings.ToLower(string(text))), " ")
	has := func(s string) bool { return strings.Contains(words, s) }
	switch {
	case has("gnu general public license") || has("gnu lesser general public") || has("gnu affero") || has("mozilla public license"):
		return other
	case has("apache license") && has("version 2.0") || has("governed by the apache 2.0 license"):
		return "Apache-2.0"
	case has("redistribution and use in source and binary forms"):
		if has("neither the name") || has("may be used to endorse") || has("names of its contributors") {
			return "BSD-3-Clause"
		}
		return "BSD-2-Clause"
	case has("the mit license") || has("mit license (mit)"):
		return "MIT"
	case has("permission to use, copy, modify, and/or distribute") || has("permission to use, copy, modify, and distribute"):
		return "ISC"
	case has("permission is hereby granted, free of charge"):
		return "MIT"
	}
	return ""
}
