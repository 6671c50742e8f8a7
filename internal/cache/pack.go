package cache

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"sort"
	"sync/atomic"
	"time"
)

// A pack, all numbers little-endian, checksums CRC-32C:
//
//	header, 32 bytes:
//	    8  "hunchvec"
//	    4  version
//	    4  dim
//	    8  count, at least 1
//	    4  checksum of the keys
//	    4  checksum of the 28 bytes before
//	keys, count × 16 bytes, ascending
//	records in the order of the keys, count × (dim + 16) bytes:
//	    4  scale, float32
//	    4  tokens
//	    4  truncated
//	  dim  vector, int8
//	    4  checksum of the key and the record's bytes before
//
// and nothing after. A record's checksum covers its key, so that no mix-up of
// records passes. 384 dimensions take 416 bytes an entry.
const (
	magic      = "hunchvec"
	version    = 1 // also part of the folder's name: other versions do not meet
	headerSize = 32
	keySize    = 16
	fieldsSize = 12 // of a record before its vector
	sumSize    = 4
	maxDim     = 1 << 16
	maxCount   = 1 << 26 // 1 GB of keys; keeps sizes within an int of 32 bits
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errDamaged is for files that are not what a cache wrote, as opposed to those
// that cannot be read at the moment.
var errDamaged = errors.New("damaged pack")

// pack is an open pack. What is not atomic does not change.
type pack struct {
	path    string
	size    int64
	modTime time.Time
	damaged atomic.Bool // found by Get; the pack is not to be used

	r      io.ReaderAt
	closer io.Closer
	dim    int
	keys   []byte
}

// openPack returns an error that is errDamaged if the file is no sound pack of
// that many dimensions.
func openPack(path string, dim int) (*pack, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	p, err := readPack(f, info.Size(), dim)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	p.path, p.modTime, p.closer = path, info.ModTime(), f
	return p, nil
}

// readPack reads and checks all but the records.
func readPack(r io.ReaderAt, size int64, dim int) (*pack, error) {
	h := make([]byte, headerSize)
	if err := readFull(r, h, 0); err != nil {
		return nil, err
	}
	count, err := parseHeader(h, dim)
	if err != nil {
		return nil, err
	}
	if want := headerSize + int64(count)*entrySize(dim); size != want {
		return nil, fmt.Errorf("%w: %d bytes, want %d", errDamaged, size, want)
	}
	p := &pack{r: r, size: size, dim: dim, keys: make([]byte, count*keySize)}
	if err := readFull(r, p.keys, headerSize); err != nil {
		return nil, err
	}
	if crc32.Checksum(p.keys, castagnoli) != binary.LittleEndian.Uint32(h[24:]) {
		return nil, fmt.Errorf("%w: checksum of keys", errDamaged)
	}
	for i := 1; i < count; i++ {
		if bytes.Compare(p.key(i-1), p.key(i)) >= 0 {
			return nil, fmt.Errorf("%w: key %d not above the one before", errDamaged, i)
		}
	}
	return p, nil
}

func parseHeader(h []byte, dim int) (count int, err error) {
	le := binary.LittleEndian
	n := le.Uint64(h[16:])
	switch {
	case string(h[:8]) != magic:
		return 0, fmt.Errorf("%w: magic %q, want %q", errDamaged, h[:8], magic)
	case le.Uint32(h[28:]) != crc32.Checksum(h[:28], castagnoli):
		return 0, fmt.Errorf("%w: checksum of header", errDamaged)
	case le.Uint32(h[8:]) != version:
		return 0, fmt.Errorf("%w: version %d, want %d", errDamaged, le.Uint32(h[8:]), version)
	case uint64(le.Uint32(h[12:])) != uint64(dim):
		return 0, fmt.Errorf("%w: dim %d, want %d", errDamaged, le.Uint32(h[12:]), dim)
	case n == 0 || n > maxCount:
		return 0, fmt.Errorf("%w: %d entries, want 1 to %d", errDamaged, n, maxCount)
	}
	return int(n), nil
}

func makeHeader(dim, count int, keys uint32) []byte {
	h := putUint32s([]byte(magic), version, uint32(dim))
	h = binary.LittleEndian.AppendUint64(h, uint64(count))
	h = putUint32s(h, keys)
	return putUint32s(h, crc32.Checksum(h, castagnoli))
}

// readFull calls a file that ends too early damaged.
func readFull(r io.ReaderAt, b []byte, at int64) error {
	n, err := r.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == io.EOF {
		return fmt.Errorf("%w: ends at %d, want %d", errDamaged, at+int64(n), at+int64(len(b)))
	}
	return err
}

func recordSize(dim int) int     { return fieldsSize + dim + sumSize }
func entrySize(dim int) int64    { return int64(keySize + recordSize(dim)) }
func (p *pack) count() int       { return len(p.keys) / keySize }
func (p *pack) key(i int) []byte { return p.keys[i*keySize : (i+1)*keySize] }

func (p *pack) close() error {
	if p.closer == nil {
		return nil
	}
	return p.closer.Close()
}

func (p *pack) find(k key) (int, bool) {
	high := binary.BigEndian.Uint64(k[:])
	i := sort.Search(p.count(), func(i int) bool {
		b := p.key(i)
		if h := binary.BigEndian.Uint64(b); h != high {
			return h > high
		}
		return bytes.Compare(b, k[:]) >= 0
	})
	return i, i < p.count() && key(p.key(i)) == k
}

// record returns the checked bytes of a record. Its error is errDamaged if they
// are not those that were written.
func (p *pack) record(i int) ([]byte, error) {
	r := make([]byte, recordSize(p.dim))
	at := headerSize + int64(len(p.keys)) + int64(i)*int64(len(r))
	if err := readFull(p.r, r, at); err != nil {
		return nil, err
	}
	if !sound(r, p.key(i)) {
		return nil, fmt.Errorf("%w: checksum of record %d", errDamaged, i)
	}
	return r, nil
}

func (p *pack) value(i int) (Value, error) {
	r, err := p.record(i)
	if err != nil {
		return Value{}, err
	}
	v, ok := decode(r, p.dim)
	if !ok {
		return Value{}, fmt.Errorf("%w: values of record %d", errDamaged, i)
	}
	return v, nil
}

func sound(r, k []byte) bool {
	end := len(r) - sumSize
	return recordSum(k, r[:end]) == binary.LittleEndian.Uint32(r[end:])
}

func recordSum(k, r []byte) uint32 {
	return crc32.Update(crc32.Checksum(k, castagnoli), castagnoli, r)
}

// encode makes a record even of values that decode does not accept.
func encode(k key, v Value) []byte {
	r := make([]byte, 0, recordSize(len(v.Vector)))
	r = putUint32s(r, math.Float32bits(v.Scale), count32(v.Tokens), count32(v.Truncated))
	for _, x := range v.Vector {
		r = append(r, byte(x))
	}
	return putUint32s(r, recordSum(k[:], r))
}

// count32 makes what does not fit a number that decode refuses.
func count32(n int) uint32 {
	if n < 0 || n > math.MaxInt32 {
		return math.MaxUint32
	}
	return uint32(n)
}

// decode refuses a record of another length or with values out of range. The
// checksum is its caller's business.
func decode(r []byte, dim int) (Value, bool) {
	if len(r) != recordSize(dim) {
		return Value{}, false
	}
	le := binary.LittleEndian
	scale := math.Float32frombits(le.Uint32(r))
	tokens, truncated := le.Uint32(r[4:]), le.Uint32(r[8:])
	if !(scale >= 0 && scale <= 1) || tokens > math.MaxInt32 || truncated > math.MaxInt32 {
		return Value{}, false
	}
	v := Value{Vector: make([]int8, dim), Scale: scale, Tokens: int(tokens), Truncated: int(truncated)}
	for i, x := range r[fieldsSize : fieldsSize+dim] {
		v.Vector[i] = int8(x)
	}
	return v, true
}

// countEntries returns the entries of a pack of any number of dimensions. The
// error is errDamaged if header or size tell that it is none.
func countEntries(f file) (int, error) {
	r, err := os.Open(f.path)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	h := make([]byte, headerSize)
	if err := readFull(r, h, 0); err != nil {
		return 0, err
	}
	dim := int(min(binary.LittleEndian.Uint32(h[12:]), maxDim))
	count, err := parseHeader(h, dim)
	if err != nil {
		return 0, err
	}
	if want := headerSize + int64(count)*entrySize(dim); f.size != want {
		return 0, fmt.Errorf("%w: %d bytes, want %d", errDamaged, f.size, want)
	}
	return count, nil
}
