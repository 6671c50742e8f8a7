//go:build unix && !linux

package index

import "golang.org/x/sys/unix"

const mapFlags = unix.MAP_SHARED
