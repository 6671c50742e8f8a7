//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"

// Tiles of the float32 matrix product: y[N,16] = init[N,16] + x[N,k] @ b[k,16].
//
// Row r is summed in the four registers from V(8+4r) on. V0 to V5 hold up to
// four elements of each row of x, V6 and V7 half a row of b. R0 counts k, R3
// points at b, R4 to R9 at the rows of x, R10 at init and R12 at y; R11 and R13
// are the strides of these in bytes.

#define SETUP \
	MOVD k+0(FP), R0; \
	MOVD x+8(FP), R4; \
	MOVD ldx+16(FP), R1; \
	MOVD b+24(FP), R3; \
	MOVD init+32(FP), R10; \
	MOVD ldinit+40(FP), R11; \
	MOVD y+48(FP), R12; \
	MOVD ldy+56(FP), R13; \
	LSL  $2, R11; \
	LSL  $2, R13; \
	ADD  R1<<2, R4, R5; \
	ADD  R1<<2, R5, R6; \
	ADD  R1<<2, R6, R7; \
	ADD  R1<<2, R7, R8; \
	ADD  R1<<2, R8, R9

#define LOAD(a, b, c, d) \
	VLD1 (R10), [a.S4, b.S4, c.S4, d.S4]; \
	ADD  R11, R10

#define STORE(a, b, c, d) \
	VST1 [a.S4, b.S4, c.S4, d.S4], (R12); \
	ADD  R13, R12

// ROW adds element i of row r, times half a row of b, to the sums from column
// 4c on.
#define ROW(r, i, c) \
	FMLAI(8+4*r+c, 6, r, i); \
	FMLAI(9+4*r+c, 7, r, i)

#define ROWS1(i, c) ROW(0, i, c)
#define ROWS2(i, c) ROWS1(i, c); ROW(1, i, c)
#define ROWS4(i, c) ROWS2(i, c); ROW(2, i, c); ROW(3, i, c)
#define ROWS6(i, c) ROWS4(i, c); ROW(4, i, c); ROW(5, i, c)

// PRODUCT adds element i of all rows, times a row of b.
#define PRODUCT(rows, i) \
	FLDPQ.P 32(R3), (F6, F7); \
	rows(i, 0); \
	FLDPQ.P 32(R3), (F6, F7); \
	rows(i, 2)

#define FOUR(rows) \
	PRODUCT(rows, 0); \
	PRODUCT(rows, 1); \
	PRODUCT(rows, 2); \
	PRODUCT(rows, 3)

// func tile6Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int)
TEXT ·tile6Asm(SB), NOSPLIT, $0-64
	SETUP
	LOAD(V8, V9, V10, V11)
	LOAD(V12, V13, V14, V15)
	LOAD(V16, V17, V18, V19)
	LOAD(V20, V21, V22, V23)
	LOAD(V24, V25, V26, V27)
	LOAD(V28, V29, V30, V31)
	SUBS $4, R0
	BLT  rest

loop:
	FMOVQ.P 16(R4), F0
	FMOVQ.P 16(R5), F1
	FMOVQ.P 16(R6), F2
	FMOVQ.P 16(R7), F3
	FMOVQ.P 16(R8), F4
	FMOVQ.P 16(R9), F5
	FOUR(ROWS6)
	SUBS    $4, R0
	BGE     loop

rest:
	ADDS $4, R0
	BEQ  done

last:
	FMOVS.P 4(R4), F0
	FMOVS.P 4(R5), F1
	FMOVS.P 4(R6), F2
	FMOVS.P 4(R7), F3
	FMOVS.P 4(R8), F4
	FMOVS.P 4(R9), F5
	PRODUCT(ROWS6, 0)
	SUBS    $1, R0
	BNE     last

done:
	STORE(V8, V9, V10, V11)
	STORE(V12, V13, V14, V15)
	STORE(V16, V17, V18, V19)
	STORE(V20, V21, V22, V23)
	STORE(V24, V25, V26, V27)
	STORE(V28, V29, V30, V31)
	RET

// func tile4Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int)
TEXT ·tile4Asm(SB), NOSPLIT, $0-64
	SETUP
	LOAD(V8, V9, V10, V11)
	LOAD(V12, V13, V14, V15)
	LOAD(V16, V17, V18, V19)
	LOAD(V20, V21, V22, V23)
	SUBS $4, R0
	BLT  rest

loop:
	FMOVQ.P 16(R4), F0
	FMOVQ.P 16(R5), F1
	FMOVQ.P 16(R6), F2
	FMOVQ.P 16(R7), F3
	FOUR(ROWS4)
	SUBS    $4, R0
	BGE     loop

rest:
	ADDS $4, R0
	BEQ  done

last:
	FMOVS.P 4(R4), F0
	FMOVS.P 4(R5), F1
	FMOVS.P 4(R6), F2
	FMOVS.P 4(R7), F3
	PRODUCT(ROWS4, 0)
	SUBS    $1, R0
	BNE     last

done:
	STORE(V8, V9, V10, V11)
	STORE(V12, V13, V14, V15)
	STORE(V16, V17, V18, V19)
	STORE(V20, V21, V22, V23)
	RET

// func tile2Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int)
TEXT ·tile2Asm(SB), NOSPLIT, $0-64
	SETUP
	LOAD(V8, V9, V10, V11)
	LOAD(V12, V13, V14, V15)
	SUBS $4, R0
	BLT  rest

loop:
	FMOVQ.P 16(R4), F0
	FMOVQ.P 16(R5), F1
	FOUR(ROWS2)
	SUBS    $4, R0
	BGE     loop

rest:
	ADDS $4, R0
	BEQ  done

last:
	FMOVS.P 4(R4), F0
	FMOVS.P 4(R5), F1
	PRODUCT(ROWS2, 0)
	SUBS    $1, R0
	BNE     last

done:
	STORE(V8, V9, V10, V11)
	STORE(V12, V13, V14, V15)
	RET

// func tile1Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int)
TEXT ·tile1Asm(SB), NOSPLIT, $0-64
	SETUP
	LOAD(V8, V9, V10, V11)
	SUBS $4, R0
	BLT  rest

loop:
	FMOVQ.P 16(R4), F0
	FOUR(ROWS1)
	SUBS    $4, R0
	BGE     loop

rest:
	ADDS $4, R0
	BEQ  done

last:
	FMOVS.P 4(R4), F0
	PRODUCT(ROWS1, 0)
	SUBS    $1, R0
	BNE     last

done:
	STORE(V8, V9, V10, V11)
	RET
