package main

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const mit = "Permission is hereby granted, free of charge, to any person"

const retryPython = `"""A module."""

class Retry:
    """How often a request is sent again."""

    def wait(self, attempt):
        """Compute the seconds to sleep before the next attempt.

        More.
        """
        return self.base * 2 ** attempt
`

const retryScript = `/**
 * Parses the seconds that a server asks us to wait for.
 * @param {string} header it
 */
export function parseRetryAfterHeader(header) {
  return Number(header);
}
`

func wheel() map[string]string {
	return map[string]string{
		"retry/__init__.py":                  retryPython,
		"retry/static/retry.js":              retryScript,
		"retry/_vendor/click/core.py":        retryPython,
		"retry/tests/test_it.py":             retryPython,
		"retry-1.dist-info/METADATA":         "Name: retry\nLicense-Expression: MIT\nLicense-File: LICENSE\nProject-URL: Source, https://github.com/someone/retry\n\nLicense: GPL\n",
		"retry-1.dist-info/licenses/LICENSE": mit,
	}
}

// inRegistry makes the archive the answer of the registry pypi while the test runs.
func inRegistry(t *testing.T, files map[string]string) pack {
	t.Helper()
	before := registries["pypi"]
	t.Cleanup(func() { registries["pypi"] = before })
	registries["pypi"] = func(_ context.Context, _ pack, dir string) (string, error) {
		file := filepath.Join(dir, "retry-1-py3-none-any.whl")
		return file, writeZip(file, files)
	}
	file := filepath.Join(t.TempDir(), "x.whl")
	if err := writeZip(file, files); err != nil {
		t.Fatal(err)
	}
	got, err := sum(file)
	if err != nil {
		t.Fatal(err)
	}
	return pack{Registry: "pypi", Name: "retry", Version: "1", SHA256: got, Licence: "MIT", Root: "src"}
}

func writeZip(file string, files map[string]string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for _, name := range slices.Sorted(keys(files)) {
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte(files[name])); err != nil {
			return err
		}
	}
	return z.Close()
}

