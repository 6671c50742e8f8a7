package source

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// makeIndex writes an index as git does.
func makeIndex(version, hashLen int, names ...string) string {
	b := []byte("DIRC")
	b = binary.BigEndian.AppendUint32(b, uint32(version))
	b = binary.BigEndian.AppendUint32(b, uint32(len(names)))
	last := ""
	for _, name := range names {
		start := len(b)
		b = append(b, make([]byte, indexStat+hashLen)...)
		mode := uint32(0o100644)
		if strings.HasSuffix(name, ".sub") {
			mode = modeSubmodule
		}
		binary.BigEndian.PutUint32(b[start+indexModeAt:], mode)
		b = binary.BigEndian.AppendUint16(b, uint16(min(len(name), nameLenMask)))
		if version == 4 {
			shared := 0
			for shared < min(len(name), len(last)) && name[shared] == last[shared] {
				shared++
			}
			b = append(b, byte(len(last)-shared)) // short names need one byte
			b = append(append(b, name[shared:]...), 0)
			last = name
			continue
		}
		b = append(b, name...)
		b = append(b, make([]byte, 8-(len(b)-start)%8)...)
	}
	return string(append(b, make([]byte, hashLen)...))
}

func TestParseIndex(t *testing.T) {
	for version := 2; version <= 4; version++ {
		for _, hashLen := range []int{20, 32} {
			data := makeIndex(version, hashLen, "a", "a/b", "a/b.sub", "a0", "dir/x/y", "z")
			got, err := parseIndex(data, hashLen)
			if err != nil || !slices.Equal(got.paths, []string{"a", "a/b", "a0", "dir/x/y", "z"}) {
				t.Fatalf("version %d: got %q, %v", version, got.paths, err)
			}
			if !slices.Equal(got.submodules, []string{"a/b.sub"}) || !got.submodule("a/b.sub") || got.submodule("a/b") {
				t.Errorf("submodules: got %v", got.submodules)
			}
			if !got.has("a/b") || got.has("a/") || !got.below("dir/x") || !got.below("dir") || got.below("z") || got.below("di") {
				t.Error("has and below are wrong")
			}
			for n := range len(data) - hashLen {
				if _, err := parseIndex(data[:n], hashLen); err == nil {
					t.Errorf("version %d cut to %d bytes: no error", version, n)
				}
			}
			split := data[:len(data)-hashLen] + "TREE\x00\x00\x00\x01xlink\x00\x00\x00\x00" + data[len(data)-hashLen:]
			if _, err := parseIndex(split, hashLen); err == nil || !strings.Contains(err.Error(), "split") {
				t.Errorf("split index: got %v", err)
			}
		}
	}
}

func FuzzParseIndex(f *testing.F) {
	for version := 2; version <= 4; version++ {
		f.Add(makeIndex(version, 20, "a", "a/b", "b.sub"))
	}
	f.Fuzz(func(t *testing.T, data string) {
		got, err := parseIndex(data, 20)
		if err == nil && !slices.IsSorted(got.paths) {
			t.Errorf("not sorted: %q", got.paths)
		}
	})
}
