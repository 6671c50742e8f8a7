//go:build !purego

#include "textflag.h"

// Tiles of the float32 matrix product for AVX-512:
//
//	tile12x32: y[12,32] = init[12,32] + x[12,k] @ [b[k,16] | b'[k,16]]
//	tile8:     y[8,16]  = init[8,16] + x[8,k] @ b[k,16]
//
// where b' is the next panel. Row r of the wide tile is summed in Z(2r) and
// Z(2r+1); Z30 and Z31 hold rows of b and b', Z28 or Z29 an element of x, which
// serves both. AX and BX point at rows 0 and 8 of x; R8, R9, R10 and R11 are 1,
// 3, 5 and 7 strides in bytes, from which the addressing makes all of 0 to 7.
//
// The sums are made in the same order as in gemm_amd64.s, and so are equal bit
// for bit.

#define SETUP \
	MOVQ k+0(FP), CX; \
	MOVQ x+8(FP), AX; \
	MOVQ ldx+16(FP), R8; \
	MOVQ b+24(FP), DX; \
	MOVQ init+32(FP), SI; \
	MOVQ ldinit+40(FP), R14; \
	MOVQ y+48(FP), DI; \
	SHLQ $2, R8; \
	SHLQ $2, R14; \
	LEAQ (R8)(R8*2), R9; \
	LEAQ (R8)(R8*4), R10; \
	LEAQ (R10)(R8*2), R11

#define OUTPUT \
	MOVQ ldy+56(FP), R14; \
	SHLQ $2, R14

#define LOAD(sum) \
	VMOVUPS (SI), sum; \
	ADDQ    R14, SI

#define STORE(sum) \
	VMOVUPS sum, (DI); \
	ADDQ    R14, DI

#define FMA8(base, s0, s1, s2, s3, s4, s5, s6, s7) \
	VFMADD231PS.BCST (base), Z31, s0; \
	VFMADD231PS.BCST (base)(R8*1), Z31, s1; \
	VFMADD231PS.BCST (base)(R8*2), Z31, s2; \
	VFMADD231PS.BCST (base)(R9*1), Z31, s3; \
	VFMADD231PS.BCST (base)(R8*4), Z31, s4; \
	VFMADD231PS.BCST (base)(R10*1), Z31, s5; \
	VFMADD231PS.BCST (base)(R9*2), Z31, s6; \
	VFMADD231PS.BCST (base)(R11*1), Z31, s7

#define LOAD2(lo, hi) \
	VMOVUPS (SI), lo; \
	VMOVUPS 64(SI), hi; \
	ADDQ    R14, SI

#define STORE2(lo, hi) \
	VMOVUPS lo, (DI); \
	VMOVUPS hi, 64(DI); \
	ADDQ    R14, DI

#define FMA2(element, tmp, lo, hi) \
	VBROADCASTSS element, tmp; \
	VFMADD231PS  Z30, tmp, lo; \
	VFMADD231PS  Z31, tmp, hi

// func tile12x32Asm(k int, x *float32, ldx int, b *float32, next int, init *float32, ldinit int, y *float32, ldy int, ahead *float32, pace int)
TEXT ·tile12x32Asm(SB), NOSPLIT, $0-88
	MOVQ k+0(FP), CX
	MOVQ x+8(FP), AX
	MOVQ ldx+16(FP), R8
	MOVQ b+24(FP), DX
	MOVQ next+32(FP), R12
	MOVQ init+40(FP), SI
	MOVQ ldinit+48(FP), R14
	MOVQ y+56(FP), DI
	SHLQ $2, R8
	SHLQ $2, R12
	SHLQ $2, R14
	LEAQ (R8)(R8*2), R9
	LEAQ (R8)(R8*4), R10
	LEAQ (R10)(R8*2), R11
	LEAQ (AX)(R8*8), BX
	LOAD2(Z0, Z1)
	LOAD2(Z2, Z3)
	LOAD2(Z4, Z5)
	LOAD2(Z6, Z7)
	LOAD2(Z8, Z9)
	LOAD2(Z10, Z11)
	LOAD2(Z12, Z13)
	LOAD2(Z14, Z15)
	LOAD2(Z16, Z17)
	LOAD2(Z18, Z19)
	LOAD2(Z20, Z21)
	LOAD2(Z22, Z23)
	MOVQ ahead+72(FP), SI
	MOVQ pace+80(FP), R14

loop12:
	PREFETCHT1 (SI)
	PREFETCHT1 (SI)(R12*1)
	ADDQ R14, SI
	VMOVUPS (DX), Z30
	VMOVUPS (DX)(R12*1), Z31
	FMA2((AX), Z28, Z0, Z1)
	FMA2((AX)(R8*1), Z29, Z2, Z3)
	FMA2((AX)(R8*2), Z28, Z4, Z5)
	FMA2((AX)(R9*1), Z29, Z6, Z7)
	FMA2((AX)(R8*4), Z28, Z8, Z9)
	FMA2((AX)(R10*1), Z29, Z10, Z11)
	FMA2((AX)(R9*2), Z28, Z12, Z13)
	FMA2((AX)(R11*1), Z29, Z14, Z15)
	FMA2((BX), Z28, Z16, Z17)
	FMA2((BX)(R8*1), Z29, Z18, Z19)
	FMA2((BX)(R8*2), Z28, Z20, Z21)
	FMA2((BX)(R9*1), Z29, Z22, Z23)
	ADDQ $64, DX
	ADDQ $4, AX
	ADDQ $4, BX
	DECQ CX
	JNZ  loop12

	MOVQ ldy+64(FP), R14
	SHLQ $2, R14
	STORE2(Z0, Z1)
	STORE2(Z2, Z3)
	STORE2(Z4, Z5)
	STORE2(Z6, Z7)
	STORE2(Z8, Z9)
	STORE2(Z10, Z11)
	STORE2(Z12, Z13)
	STORE2(Z14, Z15)
	STORE2(Z16, Z17)
	STORE2(Z18, Z19)
	STORE2(Z20, Z21)
	STORE2(Z22, Z23)
	VZEROUPPER
	RET

// func tile8Asm(k int, x *float32, ldx int, b, init *float32, ldinit int, y *float32, ldy int, ahead *float32, pace int)
TEXT ·tile8Asm(SB), NOSPLIT, $0-80
	SETUP
	LOAD(Z0)
	LOAD(Z1)
	LOAD(Z2)
	LOAD(Z3)
	LOAD(Z4)
	LOAD(Z5)
	LOAD(Z6)
	LOAD(Z7)
	MOVQ ahead+64(FP), SI
	MOVQ pace+72(FP), R14

loop8:
	PREFETCHT1 (SI)
	ADDQ R14, SI
	VMOVUPS (DX), Z31
	FMA8(AX, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)
	ADDQ $64, DX
	ADDQ $4, AX
	DECQ CX
	JNZ  loop8

	OUTPUT
	STORE(Z0)
	STORE(Z1)
	STORE(Z2)
	STORE(Z3)
	STORE(Z4)
	STORE(Z5)
	STORE(Z6)
	STORE(Z7)
	VZEROUPPER
	RET
