package cache

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var damageTexts = []string{"a", "bb", "ccc"}

// onePack returns a cache of damageTexts in one pack, and that.
func onePack(t testing.TB) (c *Cache, path string, data []byte) {
	c = open(t, t.TempDir(), "kind", 0)
	put(t, c, damageTexts...)
	path = packsOf(t, c.dir)[0]
	data, err := os.ReadFile(path)
	check(t, err)
	return c, path, data
}

// spoil yields every truncation and change of a byte, and other ruins.
func spoil(data []byte, yield func(name string, bad []byte)) {
	for n := range data {
		yield("truncated", data[:n])
		for _, x := range []byte{1, 0x80, 0xff} {
			bad := slices.Clone(data)
			bad[n] ^= x
			yield("flipped", bad)
		}
	}
	yield("longer", append(slices.Clone(data), 0))
	yield("twice", slices.Concat(data, data))
	yield("zero", make([]byte, len(data)))
	yield("foreign", bytes.Repeat([]byte("foreign "), 100))
}

func TestDamageGivesMisses(t *testing.T) {
	c, path, data := onePack(t)
	check(t, c.Close())
	spoil(data, func(name string, bad []byte) {
		check(t, os.WriteFile(path, bad, 0o600))
		c, err := Open(c.dir, "kind", testDim, 0)
		check(t, err)
		missed := 0
		for _, s := range damageTexts {
			if !has(t, c, s) { // which fails on a wrong value
				missed++
			}
		}
		if missed == 0 {
			t.Errorf("%s, %d bytes: no miss", name, len(bad))
		}
		check(t, c.Flush()) // removes it, though nothing was put
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s, %d bytes: still there: %v", name, len(bad), err)
		}
		want(t, c, false, damageTexts...)
		check(t, c.Close())
	})
}

func TestDamageWhileOpen(t *testing.T) {
	c, path, data := onePack(t)
	for range 2 { // found by the first round, remembered in the second
		check(t, os.WriteFile(path, bytes.Repeat([]byte{7}, len(data)), 0o600)) // the same file
		want(t, c, false, damageTexts...)
	}
	put(t, c, "new")
	want(t, c, true, "new")
	if paths := packsOf(t, c.dir); len(paths) != 1 || paths[0] == path {
		t.Errorf("packs %v", paths)
	}
}

func TestMeasureCountsDamagedPacks(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"cut":         func(b []byte) []byte { return b[:len(b)-1] },
		"cut early":   func(b []byte) []byte { return b[:headerSize-1] },
		"empty":       func(b []byte) []byte { return nil },
		"other magic": func(b []byte) []byte { return append([]byte("H"), b[1:]...) },
	} {
		c, path, data := onePack(t)
		other := open(t, c.dir, "other", 0)
		put(t, other, "sound")
		check(t, os.WriteFile(path, damage(slices.Clone(data)), 0o600))
		s, err := Measure(c.dir)
		if err != nil || s.Damaged != 1 || s.Entries != 1 {
			t.Errorf("%s: Measure = %+v, %v, want 1 damaged and 1 entry", name, s, err)
		}
	}
}

func TestRecordsDoNotChangePlaces(t *testing.T) {
	c, path, data := onePack(t)
	records := data[headerSize+len(damageTexts)*keySize:]
	n := recordSize(testDim)
	swapped := slices.Concat(data[:len(data)-len(records)], records[n:2*n], records[:n], records[2*n:])
	check(t, os.WriteFile(path, swapped, 0o600))
	c = open(t, c.dir, "kind", 0)
	found := 0
	for _, s := range damageTexts {
		if has(t, c, s) {
			found++
		}
	}
	if found > 1 {
		t.Errorf("%d found, want at most the one in its place", found)
	}
}

