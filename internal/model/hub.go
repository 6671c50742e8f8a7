// What is asked of the hub: https://huggingface.co/docs/hub/api.

package model

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/hunch-search/hunch/internal/download"
)

const publicHub = "https://huggingface.co"

// PullOptions says where models come from. The zero value takes public models
// from the public hub.
type PullOptions struct {
	Endpoint string // of the hub; "" means https://huggingface.co
	Token    string // for private and gated models
	Client   *download.Client
	// Progress, if set, is called with the bytes of a file that are there and
	// those that there will be.
	Progress func(file string, done, total int64)
}

// PullOptionsFromEnv takes endpoint and token from HF_ENDPOINT and HF_TOKEN.
func PullOptionsFromEnv() PullOptions {
	return PullOptions{Endpoint: os.Getenv("HF_ENDPOINT"), Token: os.Getenv("HF_TOKEN")}
}

func (o PullOptions) endpoint() string { return strings.TrimRight(cmp.Or(o.Endpoint, publicHub), "/") }

func (o PullOptions) client() *download.Client { return cmp.Or(o.Client, new(download.Client)) }

func (o PullOptions) header() http.Header {
	h := http.Header{"User-Agent": {"hunch"}}
	if token := strings.TrimSpace(o.Token); token != "" {
		h.Set("Authorization", "Bearer "+token)
	}
	return h
}

// hubModel is the state of a model on the hub.
type hubModel struct {
	Commit string    `json:"sha"`
	Files  []hubFile `json:"siblings"`
}

// hubFile is one of its files. Large ones lie outside of git, and git's blob is
// but a pointer to them.
type hubFile struct {
	Name   string `json:"rfilename"`
	Size   *int64 `json:"size"`
	BlobID string `json:"blobId"`
	LFS    *struct {
		Size   int64  `json:"size"`
		SHA256 string `json:"sha256"`
	} `json:"lfs"`
}

// hubAnswerLimit is far above the description of any model.
const hubAnswerLimit = 16 << 20

// describe asks the hub for the files of a model, their sizes and hashes.
func (o PullOptions) describe(ctx context.Context, r ref) (m hubModel, err error) {
	address := fmt.Sprintf("%s/api/models/%s/revision/%s?blobs=true",
		o.endpoint(), r.repo, url.PathEscape(cmp.Or(r.revision, "main")))
	data, err := o.client().Bytes(ctx, address, o.header(), hubAnswerLimit)
	if status, ok := errors.AsType[*download.StatusError](err); ok && status.Code == http.StatusNotFound {
		return m, fmt.Errorf("there is no such model%s: %w", r.hint(), err)
	} else if err != nil {
		return m, o.explain(r, err)
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%s: expected the description of a model in JSON: %w", o.endpoint(), err)
	}
	if !isHex(m.Commit, 40) {
		return m, fmt.Errorf("%s: the description of the model names no commit", o.endpoint())
	}
	return m, nil
}

// explain says what a lack of rights means here: the hub answers 401 for what
// does not exist to those who have not said who they are.
func (o PullOptions) explain(r ref, err error) error {
	status, ok := errors.AsType[*download.StatusError](err)
	switch {
	case !ok || status.Code != http.StatusUnauthorized && status.Code != http.StatusForbidden:
		return err
	case o.Token == "":
		return fmt.Errorf("there is no such model%s, or it is private or gated and needs a token in HF_TOKEN: %w", r.hint(), err)
	}
	return fmt.Errorf("the token in HF_TOKEN gives no access to it: %w", err)
}

// file returns the named file.
func (m hubModel) file(name string) (hubFile, bool) {
	for _, f := range m.Files {
		if f.Name == name {
			return f, true
		}
	}
	return hubFile{}, false
}

// request says how to download f. A file of which the hub gives no hash is an
// error: nothing would tell whether it came whole.
func (o PullOptions) request(r ref, commit string, f hubFile) (download.Request, error) {
	q := download.Request{
		URL:    fmt.Sprintf("%s/%s/resolve/%s/%s", o.endpoint(), r.repo, commit, (&url.URL{Path: f.Name}).EscapedPath()),
		Header: o.header(),
	}
	switch {
	case f.LFS != nil && isHex(f.LFS.SHA256, 64) && f.LFS.Size >= 0:
		q.Size, q.SHA256 = f.LFS.Size, f.LFS.SHA256
	case f.LFS == nil && isHex(f.BlobID, 40) && f.Size != nil && *f.Size >= 0:
		q.Size, q.GitBlob = *f.Size, f.BlobID
	default:
		return q, fmt.Errorf("%s gives no size and hash of %s", o.endpoint(), f.Name)
	}
	if o.Progress != nil {
		q.Progress = func(done, total int64) { o.Progress(f.Name, done, total) }
	}
	return q, nil
}

func isHex(s string, n int) bool {
	return len(s) == n && strings.Trim(strings.ToLower(s), "0123456789abcdef") == ""
}
