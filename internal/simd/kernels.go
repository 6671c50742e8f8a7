package simd

// kernels is one implementation of everything that has an assembly version.
// Lengths have been checked by the exported functions that call it.
type kernels struct {
	name    string
	dot     func(a, b []float32) float32
	dotInt8 func(a, b []int8) int32
	// dotInt8Rows computes dst[i] = q . row ids[i] of rows; see [DotInt8Rows].
	dotInt8Rows func(dst []int32, q, rows []int8, ids []uint32)
	// scanInt8 computes dst[i] = q . row i of rows; see [ScanInt8].
	scanInt8 func(dst []int32, q, rows []int8)
	// gemm computes rows [0, m) of y = x @ W^T + bias; see [Gemm].
	gemm func(y []float32, ldy int, x []float32, ldx, m int, w *Packed, bias []float32)
	// gemmAdd computes rows [0, m) of y += x @ W^T; see [GemmAdd].
	gemmAdd func(y []float32, ldy int, x []float32, ldx, m int, w *Packed)
	// gemmAddTransposed computes rows [0, m) of y += x^T @ W^T; see
	// [GemmAddTransposed].
	gemmAddTransposed func(y []float32, ldy int, x []float32, ldx, m int, w *Packed)
	// gelu replaces x by GELU(x).
	gelu func(x []float32)
	// expSum replaces x by exp(scale*x - shift) and returns the sum.
	expSum func(x []float32, scale, shift float32) float32
	max    func(x []float32) float32
	scale  func(x []float32, by float32)
	add    func(y, x []float32)
	// addSum adds r to x and returns the sum of the result.
	addSum func(x, r []float32) float32
	// squares returns sum((x[i]-mean)^2).
	squares func(x []float32, mean float32) float32
	// affine replaces x by (x-mean)*inv*gamma + beta.
	affine func(x []float32, mean, inv float32, gamma, beta []float32)

	// group is how many elements of k [Int8Linear] keeps together.
	group int
	// flip is what the bytes of Int8Rows differ in from q: 0x80 where they are
	// q-128, for products of signed bytes. flipWeights is the same for those of
	// Int8Linear: 0x80 where they are u+128, for products of unsigned bytes.
	flip, flipWeights byte
	// quantize writes row r of q.
	quantize func(q *Int8Rows, r int, x []float32)
	gemmInt8 func(y []float32, ldy int, x *Int8Rows, w *Int8Linear)

	// Of training; see train.go.
	geluGrad  func(y, u, d []float32)
	dropout   func(x []float32, d Dropout)
	transpose func(dst []float32, ldd int, src []float32, lds, rows, cols int)
	// copyRows copies rows of panelWidth elements, ld apart, to a panel.
	copyRows func(panel, src []float32, ld, rows int)
	adamW    func(w, g, m, v []float32, a AdamW)
	bf16     *bf16Kernels // nil where products in bfloat16 are no faster
}

// implementations lists what this machine can run, the best last.
var implementations = append([]kernels{generic}, machineKernels()...)

var active = implementations[len(implementations)-1]

// Name tells which implementation is in use: "generic", "avx2", "avxvnni",
// "avx512", "avx512vnni", "amx", "neon" or "neondot".
func Name() string { return active.name }

// with returns k with some of it replaced.
func (k kernels) with(name string, replace func(*kernels)) kernels {
	k.name = name
	replace(&k)
	return k
}