func TestMergeGoesOnWithoutADamagedPack(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, "kind", 0)
	texts := names("text ", maxPacks)
	for _, s := range texts {
		put(t, c, s)
	}
	damaged := packsOf(t, dir)[3]
	data, err := os.ReadFile(damaged)
	check(t, err)
	data[len(data)-1] ^= 1
	check(t, os.WriteFile(damaged, data, 0o600))
	put(t, c, "one more", "and more")
	found := 0
	for _, s := range texts {
		if has(t, c, s) {
			found++
		}
	}
	if _, err := os.Stat(damaged); found != maxPacks-1 || !os.IsNotExist(err) {
		t.Errorf("%d found, want %d; damaged pack: %v", found, maxPacks-1, err)
	}
	want(t, c, true, "one more", "and more")
	if files, err := filepath.Glob(filepath.Join(dir, "*", "*"+tempSuffix)); len(files) > 0 || err != nil {
		t.Errorf("left %v, %v", files, err)
	}
}

// reseal makes the checksums of header and keys right again, so that what is
// behind them is tried as well.
func reseal(data []byte) []byte {
	data = slices.Clone(data)
	if len(data) < headerSize {
		return data
	}
	le := binary.LittleEndian
	if n := le.Uint64(data[16:]); n <= uint64(len(data)-headerSize)/keySize {
		le.PutUint32(data[24:], crc32.Checksum(data[headerSize:headerSize+int(n)*keySize], castagnoli))
	}
	le.PutUint32(data[28:], crc32.Checksum(data[:28], castagnoli))
	return data
}

func TestResealedDamageIsFoundToo(t *testing.T) {
	_, _, data := onePack(t)
	tests := []struct {
		name string
		at   int
		b    []byte
		want string
	}{
		{"magic", 0, []byte("H"), "magic"},
		{"version", 8, []byte{9}, "version 9, want 1"},
		{"dim", 12, []byte{9}, "dim 9, want 8"},
		{"no entries", 16, []byte{0}, "0 entries"},
		{"too many entries", 16, bytes.Repeat([]byte{255}, 8), "18446744073709551615 entries"},
		{"more entries", 16, []byte{255}, "bytes, want"},
		{"order of keys", headerSize, bytes.Repeat([]byte{255}, keySize), "key 1 not above"},
	}
	for _, test := range tests {
		bad := slices.Clone(data)
		copy(bad[test.at:], test.b)
		bad = reseal(bad)
		_, err := readPack(bytes.NewReader(bad), int64(len(bad)), testDim)
		if !errors.Is(err, errDamaged) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

func TestRecordOutOfRangeIsDamage(t *testing.T) {
	k := key{1}
	for name, r := range map[string][]byte{
		"scale":  encode(k, Value{Vector: make([]int8, testDim), Scale: 2}),
		"tokens": encode(k, Value{Vector: make([]int8, testDim), Tokens: -1}),
	} {
		var b bytes.Buffer
		check(t, writePack(&b, testDim, source{1, func(int) key { return k }, func(int) ([]byte, error) { return r, nil }}))
		p, err := readPack(bytes.NewReader(b.Bytes()), int64(b.Len()), testDim)
		check(t, err)
		if v, err := p.value(0); !errors.Is(err, errDamaged) {
			t.Errorf("%s: %v, %v", name, v, err)
		}
	}
}

func FuzzReadPack(f *testing.F) {
	_, _, data := onePack(f)
	f.Add(data, false)
	f.Add(data, true)
	f.Add(data[:len(data)-1], true)
	f.Add([]byte(magic), true)
	f.Add([]byte{}, false)
	f.Fuzz(func(t *testing.T, data []byte, seal bool) {
		if seal {
			data = reseal(data)
		}
		p, err := readPack(bytes.NewReader(data), int64(len(data)), testDim)
		if err != nil {
			if !errors.Is(err, errDamaged) {
				t.Fatalf("error %v", err)
			}
			return
		}
		for i := range p.count() {
			if at, ok := p.find(key(p.key(i))); at != i || !ok {
				t.Fatalf("key %d found at %d, %v", i, at, ok)
			}
			v, err := p.value(i)
			if err != nil {
				continue
			}
			if r := encode(key(p.key(i)), v); len(v.Vector) != testDim || !bytes.Contains(data, r) {
				t.Fatalf("value %d is %v, which the file does not hold", i, v)
			}
		}
	})
}
