package source

import (
	"io/fs"
	"syscall"
	"time"
)

// changed returns when anything about a file was last changed: its text, name,
// owner or times. It is not before the modification time.
func changed(info fs.FileInfo) time.Time {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		if t := time.Unix(stat.Ctimespec.Unix()); t.After(info.ModTime()) {
			return t
		}
	}
	return info.ModTime()
}
