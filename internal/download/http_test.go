package download

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func TestStatusIsInTheError(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	err := quick().File(t.Context(), request(url, target(t)))
	if s, ok := errors.AsType[*StatusError](err); !ok || s.Code != 503 {
		t.Errorf("got error %v, want a StatusError of 503", err)
	}
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	var asked bool
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !asked {
			asked = true
			w.Header().Set("Retry-After", "42")
			w.WriteHeader(429)
			return
		}
		whole(content)(w, r)
	})
	var waited []time.Duration
	c := quick()
	c.sleep = func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		return nil
	}
	if err := c.File(t.Context(), request(url, target(t))); err != nil {
		t.Fatal(err)
	}
	if len(waited) != 1 || waited[0] != 42*time.Second {
		t.Errorf("waited %v, want 42 seconds", waited)
	}
}

func TestBackoffGrowsUpToALimit(t *testing.T) {
	c := &Client{}
	for failures, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 4: 8 * time.Second, 9: longestBackoff, 1000: longestBackoff} {
		if got := c.backoff(failures); got > want || got < want*3/4 {
			t.Errorf("after %d failures: %v, want %v less up to a quarter", failures, got, want)
		}
	}
}

func TestTokenStaysWithItsHost(t *testing.T) {
	var got []string
	var mu sync.Mutex
	note := func(r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, r.URL.Path+" "+r.Header.Get("Authorization"))
	}
	elsewhere := serve(t, func(w http.ResponseWriter, r *http.Request) {
		note(r)
		whole(content)(w, r)
	})
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		note(r)
		switch {
		case r.Header.Get("Authorization") != "Bearer t0ken":
			w.WriteHeader(401)
		case r.URL.Path == "/file":
			http.Redirect(w, r, "/here", http.StatusTemporaryRedirect)
		default:
			http.Redirect(w, r, elsewhere, http.StatusFound)
		}
	})
	r := request(url, target(t))
	wantError(t, quick().File(t.Context(), r), "401")
	r.Header = http.Header{"Authorization": {"Bearer t0ken"}}
	if err := quick().File(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	wantFile(t, r.Path, content)
	want := []string{"/file ", "/file Bearer t0ken", "/here Bearer t0ken", "/file "}
	if strings.Join(got, ",") != strings.Join(want, ",") {
		t.Errorf("got requests %q, want %q", got, want)
	}
}

func TestRedirectFromHTTPSToHTTPIsRefused(t *testing.T) {
	plain := serve(t, whole(content))
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain, http.StatusFound)
	}))
	defer s.Close()
	c := quick()
	c.HTTP = s.Client()
	wantError(t, c.File(t.Context(), request(s.URL, target(t))), "redirected from https to http")
	wantError(t, quick().File(t.Context(), request(s.URL, target(t))), "certificate") // unknown to other clients
}

func TestNoServer(t *testing.T) {
	s := httptest.NewServer(nil)
	url := strings.Replace(s.URL, "http://", "http://user:secret@", 1) + "/file?secret"
	s.Close()
	wantError(t, quick().File(t.Context(), request(url, target(t))), s.URL+"/file: ", "refused", "3 attempts")
}

func TestBytes(t *testing.T) {
	attempts := 0
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if attempts++; attempts == 1 {
			w.WriteHeader(502)
			return
		}
		io.WriteString(w, `{"sha":"`+r.Header.Get("Authorization")+`"}`)
	})
	header := http.Header{"Authorization": {"me"}}
	got, err := quick().Bytes(t.Context(), url, header, 12)
	if err != nil || string(got) != `{"sha":"me"}` {
		t.Errorf("got %q, error %v", got, err)
	}
	_, err = quick().Bytes(t.Context(), url, header, 11)
	wantError(t, err, "longer than 11 bytes")
	page := serve(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") })
	_, err = quick().Bytes(t.Context(), page, nil, 100)
	wantError(t, err, "web page")
	_, err = quick().Bytes(t.Context(), serve(t, http.NotFound), nil, 100)
	if s, ok := errors.AsType[*StatusError](err); !ok || s.Code != 404 {
		t.Errorf("got error %v, want a StatusError of 404", err)
	}
}

func TestNetworkErrorsThatMayPass(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{io.ErrUnexpectedEOF, true},
		{&url.Error{Op: "Get", URL: "http://a/?secret", Err: syscall.ECONNREFUSED}, true},
		{&net.DNSError{Err: "no such host", IsNotFound: true}, false},
		{&net.DNSError{Err: "server misbehaving", IsTemporary: true}, true},
		{&url.Error{Err: redirectError("more than 10 redirects")}, false},
		{&tls.CertificateVerificationError{Err: errors.New("unknown")}, false},
	} {
		err := networkError(tt.err)
		if _, got := errors.AsType[*temporaryError](err); got != tt.want || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v: got %q, which may pass: %v, want %v", tt.err, err, got, tt.want)
		}
	}
}

func TestContentRange(t *testing.T) {
	for value, want := range map[string][2]int64{
		"bytes 5-9/10": {5, 10}, "bytes 0-0/1": {0, 1}, "bytes 7-9/*": {7, -1},
		"": {}, "bytes */10": {}, "bytes 5-9": {}, "items 5-9/10": {}, "bytes -5-9/10": {},
		"bytes 5-9/3": {}, "bytes 5-9/x": {}, "bytes 99999999999999999999-1/3": {},
	} {
		start, total, ok := contentRange(value)
		if want == [2]int64{} {
			if ok {
				t.Errorf("%q: got %d and %d, want it refused", value, start, total)
			}
		} else if !ok || start != want[0] || total != want[1] {
			t.Errorf("%q: got %d, %d, %v; want %v", value, start, total, ok, want)
		}
	}
}

func TestRetryAfterHeader(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"": 0, "5": 5 * time.Second, "-5": 0, "soon": 0, "99999999999": time.Duration(1<<30) * time.Second,
		time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat): 0,
	} {
		if got := retryAfter(value); got != want && !(value == "99999999999" && got > time.Hour) {
			t.Errorf("%q: got %v, want %v", value, got, want)
		}
	}
	in := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	if got := retryAfter(in); got < 59*time.Minute || got > time.Hour {
		t.Errorf("a date in an hour: got %v", got)
	}
}
