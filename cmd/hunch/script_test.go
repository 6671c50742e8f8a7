package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hunch-search/hunch/internal/bert/berttest"
)

var update = flag.Bool("update", false, "rewrite what the golden files and scripts expect")

// The stories in testdata run this binary under the name hunch.
func TestMain(m *testing.M) {
	// The race detector lets a program sleep for a second before it ends, and
	// there are hundreds of them.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	testscript.Main(m, map[string]func(){"hunch": main})
}

// TestStories runs testdata/*.txt, one user's story each. A small model with
// random weights answers in them, which takes no time and is the same in every
// run; the stories whose answers matter unset HUNCH_MODEL. Nor is there a limit of
// time but where a story unsets HUNCH_WAIT: the machine may be busy.
func TestStories(t *testing.T) {
	model := smallModel(t)
	testscript.Run(t, testscript.Params{
		Dir:                "testdata",
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HUNCH_MODEL", model)
			env.Setenv("HUNCH_WAIT", "all")
			env.Setenv("HUNCH_INDEX", filepath.Join(env.WorkDir, "index"))
			env.Setenv("TESTDATA", os.Getenv("HUNCH_TESTDATA"))
			env.Setenv("GORACE", os.Getenv("GORACE"))
			return nil
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "root":
				return os.Getuid() == 0, nil
			case "testdata":
				return os.Getenv("HUNCH_TESTDATA") != "", nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "settle": settle, "young": young, "list": list, "repository": repository,
			"damage": damage, "newer": newer, "lie": lie, "madeup": madeUp, "raise": raise, "madeupcosqa": madeUpCoSQA, "same": same, "crowd": crowd, "dos": dos, "encode": encode, "longline": longLine,
		},
	})
}

// smallModel writes the generated model and returns its folder.
func smallModel(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "small")
	if err := berttest.WriteFolder(dir, 1); err != nil {
		t.Fatal(err)
	}
	return dir
}

// exits CODE COMMAND [ARG...] runs a command that ends with that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// settle DIR makes all files below DIR an hour old. Of a file that is younger
// than some seconds the index does not trust the time, nor of one that was
// changed in any way just now.
func settle(ts *testscript.TestScript, _ bool, args []string) {
	setTimes(ts, args[0], time.Now().Add(-time.Hour))
	time.Sleep(100 * time.Millisecond)
}

// young DIR makes all files below DIR young, and for so long that no test is
// too slow to see them young.
func young(ts *testscript.TestScript, _ bool, args []string) {
	setTimes(ts, args[0], time.Now().Add(time.Hour))
}

func setTimes(ts *testscript.TestScript, dir string, to time.Time) {
	for _, path := range filesBelow(ts, dir) {
		ts.Check(os.Chtimes(path, to, to))
	}
}

// list DIR FILE writes names, sizes and times of all files below DIR to FILE,
// so that cmp shows whether anything was written.
func list(ts *testscript.TestScript, _ bool, args []string) {
	var b strings.Builder
	for _, path := range filesBelow(ts, args[0]) {
		info, err := os.Stat(path)
		ts.Check(err)
		fmt.Fprintln(&b, path, info.Size(), info.ModTime().UnixNano())
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o644))
}

func filesBelow(ts *testscript.TestScript, dir string) (files []string) {
	ts.Check(filepath.WalkDir(ts.MkAbs(dir), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	}))
	return files
}

// repository DIR makes DIR a git repository, without the help of git.
func repository(ts *testscript.TestScript, _ bool, args []string) {
	git := ts.MkAbs(filepath.Join(args[0], ".git"))
	for _, dir := range []string{"objects", "refs"} {
		ts.Check(os.MkdirAll(filepath.Join(git, dir), 0o755))
	}
	ts.Check(os.WriteFile(filepath.Join(git, "HEAD"), []byte("ref: refs/heads/main\n"), 0o644))
}

