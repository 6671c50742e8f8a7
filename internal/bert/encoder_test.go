package bert_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hunch-search/hunch/internal/bert"
	"github.com/hunch-search/hunch/internal/bert/berttest"
	"github.com/hunch-search/hunch/internal/safetensors"
)

func open(t testing.TB, tensors []safetensors.Tensor) *safetensors.File {
	t.Helper()
	var b bytes.Buffer
	if err := safetensors.Write(&b, tensors, nil); err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func small(t testing.TB) (*bert.Model, *safetensors.File) {
	t.Helper()
	f := open(t, berttest.Tensors(berttest.Config(), 1))
	return load(t, f, bert.FP32), f
}

func load(t testing.TB, f *safetensors.File, p bert.Precision) *bert.Model {
	t.Helper()
	m, err := bert.Load(berttest.Config(), f, p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// eachPrecision runs a test for the small model in every arithmetic.
func eachPrecision(t *testing.T, f func(t *testing.T, m *bert.Model)) {
	_, weights := small(t)
	for _, p := range []bert.Precision{bert.FP32, bert.Int8} {
		t.Run(string(p), func(t *testing.T) { f(t, load(t, weights, p)) })
	}
}

// texts of every length that the small model takes, with random ids.
func texts(lengths ...int) [][]int32 {
	r := rand.New(rand.NewPCG(2, 2))
	out := make([][]int32, len(lengths))
	for i, n := range lengths {
		for range n {
			out[i] = append(out[i], int32(r.IntN(berttest.Config().VocabSize)))
		}
	}
	return out
}

func encode(t testing.TB, m *bert.Model, texts [][]int32) [][]float32 {
	t.Helper()
	width := m.Config.HiddenSize
	flat := make([]float32, len(texts)*width)
	if err := m.NewEncoder().Encode(t.Context(), flat, texts); err != nil {
		t.Fatal(err)
	}
	return slices.Collect(slices.Chunk(flat, width))
}

func TestEncodeAgreesWithAFloat64Transcript(t *testing.T) {
	in := texts(1, 2, 7, 16, 33, 64)
	for _, pooling := range []bert.Pooling{bert.MeanPooling, bert.CLSPooling} {
		m, f := small(t)
		m.Config.Pooling = pooling
		for i, got := range encode(t, m, in) {
			want := newReference(t, f).encode(in[i], pooling)
			for j := range want {
				if math.Abs(float64(got[j])-want[j]) > 2e-6 {
					t.Fatalf("%v, %d tokens: element %d is %v, want %v", pooling, len(in[i]), j, got[j], want[j])
				}
			}
		}
	}
}

func TestEmbeddingDoesNotDependOnTheBatch(t *testing.T) {
	eachPrecision(t, func(t *testing.T, m *bert.Model) {
		in := texts(5, 64, 1, 17, 30, 30, 2)
		together := encode(t, m, in)
		for i := range in {
			alone := encode(t, m, in[i:i+1])[0]
			if !slices.Equal(alone, together[i]) {
				t.Errorf("text %d of %d tokens: other bits alone than in the batch", i, len(in[i]))
			}
		}
	})
}

// An all-MiniLM-L6-v2 in float32 gives cosines of 0.998 and more with it.
func TestInt8ArithmeticStaysNearFloat32(t *testing.T) {
	exact, weights := small(t)
	in := texts(1, 2, 7, 16, 33, 64)
	want, got := encode(t, exact, in), encode(t, load(t, weights, bert.Int8), in)
	for i := range in {
		var cosine float64
		for j := range want[i] {
			cosine += float64(want[i][j]) * float64(got[i][j])
		}
		if cosine < 0.995 || slices.Equal(got[i], want[i]) {
			t.Errorf("text %d: cosine %v, want 0.995 to below 1", i, cosine)
		}
	}
}

func TestPrecisionIsThatOfTheWeightsUnlessSaid(t *testing.T) {
	_, floats := small(t)
	tensors, err := bert.Quantize(t.Context(), floats)
	if err != nil {
		t.Fatal(err)
	}
	ints := open(t, tensors)
	for _, tt := range []struct {
		name    string
		weights *safetensors.File
		want    bert.Precision
	}{
		{"", floats, bert.FP32}, {"auto", floats, bert.FP32}, {"int8", floats, bert.Int8},
		{"", ints, bert.Int8}, {"auto", ints, bert.Int8}, {"fp32", ints, bert.FP32},
	} {
		p, err := bert.ParsePrecision(tt.name)
		if err != nil {
			t.Fatal(err)
		}
		if got := load(t, tt.weights, p).Precision(); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.name, got, tt.want)
		}
	}
	if _, err := bert.ParsePrecision("fp16"); err == nil || !strings.Contains(err.Error(), `"fp16", want auto, fp32 or int8`) {
		t.Errorf("got error %v", err)
	}
}

func TestEncodersOfOneModelRunConcurrently(t *testing.T) {
	m, _ := small(t)
	in := texts(9, 20)
	want := encode(t, m, in)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 5 {
				got := make([]float32, len(in)*m.Config.HiddenSize)
				if err := m.NewEncoder().Encode(t.Context(), got, in); err != nil {
					t.Error(err)
				}
				if !slices.Equal(got[:m.Config.HiddenSize], want[0]) {
					t.Error("other bits beside another encoder")
				}
			}
		})
	}
	wg.Wait()
}

