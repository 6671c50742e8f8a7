//go:build !purego

#include "textflag.h"
#include "raw_amd64.h"

// Probes of what the processor can do at most: loops of one instruction on
// registers alone, with more sums than it is deep. The sums are of no interest.

#define TWELVE(OP, a, b) \
	OP a, b, Y0; \
	OP a, b, Y1; \
	OP a, b, Y2; \
	OP a, b, Y3; \
	OP a, b, Y4; \
	OP a, b, Y5; \
	OP a, b, Y6; \
	OP a, b, Y7; \
	OP a, b, Y8; \
	OP a, b, Y9; \
	OP a, b, Y10; \
	OP a, b, Y11

#define SIXTEEN(OP, a, b) \
	OP a, b, Z0; \
	OP a, b, Z1; \
	OP a, b, Z2; \
	OP a, b, Z3; \
	OP a, b, Z4; \
	OP a, b, Z5; \
	OP a, b, Z6; \
	OP a, b, Z7; \
	OP a, b, Z8; \
	OP a, b, Z9; \
	OP a, b, Z10; \
	OP a, b, Z11; \
	OP a, b, Z12; \
	OP a, b, Z13; \
	OP a, b, Z14; \
	OP a, b, Z15

// func peakFMA(n int)
TEXT ·peakFMA(SB), NOSPLIT, $0-8
	MOVQ  n+0(FP), CX
	VPXOR Y14, Y14, Y14

loop:
	TWELVE(VFMADD231PS, Y14, Y14)
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET

// func peakFMA512(n int)
TEXT ·peakFMA512(SB), NOSPLIT, $0-8
	MOVQ   n+0(FP), CX
	VPXORD Z30, Z30, Z30

loop:
	SIXTEEN(VFMADD231PS, Z30, Z30)
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET

// Two products of bytes in pairs, added, the pairs' sums in pairs, and those
// added: each is of no use without the others.
#define MADDUBS(sum, tmp0, tmp1) \
	VPMADDUBSW Y14, Y15, tmp0; \
	VPMADDUBSW Y14, Y15, tmp1; \
	VPADDW     tmp0, tmp1, tmp0; \
	VPMADDWD   Y13, tmp0, tmp0; \
	VPADDD     tmp0, sum, sum

// func peakMaddubs(n int)
TEXT ·peakMaddubs(SB), NOSPLIT, $0-8
	MOVQ  n+0(FP), CX
	VPXOR Y13, Y13, Y13
	VPXOR Y14, Y14, Y14
	VPXOR Y15, Y15, Y15

loop:
	MADDUBS(Y0, Y6, Y7)
	MADDUBS(Y1, Y8, Y9)
	MADDUBS(Y2, Y10, Y11)
	MADDUBS(Y3, Y6, Y7)
	MADDUBS(Y4, Y8, Y9)
	MADDUBS(Y5, Y10, Y11)
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET

// func peakVNNI(n int)
TEXT ·peakVNNI(SB), NOSPLIT, $0-8
	MOVQ n+0(FP), CX

loop:
	VPDPBUSD_Y12_Y14_Y0
	VPDPBUSD_Y13_Y14_Y1
	VPDPBUSD_Y12_Y15_Y2
	VPDPBUSD_Y13_Y15_Y3
	VPDPBUSD_Y12_Y14_Y4
	VPDPBUSD_Y13_Y14_Y5
	VPDPBUSD_Y12_Y15_Y6
	VPDPBUSD_Y13_Y15_Y7
	VPDPBUSD_Y12_Y14_Y8
	VPDPBUSD_Y13_Y14_Y9
	VPDPBUSD_Y12_Y15_Y10
	VPDPBUSD_Y13_Y15_Y11
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET

// func peakVNNI512(n int)
TEXT ·peakVNNI512(SB), NOSPLIT, $0-8
	MOVQ n+0(FP), CX

loop:
	SIXTEEN(VPDPBUSD, Z30, Z31)
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET

// func peakAMX(n int)
TEXT ·peakAMX(SB), NOSPLIT, $0-8
	MOVQ n+0(FP), CX
	LEAQ ·tileConfig(SB), SI
	LDTILECFG_SI

loop:
	TDPBUSD_6_4_0
	TDPBUSD_7_4_1
	TDPBUSD_6_5_2
	TDPBUSD_7_5_3
	DECQ CX
	JNZ  loop
	TILERELEASE
	RET
