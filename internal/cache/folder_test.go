package cache

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// sizeOf is the size of a pack of n entries.
func sizeOf(n int) int64 { return headerSize + int64(n)*entrySize(testDim) }

// putClosed leaves no file open, which Windows would not remove.
func putClosed(t *testing.T, dir, kind string, limit int64, texts ...string) {
	t.Helper()
	c := open(t, dir, kind, limit)
	put(t, c, texts...)
	check(t, c.Close())
}

func skipOnWindows(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files that are open cannot be removed")
	}
}

func age(t *testing.T, path string, d time.Duration) {
	t.Helper()
	when := time.Now().Add(-d)
	check(t, os.Chtimes(path, when, when))
}

func TestOldestGoFirst(t *testing.T) {
	tests := []struct {
		name  string
		limit int64
		want  string // of the packs old, other (another kind), young, new
	}{
		{"room for all", 4 * sizeOf(2), "old other young new"},
		{"one byte less", 4*sizeOf(2) - 1, "other young new"},
		{"two", 2 * sizeOf(2), "young new"},
		{"one", sizeOf(2), "new"},
		{"none", sizeOf(2) - 1, ""},
		{"no limit", 0, "old other young new"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			kinds := map[string]string{"old": "kind", "other": "other", "young": "kind", "new": "kind"}
			for i, name := range []string{"young", "other", "old"} {
				before := packsOf(t, dir)
				putClosed(t, dir, kinds[name], 0, name+"1", name+"2")
				for _, path := range packsOf(t, dir) {
					if !slices.Contains(before, path) {
						age(t, path, time.Duration(i+1)*time.Minute)
					}
				}
			}
			putClosed(t, dir, "kind", test.limit, "new1", "new2")
			var got []string
			for _, name := range []string{"old", "other", "young", "new"} {
				c := open(t, dir, kinds[name], 0)
				if has(t, c, name+"1") && has(t, c, name+"2") {
					got = append(got, name)
				}
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("left %q, want %q", got, test.want)
			}
			if s, err := Measure(dir); err != nil || test.limit > 0 && s.Bytes > test.limit {
				t.Errorf("Measure = %+v, %v, want at most %d bytes", s, err, test.limit)
			}
		})
	}
}

func TestOtherKindsGoFirstAmongEquals(t *testing.T) {
	dir := t.TempDir()
	putClosed(t, dir, "kind", 0, "a")
	putClosed(t, dir, "other", 0, "b")
	for _, path := range packsOf(t, dir) {
		check(t, os.Chtimes(path, time.Unix(1e9, 0), time.Unix(1e9, 0)))
	}
	c := open(t, dir, "kind", 2*sizeOf(1))
	put(t, c, "c")
	want(t, c, true, "a", "c")
	want(t, open(t, dir, "other", 0), false, "b")
}

func TestClockGoingBackwardsKeepsTheOrder(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, "kind", 2*sizeOf(1))
	put(t, c, "a")
	age(t, packsOf(t, dir)[0], -1000*time.Hour)
	put(t, c, "b")
	put(t, c, "c")
	want(t, c, false, "a")
	want(t, c, true, "b", "c")
}

func TestManyPacksAreMerged(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, "kind", 0)
	texts := names("text ", 100)
	for _, s := range texts {
		put(t, c, s, "always the same")
		if n := len(packsOf(t, dir)); n > maxPacks {
			t.Fatalf("%d packs", n)
		}
		if n := len(c.packs); n != len(packsOf(t, dir)) {
			t.Fatalf("%d packs open of %d", n, len(packsOf(t, dir)))
		}
	}
	want(t, c, true, append(texts, "always the same")...)
	want(t, open(t, dir, "kind", 0), true, append(texts, "always the same")...)
	s, err := Measure(dir)
	if err != nil || s.Entries > 100+maxPacks || s.Entries <= 100 {
		t.Errorf("Measure = %+v, %v, want 101 to %d entries", s, err, 100+maxPacks)
	}
}

