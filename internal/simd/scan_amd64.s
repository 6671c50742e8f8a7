//go:build !purego

#include "textflag.h"
#include "raw_amd64.h"
#include "scan_amd64.h"

// func scanAVX2Asm(dst *int32, q, rows *int8, n, stride, count int)
//
// Bytes are widened to words, which keeps every sum exact (see dotInt8Asm); four
// rows share the widened query.
TEXT ·scanAVX2Asm(SB), NOSPLIT, $0-48
	SCANARGUMENTS

group:
	XORQ  CX, CX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3

words:
	VPMOVSXBW  (SI)(CX*1), Y4
	VPMOVSXBW  (R8)(CX*1), Y5
	VPMOVSXBW  (R9)(CX*1), Y6
	VPMOVSXBW  (R10)(CX*1), Y7
	VPMOVSXBW  (R11)(CX*1), Y8
	PREFETCHT0 AHEAD(R8)(CX*1)
	PREFETCHT0 AHEAD(R9)(CX*1)
	PREFETCHT0 AHEAD(R10)(CX*1)
	PREFETCHT0 AHEAD(R11)(CX*1)
	VPMADDWD   Y4, Y5, Y5
	VPMADDWD   Y4, Y6, Y6
	VPMADDWD   Y4, Y7, Y7
	VPMADDWD   Y4, Y8, Y8
	VPADDD     Y5, Y0, Y0
	VPADDD     Y6, Y1, Y1
	VPADDD     Y7, Y2, Y2
	VPADDD     Y8, Y3, Y3
	ADDQ       $16, CX
	CMPQ       CX, R12
	JLT        words

	SUMS(Y0, Y1, Y2, Y3, X1, X0)
	NEXTROWS
	JNZ group
	VZEROUPPER
	RET

// The bytes that make unsigned ones of signed ones.
DATA top<>+0(SB)/4, $0x80808080
GLOBL top<>(SB), RODATA|NOPTR, $4

// func scanVNNIAsm(dst *int32, q, rows *int8, n, stride, count int)
//
// VPDPBUSD wants one side unsigned: (row+128) . q is 128 sum(q) too much, which
// the sums start without (Y11).
TEXT ·scanVNNIAsm(SB), NOSPLIT, $0-48
	SCANARGUMENTS
	VPBROADCASTD top<>(SB), Y13
	VMOVDQU      Y13, Y14
	VPXOR        Y0, Y0, Y0
	XORQ         CX, CX

surplus:
	VMOVDQU (SI)(CX*1), Y12
	VPDPBUSD_Y12_Y14_Y0
	ADDQ    $32, CX
	CMPQ    CX, R12
	JLT     surplus
	VPXOR   Y11, Y11, Y11
	VPSUBD  Y0, Y11, Y11

group:
	XORQ    CX, CX
	VMOVDQU Y11, Y0
	VMOVDQU Y11, Y2
	VMOVDQU Y11, Y4
	VMOVDQU Y11, Y6

bytes:
	VMOVDQU    (SI)(CX*1), Y12
	VPXOR      (R8)(CX*1), Y13, Y14
	VPXOR      (R9)(CX*1), Y13, Y15
	PREFETCHT0 AHEAD(R8)(CX*1)
	PREFETCHT0 AHEAD(R9)(CX*1)
	VPDPBUSD_Y12_Y14_Y0
	VPDPBUSD_Y12_Y15_Y2
	VPXOR      (R10)(CX*1), Y13, Y14
	VPXOR      (R11)(CX*1), Y13, Y15
	PREFETCHT0 AHEAD(R10)(CX*1)
	PREFETCHT0 AHEAD(R11)(CX*1)
	VPDPBUSD_Y12_Y14_Y4
	VPDPBUSD_Y12_Y15_Y6
	ADDQ       $32, CX
	CMPQ       CX, R12
	JLT        bytes

	SUMS(Y0, Y2, Y4, Y6, X1, X0)
	NEXTROWS
	JNZ group
	VZEROUPPER
	RET

// func readAllAsm(x *int8, n int) uint64
TEXT ·readAllAsm(SB), NOSPLIT, $0-24
	MOVQ  x+0(FP), SI
	MOVQ  n+8(FP), CX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3

loop:
	PREFETCHT0 AHEAD(SI)
	PREFETCHT0 (AHEAD+64)(SI)
	VPADDQ     (SI), Y0, Y0
	VPADDQ     32(SI), Y1, Y1
	VPADDQ     64(SI), Y2, Y2
	VPADDQ     96(SI), Y3, Y3
	ADDQ       $128, SI
	SUBQ       $128, CX
	JNZ        loop

	VPADDQ       Y1, Y0, Y0
	VPADDQ       Y3, Y2, Y2
	VPADDQ       Y2, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPADDQ       X1, X0, X0
	VPSRLDQ      $8, X0, X1
	VPADDQ       X1, X0, X0
	VMOVQ        X0, ret+16(FP)
	VZEROUPPER
	RET
