package download

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// StatusError is an answer of the server that is neither the file nor a
// redirect to it.
type StatusError struct {
	Code int // such as 404
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("the server answered %d %s", e.Code, http.StatusText(e.Code))
}

// temporaryError is a failure that another attempt may not meet.
type temporaryError struct {
	err   error
	after time.Duration // when the server wants to be asked again
}

func (e *temporaryError) Error() string { return e.err.Error() }
func (e *temporaryError) Unwrap() error { return e.err }

func temporary(err error) error { return &temporaryError{err: err} }

type gaveUpError struct {
	err      error
	attempts int
}

func (e *gaveUpError) Error() string {
	if e.attempts == 1 {
		return e.err.Error()
	}
	return fmt.Sprintf("%v (gave up after %d attempts)", e.err, e.attempts)
}
func (e *gaveUpError) Unwrap() error { return e.err }

type lateError struct {
	err         error
	wait, limit time.Duration
}

func (e *lateError) Error() string {
	return fmt.Sprintf("%v and asks to come back in %v, longer than the %v that are waited", e.err, e.wait, e.limit)
}
func (e *lateError) Unwrap() error { return e.err }

// stalledError is the cause by which an attempt is cancelled.
type stalledError struct{ limit time.Duration }

func (e *stalledError) Error() string { return fmt.Sprintf("no byte came for %v", e.limit) }

// redirectError is a redirect that is not followed.
type redirectError string

func (e redirectError) Error() string { return string(e) }

// networkError judges why no answer came.
func networkError(err error) error {
	// The outer error names the URL, which after a redirect may hold a
	// signature that gives access.
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if _, ok := errors.AsType[redirectError](err); ok {
		return err
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return err
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return err
	}
	return temporary(err)
}

// isUnreachable reports whether no connection was made.
func isUnreachable(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "dial" || op.Op == "proxyconnect")
}

// statusError judges an answer without the file.
func statusError(resp *http.Response) error {
	err := &StatusError{resp.StatusCode}
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		return &temporaryError{err, retryAfter(resp.Header.Get("Retry-After"))}
	case code >= 500, code == http.StatusRequestTimeout, code == http.StatusTooEarly:
		return temporary(err)
	}
	return err
}

// retryAfter reads the header's seconds or date; 0 if there is neither.
func retryAfter(value string) time.Duration {
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(min(max(seconds, 0), 1<<30)) * time.Second
	}
	if t, err := http.ParseTime(value); err == nil {
		return max(time.Until(t).Round(time.Second), 0)
	}
	return 0
}

// shown is a URL for messages: without password, query and fragment, any of
// which may be a secret.
func shown(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "a malformed URL"
	}
	u.User, u.RawQuery, u.ForceQuery, u.Fragment = nil, "", false, ""
	return u.String()
}
