package dataset

// Labelled repositories: queries about real code with the files that answer
// them, in the format of the semble project's benchmark. A folder holds
//
//	repos.json             which repositories, at which revision
//	annotations/NAME.json  the queries of each

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
)

// LabelledRepo is a repository with its queries.
type LabelledRepo struct {
	Name     string // a folder's name, unique
	Language string
	Source   string // as in "owner/name"
	Revision string // the commit: 40 hexadecimal digits
	// Root is the folder of the repository that is indexed, separated by
	// slashes; "" is all of it.
	Root    string
	Queries []RepoQuery
	// Exclude are patterns, relative to Root and in the syntax of gitignore, of
	// what is no answer to anything, such as the file with the labels.
	Exclude []string
}

// RepoQuery is a question with its right answers.
type RepoQuery struct {
	Text     string
	Category string
	Targets  []Target // at least one, those that are not secondary first
}

// Target is a right answer: a file or some lines of it.
type Target struct {
	// Path is separated by slashes. Most are relative to the repository, some to
	// its Root, and a few lie outside of it: which is meant, the data do not say,
	// and the metric compares the ends of paths.
	Path string
	// Start and End are lines, from 1 and inclusive; both 0 mean the whole file.
	Start, End int
	Secondary  bool
}

// OpenRepos reads a folder of labelled repositories, in the order of its
// repos.json. Errors name the file and the item, counted from 1. Fields that the
// metric does not need may have any name and value.
func OpenRepos(dir string) ([]LabelledRepo, error) {
	name := filepath.Join(dir, "repos.json")
	var rows []repoRow
	if err := readJSON(name, &rows); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w (it lists the labelled repositories)", err)
		}
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: has no repositories", name)
	}
	repos := make([]LabelledRepo, len(rows))
	seen := map[string]bool{}
	for i, row := range rows {
		err := row.check()
		if key := strings.ToLower(row.Name); err == nil && seen[key] {
			err = errors.New("name stands twice")
		} else {
			seen[key] = true
		}
		if err != nil {
			return nil, fmt.Errorf("%s: repository %d (%.40q): %w", name, i+1, row.Name, err)
		}
		queries, err := readQueries(filepath.Join(dir, "annotations", row.Name+".json"), row.Queries)
		if err != nil {
			return nil, err
		}
		repos[i] = LabelledRepo{row.Name, row.Language, row.Repo, row.Revision, row.Root, queries, nil}
	}
	return repos, nil
}

// OpenLabels reads the queries of one repository from a file of the form of
// annotations/NAME.json, and any name. A category may be left out.
func OpenLabels(name string) ([]RepoQuery, error) {
	var rows []queryRow
	if err := readJSON(name, &rows); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: has no queries", name)
	}
	for i := range rows {
		rows[i].Category = cmp.Or(rows[i].Category, "other")
	}
	return checkQueries(name, rows)
}

// HashRepos is the SHA-256 of repositories' names, revisions, folders, queries
// and answers, in hexadecimal, and says nothing of their code: figures of the
// same hash compare.
func HashRepos(repos []LabelledRepo) string {
	h := digest{sha256.New()}
	h.number(len(repos))
	for _, r := range repos {
		h.texts([]string{r.Name, r.Revision, r.Root})
		h.number(len(r.Queries))
		for _, q := range r.Queries {
			h.text(q.Text)
			h.number(len(q.Targets))
			for _, t := range q.Targets {
				h.text(t.Path)
				h.number(t.Start)
				h.number(t.End)
			}
		}
	}
	return h.hex()
}

// repoRow is an item of repos.json.
type repoRow struct {
	Name, Language, Repo, Revision, Root string
	Queries                              int
}

// check also keeps the names that become folders from leading elsewhere.
func (r *repoRow) check() error {
	switch {
	case !isName(r.Name):
		return errors.New("name is not that of a folder")
	case r.Language == "":
		return errors.New("language is missing")
	case !isSource(r.Repo):
		return fmt.Errorf("repo is %.80q, expected owner/name", r.Repo)
	case !isRevision(r.Revision):
		return fmt.Errorf("revision is %.80q, expected a commit's 40 hexadecimal digits", r.Revision)
	case r.Root != "" && !isPlainPath(r.Root):
		return fmt.Errorf("root is %.80q, expected a folder of the repository", r.Root)
	case r.Queries < 1:
		return fmt.Errorf("queries is %d, expected how many there are", r.Queries)
	}
	return nil
}

// queryRow is an item of an annotations file.
type queryRow struct {
	Query, Category     string
	Relevant, Secondary []json.RawMessage
}

