package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/hunch-search/hunch"
	"github.com/hunch-search/hunch/internal/simd"
)

func thisMachine(threads int) Machine {
	return Machine{
		OS: runtime.GOOS, Arch: runtime.GOARCH, Processor: processor(), Cores: runtime.NumCPU(),
		Threads: cmp.Or(threads, runtime.GOMAXPROCS(0)), Kernels: simd.Name(),
	}
}

// processor is its name where the system tells it in a file; "" elsewhere.
func processor() string {
	data, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.Join(strings.Fields(value), " ")
		}
	}
	return ""
}

// String is one line for captions.
func (m Machine) String() string {
	return cmp.Or(m.Processor, m.Arch) + ", " + counted(m.Threads, "thread") + " of " + counted(m.Cores, "core") + ", " +
		m.OS + "/" + m.Arch + ", " + m.Kernels + " kernels"
}

// program tells one build from another by the content of the executable: a
// version is the same for all builds until the next one. If that cannot be read,
// version and commit must do.
func program() string {
	name := "/proc/self/exe" // also where the file was replaced since
	if runtime.GOOS != "linux" {
		name, _ = os.Executable() // "" if it is not known, which cannot be opened
	}
	if f, err := os.Open(name); err == nil {
		defer f.Close()
		h := sha256.New()
		if _, err := io.Copy(h, f); err == nil {
			return hex.EncodeToString(h.Sum(nil))
		}
	}
	commit, modified := builtFrom()
	return fmt.Sprint(hunch.Version, " ", commit, " ", modified)
}

// builtFrom is the commit that the program was built from, if it is known.
func builtFrom() (commit string, modified bool) {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return "", false
	}
	for _, s := range build.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value
		case "vcs.modified":
			modified = s.Value == "true"
		}
	}
	return commit, modified
}
