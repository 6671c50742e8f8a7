//go:build !purego

#include "textflag.h"

// func packRowsAsm(dst *int8, rows *[8]*int8, n int)
//
// Groups of 4 bytes are words of 32 bits, so this is a transposition: 8 rows of
// 4 words become 4 groups of 8 columns, 64 bytes apart.
TEXT ·packRowsAsm(SB), NOSPLIT, $0-24
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
	XORQ DX, DX

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

// The low halves of a lane's words, then their high halves.
DATA halves<>+0(SB)/8, $0x0d0c090805040100
DATA halves<>+8(SB)/8, $0x0f0e0b0a07060302
DATA halves<>+16(SB)/8, $0x0d0c090805040100
DATA halves<>+24(SB)/8, $0x0f0e0b0a07060302
GLOBL halves<>(SB), RODATA|NOPTR, $32

// func splitGroupsAsm(panel *int8, n int)
TEXT ·splitGroupsAsm(SB), NOSPLIT, $0-16
	MOVQ    panel+0(FP), DI
	MOVQ    n+8(FP), CX
	VMOVDQU halves<>(SB), Y15

loop:
	VMOVDQU     (DI), Y0
	VMOVDQU     32(DI), Y1
	VPSHUFB     Y15, Y0, Y0
	VPSHUFB     Y15, Y1, Y1
	VPUNPCKLQDQ Y1, Y0, Y2
	VPUNPCKHQDQ Y1, Y0, Y3
	VPERMQ      $0xd8, Y2, Y2
	VPERMQ      $0xd8, Y3, Y3
	VMOVDQU     Y2, (DI)
	VMOVDQU     Y3, 32(DI)
	ADDQ        $64, DI
	SUBQ        $4, CX
	JNZ         loop
	VZEROUPPER
	RET
