//go:build !purego

#include "textflag.h"
#include "go_asm.h"
#include "int8_amd64.h"
#include "raw_amd64.h"

// The tile of the quantised product for AVX-512 with VNNI: y[12,32] of
// x[12,k] @ [w[k,16] | w'[k,16]], where w' is the next panel. Row r is summed in
// Z(2r) and Z(2r+1).

#define DOT(x4, tmp, lo, hi) \
	VPBROADCASTD x4, tmp; \
	VPDPBUSD     Z24, tmp, lo; \
	VPDPBUSD     Z25, tmp, hi

#define ZERO(r) VPXORD r, r, r

// Row of 32 columns: Z24 and Z25 are scale, Z26 and Z27 sums.
#define ROW32(lo, hi) \
	VBROADCASTSS (R10), Z31; \
	VMOVUPS      (R13), Z28; \
	VMOVUPS      64(R13), Z29; \
	VFMADD231PS  Z26, Z31, Z28; \
	VFMADD231PS  Z27, Z31, Z29; \
	VBROADCASTSS (R9), Z31; \
	VMULPS       Z24, Z31, Z30; \
	VMULPS       Z25, Z31, Z31; \
	VCVTDQ2PS    lo, lo; \
	VCVTDQ2PS    hi, hi; \
	VFMADD213PS  Z28, Z30, lo; \
	VFMADD213PS  Z29, Z31, hi; \
	VMOVUPS      lo, (DI); \
	VMOVUPS      hi, 64(DI); \
	NEXTROW

// func tileInt8VNNI512(t *int8Tile)
TEXT ·tileInt8VNNI512(SB), NOSPLIT, $0-8
	ARGUMENTS
	MOVQ int8Tile_next(R15), R12
	LEAQ (R8)(R8*2), R9
	LEAQ (R8)(R8*4), R10
	LEAQ (R10)(R8*2), R11
	LEAQ (AX)(R8*8), BX
	MOVQ int8Tile_ahead(R15), SI
	MOVQ int8Tile_pace(R15), DI
	ZERO(Z0)
	ZERO(Z1)
	ZERO(Z2)
	ZERO(Z3)
	ZERO(Z4)
	ZERO(Z5)
	ZERO(Z6)
	ZERO(Z7)
	ZERO(Z8)
	ZERO(Z9)
	ZERO(Z10)
	ZERO(Z11)
	ZERO(Z12)
	ZERO(Z13)
	ZERO(Z14)
	ZERO(Z15)
	ZERO(Z16)
	ZERO(Z17)
	ZERO(Z18)
	ZERO(Z19)
	ZERO(Z20)
	ZERO(Z21)
	ZERO(Z22)
	ZERO(Z23)

loop:
	VMOVDQU32 (DX), Z24
	VMOVDQU32 (DX)(R12*1), Z25
	PREFETCHT1 (SI)
	PREFETCHT1 (SI)(R12*1)
	ADDQ DI, SI
	DOT((AX), Z26, Z0, Z1)
	DOT((AX)(R8*1), Z27, Z2, Z3)
	DOT((AX)(R8*2), Z26, Z4, Z5)
	DOT((AX)(R9*1), Z27, Z6, Z7)
	DOT((AX)(R8*4), Z26, Z8, Z9)
	DOT((AX)(R10*1), Z27, Z10, Z11)
	DOT((AX)(R9*2), Z26, Z12, Z13)
	DOT((AX)(R11*1), Z27, Z14, Z15)
	DOT((BX), Z26, Z16, Z17)
	DOT((BX)(R8*1), Z27, Z18, Z19)
	DOT((BX)(R8*2), Z26, Z20, Z21)
	DOT((BX)(R9*1), Z27, Z22, Z23)
	ADDQ $64, DX
	ADDQ $4, AX
	ADDQ $4, BX
	DECQ CX
	JNZ  loop

	OUTPUT
	VMOVUPS (R11), Z24
	VMOVUPS 64(R11), Z25
	VMOVUPS (R12), Z26
	VMOVUPS 64(R12), Z27
	ROW32(Z0, Z1)
	JZ done
	ROW32(Z2, Z3)
	JZ done
	ROW32(Z4, Z5)
	JZ done
	ROW32(Z6, Z7)
	JZ done
	ROW32(Z8, Z9)
	JZ done
	ROW32(Z10, Z11)
	JZ done
	ROW32(Z12, Z13)
	JZ done
	ROW32(Z14, Z15)
	JZ done
	ROW32(Z16, Z17)
	JZ done
	ROW32(Z18, Z19)
	JZ done
	ROW32(Z20, Z21)
	JZ done
	ROW32(Z22, Z23)

