package simd

import (
	"slices"
	"testing"
)

func TestFeaturesHaveWhatTheKernelsNeed(t *testing.T) {
	got := Features()
	for kernels, needed := range map[string][]string{
		"avx2":    {"avx2", "fma"},
		"neon":    {"asimd"},
		"neondot": {"asimd", "asimddp"},
	} {
		for _, feature := range needed {
			if Name() == kernels && !slices.Contains(got, feature) {
				t.Errorf("kernels %s run with features %v", kernels, got)
			}
		}
	}
}
