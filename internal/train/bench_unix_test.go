//go:build unix

package train

import (
	"syscall"
	"testing"
)

// cpuSeconds is what the process has used: on a machine that others use too, it
// says more than the clock.
func cpuSeconds(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
