//go:build !purego

#include "textflag.h"
#include "go_asm.h"
#include "neon_arm64.h"

// Tiles of the quantised product: y[6,16] of x[6,k] @ w[k,16].
//
// The products are of signed bytes, so x holds q-128, and the sums start from
// 128·Σu. Row r is summed in the four registers from V(8+4r) on. R14 points at
// the int8Tile, R4 to R9 at the rows of x and R3 at the weights; R0 counts k.

#define SETUP \
	MOVD t+0(FP), R14; \
	MOVD int8Tile_steps(R14), R0; \
	MOVD int8Tile_x(R14), R4; \
	MOVD int8Tile_ldx(R14), R1; \
	MOVD int8Tile_w(R14), R3; \
	MOVD int8Tile_totals(R14), R2; \
	ADD  R1, R4, R5; \
	ADD  R1, R5, R6; \
	ADD  R1, R6, R7; \
	ADD  R1, R7, R8; \
	ADD  R1, R8, R9; \
	VLD1 (R2), [V8.S4, V9.S4, V10.S4, V11.S4]; \
	VSHL $7, V8.S4, V8.S4; \
	VSHL $7, V9.S4, V9.S4; \
	VSHL $7, V10.S4, V10.S4; \
	VSHL $7, V11.S4, V11.S4; \
	START(V12, V13, V14, V15); \
	START(V16, V17, V18, V19); \
	START(V20, V21, V22, V23); \
	START(V24, V25, V26, V27); \
	START(V28, V29, V30, V31)

#define START(a, b, c, d) \
	VMOV V8.B16, a.B16; \
	VMOV V9.B16, b.B16; \
	VMOV V10.B16, c.B16; \
	VMOV V11.B16, d.B16

// OUTPUT: R1, R2 = step and low of a row; R3, R4, R5 = scale, sums and bias of
// the columns; R6, R7 = y and its bytes from row to row; R0 = rows.
#define OUTPUT \
	MOVD int8Tile_step(R14), R1; \
	MOVD int8Tile_low(R14), R2; \
	MOVD int8Tile_scale(R14), R3; \
	MOVD int8Tile_sums(R14), R4; \
	MOVD int8Tile_bias(R14), R5; \
	MOVD int8Tile_y(R14), R6; \
	MOVD int8Tile_ldy(R14), R7; \
	MOVD int8Tile_rows(R14), R0

// FLOATS makes floats of eight sums; V0 and V1 are step and low.
#define FLOATS(at, a, b) \
	FLDPQ at(R4), (F2, F3); \
	FLDPQ at(R5), (F4, F5); \
	FMLAI(4, 2, 1, 0); \
	FMLAI(5, 3, 1, 0); \
	FLDPQ at(R3), (F2, F3); \
	FMULI(2, 2, 0, 0); \
	FMULI(3, 3, 0, 0); \
	SCVTF(a, a); \
	SCVTF(b, b); \
	FMLA(4, a, 2); \
	FMLA(5, b, 3); \
	FSTPQ (F4, F5), at(R6)

// WRITE stores row r; the flags then tell whether it was the last.
#define WRITE(r) \
	FMOVS.P 4(R1), F0; \
	FMOVS.P 4(R2), F1; \
	FLOATS(0, 8+4*r, 9+4*r); \
	FLOATS(32, 10+4*r, 11+4*r); \
	ADD  R7, R6; \
	SUBS $1, R0

// Six rows, or as many of them as there are.
#define ROWS6 \
	OUTPUT; \
	WRITE(0); \
	BEQ done; \
	WRITE(1); \
	BEQ done; \
	WRITE(2); \
	BEQ done; \
	WRITE(3); \
	BEQ done; \
	WRITE(4); \
	BEQ done; \
	WRITE(5)