func readQueries(name string, want int) ([]RepoQuery, error) {
	var rows []queryRow
	if err := readJSON(name, &rows); err != nil {
		return nil, err
	}
	if len(rows) != want {
		return nil, fmt.Errorf("%s: has %d queries, expected the %d that repos.json tells of", name, len(rows), want)
	}
	return checkQueries(name, rows)
}

func checkQueries(name string, rows []queryRow) ([]RepoQuery, error) {
	queries := make([]RepoQuery, len(rows))
	for i, row := range rows {
		targets, err := row.targets()
		if err != nil {
			return nil, fmt.Errorf("%s: query %d (%.40q): %w", name, i+1, row.Query, err)
		}
		queries[i] = RepoQuery{row.Query, row.Category, targets}
	}
	return queries, nil
}

// targets checks a query and returns its right answers.
func (q *queryRow) targets() ([]Target, error) {
	switch {
	case strings.TrimSpace(q.Query) == "":
		return nil, errors.New("query is missing")
	case q.Category == "":
		return nil, errors.New("category is missing")
	case len(q.Relevant) == 0:
		return nil, errors.New("relevant is missing or empty")
	}
	var list []Target
	seen := map[Target]bool{}
	for i, raw := range append(q.Relevant[:len(q.Relevant):len(q.Relevant)], q.Secondary...) {
		t, err := parseTarget(raw)
		if err == nil && seen[t] {
			err = fmt.Errorf("%.80q stands twice", t.Path)
		}
		if err != nil {
			return nil, fmt.Errorf("target %d: %w", i+1, err)
		}
		seen[t] = true
		t.Secondary = i >= len(q.Relevant)
		list = append(list, t)
	}
	return list, nil
}

// parseTarget reads "path" or {"path": …, "start_line": …, "end_line": …}.
func parseTarget(raw json.RawMessage) (t Target, err error) {
	if err := json.Unmarshal(raw, &t.Path); err == nil {
		return t, checkTarget(t)
	}
	var row struct {
		Path  string
		Start *int `json:"start_line"`
		End   *int `json:"end_line"`
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	// A key that is not known would make a range of lines a whole file.
	dec.DisallowUnknownFields()
	if err := dec.Decode(&row); err != nil {
		return t, fmt.Errorf("is %.80s, expected a path or an object with path, start_line and end_line", raw)
	}
	if row.Start == nil && row.End == nil {
		return Target{Path: row.Path}, checkTarget(Target{Path: row.Path})
	}
	if row.Start == nil || row.End == nil {
		return t, errors.New("has one of start_line and end_line, expected both or none")
	}
	if *row.Start < 1 || *row.End < *row.Start {
		return t, fmt.Errorf("lines %d to %d are no range, expected the first from 1 and the last not before it", *row.Start, *row.End)
	}
	t = Target{Path: row.Path, Start: *row.Start, End: *row.End}
	return t, checkTarget(t)
}

func checkTarget(t Target) error {
	if !isPlainPath(t.Path) {
		if clean := path.Clean(t.Path); t.Path != "" && isPlainPath(clean) {
			return fmt.Errorf("path is %.80q, expected it as %.80q", t.Path, clean)
		}
		return fmt.Errorf("path is %.80q, expected a file's path with slashes, relative to the repository", t.Path)
	}
	return nil
}

// readJSON reads a file that holds one value.
func readJSON(name string, v any) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	err = dec.Decode(v)
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && e.Field == "" && e.Type.Kind() == reflect.Slice {
		return fmt.Errorf("%s: is a JSON %s, expected an array", name, e.Value)
	}
	if err != nil {
		return fmt.Errorf("%s: near byte %d: %w", name, cmp.Or(errorOffset(err), dec.InputOffset()), whole(err))
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("%s: near byte %d: more text after the end", name, dec.InputOffset())
	}
	return nil
}

// errorOffset is the byte that the error itself tells of, or 0.
func errorOffset(err error) int64 {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return e.Offset
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return e.Offset
	}
	return 0
}

// isPlainPath says whether p is relative, clean, and the same on every system.
func isPlainPath(p string) bool {
	return fs.ValidPath(p) && p != "." && !strings.ContainsAny(p, "\\:\x00")
}

func isName(s string) bool { return isPlainPath(s) && path.Base(s) == s }

func isSource(s string) bool {
	owner, name, ok := strings.Cut(s, "/")
	return ok && isName(owner) && isName(name)
}

func isRevision(s string) bool {
	return len(s) == 40 && strings.Trim(s, "0123456789abcdef") == ""
}
