//go:build !purego

#include "textflag.h"
#include "go_asm.h"
#include "int8_amd64.h"
#include "raw_amd64.h"

// Tiles of the quantised product with registers of 256 bits: y[6,16] of
// x[6,k] @ w[k,16].

// AVX2 has no product of bytes that cannot overflow: VPMADDUBSW saturates at
// 16 bits. So the weights are widened as they are loaded, x was widened when it
// was quantised, and VPMADDWD adds pairs of exact products.
#define MADD(x2, lo, hi) \
	VPBROADCASTD x2, Y14; \
	VPMADDWD     Y12, Y14, Y15; \
	VPMADDWD     Y13, Y14, Y14; \
	VPADDD       Y15, lo, lo; \
	VPADDD       Y14, hi, hi

// func tileInt8AVX2(t *int8Tile)
TEXT ·tileInt8AVX2(SB), NOSPLIT, $0-8
	ARGUMENTS
	LEAQ (R8)(R8*2), BX
	ADDQ AX, BX
	ZERO12

loop:
	VPMOVSXBW (DX), Y12
	VPMOVSXBW 16(DX), Y13
	MADD((AX), Y0, Y1)
	MADD((AX)(R8*1), Y2, Y3)
	MADD((AX)(R8*2), Y4, Y5)
	MADD((BX), Y6, Y7)
	MADD((BX)(R8*1), Y8, Y9)
	MADD((BX)(R8*2), Y10, Y11)
	ADDQ $32, DX
	ADDQ $4, AX
	ADDQ $4, BX
	DECQ CX
	JNZ  loop

	ROWS6

done:
	VZEROUPPER
	RET

// func tileInt8VNNI(t *int8Tile)
TEXT ·tileInt8VNNI(SB), NOSPLIT, $0-8
	ARGUMENTS
	LEAQ (R8)(R8*2), BX
	ADDQ AX, BX
	ZERO12

loop:
	VMOVDQU      (DX), Y12
	VMOVDQU      32(DX), Y13
	VPBROADCASTD (AX), Y14
	VPBROADCASTD (AX)(R8*1), Y15
	VPDPBUSD_Y12_Y14_Y0
	VPDPBUSD_Y13_Y14_Y1
	VPDPBUSD_Y12_Y15_Y2
	VPDPBUSD_Y13_Y15_Y3
	VPBROADCASTD (AX)(R8*2), Y14
	VPBROADCASTD (BX), Y15
	VPDPBUSD_Y12_Y14_Y4
	VPDPBUSD_Y13_Y14_Y5
	VPDPBUSD_Y12_Y15_Y6
	VPDPBUSD_Y13_Y15_Y7
	VPBROADCASTD (BX)(R8*1), Y14
	VPBROADCASTD (BX)(R8*2), Y15
	VPDPBUSD_Y12_Y14_Y8
	VPDPBUSD_Y13_Y14_Y9
	VPDPBUSD_Y12_Y15_Y10
	VPDPBUSD_Y13_Y15_Y11
	ADDQ         $64, DX
	ADDQ         $4, AX
	ADDQ         $4, BX
	DECQ         CX
	JNZ          loop

	ROWS6

done:
	VZEROUPPER
	RET

// func rangeAsm(x *float32, n int) (low, high float32)
TEXT ·rangeAsm(SB), NOSPLIT, $0-24
	MOVQ    x+0(FP), SI
	MOVQ    n+8(FP), CX
	VMOVUPS (SI), Y0
	VMOVAPS Y0, Y1
	VMOVAPS Y0, Y4
	VMOVAPS Y0, Y5
	VMOVAPS Y0, Y6
	VMOVAPS Y0, Y7
	SUBQ    $24, CX
	JLT     rest

loop: // three of each, as one would wait for itself
	VMOVUPS (SI), Y2
	VMOVUPS 32(SI), Y3
	VMOVUPS 64(SI), Y8
	VMINPS  Y2, Y0, Y0
	VMAXPS  Y2, Y1, Y1
	VMINPS  Y3, Y4, Y4
	VMAXPS  Y3, Y5, Y5
	VMINPS  Y8, Y6, Y6
	VMAXPS  Y8, Y7, Y7
	ADDQ    $96, SI
	SUBQ    $24, CX
	JGE     loop

rest:
	ADDQ $24, CX
	JZ   done

last:
	VMOVUPS (SI), Y2
	VMINPS  Y2, Y0, Y0
	VMAXPS  Y2, Y1, Y1
	ADDQ    $32, SI
	SUBQ    $8, CX
	JNZ     last

done:
	VMINPS       Y4, Y0, Y0
	VMAXPS       Y5, Y1, Y1
	VMINPS       Y6, Y0, Y0
	VMAXPS       Y7, Y1, Y1
	VEXTRACTF128 $1, Y0, X2
	VEXTRACTF128 $1, Y1, X3
	VMINPS       X2, X0, X0
	VMAXPS       X3, X1, X1
	VPERMILPS    $0x4e, X0, X2
	VPERMILPS    $0x4e, X1, X3
	VMINPS       X2, X0, X0
	VMAXPS       X3, X1, X1
	VPERMILPS    $0xb1, X0, X2
	VPERMILPS    $0xb1, X1, X3
	VMINPS       X2, X0, X0
	VMAXPS       X3, X1, X1
	VMOVSS       X0, low+16(FP)
	VMOVSS       X1, high+20(FP)
	VZEROUPPER
	RET

// quanta turns eight elements into whole numbers, as words in X0.
#define QUANTA \
	VMOVUPS      (SI), Y0; \
	VSUBPS       Y15, Y0, Y0; \
	VMULPS       Y14, Y0, Y0; \
	VCVTPS2DQ    Y0, Y0; \
	VEXTRACTI128 $1, Y0, X1; \
	VPACKSSDW    X1, X0, X0

// func quantizeWordsAsm(dst *byte, x *float32, n int, low, inverse float32)
TEXT ·quantizeWordsAsm(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSS low+24(FP), Y15
	VBROADCASTSS inverse+28(FP), Y14

loop:
	QUANTA
	VPACKUSWB X0, X0, X0 // at most 255
	VPMOVZXBW X0, X0
	VMOVDQU   X0, (DI)
	ADDQ      $32, SI
	ADDQ      $16, DI
	SUBQ      $8, CX
	JNZ       loop
	VZEROUPPER
	RET

// func quantizeBytesAsm(dst *byte, x *float32, n int, low, inverse float32)
TEXT ·quantizeBytesAsm(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSS low+24(FP), Y15
	VBROADCASTSS inverse+28(FP), Y14

loop:
	QUANTA
	VPACKUSWB X0, X0, X0
	VMOVQ     X0, (DI)
	ADDQ      $32, SI
	ADDQ      $8, DI
	SUBQ      $8, CX
	JNZ       loop
	VZEROUPPER
	RET
