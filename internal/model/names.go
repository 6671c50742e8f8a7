package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hunch-search/hunch/internal/near"
)

// DefaultName stands for the embedded model where a name is wanted.
const DefaultName = "default"

// defaultOwner is whose models go by their short names.
const defaultOwner = "sentence-transformers"

// ref is a model's name on the hub: owner/name, and a branch, tag or commit.
type ref struct{ repo, revision string }

// parseRef reads OWNER/NAME or OWNER/NAME@REVISION; a NAME without owner is
// one of sentence-transformers.
func parseRef(name string) (ref, error) {
	repo, revision, dated := strings.Cut(name, "@")
	owner, base, ok := strings.Cut(repo, "/")
	if !ok {
		owner, base = defaultOwner, repo
	}
	if !isPart(owner) || !isPart(base) || dated && !isRevision(revision) {
		return ref{}, fmt.Errorf("%q is not the name of a model, want OWNER/NAME or OWNER/NAME@REVISION", name)
	}
	return ref{owner + "/" + base, revision}, nil
}

func (r ref) String() string {
	if r.revision == "" {
		return r.repo
	}
	return r.repo + "@" + r.revision
}

// wellKnown are models that are often asked for and can be opened.
var wellKnown = []string{
	"sentence-transformers/all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L12-v2",
	"sentence-transformers/multi-qa-MiniLM-L6-cos-v1", "sentence-transformers/paraphrase-MiniLM-L6-v2",
	"sentence-transformers/msmarco-MiniLM-L6-v3",
	"BAAI/bge-small-en-v1.5", "BAAI/bge-base-en-v1.5", "BAAI/bge-large-en-v1.5",
	"intfloat/e5-small-v2", "intfloat/e5-base-v2", "thenlper/gte-small", "thenlper/gte-base",
}

// hint names the model that was probably meant by a name which the hub does not
// know; "" if none is like it.
func (r ref) hint() string {
	meant := nearest(r.repo[strings.IndexByte(r.repo, '/')+1:], wellKnown)
	if meant == "" || meant == r.repo {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", meant)
}

// folder is the name's form on disk, which no system's rules forbid.
func (r ref) folder() string { return strings.ReplaceAll(r.String(), "/", "--") }

// isPart follows the hub's rules for the two parts of a name. They keep "--"
// free for folders, and leave no way out of one.
func isPart(s string) bool {
	const inside = "._-"
	return len(s) <= 96 && strings.Trim(s, "._-") != "" && !strings.ContainsAny(s[:1]+s[len(s)-1:], ".-") &&
		!strings.Contains(s, "--") && !strings.Contains(s, "..") && consistsOf(s, inside)
}

func isRevision(s string) bool {
	return len(s) <= 96 && !slices.ContainsFunc(strings.Split(s, "/"), func(part string) bool { return !isPart(part) })
}

// consistsOf reports whether s has only ASCII letters, digits and others.
func consistsOf(s, others string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(others, r)
	})
}

// nearest returns the candidate that name was probably meant to be, or "". The
// owner may be left out in what is compared.
func nearest(name string, candidates []string) string {
	best, least := "", 0
	for _, c := range candidates {
		short := c[strings.LastIndexByte(c, '/')+1:]
		d := min(distance(name, c), distance(name, short))
		if d <= len(name)/3 && (best == "" || d < least) {
			best, least = c, d
		}
	}
	return best
}

// distance is [near.Edits] in characters, whatever their case.
func distance(a, b string) int {
	return near.Edits([]rune(strings.ToLower(a)), []rune(strings.ToLower(b)))
}
