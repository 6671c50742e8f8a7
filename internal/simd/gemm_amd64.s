//go:build !purego

#include "textflag.h"

// Tiles of the float32 matrix product: y[N,16] = init[N,16] + x[N,k] @ b[k,16].
//
// Row r is summed in two registers; Y12 and Y13 hold a row of b, and Y14 or
// Y15 one element of x in all lanes. AX points at row 0 of x and BX at row 3;
// R8, R9, R10 are the strides of x, init and y in bytes.

#define SETUP \
	MOVQ k+0(FP), CX; \
	MOVQ x+8(FP), AX; \
	MOVQ ldx+16(FP), R8; \
	MOVQ b+24(FP), DX; \
	MOVQ init+32(FP), SI; \
	MOVQ ldinit+40(FP), R9; \
	MOVQ y+48(FP), DI; \
	MOVQ ldy+56(FP), R10; \
	SHLQ $2, R8; \
	SHLQ $2, R9; \
	SHLQ $2, R10; \
	LEAQ (R8)(R8*2), BX; \
	ADDQ AX, BX

#define LOAD(lo, hi) \
	VMOVUPS (SI), lo; \
	VMOVUPS 32(SI), hi; \
	ADDQ    R9, SI

#define STORE(lo, hi) \
	VMOVUPS lo, (DI); \
	VMOVUPS hi, 32(DI); \
	ADDQ    R10, DI

#define NEXTB \
	VMOVUPS (DX), Y12; \
	VMOVUPS 32(DX), Y13; \
	ADDQ    $64, DX

#define FMA(element, tmp, lo, hi) \
	VBROADCASTSS element, tmp; \
	VFMADD231PS  Y12, tmp, lo; \
	VFMADD231PS  Y13, tmp, hi

// func tile6Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int, ahead *float32, pace int)
TEXT ·tile6Asm(SB), NOSPLIT, $0-80
	SETUP
	MOVQ ahead+64(FP), R11
	MOVQ pace+72(FP), R12

	// The rows of y that the next tile starts from, or only writes.
	LEAQ       (R10)(R10*2), R13
	LEAQ       (DI)(R13*2), R14
	ADDQ       R14, R13
	PREFETCHT0 (R14)
	PREFETCHT0 (R14)(R10*1)
	PREFETCHT0 (R14)(R10*2)
	PREFETCHT0 (R13)
	PREFETCHT0 (R13)(R10*1)
	PREFETCHT0 (R13)(R10*2)
	LOAD(Y0, Y1)
	LOAD(Y2, Y3)
	LOAD(Y4, Y5)
	LOAD(Y6, Y7)
	LOAD(Y8, Y9)
	LOAD(Y10, Y11)

loop6:
	NEXTB
	PREFETCHT0 (R11)
	ADDQ       R12, R11
	FMA((AX), Y14, Y0, Y1)
	FMA((AX)(R8*1), Y15, Y2, Y3)
	FMA((AX)(R8*2), Y14, Y4, Y5)
	FMA((BX), Y15, Y6, Y7)
	FMA((BX)(R8*1), Y14, Y8, Y9)
	FMA((BX)(R8*2), Y15, Y10, Y11)
	ADDQ $4, AX
	ADDQ $4, BX
	DECQ CX
	JNZ  loop6

	STORE(Y0, Y1)
	STORE(Y2, Y3)
	STORE(Y4, Y5)
	STORE(Y6, Y7)
	STORE(Y8, Y9)
	STORE(Y10, Y11)
	VZEROUPPER
	RET

// func tile4Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int)
TEXT ·tile4Asm(SB), NOSPLIT, $0-64
	SETUP
	LOAD(Y0, Y1)
	LOAD(Y2, Y3)
	LOAD(Y4, Y5)
	LOAD(Y6, Y7)

loop4:
	NEXTB
	FMA((AX), Y14, Y0, Y1)
	FMA((AX)(R8*1), Y15, Y2, Y3)
	FMA((AX)(R8*2), Y14, Y4, Y5)
	FMA((BX), Y15, Y6, Y7)
	ADDQ $4, AX
	ADDQ $4, BX
	DECQ CX
	JNZ  loop4

	STORE(Y0, Y1)
	STORE(Y2, Y3)
	STORE(Y4, Y5)
	STORE(Y6, Y7)
	VZEROUPPER
	RET

// func tile2Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int)
TEXT ·tile2Asm(SB), NOSPLIT, $0-64
	SETUP
	LOAD(Y0, Y1)
	LOAD(Y2, Y3)

loop2:
	NEXTB
	FMA((AX), Y14, Y0, Y1)
	FMA((AX)(R8*1), Y15, Y2, Y3)
	ADDQ $4, AX
	DECQ CX
	JNZ  loop2

	STORE(Y0, Y1)
	STORE(Y2, Y3)
	VZEROUPPER
	RET

// func tile1Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int)
TEXT ·tile1Asm(SB), NOSPLIT, $0-64
	SETUP
	LOAD(Y0, Y1)

loop1:
	NEXTB
	FMA((AX), Y14, Y0, Y1)
	ADDQ $4, AX
	DECQ CX
	JNZ  loop1

	STORE(Y0, Y1)
	VZEROUPPER
	RET