func TestEncodeAllocatesNothingInSteadyState(t *testing.T) {
	eachPrecision(t, func(t *testing.T, m *bert.Model) {
		e, in := m.NewEncoder(), texts(64, 12)
		dst := make([]float32, len(in)*m.Config.HiddenSize)
		run := func() {
			if err := e.Encode(t.Context(), dst, in); err != nil {
				t.Fatal(err)
			}
		}
		run()
		if n := testing.AllocsPerRun(10, run); n != 0 {
			t.Errorf("%v allocations a batch, want 0", n)
		}
	})
}

func TestManyShortTextsTakeNoMoreMemory(t *testing.T) {
	eachPrecision(t, func(t *testing.T, m *bert.Model) {
		lengths := make([]int, 10_000)
		for i := range lengths {
			lengths[i] = 1 + i%3
		}
		in := texts(lengths...)
		dst := make([]float32, len(in)*m.Config.HiddenSize)
		e := m.NewEncoder()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if err := e.Encode(t.Context(), dst, in); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		// All 20,000 tokens at once would take ten times as much.
		if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
			t.Errorf("%d bytes allocated, want at most 4 MB", n)
		}
		last := encode(t, m, in[len(in)-1:])[0]
		if !slices.Equal(last, dst[len(dst)-len(last):]) {
			t.Error("the last text has other bits than alone")
		}
	})
}

