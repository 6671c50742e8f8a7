// The state of a run on disk: what of it cannot be computed again from the job.
// It is a safetensors file: anyone can look into it.

package train

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/hunch-search/hunch/internal/safetensors"
)

// checkpointVersion changes with the content of a checkpoint, and with any
// change of the computation after which a run would not give the same bits.
const checkpointVersion = "1"

// state lists the slices that a checkpoint holds.
func (t *trainer) state() map[string][]float32 {
	s := map[string][]float32{
		"weights": t.net.params.flat,
		"adam.m":  t.optim.m,
		"adam.v":  t.optim.v,
		"losses":  t.losses,
	}
	if t.average.mean != nil {
		s["average"] = t.average.mean
	}
	return s
}

// identity tells runs apart: with the same, a checkpoint leads to the same
// result.
func (t *trainer) identity() map[string]string {
	config, err := json.Marshal(t.config)
	if err != nil {
		panic(err) // a plain struct of finite numbers
	}
	model, err := json.Marshal(t.job.Model)
	if err != nil {
		panic(err) // the same
	}
	return map[string]string{
		"format":  "hunch training checkpoint " + checkpointVersion,
		"config":  string(config),
		"model":   string(model) + " pooling " + t.job.Model.Pooling.String(),
		"weights": t.base,
		"pairs":   hashPairs(t.job.Pairs),
	}
}

// checkpoint saves the state, if the job wants that.
func (t *trainer) checkpoint() error {
	if t.job.Checkpoint == "" {
		return nil
	}
	metadata := maps.Clone(t.id)
	metadata["averaged"] = strconv.Itoa(t.average.count)
	var tensors []safetensors.Tensor
	for name, values := range t.state() {
		metadata["crc32 of "+name] = checksum(values)
		tensors = append(tensors, safetensors.Tensor{
			Name: name, DType: safetensors.F32, Shape: []int{len(values)}, Data: floatBytes(values),
		})
	}
	if err := writeAtomic(t.job.Checkpoint, tensors, metadata); err != nil {
		return fmt.Errorf("save checkpoint: %w", err)
	}
	return nil
}

// resume takes over the state of an earlier run, if the job wants that and there
// is one.
func (t *trainer) resume() error {
	t.base = hashFloats(t.net.params.flat)
	t.id = t.identity()
	if t.job.Checkpoint == "" || !t.job.Resume {
		return nil
	}
	err := t.load()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("checkpoint %s: %w", t.job.Checkpoint, err)
	}
	return nil
}

func (t *trainer) load() error {
	r, err := os.Open(t.job.Checkpoint)
	if err != nil {
		return err
	}
	defer r.Close()
	stat, err := r.Stat()
	if err != nil {
		return err
	}
	f, err := safetensors.Open(r, stat.Size())
	if err != nil {
		return err
	}
	metadata := f.Metadata()
	for _, key := range []string{"format", "config", "model", "weights", "pairs"} {
		if metadata[key] != t.id[key] {
			return fmt.Errorf("is of a run with other %s%s", key, difference(metadata[key], t.id[key]))
		}
	}
	steps, ok := f.Info("losses")
	if !ok || steps.Elements() > t.rates.steps {
		return errors.New("has no loss for each step done")
	}
	t.losses = make([]float32, steps.Elements())
	for name, dst := range t.state() {
		if err := loadFloats(dst, f, name, metadata["crc32 of "+name]); err != nil {
			return err
		}
	}
	t.average.count, err = strconv.Atoi(metadata["averaged"])
	return err
}

// difference names the fields in which two JSON objects differ; it is empty if
// they are none.
func difference(have, want string) string {
	var a, b map[string]any
	if json.Unmarshal([]byte(have), &a) != nil || json.Unmarshal([]byte(want), &b) != nil {
		return ""
	}
	var fields []string
	names := map[string]bool{}
	for _, m := range []map[string]any{a, b} {
		for name := range m {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if a[name] != b[name] {
			fields = append(fields, fmt.Sprintf("%s %v, not %v", name, orFalse(a[name]), orFalse(b[name])))
		}
	}
	if len(fields) == 0 {
		return ""
	}
	return ": " + strings.Join(fields, "; ")
}

// orFalse is the value of a field that is left out when it is false.
func orFalse(v any) any {
	if v == nil {
		return false
	}
	return v
}

func loadFloats(dst []float32, f *safetensors.File, name, crc string) error {
	values, err := f.Float32s(name)
	if err != nil {
		return err
	}
	if len(values) != len(dst) {
		return fmt.Errorf("tensor %q has %d values, want %d", name, len(values), len(dst))
	}
	if got := checksum(values); got != crc {
		return fmt.Errorf("tensor %q is damaged: its checksum is %s, want %s", name, got, crc)
	}
	copy(dst, values)
	return nil
}

// writeAtomic writes a safetensors file of which either nothing or all is seen,
// whenever the machine stops.
func writeAtomic(path string, tensors []safetensors.Tensor, metadata map[string]string) (err error) {
	f, err := os.Create(path + ".tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	err = cmp.Or(safetensors.Write(w, tensors, metadata), w.Flush(), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(x []float32) string {
	return fmt.Sprintf("%08x", crc32.Checksum(floatBytes(x), castagnoli))
}

func hashFloats(x []float32) string {
	h := sha256.Sum256(floatBytes(x))
	return hex.EncodeToString(h[:])
}

func hashPairs(pairs []Pair) string {
	h := sha256.New()
	var b []byte
	ids := func(x []int32) {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(x)))
		for _, id := range x {
			b = binary.LittleEndian.AppendUint32(b, uint32(id))
		}
	}
	code := func(c Code) {
		ids(c.IDs)
		b = binary.LittleEndian.AppendUint64(b, uint64(len(c.Key)))
		b = append(b, c.Key...)
	}
	for _, p := range pairs {
		ids(p.Query)
		code(p.Code)
		b = binary.LittleEndian.AppendUint64(b, uint64(len(p.Negatives)))
		for _, n := range p.Negatives {
			code(n)
		}
		b = binary.LittleEndian.AppendUint64(b, uint64(len(p.Group)))
		b = append(b, p.Group...)
		h.Write(b)
		b = b[:0]
	}
	return hex.EncodeToString(h.Sum(nil))
}

// floatBytes is the memory of x, which on every platform that hunch builds for
// is little-endian, as the format wants it.
func floatBytes(x []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}
