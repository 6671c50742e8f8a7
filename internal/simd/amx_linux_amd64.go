//go:build !purego

package simd

import "syscall"

// allowAMX asks the system for the use of AMX's tiles, which it grants once for
// the process (Documentation/arch/x86/xstate.rst of Linux).
func allowAMX() bool {
	const (
		archReqXCompPerm = 0x1023
		xfeatureTileData = 18
	)
	_, _, err := syscall.RawSyscall(syscall.SYS_ARCH_PRCTL, archReqXCompPerm, xfeatureTileData, 0)
	return err == 0
}