// indexFiles returns the files of the index that the script has made: "manifest"
// or "segment".
func indexFiles(ts *testscript.TestScript, kind string) []string {
	pattern := map[string]string{"manifest": "manifest.hnx", "segment": "seg-*.hnx", "cache": "*.vectors"}[kind]
	files, err := filepath.Glob(filepath.Join(ts.Getenv("HUNCH_INDEX"), "*", "*", pattern))
	ts.Check(err)
	if len(files) == 0 {
		ts.Fatalf("no %s in the index", kind)
	}
	return files
}

// damage HOW manifest|segment|cache|FILE spoils a file of the index, or another one.
func damage(ts *testscript.TestScript, _ bool, args []string) {
	files := []string{ts.MkAbs(args[1])}
	if args[1] == "manifest" || args[1] == "segment" || args[1] == "cache" {
		files = indexFiles(ts, args[1])
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		ts.Check(err)
		switch args[0] {
		case "cut":
			data = data[:len(data)/2]
		case "flip":
			data[len(data)/2] ^= 1
		case "overwrite":
			data = []byte("this is what another program has written")
		case "empty":
			data = nil
		default:
			ts.Fatalf("unknown damage %q", args[0])
		}
		ts.Check(os.WriteFile(path, data, 0o644))
	}
}

// newer gives the manifest the format version 99 and the checksum that goes
// with it; docs/index-format.md says where they are.
func newer(ts *testscript.TestScript, _ bool, _ []string) {
	path := indexFiles(ts, "manifest")[0]
	data, err := os.ReadFile(path)
	ts.Check(err)
	data[8] = 99
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	table := data[32 : 32+32*int(data[12])]
	crc := crc32.Update(crc32.Checksum(data[:28], castagnoli), castagnoli, table)
	for i := range 4 {
		data[28+i] = byte(crc >> (8 * i))
	}
	ts.Check(os.WriteFile(path, data, 0o644))
}

// lie FILE makes a safetensors file promise more data than it has.
func lie(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	size := binary.LittleEndian.Uint64(data)
	header := regexp.MustCompile(`("data_offsets":\[\d+,)`).ReplaceAll(data[8:8+size], []byte("${1}1000000"))
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	ts.Check(os.WriteFile(path, slices.Concat(out, header, data[8+size:]), 0o644))
}

// madeup FILE writes a file with the form and the size of CoSQA's
// WebQueryTest, and with nothing of its content.
func madeUp(ts *testscript.TestScript, _ bool, args []string) {
	pairs := make([]madeUpPair, 1046)
	for i := range pairs {
		pairs[i] = madeUpPair{Doc: "read file " + strconv.Itoa(i/2), Code: madeUpCode(i % 800)}
	}
	writeMadeUp(ts, args[0], pairs)
}

type madeUpPair struct {
	Doc   string `json:"doc"`
	Code  string `json:"code"`
	Label *int   `json:"label,omitempty"`
	Index *int   `json:"retrieval_idx,omitempty"`
}

func madeUpCode(i int) string {
	name := strconv.Itoa(i)
	return "def read" + name + "():\n    return " + name + "\n"
}

func writeMadeUp(ts *testscript.TestScript, name string, v any) {
	data, err := json.Marshal(v)
	ts.Check(err)
	path := ts.MkAbs(name)
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	ts.Check(os.WriteFile(path, data, 0o644))
}