// MADD adds two steps of k of a row: products in words, at most 2^14, whose
// pairs are added to the sums. V6 and V7 hold the weights of 16 columns.
#define MADD(x, r) \
	VLD1R.P 2(x), [V4.H8]; \
	SMULL(0, 6, 4); \
	SMULL2(1, 6, 4); \
	SMULL(2, 7, 4); \
	SMULL2(3, 7, 4); \
	SADALP(8+4*r, 0); \
	SADALP(9+4*r, 1); \
	SADALP(10+4*r, 2); \
	SADALP(11+4*r, 3)

// func tileInt8NEON(t *int8Tile)
TEXT ·tileInt8NEON(SB), NOSPLIT, $0-8
	SETUP

loop:
	FLDPQ.P 32(R3), (F6, F7)
	MADD(R4, 0)
	MADD(R5, 1)
	MADD(R6, 2)
	MADD(R7, 3)
	MADD(R8, 4)
	MADD(R9, 5)
	SUBS    $1, R0
	BNE     loop

	ROWS6

done:
	RET

// DOT adds four steps of k of row r, the i-th four of its register, times the
// weights of eight columns.
#define DOT(r, i, c) \
	SDOTI(8+4*r+c, 6, r, i); \
	SDOTI(9+4*r+c, 7, r, i)

#define DOTS(i, c) \
	FLDPQ.P 32(R3), (F6, F7); \
	DOT(0, i, c); \
	DOT(1, i, c); \
	DOT(2, i, c); \
	DOT(3, i, c); \
	DOT(4, i, c); \
	DOT(5, i, c)

// func tileInt8Dot(t *int8Tile)
TEXT ·tileInt8Dot(SB), NOSPLIT, $0-8
	SETUP

loop:
	FMOVQ.P 16(R4), F0
	FMOVQ.P 16(R5), F1
	FMOVQ.P 16(R6), F2
	FMOVQ.P 16(R7), F3
	FMOVQ.P 16(R8), F4
	FMOVQ.P 16(R9), F5
	DOTS(0, 0)
	DOTS(0, 2)
	DOTS(1, 0)
	DOTS(1, 2)
	DOTS(2, 0)
	DOTS(2, 2)
	DOTS(3, 0)
	DOTS(3, 2)
	SUBS    $1, R0
	BNE     loop

	ROWS6

done:
	RET

// func rangeAsm(x *float32, n int) (low, high float32)
TEXT ·rangeAsm(SB), NOSPLIT, $0-24
	MOVD x+0(FP), R0
	MOVD n+8(FP), R1
	VLD1 (R0), [V0.S4, V1.S4]
	VMOV V0.B16, V2.B16
	VMOV V1.B16, V3.B16

loop:
	VLD1.P 32(R0), [V4.S4, V5.S4]
	FMIN(0, 0, 4)
	FMIN(1, 1, 5)
	FMAX(2, 2, 4)
	FMAX(3, 3, 5)
	SUBS   $8, R1
	BNE    loop

	FMIN(0, 0, 1)
	FMAX(2, 2, 3)
	FMINV(0, 0)
	FMAXV(2, 2)
	FMOVS F0, low+16(FP)
	FMOVS F2, high+20(FP)
	RET

// func quantizeSignedAsm(dst *byte, x *float32, n int, low, inverse float32)
TEXT ·quantizeSignedAsm(SB), NOSPLIT, $0-32
	MOVD  dst+0(FP), R0
	MOVD  x+8(FP), R1
	MOVD  n+16(FP), R2
	MOVWU low+24(FP), R3
	MOVWU inverse+28(FP), R4
	VDUP  R3, V6.S4
	VDUP  R4, V7.S4
	VMOVI $0x80, V5.B16

loop:
	VLD1.P  32(R1), [V0.S4, V1.S4]
	FSUB(0, 0, 6)
	FSUB(1, 1, 6)
	FMUL(0, 0, 7)
	FMUL(1, 1, 7)
	FCVTNU(0, 0)
	FCVTNU(1, 1)
	UQXTNH(0, 0)
	UQXTNH2(0, 1)
	UQXTNB(0, 0) // at most 255
	VEOR    V5.B16, V0.B16, V0.B16
	FMOVD.P F0, 8(R0)
	SUBS    $8, R2
	BNE     loop
	RET
