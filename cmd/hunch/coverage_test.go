package main

import (
	"testing"

	"github.com/hunch-search/hunch"
)

func TestCoverageIsTold(t *testing.T) {
	for _, tt := range []struct {
		chunks, embedded, unread int
		want                     string
	}{
		{0, 0, 9732, "nothing is indexed yet, 9,732 files not read yet"},
		{18183, 412, 0, "412 of 18,183 chunks embedded (2%), the likeliest answers first"},
		{18183, 12, 1, "12 of 18,183 chunks embedded (<1%), 1 file not read yet, the likeliest answers first"},
		{300, 0, 5, "0 of 300 chunks embedded (0%), 5 files not read yet, the likeliest answers first"},
		{300, 300, 2, "2 files not read yet, new or changed"},
		{300, 299, 0, "299 of 300 chunks embedded (99%), the likeliest answers first"},
	} {
		got := coverage(hunch.Coverage{Chunks: tt.chunks, Embedded: tt.embedded, Unread: tt.unread})
		if got != tt.want {
			t.Errorf("%d of %d chunks, %d unread: %q, want %q", tt.embedded, tt.chunks, tt.unread, got, tt.want)
		}
	}
}
