package bert

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/hunch-search/hunch/internal/safetensors"
)

// Quantize returns the tensors of f with the matrices as int8: row i of a
// weight (an output channel, or one token's embedding) becomes integers
// -127 … 127 and one float32 scale, in a tensor of the same name with the
// suffix "_scale". Norms and biases stay float32, and so do the token types:
// every token has type 0 added, so that the rounding of this one row would
// weigh as much as that of all words and positions. The pooler, which sentence
// encoders do not use, and integer tensors are left out.
//
// The result is loaded by [Load]; weights that are int8 already are an
// error. ctx is looked at once a tensor.
func Quantize(ctx context.Context, f *safetensors.File) ([]safetensors.Tensor, error) {
	var out []safetensors.Tensor
	for _, name := range f.Names() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		info, _ := f.Info(name)
		switch {
		case info.DType == safetensors.I8:
			return nil, fmt.Errorf("tensor %q is int8: the model is quantised already", name)
		case isPooler(name) || info.DType == safetensors.I64 || info.DType == safetensors.I32:
			continue
		}
		x, err := f.Float32s(name)
		if err != nil {
			return nil, err
		}
		if len(info.Shape) != 2 || strings.HasSuffix(name, typeEmbeddings) {
			out = append(out, safetensors.Float32s(name, x, info.Shape...))
			continue
		}
		out = append(out, quantizeRows(name, info.Shape, x)...)
	}
	return out, nil
}

func quantizeRows(name string, shape []int, x []float32) []safetensors.Tensor {
	n, width := shape[0], shape[1]
	ints, scales := make([]int8, len(x)), make([]float32, n)
	for i := range n {
		at, to := i*width, (i+1)*width
		scales[i] = quantizeRow(ints[at:to], x[at:to])
	}
	return []safetensors.Tensor{
		safetensors.Int8s(name, ints, shape...),
		safetensors.Float32s(name+scaleSuffix, scales, n),
	}
}

// Widen is the way back from [Quantize]: it returns the tensors of f with its
// int8 matrices as float32.
func Widen(f *safetensors.File) ([]safetensors.Tensor, error) {
	var out []safetensors.Tensor
	for _, name := range f.Names() {
		info, _ := f.Info(name)
		if _, scaled := f.Info(strings.TrimSuffix(name, scaleSuffix)); scaled && strings.HasSuffix(name, scaleSuffix) {
			continue
		}
		if info.DType != safetensors.I8 {
			x, err := f.Float32s(name)
			if err != nil {
				return nil, err
			}
			out = append(out, safetensors.Float32s(name, x, info.Shape...))
			continue
		}
		if len(info.Shape) != 2 {
			return nil, fmt.Errorf("tensor %q has shape %v, want a matrix", name, info.Shape)
		}
		l := loader{file: f}
		t := l.table(name, info.Shape[0], info.Shape[1])
		if l.err != nil {
			return nil, l.err
		}
		x := make([]float32, info.Shape[0]*info.Shape[1])
		for i := range info.Shape[0] {
			t.row(i, x[i*t.width:(i+1)*t.width])
		}
		out = append(out, safetensors.Float32s(name, x, info.Shape...))
	}
	return out, nil
}

// quantizeRow writes x as integers and returns their scale. It expects dst to
// be zero.
func quantizeRow(dst []int8, x []float32) (scale float32) {
	if scale = bestScale(x); scale == 0 {
		return 0
	}
	for i, v := range x {
		dst[i] = round(v, scale)
	}
	return scale
}

// bestScale returns the scale with the least squared error among max|row|/127
// and a few smaller ones, which cut the largest values and round all others
// more finely.
func bestScale(row []float32) float32 {
	full := maxAbs(row) / 127
	if full == 0 {
		return 0
	}
	best, least := full, math.Inf(1)
	for cut := range 20 {
		scale := full * (1 - float32(cut)/64)
		if e := squaredError(row, scale); e < least {
			best, least = scale, e
		}
	}
	return best
}

func squaredError(row []float32, scale float32) float64 {
	var sum float64
	for _, v := range row {
		d := float64(v) - float64(scale)*float64(round(v, scale))
		sum += d * d
	}
	return sum
}

func round(v, scale float32) int8 {
	return int8(min(max(math.RoundToEven(float64(v/scale)), -127), 127))
}

func maxAbs(x []float32) float32 {
	var m float32
	for _, v := range x {
		m = max(m, v, -v)
	}
	return m
}