func TestEncodeNamesABadText(t *testing.T) {
	m, _ := small(t)
	for _, tt := range []struct {
		name string
		ids  []int32
		want string
	}{
		{"empty", nil, "text 1: 0 tokens, want 1 to 64"},
		{"too long", make([]int32, 65), "text 1: 65 tokens, want 1 to 64"},
		{"negative id", []int32{1, -1}, "text 1: token 1 has id -1"},
		{"id past the vocabulary", []int32{1 << 20}, "text 1: token 0 has id 1048576"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := m.NewEncoder().Encode(t.Context(), make([]float32, 2*m.Config.HiddenSize), [][]int32{{1}, tt.ids})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestQuantizedModelStaysNear(t *testing.T) {
	m, f := small(t)
	tensors, err := bert.Quantize(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	q, err := bert.Load(m.Config, open(t, tensors), bert.FP32)
	if err != nil {
		t.Fatal(err)
	}
	if !q.Quantised() || m.Quantised() {
		t.Errorf("Quantised: %v and %v, want true and false", q.Quantised(), m.Quantised())
	}
	in := texts(3, 12, 40, 64)
	want, got := encode(t, m, in), encode(t, q, in)
	for i := range in {
		var c float64
		for j := range want[i] {
			c += float64(want[i][j]) * float64(got[i][j])
		}
		if c < 0.999 || c > 1.00001 {
			t.Errorf("text %d: cosine %v, want 0.999 to 1", i, c)
		}
	}
	if _, err := bert.Quantize(t.Context(), open(t, tensors)); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("quantising twice: got error %v", err)
	}
}

func TestLoadNamesWhatIsWrong(t *testing.T) {
	const query = "encoder.layer.1.attention.self.query.weight"
	change := func(f func(tt *safetensors.Tensor)) func([]safetensors.Tensor) []safetensors.Tensor {
		return func(ts []safetensors.Tensor) []safetensors.Tensor {
			f(&ts[slices.IndexFunc(ts, func(t safetensors.Tensor) bool { return t.Name == query })])
			return ts
		}
	}
	nan := []byte{0, 0, 0xc0, 0x7f}
	for _, tt := range []struct {
		name string
		edit func([]safetensors.Tensor) []safetensors.Tensor
		want string
	}{
		{"missing", change(func(t *safetensors.Tensor) { t.Name = "other" }), `"` + query + `" is missing`},
		{"shape", change(func(t *safetensors.Tensor) { t.Shape = []int{18, 72} }),
			`"` + query + `" has shape [18 72], want [36 36]`},
		{"type", change(func(t *safetensors.Tensor) { t.DType = safetensors.I32 }), `"` + query + `" has type`},
		{"NaN", change(func(t *safetensors.Tensor) { copy(t.Data[8:], nan) }), `"` + query + `": element 2 is NaN`},
		{"int8 without scales", change(func(t *safetensors.Tensor) {
			t.DType, t.Data = safetensors.I8, t.Data[:36*36]
		}), `"` + query + `_scale" is missing`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := open(t, tt.edit(berttest.Tensors(berttest.Config(), 1)))
			_, err := bert.Load(berttest.Config(), f, bert.FP32)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %s", err, tt.want)
			}
		})
	}
}

func TestLoadAcceptsThePrefixBert(t *testing.T) {
	m, _ := small(t)
	tensors := berttest.Tensors(berttest.Config(), 1)
	for i := range tensors {
		tensors[i].Name = "bert." + tensors[i].Name
	}
	p, err := bert.Load(berttest.Config(), open(t, tensors), bert.FP32)
	if err != nil {
		t.Fatal(err)
	}
	in := texts(12)
	if !slices.Equal(encode(t, m, in)[0], encode(t, p, in)[0]) {
		t.Error("other embedding than without the prefix")
	}
}

func TestParseConfigRefusesOtherArchitectures(t *testing.T) {
	const good = `"model_type":"bert","hidden_size":384,"num_hidden_layers":6,"num_attention_heads":12,
		"intermediate_size":1536,"vocab_size":30522,"max_position_embeddings":512`
	if _, err := bert.ParseConfig([]byte("{" + good + "}")); err != nil {
		t.Fatal(err)
	}
	// A key that stands twice counts the second time.
	for _, tt := range []struct{ edit, want string }{
		{`"model_type":"roberta"`, `model_type is "roberta", want "bert"`},
		{`"hidden_act":"relu"`, `hidden_act is "relu"`},
		{`"position_embedding_type":"relative_key"`, `position_embedding_type is "relative_key"`},
		{`"hidden_size":0`, "hidden_size is 0"},
		{`"num_hidden_layers":-1`, "num_hidden_layers is -1"},
		{`"num_attention_heads":7`, "not a multiple of num_attention_heads 7"},
		{`"vocab_size":999999999999`, "vocab_size is 999999999999"},
		{`"layer_norm_eps":0`, "layer_norm_eps is 0"},
		{`"hidden_size":"x"`, "hidden_size"},
	} {
		_, err := bert.ParseConfig([]byte("{" + good + "," + tt.edit + "}"))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got error %v, want one with %s", tt.edit, err, tt.want)
		}
	}
}
