//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"

#define AT(id, row) \
	MOVWU id(R5), row; \
	MADD  R4, R2, row, row

#define MADD16(x, sum) \
	SMULL(16, 4, x); \
	SMULL2(17, 4, x); \
	SADALP(sum, 16); \
	SADALP(sum, 17)

// func dotInt8RowsAsm(dst *int32, q, rows *int8, n, stride int, ids *uint32, count int)
//
// Four rows at a time share the query, and the next four are asked for before
// that: a row from memory costs more than its products, so what counts is how
// many are on their way. Products in words are at most 2^14.
TEXT ·dotInt8RowsAsm(SB), NOSPLIT, $0-56
	MOVD dst+0(FP), R0
	MOVD q+8(FP), R1
	MOVD rows+16(FP), R2
	MOVD n+24(FP), R3
	MOVD stride+32(FP), R4
	MOVD ids+40(FP), R5
	MOVD count+48(FP), R6

group:
	CMP $8, R6
	BLT dots
	AT(16, R8)
	AT(20, R9)
	AT(24, R10)
	AT(28, R11)
	MOVD R3, R12

ahead:
	PRFM (R8), PLDL1KEEP
	PRFM (R9), PLDL1KEEP
	PRFM (R10), PLDL1KEEP
	PRFM (R11), PLDL1KEEP
	ADD  $64, R8
	ADD  $64, R9
	ADD  $64, R10
	ADD  $64, R11
	SUBS $64, R12
	BGT  ahead

dots:
	AT(0, R8)
	AT(4, R9)
	AT(8, R10)
	AT(12, R11)
	MOVD R1, R7
	MOVD R3, R12
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16

loop:
	FMOVQ.P 16(R7), F4
	FMOVQ.P 16(R8), F5
	FMOVQ.P 16(R9), F6
	FMOVQ.P 16(R10), F7
	FMOVQ.P 16(R11), F18
	MADD16(5, 0)
	MADD16(6, 1)
	MADD16(7, 2)
	MADD16(18, 3)
	SUBS    $16, R12
	BNE     loop

	VADDP  V1.S4, V0.S4, V0.S4
	VADDP  V3.S4, V2.S4, V2.S4
	VADDP  V2.S4, V0.S4, V0.S4
	VST1.P [V0.S4], 16(R0)
	ADD    $16, R5
	SUBS   $4, R6
	BNE    group
	RET
