// Hides features of the processor from a program, so that one machine shows how
// engines do on an older one. Preloaded into the peers, which offer no setting
// for it; HIDE is "amx", or "avx512" for AMX, AVX-512 and AVX-VNNI.
//
// Linux lets a thread make its CPUID instruction fault (arch_prctl(2),
// ARCH_SET_CPUID), where the processor can (cpuid_fault in /proc/cpuinfo);
// threads that it starts inherit that. The handler executes the instruction and
// clears the bits (Intel's Software Developer's Manual, volume 2, CPUID).
#define _GNU_SOURCE
#include <cpuid.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define ARCH_SET_CPUID 0x1012
#define BIT(n) (1u << (n))

static int all; // hide more than AMX

static long fault(int on) { return syscall(SYS_arch_prctl, ARCH_SET_CPUID, !on); }

static void hide(unsigned leaf, unsigned sub, unsigned *a, unsigned *b, unsigned *c, unsigned *d) {
	if (leaf != 7)
		return;
	if (sub == 0) {
		*d &= ~(BIT(22) | BIT(24) | BIT(25)); // AMX: BF16, TILE, INT8
		if (all) {
			*b &= ~(BIT(16) | BIT(17) | BIT(21) | BIT(26) | BIT(27) | BIT(28) | BIT(30) | BIT(31));
			*c &= ~(BIT(1) | BIT(6) | BIT(11) | BIT(12) | BIT(14));
			*d &= ~(BIT(2) | BIT(3) | BIT(8) | BIT(23));
		}
	} else if (sub == 1) {
		*a &= ~BIT(21); // AMX-FP16
		if (all) {
			*a &= ~(BIT(4) | BIT(5) | BIT(23)); // AVX-VNNI, AVX512_BF16, AVX-IFMA
			*d &= ~(BIT(4) | BIT(5) | BIT(10) | BIT(19)); // AVX-VNNI-INT8, AVX-NE-CONVERT, AVX-VNNI-INT16, AVX10
		}
	}
}

static void on_fault(int sig, siginfo_t *info, void *context) {
	(void)info;
	greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
	const unsigned char *at = (const unsigned char *)r[REG_RIP];
	if (at[0] != 0x0f || at[1] != 0xa2) { // not CPUID: a fault like any other
		signal(sig, SIG_DFL);
		return;
	}
	unsigned a, b, c, d, leaf = r[REG_RAX], sub = r[REG_RCX];
	fault(0);
	__cpuid_count(leaf, sub, a, b, c, d);
	fault(1);
	hide(leaf, sub, &a, &b, &c, &d);
	r[REG_RAX] = a, r[REG_RBX] = b, r[REG_RCX] = c, r[REG_RDX] = d;
	r[REG_RIP] += 2;
}

__attribute__((constructor)) static void start(void) {
	const char *what = getenv("HIDE");
	if (!what)
		return;
	all = !strcmp(what, "avx512");
	struct sigaction act = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
	if (sigaction(SIGSEGV, &act, NULL) || fault(1)) {
		perror("cpumask: CPUID cannot be made to fault here");
		_exit(1);
	}
}
