package rank

// What a file is for, by its path: the naming conventions of many languages.

import (
	"path"
	"strings"
)

// numRoles is the number of signals from roleTest on.
const numRoles = roleEntry - roleTest + 1

// folderRoles are names of folders, in lower case.
var folderRoles = table(map[int]string{
	roleTest:    "test tests spec specs __tests__ testing testdata fixture fixtures mock mocks __mocks__ e2e",
	roleExample: "example examples _examples sample samples demo demos playground tutorial tutorials bench benches benchmark benchmarks",
	roleLegacy:  "compat legacy deprecated old vendor third_party",
	roleDocs:    "doc docs documentation",
})

// wordRoles are the first word of a file's name, or the last one before or
// after the dot: test_x.py, x_test.go, x.spec.ts.
var wordRoles = table(map[int]string{
	roleTest:    "test tests spec conftest",
	roleExample: "bench benchmark",
	roleLegacy:  "compat legacy deprecated",
})

// endingRoles are the ends of camel-case names: UserServiceTest.java.
var endingRoles = []string{"Test", "Tests", "Spec"}

var extensionRoles = table(map[int]string{
	roleDocs: "md mdx rst txt adoc",
	roleData: "json yml yaml toml xml csv ini cfg properties lock html css svg cmake bazel m4 am in rc csproj sln",
})

// nameRoles are whole names of files, or names without what is behind the dot.
var nameRoles = table(map[int]string{
	roleData:  "CMakeLists.txt Makefile",
	roleEntry: "index main __init__ mod.rs lib.rs doc.go package-info",
})

// folderNames are names of files that stand for their folder.
var folderNames = map[string]bool{"index": true, "mod": true, "init": true, "__init__": true, "package-info": true}

// askedBy are terms of queries that want files of a role.
var askedBy = table(map[int]string{
	roleTest:    "test spec fixture mock",
	roleExample: "exampl sampl demo bench benchmark",
	roleLegacy:  "legacy compat deprec vendor",
	roleDocs:    "doc document readme changelog licens",
	roleData:    "json yaml toml xml css html cmake bazel",
})

// table turns words by role into roles by word.
func table(words map[int]string) map[string]int {
	roles := map[string]int{}
	for role, list := range words {
		for _, w := range strings.Fields(list) {
			roles[w] = role
		}
	}
	return roles
}

// rolesOf tells which roles a file has, counted from roleTest.
func rolesOf(file string) (roles [numRoles]bool) {
	set := func(table map[string]int, word string) bool {
		role, ok := table[word]
		if ok {
			roles[role-roleTest] = true
		}
		return ok
	}
	folder, base := path.Split(file)
	for part := range strings.SplitSeq(strings.ToLower(folder), "/") {
		set(folderRoles, part)
	}
	stem, ext, _ := strings.Cut(base, ".")
	if set(nameRoles, base) || set(nameRoles, stem) {
		return roles
	}
	words := strings.FieldsFunc(strings.ToLower(base), func(r rune) bool { return r == '.' || r == '_' || r == '-' })
	for i, word := range words {
		if i == 0 || i >= len(words)-2 {
			set(wordRoles, word)
		}
	}
	for _, ending := range endingRoles {
		if rest, ok := strings.CutSuffix(stem, ending); ok && rest != "" {
			roles[0] = true
		}
	}
	ext = strings.ToLower(ext)
	set(extensionRoles, ext[strings.LastIndexByte(ext, '.')+1:])
	switch {
	case ext == "pyi", ext == "d.ts", ext == "d.mts", ext == "d.cts":
		roles[roleDeclarations-roleTest] = true
	}
	return roles
}

// asksFor reports whether a query has a word for a role.
func (q *Query) asksFor(role int) bool {
	for term := range q.weight {
		if r, ok := askedBy[term]; ok && r == role {
			return true
		}
	}
	return false
}