func keys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func testExtractor(t *testing.T) *extractor {
	t.Helper()
	x, err := settings{vocab: "../../internal/model/minilm/vocab.txt", tokens: 256}.extractor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestPairsOfAPackage(t *testing.T) {
	p := inRegistry(t, wheel())
	got, err := testExtractor(t).all(t.Context(), []pack{p}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	class := "src/retry/__init__.py Retry retry\n" + `class Retry:

    def wait(self, attempt):
        return self.base * 2 ** attempt`
	want := []pair{
		{Query: "How often a request is sent again", Code: class, Repo: "pypi:retry", Language: "python"},
		{Query: "Compute the seconds to sleep before the next attempt", Code: class, Repo: "pypi:retry", Language: "python"},
		{Query: "Parses the seconds that a server asks us to wait for", Code: "src/retry/static/retry.js parseRetryAfterHeader parse retry after header\n" + retryScript[strings.Index(retryScript, "export"):len(retryScript)-1], Repo: "pypi:retry", Language: "javascript"},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d pairs, want %d: %+v", len(got), len(want), got)
	}
	for i, w := range want {
		g := got[i]
		if g.lot, g.name = "", ""; g != w {
			t.Errorf("got %+v\nwant %+v", g, w)
		}
		if strings.Contains(g.Code, g.Query) || strings.Contains(g.Code, "More.") {
			t.Errorf("the documentation is in the code:\n%s", g.Code)
		}
	}
}

func TestPackagesThatAreNotTaken(t *testing.T) {
	with := func(name, text string) map[string]string {
		files := wheel()
		files[name] = text
		return files
	}
	metadata := wheel()["retry-1.dist-info/METADATA"]
	tests := []struct {
		name  string
		files map[string]string
		edit  func(*pack)
		want  string
	}{
		{"excluded by name", wheel(), func(p *pack) { p.Name = "flask" }, "pallets/flask"},
		{"excluded by its repository", with("retry-1.dist-info/METADATA", strings.Replace(metadata, "someone/retry", "pallets/flask.git", 1)), nil, "kept in pallets/flask"},
		{"with a copy", with("retry/click/core.py", "x = 1"), nil, "click/core.py, a copy"},
		{"another sum", wheel(), func(p *pack) { p.SHA256 = strings.Repeat("0", 64) }, "the list has 0000"},
		{"another licence", wheel(), func(p *pack) { p.Licence = "ISC" }, `its licence is "MIT", the list has ISC`},
		{"no permissive licence", with("retry-1.dist-info/METADATA", strings.Replace(metadata, "MIT", "GPL-3.0-only", 1)), nil, `its licence is ""`},
		{"not pinned", wheel(), func(p *pack) { p.SHA256 = "" }, "see -pin"},
	}
	for _, tt := range tests {
		p := inRegistry(t, tt.files)
		if tt.edit != nil {
			tt.edit(&p)
		}
		if _, err := testExtractor(t).all(t.Context(), []pack{p}, t.TempDir()); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestCopiesOfWhatIsAvoidedAreDropped(t *testing.T) {
	words := strings.Fields("a b c d e f g h i j k l m n o p q r s t u v w x y z aa bb cc dd ee ff gg hh ii jj kk ll mm nn oo pp qq rr ss tt")
	a := newAvoid()
	a.add(strings.Join(words, " ") + "\n" + "return first(second, third) + fourth * fifth - sixth / seventh ** eighth")
	a.add("return one(two, three) + four * five - six / seven ** eight")
	licence := strings.Repeat("the software is provided as it is without warranty ", 4)
	for i := range common {
		a.add(fmt.Sprint("file ", i, licence))
	}
	for text, want := range map[string]bool{
		licence: false,
		"x0; " + strings.Join(words, "( ") + "; y0":               true,
		"def f():\n  return 1":                                    false,
		"return one( two , three)+four*five\n\n-six/seven**eight": true,
		"return one( two , three)+four*five\n\n-six/seven**nine":  false,
		strings.Join(words[:15], " "):                             false,
	} {
		if got := a.has(text); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}

func TestPinFillsInTheList(t *testing.T) {
	p := inRegistry(t, wheel())
	list := filepath.Join(t.TempDir(), "packages.txt")
	text := "# a list\npypi retry 1 - - src\npypi flask 1 - - -\n"
	if err := os.WriteFile(list, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"-pin", "-list", list, "-cache", t.TempDir(), "-vocab", "../../internal/model/minilm/vocab.txt"}
	if err := run(t.Context(), args, os.Stdout); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	want := "# a list\npypi retry 1 " + p.SHA256 + " MIT src\n# pypi flask 1 - - -  # pypi:flask@1 is built from pallets/flask, which search is judged with\n"
	if string(got) != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestRunWritesPairsThatTrainPairsReads(t *testing.T) {
	p := inRegistry(t, wheel())
	list, out := filepath.Join(t.TempDir(), "packages.txt"), filepath.Join(t.TempDir(), "pairs.jsonl")
	if err := os.WriteFile(list, []byte(p.line()+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	args := []string{"-out", out, "-list", list, "-cache", t.TempDir(), "-vocab", "../../internal/model/minilm/vocab.txt", "-share", "0"}
	if err := run(t.Context(), args, &said); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 3 || !strings.HasPrefix(said.String(), "3 pairs of 1 packages") {
		t.Errorf("got %d lines and %q", len(lines), said.String())
	}
	for _, line := range lines {
		var got struct{ Query, Code, Repo string }
		if err := json.Unmarshal([]byte(line), &got); err != nil || got.Query == "" || got.Code == "" || got.Repo != "pypi:retry" {
			t.Errorf("got %q, %v", line, err)
		}
	}
}

func TestReadListNamesTheBadLine(t *testing.T) {
	for text, want := range map[string]string{
		"pypi a 1 - -":                     "1: expected 6 words",
		"# x\ncpan a 1 - - -":              `2: unknown registry "cpan"`,
		"pypi a 1 - GPL-3.0 -":             "1: the licence GPL-3.0",
		"pypi a 1 - - ../x":                "1: the root",
		"pypi a 1 - - /x":                  "1: the root",
		"pypi --all 1 - - -":               "is no name",
		"pypi ../a 1 - - -":                "is no name",
		"pypi a - - - -":                   "a name and a version",
		"pypi a 1 - - -\npypi a 2 - - src": "2: pypi:a is in line 1 too",
	} {
		file := filepath.Join(t.TempDir(), "list")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := readList(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestInside(t *testing.T) {
	for _, tt := range []struct{ registry, name, want string }{
		{"pypi", "a/b.py", "a/b.py"},
		{"npm", "package/lib/a.js", "lib/a.js"},
		{"go", "example.org/m@v1.0.0/a/b.go", "a/b.go"},
		{"debian", "./x-1.0/src/a.c", "src/a.c"},
		{"pypi", "../a.py", ""},
		{"npm", "package/../../a.js", ""},
		{"npm", "package//etc/a.js", ""},
		{"pypi", "/etc/a.py", ""},
		{"pypi", `a\..\b.py`, ""},
		{"npm", "package", ""},
	} {
		p := pack{Registry: tt.registry, Name: "example.org/m"}
		if got := p.inside(tt.name); got != tt.want {
			t.Errorf("%s %s: got %q, want %q", tt.registry, tt.name, got, tt.want)
		}
	}
}

func TestLicences(t *testing.T) {
	file := func(name, text string) member { return member{name, []byte(text)} }
	tests := []struct {
		files []member
		want  string
	}{
		{[]member{file("LICENSE", mit)}, "MIT"},
		{[]member{file("LICENSE.md", "Apache License\n   Version 2.0, January 2004")}, "Apache-2.0"},
		{[]member{file("COPYING", "GNU GENERAL PUBLIC LICENSE"), file("LICENSE", mit)}, ""},
		{[]member{file("sub/LICENSE", mit)}, ""},
		{[]member{file("package.json", `{"license": "ISC"}`), file("LICENSE", mit)}, "ISC"},
		{[]member{file("package.json", `{"license": "GPL-2.0"}`), file("LICENSE", mit)}, ""},
		{[]member{file("Cargo.toml", "license = \"Unlicense/MIT\"")}, "MIT"},
		{[]member{file("Cargo.toml", "license = \"MIT AND MPL-2.0\"")}, ""},
		{[]member{file("Cargo.toml", "license = \"(MIT OR Apache-2.0) AND Unicode-3.0\"")}, ""},
		{[]member{file("x.dist-info/METADATA", "Classifier: License :: OSI Approved :: BSD License\n\n")}, "BSD-3-Clause"},
		{[]member{file("x.dist-info/METADATA", "License-File: LICENSE\n\nLicense: MIT")}, ""},
		{[]member{file("LICENSE", "Redistribution and use in source and binary forms")}, "BSD-2-Clause"},
	}
	for _, tt := range tests {
		var a about
		for _, m := range tt.files {
			a.read(m)
		}
		if got := a.licence(); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.files, got, tt.want)
		}
	}
}

func TestLicenceOfHeaders(t *testing.T) {
	apache := "/* Licensed under the Apache License, Version 2.0 */"
	for plain, want := range map[int]string{0: "Apache-2.0", 1: "Apache-2.0", 2: ""} {
		var a about
		for i := range 10 {
			text := apache
			if i < plain {
				text = "class A {}"
			}
			a.readSource(member{"A.java", []byte(text)})
		}
		if got := a.licence(); got != want {
			t.Errorf("%d of ten without: got %q, want %q", plain, got, want)
		}
	}
}

func TestChooseKeepsTheLimits(t *testing.T) {
	var pairs []pair
	for i := range 1000 {
		p := pair{Query: fmt.Sprint("query ", i), Code: fmt.Sprint("code ", i), Repo: fmt.Sprint("r", i%4), Language: "python", lot: fmt.Sprintf("%08d", i*7919%1000), name: fmt.Sprint("a_b_c", i)}
		if i%4 == 3 {
			p.Language = "go"
		}
		pairs = append(pairs, p)
	}
	dropped := map[string]int{}
	got := choose(slices.Clone(pairs), limits{pack: 100, total: 180, share: 0.5}, dropped)
	counts := map[string]int{}
	for _, p := range got {
		counts[p.Language]++
	}
	if counts["python"] != 90 || counts["go"] != 90 {
		t.Errorf("got %v, want 90 of each", counts)
	}
	if dropped[droppedMost] != 600 || dropped[droppedShare] != 220 {
		t.Errorf("dropped %v", dropped)
	}
	if !slices.IsSortedFunc(got, func(a, b pair) int { return strings.Compare(a.lot, b.lot) }) {
		t.Error("not in the order of the lots")
	}
	slices.Reverse(pairs)
	again := choose(pairs, limits{pack: 100, total: 180, share: 0.5}, map[string]int{})
	if !slices.Equal(got, again) {
		t.Error("the choice depends on the order of the packages")
	}
}

func TestLevel(t *testing.T) {
	counts := map[string]int{"python": 1000, "go": 500, "c": 100}
	for _, tt := range []struct {
		l           limits
		first, most int
	}{
		{limits{}, 0, 0},
		{limits{total: 1600}, 0, 0},
		{limits{total: 700}, 0, 300},             // 300, 300 and 100
		{limits{total: 700, share: 0.4}, 0, 204}, // of 508
		{limits{total: 800, share: 0.5, favour: "python"}, 400, 300},
		{limits{total: 800, share: 0.5, favour: "c"}, 100, 350},
	} {
		first, most := level(counts, tt.l)
		if first != tt.first || most != tt.most {
			t.Errorf("%+v: got %d and %d, want %d and %d", tt.l, first, most, tt.first, tt.most)
		}
	}
}

// With many languages the total cannot be met exactly, and 30% of it are then
// more than 30% of what there is.
func TestLevelOfManyLanguages(t *testing.T) {
	counts := map[string]int{"python": 5000}
	for i := range 17 {
		counts[strconv.Itoa(i)] = 1000
	}
	first, most := level(counts, limits{total: 9090, share: 0.3, favour: "python"})
	if first != 2724 || most != 374 {
		t.Errorf("got %d and %d, want 2724 and 374", first, most)
	}
}

func TestChooseDropsCopies(t *testing.T) {
	pairs := []pair{
		{Query: "Reads it all", Code: "a", lot: "1"}, {Query: "reads it, all", Code: "b", lot: "2"},
		{Query: "q1", Code: "c", lot: "3"}, {Query: "q2", Code: "c", lot: "4"}, {Query: "q3", Code: "c", lot: "5"},
	}
	var got []string
	for _, p := range choose(pairs, limits{}, map[string]int{}) {
		got = append(got, p.lot)
	}
	if want := []string{"1", "3", "4"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNamesAreQueriesToo(t *testing.T) {
	var pairs []pair
	for i := range 10 {
		pairs = append(pairs, pair{Query: fmt.Sprint("q", i), Code: fmt.Sprint(i), lot: fmt.Sprintf("%04d", i), name: fmt.Sprintf("parseRetryAfter%c", 'A'+i)})
	}
	pairs[0].name = "run" // says too little
	got := choose(pairs, limits{names: 0.2}, map[string]int{})
	var names []string
	for _, p := range got {
		if strings.HasPrefix(p.Query, "parse") {
			names = append(names, p.Query+" "+p.Code)
		}
	}
	if want := []string{"parse retry after b 1", "parse retry after c 2"}; len(got) != 12 || !slices.Equal(slices.Sorted(slices.Values(names)), want) {
		t.Errorf("got %d pairs and %q, want 12 and %q", len(got), names, want)
	}
}