func TestMergeOfDuplicatesKeepsTheNewest(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, "kind", 0)
	for i := range maxPacks {
		c.Put("a", valueOf(strings.Repeat("x", i+1)))
		put(t, c)
	}
	put(t, c, "a")
	if n := len(packsOf(t, dir)); n != 1 {
		t.Errorf("%d packs, want 1", n)
	}
	want(t, c, true, "a")
}

func TestMergeKeepsTheTimeOfTheNewest(t *testing.T) {
	dir := t.TempDir()
	for i := range maxPacks + 1 {
		putClosed(t, dir, "kind", sizeOf(1)*1000, fmt.Sprint(i))
	}
	paths := packsOf(t, dir)
	info, err := os.Stat(paths[0])
	check(t, err)
	if len(paths) != 1 || time.Since(info.ModTime()) > time.Minute {
		t.Errorf("%d packs of %v", len(paths), info.ModTime())
	}
}

func TestPickMerge(t *testing.T) {
	sizes := func(n int, size int64) []int64 { return slices.Repeat([]int64{size}, n) }
	tests := []struct {
		name  string
		sizes []int64
		limit int64
		want  []int64
	}{
		{"few", sizes(maxPacks, 5), 1000, nil},
		{"equal", sizes(maxPacks+1, 5), 1000, sizes(maxPacks+1, 5)},
		{"large stay", append(sizes(maxPacks-1, 100), 1, 2), 1000, []int64{1, 2}},
		{"as many as must", append(sizes(maxPacks-1, 100), 1, 10), 1000, []int64{1, 10}},
		{"limited", sizes(maxPacks+1, 5), 23, sizes(4, 5)},
		{"all too large", sizes(maxPacks+1, 20), 23, nil},
	}
	for _, test := range tests {
		var packs []*pack
		for i, size := range test.sizes {
			packs = append(packs, &pack{size: size, modTime: time.Unix(int64(i), 0)})
		}
		picked := pickMerge(packs, test.limit)
		var got []int64
		for i, p := range picked {
			got = append(got, p.size)
			if i > 0 && picked[i-1].modTime.Before(p.modTime) {
				t.Errorf("%s: not newest first", test.name)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: picked %v, want %v", test.name, got, test.want)
		}
	}
}

func TestMergeDoesNotBringBackWhatIsGone(t *testing.T) {
	skipOnWindows(t)
	dir := t.TempDir()
	c := open(t, dir, "kind", 0)
	put(t, c, "a")
	put(t, c, "b")
	check(t, Clear(dir)) // by another process, after c looked
	added, bad, err := c.writeMerged(c.packs, func() bool { return false })
	if added != nil || bad != nil || err != nil {
		t.Errorf("writeMerged = %v, %v, %v", added, bad, err)
	}
	if entries, _ := os.ReadDir(c.folder); len(entries) != 0 {
		t.Errorf("left %v", entries)
	}
}

func TestClearDuringAWriteWins(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, "kind", 0)
	k, r := c.key("a"), encode(c.key("a"), valueOf("a"))
	p, err := c.write(source{1, func(int) key { return k }, func(int) ([]byte, error) { return r, nil }}, time.Now(), func() bool {
		check(t, Clear(dir))
		return true
	})
	if p != nil || err != nil {
		t.Errorf("write = %v, %v", p, err)
	}
	put(t, c, "b")
	want(t, c, true, "b")
}

func TestLeftoversOfACrashAreRemoved(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, "kind", 0)
	put(t, c, "a")
	data, err := os.ReadFile(packsOf(t, dir)[0])
	check(t, err)
	leave := func(digit string, d time.Duration) string {
		path := filepath.Join(c.folder, strings.Repeat(digit, nameSize)+tempSuffix)
		check(t, os.WriteFile(path, data[:len(data)-5], 0o600))
		age(t, path, d)
		return path
	}
	old, busy := leave("1", 2*leftoverAge), leave("2", time.Minute)
	c = open(t, dir, "kind", 0)
	want(t, c, true, "a")
	put(t, c, "b")
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("leftover is still there: %v", err)
	}
	if _, err := os.Stat(busy); err != nil {
		t.Errorf("another's temporary file: %v", err)
	}
}

