package simd

import "golang.org/x/sys/cpu"

// Features names what the processor can do that matters, or will, to the
// kernels; a feature that GODEBUG turns off is not among them.
func Features() []string {
	var names []string
	for _, f := range []struct {
		has  bool
		name string
	}{
		{cpu.X86.HasAVX2, "avx2"},
		{cpu.X86.HasFMA, "fma"},
		{cpu.X86.HasAVXVNNI, "avx_vnni"},
		{cpu.X86.HasAVX512F, "avx512f"},
		{cpu.X86.HasAVX512VNNI, "avx512_vnni"},
		{cpu.X86.HasAMXInt8, "amx_int8"},
		{cpu.X86.HasAVX512BW, "avx512bw"},
		{cpu.X86.HasAVX512BF16, "avx512_bf16"},
		{cpu.X86.HasAMXBF16, "amx_bf16"},
		{cpu.ARM64.HasASIMD, "asimd"},
		{cpu.ARM64.HasASIMDDP, "asimddp"},
		{cpu.ARM64.HasI8MM, "i8mm"},
	} {
		if f.has {
			names = append(names, f.name)
		}
	}
	return names
}
