package bert

import "fmt"

// Precision is the arithmetic of the linear layers, which are most of the work.
// Embeddings, attention, norms and pooling are float32 in any case.
type Precision string

const (
	// Auto takes int8 for weights that are int8, else float32.
	Auto Precision = "auto"
	// FP32 multiplies float32; int8 weights are unpacked.
	FP32 Precision = "fp32"
	// Int8 multiplies int8 weights, with a scale for each output channel, with
	// inputs quantised to 8 bits, token by token; float32 weights are quantised
	// as [Quantize] does.
	Int8 Precision = "int8"
)

// ParsePrecision checks a name; "" is Auto.
func ParsePrecision(name string) (Precision, error) {
	switch p := Precision(name); p {
	case "":
		return Auto, nil
	case Auto, FP32, Int8:
		return p, nil
	}
	return "", fmt.Errorf("unknown precision %q, want auto, fp32 or int8", name)
}

// Resolve decides what Auto, or the zero value, stands for.
func (p Precision) Resolve(int8Weights bool) Precision {
	switch {
	case p != Auto && p != "":
		return p
	case int8Weights:
		return Int8
	}
	return FP32
}
