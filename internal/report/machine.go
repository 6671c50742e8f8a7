package report

import (
	"cmp"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

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
