//go:build !purego

#include "textflag.h"

// func packRowsAsm(dst *int8, rows *[8]*int8, n int, flip uint32)
//
// Groups of 4 bytes are words of 32 bits, so this is a transposition: 8 rows of
// 4 words become 4 groups of 8 columns, 64 bytes apart.
TEXT ·packRowsAsm(SB), NOSPLIT, $0-28
	MOVQ dst+0(FP), DI
	MOVQ rows+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ (SI), R8
	MOVQ 8(SI), R9
	MOVQ 16(SI), R10
	MOVQ 24(SI), R11
	MOVQ 32(SI), R12
	MOVQ 40(SI), R13
	MOVQ 48(SI), AX
	MOVQ 56(SI), BX
	MOVL flip+24(FP), DX
	VMOVD DX, X15
	VPBROADCASTD X15, Y15
	XORL DX, DX

loop:
	VMOVDQU     (R8)(DX*1), X0
	VMOVDQU     (R9)(DX*1), X1
	VMOVDQU     (R10)(DX*1), X2
	VMOVDQU     (R11)(DX*1), X3
	VINSERTI128 $1, (R12)(DX*1), Y0, Y0
	VINSERTI128 $1, (R13)(DX*1), Y1, Y1
	VINSERTI128 $1, (AX)(DX*1), Y2, Y2
	VINSERTI128 $1, (BX)(DX*1), Y3, Y3
	VPUNPCKLDQ  Y1, Y0, Y4
	VPUNPCKHDQ  Y1, Y0, Y5
	VPUNPCKLDQ  Y3, Y2, Y6
	VPUNPCKHDQ  Y3, Y2, Y7
	VPUNPCKLQDQ Y6, Y4, Y0
	VPUNPCKHQDQ Y6, Y4, Y1
	VPUNPCKLQDQ Y7, Y5, Y2
	VPUNPCKHQDQ Y7, Y5, Y3
	VPXOR       Y15, Y0, Y0
	VPXOR       Y15, Y1, Y1
	VPXOR       Y15, Y2, Y2
	VPXOR       Y15, Y3, Y3
	VMOVDQU     Y0, (DI)
	VMOVDQU     Y1, 64(DI)
	VMOVDQU     Y2, 128(DI)
	VMOVDQU     Y3, 192(DI)
	ADDQ        $256, DI
	ADDQ        $16, DX
	CMPQ        DX, CX
	JLT         loop
	VZEROUPPER
	RET
