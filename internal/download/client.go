// Package download fetches files over HTTP and lets none into its place that is
// not the right one.
//
// [Client.File] downloads into PATH.partial beside the file, continues there
// after an interruption of the connection or of the program, checks size and
// hash, and only then gives the file its name:
//
//	err := new(download.Client).File(ctx, download.Request{
//		URL: "https://example.org/model.safetensors", Path: "model.safetensors",
//		Size: 90868376, SHA256: "53aa5117…",
//	})
//
// [Client.Bytes] fetches a short answer, such as JSON, into memory. Both wait
// out a server that is busy, give up on one that stalls, take the proxy from
// HTTP_PROXY, HTTPS_PROXY and NO_PROXY, and name in errors the URL without its
// password and query.
package download

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"
)

// Client says how to download. The zero value is ready, and safe for concurrent
// use.
type Client struct {
	// HTTP sends the requests. nil stands for a client with the proxies of the
	// environment; in any case redirects to another host or port lose the
	// request's Authorization, and from https to http they are refused.
	HTTP *http.Client
	// Stall is how long no byte may come before an attempt has failed: 0 means
	// 30 seconds.
	Stall time.Duration
	// Retries is how often in a row an attempt may fail for a reason that may
	// pass (a lost connection, a server error): 0 means 5, less than 0 none. Where
	// there never was a connection, there are at most 2.
	Retries int
	// Backoff is the wait after the first failure, twice as long after each
	// further one, up to 30 seconds: 0 means 1 second.
	Backoff time.Duration
	// MaxWait is the longest Retry-After of a server that is waited for: 0 means
	// 1 minute.
	MaxWait time.Duration

	// sleep waits in place of time, in tests.
	sleep func(context.Context, time.Duration) error
}

const (
	defaultStall   = 30 * time.Second
	defaultRetries = 5
	defaultBackoff = time.Second
	defaultMaxWait = time.Minute
	longestBackoff = 30 * time.Second
	// connectRetries bounds retries where there never was a connection: most
	// likely the network is down, or the address wrong, and whoever waits should
	// hear of it soon.
	connectRetries = 2
	// enough is what an attempt must bring to count as a success in part: a
	// connection that breaks off every few bytes must not be tried for ever.
	enough = 1 << 20
)

// retry calls try, which says how many bytes it brought, until it succeeds,
// fails for good, or has failed too often without bringing enough.
func (c *Client) retry(ctx context.Context, try func() (int64, error)) error {
	retries := max(cmp.Or(c.Retries, defaultRetries), 0)
	failures, connected := 0, false
	for {
		brought, err := try()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		temporary, ok := errors.AsType[*temporaryError](err)
		if !ok {
			return err
		}
		if brought >= enough {
			failures = 0
		}
		failures++
		connected = connected || !isUnreachable(err)
		if failures > retries || failures > connectRetries && !connected {
			return &gaveUpError{temporary.err, failures}
		}
		if limit := cmp.Or(c.MaxWait, defaultMaxWait); temporary.after > limit {
			return &lateError{temporary.err, temporary.after, limit}
		}
		if err := c.wait(ctx, max(temporary.after, c.backoff(failures))); err != nil {
			return err
		}
	}
}

// backoff is spread by a quarter, so that many clients of a server that broke
// down do not come back all at once.
func (c *Client) backoff(failures int) time.Duration {
	d := cmp.Or(c.Backoff, defaultBackoff) << min(failures-1, 10)
	d = min(d, longestBackoff)
	return d - time.Duration(rand.Int64N(int64(d)/4+1))
}

func (c *Client) wait(ctx context.Context, d time.Duration) error {
	if c.sleep != nil {
		return c.sleep(ctx, d)
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
