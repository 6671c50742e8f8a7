package hunch_test

import (
	"cmp"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/hunch-search/hunch"

// policy lists what each room may import besides the standard library: other
// rooms, and libraries by the path of their module. What is not listed is not
// allowed, so that nothing imports upward and no library spreads. Tests are
// free.
var policy = map[string][]string{
	"internal/safetensors":   {},
	"internal/wordpiece":     {},
	"internal/eval":          {},
	"internal/download":      {},
	"internal/atomicfile":    {},
	"internal/dataset":       {"internal/atomicfile", "internal/download"},
	"internal/near":          {},
	"internal/lock":          {"golang.org/x/sys"},
	"internal/source":        {"internal/near"},
	"internal/chunk":         {},
	"internal/cache":         {},
	"internal/config":        {"internal/near", "github.com/BurntSushi/toml"},
	"internal/mine":          {"internal/source", "internal/chunk"},
	"internal/simd":          {"golang.org/x/sys"},
	"internal/bert":          {"internal/simd", "internal/safetensors"},
	"internal/bert/berttest": {"internal/bert", "internal/safetensors"},
	"internal/train":         {"internal/bert", "internal/simd", "internal/safetensors", "internal/wordpiece"},
	"internal/model":         {"internal/atomicfile", "internal/download", "internal/near", "internal/bert", "internal/safetensors", "internal/wordpiece"},
	"internal/rank":          {"internal/lexical"},
	"internal/vector":        {"internal/simd"},
	"internal/lexical":       {},
	"internal/regex":         {},
	"internal/trigram":       {},
	"internal/index":         {"internal/vector", "internal/lexical", "internal/trigram", "internal/lock", "golang.org/x/sys"},
	".": {
		"internal/source", "internal/chunk", "internal/model", "internal/vector",
		"internal/index", "internal/cache", "internal/eval", "internal/dataset", "internal/simd", "internal/mine",
		"internal/train", "internal/safetensors", "internal/lexical", "internal/rank", "internal/near", "internal/regex",
	},
	"cmd/hunch": {
		".", "internal/model", "internal/dataset", "internal/simd", "internal/config", "internal/source", "internal/chunk", "internal/eval",
		"internal/atomicfile", "internal/near", "internal/lock", "internal/report", "github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/vbauerster/mpb/v8", "golang.org/x/term",
	},
	"internal/report": {".", "internal/atomicfile", "internal/dataset", "internal/eval", "internal/simd", "gonum.org/v1/plot"},
	"bench/ann":       {"internal/vector"},
	"bench/chunks":    {"internal/chunk", "internal/source"},
	"bench/pairs":     {"internal/atomicfile", "internal/chunk", "internal/dataset", "internal/mine", "internal/source", "internal/wordpiece"},
	"bench/peers":     {"internal/model"},
	"bench/start": {
		".", "internal/chunk", "internal/index", "internal/source", "internal/vector",
	},
	"bench/rank":   {".", "internal/dataset", "internal/eval", "internal/rank"},
	"bench/stdlib": {"internal/chunk", "internal/eval", "internal/model", "internal/simd"},
}

func TestRoomsImportOnlyWhatThePolicyAllows(t *testing.T) {
	got := imports(t)
	for room, imported := range got {
		allowed, ok := policy[room]
		if !ok {
			t.Errorf("%s is not in the policy", room)
			continue
		}
		for name, file := range imported {
			if !slices.ContainsFunc(allowed, func(a string) bool { return name == a || !isRoom(a) && strings.HasPrefix(name, a+"/") }) {
				t.Errorf("%s imports %s, which the policy does not allow %s", file, name, room)
			}
		}
	}
	for room := range policy {
		if _, ok := got[room]; !ok {
			t.Errorf("the policy lists %s, which does not exist", room)
		}
	}
}

// The table of docs/design.md is the policy in words.
func TestDesignHasThePolicy(t *testing.T) {
	page, err := os.ReadFile("docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, "|")
		if len(cells) == 5 && strings.HasPrefix(cells[1], " `") {
			names := strings.Split(strings.ReplaceAll(strings.Split(cells[1], " (")[0], " ", ""), ",")
			lists := strings.Split(strings.ReplaceAll(cells[3], " ", ""), ";")
			for i, name := range names {
				if len(names) > 1 { // one list for each
					told[strings.Trim(name, "`")] = lists[i]
				} else {
					told[strings.Trim(name, "`")] = strings.Join(lists, ",")
				}
			}
		}
	}
	for room, allowed := range policy {
		var want []string
		for _, name := range allowed {
			want = append(want, cmp.Or(tableNames[name], path.Base(name)))
		}
		if room == "." {
			room = "hunch"
		}
		got := strings.Split(told[room], ",")
		if slices.Sort(got); got[0] == "" {
			got = nil
		}
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("%s: the table has %q, the policy %q", room, got, want)
		}
	}
}

// tableNames are those in the table that are not the last part of the path.
var tableNames = map[string]string{
	".": "root", "golang.org/x/term": "x/term", "golang.org/x/sys": "x/sys",
	"github.com/vbauerster/mpb/v8": "mpb", "gonum.org/v1/plot": "gonum/plot",
}

func isRoom(name string) bool { return name == "." || !strings.Contains(name, ".") }

// imports maps each room to what its files import for any platform or tag, and
// an example file of each.
func imports(t *testing.T) map[string]map[string]string {
	rooms := map[string]map[string]string{}
	err := filepath.WalkDir(".", func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && (e.Name() == "testdata" || file != "." && strings.HasPrefix(e.Name(), ".")) {
			return fs.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		room := path.Dir(filepath.ToSlash(file))
		if rooms[room] == nil {
			rooms[room] = map[string]string{}
		}
		maps.Copy(rooms[room], fileImports(t, file))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rooms
}

func fileImports(t *testing.T, file string) map[string]string {
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, spec := range tree.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		switch rest, ours := strings.CutPrefix(name, module); {
		case ours && rest == "":
			found["."] = file
		case ours:
			found[rest[1:]] = file
		case strings.Contains(strings.Split(name, "/")[0], "."):
			found[name] = file
		}
	}
	return found
}
