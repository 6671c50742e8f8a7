// Shared by the tiles of the quantised product. R15 points at the int8Tile.
//
// In: AX, BX = rows 0 and 3 of x (8 for the tile of 12 rows); R8 = bytes from
// row to row; DX = panel of weights; CX = steps.

#define ARGUMENTS \
	MOVQ t+0(FP), R15; \
	MOVQ int8Tile_x(R15), AX; \
	MOVQ int8Tile_ldx(R15), R8; \
	MOVQ int8Tile_w(R15), DX; \
	MOVQ int8Tile_steps(R15), CX

// What the sums of integers are made floats with: R9, R10 = step and low of a
// row; R11, R12, R13 = scale, sums and bias of the columns; DI, R8 = output
// and its bytes from row to row; CX = rows.
#define OUTPUT \
	MOVQ int8Tile_step(R15), R9; \
	MOVQ int8Tile_low(R15), R10; \
	MOVQ int8Tile_scale(R15), R11; \
	MOVQ int8Tile_sums(R15), R12; \
	MOVQ int8Tile_bias(R15), R13; \
	MOVQ int8Tile_y(R15), DI; \
	MOVQ int8Tile_ldy(R15), R8; \
	MOVQ int8Tile_rows(R15), CX

#define NEXTROW \
	ADDQ $4, R9; \
	ADDQ $4, R10; \
	ADDQ R8, DI; \
	DECQ CX

// Row of 16 columns; Y12 to Y15 are free.
#define ROW16(lo, hi) \
	VBROADCASTSS (R10), Y14; \
	VMOVUPS      (R13), Y12; \
	VMOVUPS      32(R13), Y13; \
	VFMADD231PS  (R12), Y14, Y12; \
	VFMADD231PS  32(R12), Y14, Y13; \
	VBROADCASTSS (R9), Y14; \
	VMULPS       (R11), Y14, Y15; \
	VMULPS       32(R11), Y14, Y14; \
	VCVTDQ2PS    lo, lo; \
	VCVTDQ2PS    hi, hi; \
	VFMADD213PS  Y12, Y15, lo; \
	VFMADD213PS  Y13, Y14, hi; \
	VMOVUPS      lo, (DI); \
	VMOVUPS      hi, 32(DI); \
	NEXTROW

// Six rows of 16 columns, or as many of them as there are.
#define ROWS6 \
	OUTPUT; \
	ROW16(Y0, Y1); \
	JZ done; \
	ROW16(Y2, Y3); \
	JZ done; \
	ROW16(Y4, Y5); \
	JZ done; \
	ROW16(Y6, Y7); \
	JZ done; \
	ROW16(Y8, Y9); \
	JZ done; \
	ROW16(Y10, Y11)

#define ZERO12 \
	VPXOR Y0, Y0, Y0; \
	VPXOR Y1, Y1, Y1; \
	VPXOR Y2, Y2, Y2; \
	VPXOR Y3, Y3, Y3; \
	VPXOR Y4, Y4, Y4; \
	VPXOR Y5, Y5, Y5; \
	VPXOR Y6, Y6, Y6; \
	VPXOR Y7, Y7, Y7; \
	VPXOR Y8, Y8, Y8; \
	VPXOR Y9, Y9, Y9; \
	VPXOR Y10, Y10, Y10; \
	VPXOR Y11, Y11, Y11