done:
	VZEROUPPER
	RET

// All eight tiles are 16 rows of 64 bytes.
DATA ·tileConfig+0(SB)/8, $1                   // palette 1
DATA ·tileConfig+8(SB)/8, $0
DATA ·tileConfig+16(SB)/8, $0x0040004000400040 // bytes of a row, tiles 0-3
DATA ·tileConfig+24(SB)/8, $0x0040004000400040 // tiles 4-7
DATA ·tileConfig+32(SB)/8, $0
DATA ·tileConfig+40(SB)/8, $0
DATA ·tileConfig+48(SB)/8, $0x1010101010101010 // rows
DATA ·tileConfig+56(SB)/8, $0
GLOBL ·tileConfig(SB), RODATA|NOPTR, $64

// tileInt8AMX computes any number of rows of 32 columns, 32 at a time, and may
// read x up to the next multiple of 32 rows. It configures the tiles and
// releases them: the runtime moves a goroutine to another thread only outside
// of assembly, and a thread at rest has no tiles to save.
//
// func tileInt8AMX(t *int8Tile)
TEXT ·tileInt8AMX(SB), NOSPLIT, $0-8
	LEAQ ·tileConfig(SB), SI
	LDTILECFG_SI
	ARGUMENTS
	MOVQ AX, R14 // rows of x
	OUTPUT
	VMOVUPS (R11), Z24
	VMOVUPS 64(R11), Z25
	VMOVUPS (R12), Z26
	VMOVUPS 64(R12), Z27
	MOVQ CX, R12 // rows left
	MOVQ int8Tile_bias(R15), R13

block:
	MOVQ int8Tile_ldx(R15), R8
	MOVQ R14, AX
	MOVQ R8, BX
	SHLQ $4, BX
	ADDQ AX, BX
	MOVQ int8Tile_w(R15), DX
	MOVQ int8Tile_next(R15), SI
	ADDQ DX, SI
	MOVQ $64, R9
	MOVQ int8Tile_steps(R15), CX
	TILEZERO_0
	TILEZERO_1
	TILEZERO_2
	TILEZERO_3

loop:
	TILELOADD_AX_R8_4
	TILELOADD_DX_R9_6
	TDPBUSD_6_4_0
	TILELOADD_SI_R9_7
	TDPBUSD_7_4_1
	TILELOADD_BX_R8_5
	TDPBUSD_6_5_2
	TDPBUSD_7_5_3
	ADDQ $64, AX
	ADDQ $64, BX
	ADDQ $1024, DX
	ADDQ $1024, SI
	DECQ CX
	JNZ  loop

	MOVQ int8Tile_sum(R15), BX
	MOVQ BX, DX
	MOVQ $128, R9
	TILESTORED_0_BX_R9
	ADDQ $64, BX
	TILESTORED_1_BX_R9
	ADDQ $(16*128-64), BX
	TILESTORED_2_BX_R9
	ADDQ $64, BX
	TILESTORED_3_BX_R9

	// R9 is step again, which with R10 has gone on row by row.
	MOVQ int8Tile_step(R15), R9
	MOVQ R10, AX
	SUBQ int8Tile_low(R15), AX
	ADDQ AX, R9
	MOVQ int8Tile_ldy(R15), R8
	MOVQ $32, CX
	CMPQ R12, CX
	CMOVQLT R12, CX
	SUBQ CX, R12

rows:
	VMOVDQU32 (DX), Z0
	VMOVDQU32 64(DX), Z1
	ADDQ      $128, DX
	ROW32(Z0, Z1)
	JNZ       rows

	MOVQ int8Tile_ldx(R15), R8
	SHLQ $5, R8
	ADDQ R8, R14
	TESTQ R12, R12
	JNZ  block

	TILERELEASE
	VZEROUPPER
	RET

// func quantizeBytes512Asm(dst *byte, x *float32, n int, low, inverse float32)
TEXT ·quantizeBytes512Asm(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSS low+24(FP), Z15
	VBROADCASTSS inverse+28(FP), Z14

loop:
	VMOVUPS   (SI), Z0
	VSUBPS    Z15, Z0, Z0
	VMULPS    Z14, Z0, Z0
	VCVTPS2DQ Z0, Z0
	VPMOVUSDB Z0, (DI)
	ADDQ      $64, SI
	ADDQ      $16, DI
	SUBQ      $16, CX
	JNZ       loop
	VZEROUPPER
	RET