func TestClearRemovesOnlyItsOwn(t *testing.T) {
	skipOnWindows(t)
	dir := t.TempDir()
	c := open(t, dir, "kind", 0)
	put(t, c, "a")
	putClosed(t, dir, "other", 0, "b")
	foreign := []string{
		filepath.Join(dir, "notes.txt"),
		filepath.Join(dir, strings.Repeat("a", nameSize)+packSuffix),
		filepath.Join(c.folder, "x"+packSuffix),
		filepath.Join(c.folder, strings.Repeat("G", nameSize)+packSuffix),
		filepath.Join(c.folder, strings.Repeat("a", nameSize)),
	}
	for _, path := range foreign {
		check(t, os.WriteFile(path, []byte("mine"), 0o600))
	}
	check(t, os.Mkdir(filepath.Join(c.folder, strings.Repeat("d", nameSize)+packSuffix), 0o700))
	put(t, c, "more")
	check(t, Clear(dir))
	for _, path := range foreign {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	if s, err := Measure(dir); s != (Stats{}) || err != nil {
		t.Errorf("Measure = %+v, %v", s, err)
	}
	want(t, open(t, dir, "kind", 0), false, "a", "more")
	put(t, c, "again") // goes on
	want(t, c, false, "a")
	want(t, open(t, dir, "kind", 0), true, "again")
}

func TestFolderRemovedWhileOpen(t *testing.T) {
	skipOnWindows(t)
	dir := filepath.Join(t.TempDir(), "cache")
	c := open(t, dir, "kind", 0)
	put(t, c, "a")
	check(t, os.RemoveAll(dir))
	has(t, c, "a") // a hit or a miss
	put(t, c, "b")
	want(t, c, false, "a")
	want(t, c, true, "b")
}

func TestMeasureAndClearOfNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "missing")
	if s, err := Measure(dir); s != (Stats{}) || err != nil {
		t.Errorf("Measure = %+v, %v", s, err)
	}
	check(t, Clear(dir))
}

func TestReadOnlyFolder(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, "kind", 0)
	put(t, c, "a")
	for _, d := range []string{c.folder, dir} {
		check(t, os.Chmod(d, 0o500))
		t.Cleanup(func() { os.Chmod(d, 0o700) })
	}
	if os.WriteFile(filepath.Join(dir, "probe"), nil, 0o600) == nil {
		t.Skip("this user may write to read-only folders")
	}
	c = open(t, dir, "kind", 0)
	want(t, c, true, "a")
	c.Put("b", valueOf("b"))
	if c.Flush() == nil {
		t.Error("Flush: no error")
	}
	want(t, c, true, "a")
	want(t, c, false, "b")
	if other, err := Open(dir, "other", testDim, 0); err == nil {
		other.Close()
		t.Error("Open of a new kind: no error")
	}
}

func TestFolderThatIsAFile(t *testing.T) {
	skipOnWindows(t)
	dir := filepath.Join(t.TempDir(), "cache")
	c := open(t, dir, "kind", 0)
	put(t, c, "a")
	check(t, c.Close())
	c = open(t, dir, "kind", 0)
	check(t, os.RemoveAll(dir))
	check(t, os.WriteFile(dir, nil, 0o600))
	c.Put("b", valueOf("b"))
	if err := c.Flush(); err == nil {
		t.Error("Flush: no error")
	}
	want(t, c, false, "b")
	if c, err := Open(dir, "kind", testDim, 0); err == nil {
		c.Close()
		t.Error("Open: no error")
	}
	if _, err := Measure(dir); err == nil {
		t.Error("Measure: no error")
	}
	if err := Clear(dir); err == nil {
		t.Error("Clear: no error")
	}
}
