package dataset

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"slices"
)

// FileInfo tells what a file of the folder is, by its content.
type FileInfo struct {
	Name    string `json:"name"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
	GitBlob string `json:"git_blob"` // git's id of the content
	// Upstream is whether its content is what its authors publish; of the
	// training pairs, in any order and layout.
	Upstream bool `json:"upstream"`
}

// trainRows is the digest of the training file's rows; see rowsOf.
const trainRows = "2e2df509ec510df45d3c0945efedbd7f63c1bcff192af5c5a425864fd47727d7"

// Files reads all files of the folder. One that is missing is an error, as for
// [CoSQA.Task]; one that has another content than upstream's is not: its figures
// compare with no others.
func (c *CoSQA) Files() ([]FileInfo, error) {
	var list []FileInfo
	for _, f := range []file{webQueryFile, codesFile, devFile, testFile, trainFile} {
		info, err := c.describe(f)
		if err != nil {
			return nil, fmt.Errorf("dataset: %w", err)
		}
		list = append(list, info)
	}
	return list, nil
}

func (c *CoSQA) describe(f file) (FileInfo, error) {
	r, err := c.open(f)
	if err != nil {
		return FileInfo{}, err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return FileInfo{}, err
	}
	sum := sha256.Sum256(data)
	blob := sha1.New()
	fmt.Fprintf(blob, "blob %d\x00", len(data))
	blob.Write(data)
	info := FileInfo{Name: f.name, Bytes: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), GitBlob: hex.EncodeToString(blob.Sum(nil))}
	for _, b := range cosqaBlobs {
		info.Upstream = info.Upstream || path.Base(b.path) == f.name && b.id == info.GitBlob
	}
	if !info.Upstream && f == trainFile {
		rows, err := c.rowsOf(f)
		info.Upstream = err == nil && rows == trainRows // what is wrong with it, its reading tells
	}
	return info, nil
}

// rowsOf is a digest of a file's pairs and labels that is the same in whatever
// order they stand.
func (c *CoSQA) rowsOf(f file) (string, error) {
	pairs, err := c.pairs(f, nil)
	if err != nil {
		return "", err
	}
	rows := make([][]byte, len(pairs))
	for i, p := range pairs {
		h := digest{sha256.New()}
		h.texts([]string{p.Query, p.Code})
		if p.Label != nil {
			h.number(*p.Label)
		}
		rows[i] = h.Sum(nil)
	}
	slices.SortFunc(rows, bytes.Compare)
	h := digest{sha256.New()}
	for _, row := range rows {
		h.Write(row)
	}
	return h.hex(), nil
}