// madeupcosqa DIR writes all files of CoSQA in the same way. Of the training
// rows every sixteenth answers its query.
func madeUpCoSQA(ts *testscript.TestScript, _ bool, args []string) {
	dir := args[0] + "/"
	madeUp(ts, false, []string{dir + "test_webquery.json"})
	codes := map[string]int{}
	for i := range 6267 {
		codes[madeUpCode(i)] = i
	}
	writeMadeUp(ts, dir+"code_idx_map.txt", codes)
	pairs := func(n, from int, query string, answers func(i int) int) []madeUpPair {
		list := make([]madeUpPair, n)
		for i := range list {
			at, label := (from+i)%6267, answers(i)
			list[i] = madeUpPair{query + strconv.Itoa(i), madeUpCode(at), &label, &at}
		}
		return list
	}
	always := func(int) int { return 1 }
	writeMadeUp(ts, dir+"cosqa-retrieval-dev-500.json", pairs(500, 0, "how to open ", always))
	writeMadeUp(ts, dir+"cosqa-retrieval-test-500.json", pairs(500, 500, "what closes ", always))
	writeMadeUp(ts, dir+"cosqa-retrieval-train-19604.json", pairs(19604, 1000, "python number ", func(i int) int {
		if i%16 == 0 {
			return 1
		}
		return 0
	}))
}

// same FILE FILE compares two reports, without what differs from run to run: how
// they were made, and times.
func same(ts *testscript.TestScript, _ bool, args []string) {
	var reports [2]map[string]any
	for i, name := range args {
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(name)), &reports[i]))
		delete(reports[i], "run")
		training := reports[i]["training"].(map[string]any)
		delete(training, "reused")
		delete(training, "seconds")
		for _, index := range reports[i]["index"].([]any) {
			for _, key := range []string{"build_seconds", "exact_ms", "graph_ms"} {
				delete(index.(map[string]any), key)
			}
		}
	}
	if !reflect.DeepEqual(reports[0], reports[1]) {
		ts.Fatalf("%s and %s have different figures", args[0], args[1])
	}
}

// raise FILE gives the figure mrr of an evaluation's JSON the value 0.9.
func raise(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	raised := regexp.MustCompile(`"metrics":\{.*?\}`).ReplaceAllFunc(data, func(m []byte) []byte {
		return regexp.MustCompile(`"mrr":[0-9.e-]+`).ReplaceAll(m, []byte(`"mrr":0.9`))
	})
	ts.Check(os.WriteFile(path, raised, 0o644))
}

// crowd DIR N writes N files below DIR, each of a hundred chunks that differ in
// their first words.
func crowd(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs(args[0]), 0o755))
	rest := strings.Repeat("is there to be read and not to be skipped\n", 18)
	for f := range n {
		var b strings.Builder
		for c := range 100 {
			fmt.Fprintf(&b, "%x %x\n%s\n", sha256.Sum224([]byte{byte(f), byte(c)}), c, rest)
		}
		path := filepath.Join(ts.MkAbs(args[0]), fmt.Sprintf("f%03d.txt", f))
		ts.Check(os.WriteFile(path, []byte(b.String()), 0o644))
	}
}

// encode ENCODING FILE writes a file of UTF-8 in another encoding: latin1, or
// utf16le and utf16be, with a mark at the beginning after a "+".
func encode(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[1])
	data, err := os.ReadFile(path)
	ts.Check(err)
	encoding, mark := strings.CutSuffix(args[0], "+")
	text := []rune(string(data))
	if mark {
		text = append([]rune{0xFEFF}, text...)
	}
	var out []byte
	for _, u := range utf16.Encode(text) {
		switch encoding {
		case "latin1":
			out = append(out, byte(u))
		case "utf16le":
			out = binary.LittleEndian.AppendUint16(out, u)
		case "utf16be":
			out = binary.BigEndian.AppendUint16(out, u)
		default:
			ts.Fatalf("unknown encoding %q", encoding)
		}
	}
	ts.Check(os.WriteFile(path, out, 0o644))
}

// longline FILE BYTES writes one line of so many bytes.
func longLine(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	line := strings.Repeat("var x = compute(1); ", n/20+1)[:n-1] + "\n"
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(line), 0o644))
}

// dos FILE writes it as editors of Windows do: with a mark at the beginning and
// their line ends.
func dos(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	ts.Check(os.WriteFile(path, []byte("\ufeff"+strings.ReplaceAll(string(data), "\n", "\r\n")), 0o644))
}
