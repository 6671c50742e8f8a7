package source

// What a person may want to know of the table of languages.

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hunch-search/hunch/internal/near"
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
	nearest, best := "", (len(name)+1)/3+1
	try := func(known, language string) {
		if d := near.EditsAndSwaps([]byte(name), []byte(known)); d < best || d == best && language < nearest && nearest != "" {
			nearest, best = language, d
		}
	}
	for _, language := range Languages() {
		try(language, language)
	}
	for _, alias := range slices.Sorted(maps.Keys(aliases)) {
		try(alias, aliases[alias])
	}
	if nearest == "" && len(name) > 2 {
		for _, language := range Languages() {
			if strings.HasPrefix(language, name) {
				return language
			}
		}
	}
	return nearest
}

// UnknownLanguageError is a name that [ParseLanguage] does not know.
type UnknownLanguageError string

func (e UnknownLanguageError) Error() string {
	hint := "hunch languages lists them"
	if meant := NearestLanguage(string(e)); meant != "" {
		hint = "did you mean " + meant + "?"
	}
	return fmt.Sprintf("unknown language %q (%s)", string(e), hint)
}

// maxLanguageName bounds, in bytes, what is compared with names.
const maxLanguageName = 64
