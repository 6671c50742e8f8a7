package source

// What a person may want to know of the table of languages.

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// LanguageInfo says by what a language is told. Lists are sorted.
type LanguageInfo struct {
	Name         string   `json:"name"`
	Aliases      []string `json:"aliases"`      // other names that [ParseLanguage] takes
	Extensions   []string `json:"extensions"`   // with the dot
	Files        []string `json:"files"`        // whole names in lower case; one that ends in "*" is a start
	Interpreters []string `json:"interpreters"` // of a "#!" line
}

// Describe returns all languages, sorted by name. An extension of several
// languages is listed with each: the content decides, or [Settings] do.
func (s Settings) Describe() []LanguageInfo {
	byName := map[string]*LanguageInfo{}
	for name := range knownLanguages {
		byName[name] = &LanguageInfo{Name: name, Aliases: []string{}, Extensions: []string{}, Files: []string{}, Interpreters: []string{}}
	}
	for name, language := range aliases {
		byName[language].Aliases = append(byName[language].Aliases, name)
	}
	for ext, language := range s.extensions() {
		if info := byName[language]; info != nil {
			info.Extensions = append(info.Extensions, "."+ext)
		}
	}
	for ext, second := range ambiguous {
		for _, a := range second {
			if _, set := s.Languages[ext[1:]]; !set {
				byName[a.language].Extensions = append(byName[a.language].Extensions, ext)
			}
		}
	}
	for name, language := range namedFiles {
		byName[language].Files = append(byName[language].Files, name)
	}
	for _, p := range namedPrefixes {
		byName[p.language].Files = append(byName[p.language].Files, p.prefix+"*")
	}
	for name, language := range interpreters {
		byName[language].Interpreters = append(byName[language].Interpreters, name)
	}
	var infos []LanguageInfo
	for _, name := range Languages() {
		info := byName[name]
		for _, list := range [][]string{info.Aliases, info.Extensions, info.Files, info.Interpreters} {
			slices.Sort(list)
		}
		infos = append(infos, *info)
	}
	return infos
}

// extensions are those of the table and of the settings, which go over them.
func (s Settings) extensions() map[string]string {
	all := maps.Clone(extensions)
	maps.Copy(all, s.Languages)
	return all
}

// NearestLanguage returns the language whose name, or another usual one, is
// written most like name, and "" if none is written at all like it.
func NearestLanguage(name string) string {
	name = lowerASCII(name)
	if len(name) > maxLanguageName {
		return ""
	}
	near, best := "", (len(name)+1)/3+1
	try := func(known, language string) {
		if d := editDistance(name, known); d < best || d == best && language < near && near != "" {
			near, best = language, d
		}
	}
	for _, language := range Languages() {
		try(language, language)
	}
	for _, alias := range slices.Sorted(maps.Keys(aliases)) {
		try(alias, aliases[alias])
	}
	if near == "" && len(name) > 2 {
		for _, language := range Languages() {
			if strings.HasPrefix(language, name) {
				return language
			}
		}
	}
	return near
}

// UnknownLanguageError is a name that [ParseLanguage] does not know.
type UnknownLanguageError string

func (e UnknownLanguageError) Error() string {
	hint := "hunch languages lists them"
	if near := NearestLanguage(string(e)); near != "" {
		hint = "did you mean " + near + "?"
	}
	return fmt.Sprintf("unknown language %q (%s)", string(e), hint)
}

// maxLanguageName bounds, in bytes, what is compared with names.
const maxLanguageName = 64

// editDistance is the number of bytes to insert, remove, replace or exchange
// with their neighbour that turn a into b (optimal string alignment).
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
