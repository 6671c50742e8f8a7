//go:build !purego

#include "textflag.h"
#include "go_asm.h"
#include "int8_amd64.h"
#include "raw_amd64.h"
#include "sums_amd64.h"

// Tiles of the quantised product with registers of 256 bits: y[6,16] of
// x[6,k] @ w[k,16]; of five rows with AVX2 alone.

DATA ones<>+0(SB)/8, $0x0001000100010001
DATA ones<>+8(SB)/8, $0x0001000100010001
DATA ones<>+16(SB)/8, $0x0001000100010001
DATA ones<>+24(SB)/8, $0x0001000100010001
GLOBL ones<>(SB), RODATA|NOPTR, $32

// The first two bytes of each word of 32 bits, widened to 16 bits.
DATA firstTwo<>+0(SB)/8, $0x8005800480018000
DATA firstTwo<>+8(SB)/8, $0x800d800c80098008
DATA firstTwo<>+16(SB)/8, $0x8005800480018000
DATA firstTwo<>+24(SB)/8, $0x800d800c80098008
GLOBL firstTwo<>(SB), RODATA|NOPTR, $32

// START puts what the sums of row i need beside the products, zero·Σu - 128·Σs.
#define START(i) \
	VPBROADCASTD (4*i)(R9), Y10; \
	VPBROADCASTD (4*i)(R10), Y14; \
	VPMULLD      Y13, Y10, Y11; \
	VPMULLD      Y12, Y10, Y10; \
	VPADDD       Y14, Y10, Y10; \
	VPADDD       Y14, Y11, Y11; \
	VMOVDQU      Y10, (64*i)(SI); \
	VMOVDQU      Y11, (64*i+32)(SI)

#define FINISH(i, lo, hi) \
	VPADDD (64*i)(SI), lo, lo; \
	VPADDD (64*i+32)(SI), hi, hi

#define OUTLIER(at) \
	MOVL         outlier_weights at, R9; \
	MOVL         outlier_sums at, R10; \
	VPBROADCASTD outlier_pair at, Y14; \
	VMOVDQU      (DX)(R9*1), Y12; \
	VMOVDQU      32(DX)(R9*1), Y13; \
	VPSHUFB      Y15, Y12, Y12; \
	VPSHUFB      Y15, Y13, Y13; \
	VPMADDWD     Y14, Y12, Y12; \
	VPMADDWD     Y14, Y13, Y13; \
	VPADDD       (SI)(R10*1), Y12, Y12; \
	VPADDD       32(SI)(R10*1), Y13, Y13; \
	VMOVDQU      Y12, (SI)(R10*1); \
	VMOVDQU      Y13, 32(SI)(R10*1)

// x0 and x1 have four elements each, which are signed. That nothing saturates
// is for splitRows to see to.
#define MADD(x0, x1, sum) \
	VPBROADCASTD x0, Y14; \
	VPBROADCASTD x1, Y15; \
	VPMADDUBSW   Y14, Y12, Y14; \
	VPMADDUBSW   Y15, Y13, Y15; \
	VPADDW       Y15, Y14, Y14; \
	VPMADDWD     Y11, Y14, Y14; \
	VPADDD       Y14, sum, sum

// HALF computes eight columns; the other half of x is loaded a second time, but
// all else stays in registers.
#define HALF(w, r0, r1, r2, r3, r4) \
	VMOVDQU w(DX), Y12; \
	VMOVDQU (w+64)(DX), Y13; \
	MADD((AX), 4(AX), r0); \
	MADD((AX)(R8*1), 4(AX)(R8*1), r1); \
	MADD((AX)(R8*2), 4(AX)(R8*2), r2); \
	MADD((BX), 4(BX), r3); \
	MADD((BX)(R8*1), 4(BX)(R8*1), r4)

// func tileInt8AVX2(t *int8Tile)
TEXT ·tileInt8AVX2(SB), NOSPLIT, $0-8
	ARGUMENTS
	LEAQ    (R8)(R8*2), BX
	ADDQ    AX, BX
	ZERO12
	VMOVDQU ones<>(SB), Y11
	MOVQ    int8Tile_ahead(R15), SI
	MOVQ    int8Tile_pace(R15), DI

loop:
	PREFETCHT1 (SI)
	PREFETCHT1 64(SI)
	LEAQ       (SI)(DI*2), SI
	HALF(0, Y0, Y2, Y4, Y6, Y8)
	HALF(32, Y1, Y3, Y5, Y7, Y9)
	ADDQ $128, DX
	ADDQ $8, AX
	ADDQ $8, BX
	SUBQ $2, CX
	JNZ  loop

	MOVQ    int8Tile_zero(R15), R9
	MOVQ    int8Tile_base(R15), R10
	MOVQ    int8Tile_totals(R15), R11
	VMOVDQU (R11), Y12
	VMOVDQU 32(R11), Y13
	MOVQ    int8Tile_sum(R15), SI
	START(0)
	START(1)
	START(2)
	START(3)
	START(4)

	// Outliers come behind the products, when the panel is in the cache, and go by
	// way of memory: one loop does for all rows. Neighbours are of the same row, and
	// would wait for each other, so four are taken from afar.
	MOVQ    int8Tile_w(R15), DX
	MOVQ    int8Tile_outliers(R15), R12
	MOVQ    int8Tile_fours(R15), R13
	TESTQ   R13, R13
	JZ      finish
	VMOVDQU firstTwo<>(SB), Y15
	IMUL3Q  $outlier__size, R13, R11
	LEAQ    (R12)(R11*2), DI

outliers:
	OUTLIER((R12))
	OUTLIER((R12)(R11*1))
	OUTLIER((DI))
	OUTLIER((DI)(R11*1))
	ADDQ $outlier__size, R12
	ADDQ $outlier__size, DI
	DECQ R13
	JNZ  outliers

finish:
	FINISH(0, Y0, Y1)
	FINISH(1, Y2, Y3)
	FINISH(2, Y4, Y5)
	FINISH(3, Y6, Y7)
	FINISH(4, Y8, Y9)
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
	MOVQ int8Tile_ahead(R15), SI
	MOVQ int8Tile_pace(R15), DI

loop:
	PREFETCHT1   (SI)
	ADDQ         DI, SI
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

// func sumAsm(x *float32, n int) float32
TEXT ·sumAsm(SB), NOSPLIT, $0-20
	MOVQ  x+0(FP), SI
	MOVQ  n+8(FP), CX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	SUBQ  $32, CX
	JLT   rest

loop:
	VADDPS (SI), Y0, Y0
	VADDPS 32(SI), Y1, Y1
	VADDPS 64(SI), Y2, Y2
	VADDPS 96(SI), Y3, Y3
	ADDQ   $128, SI
	SUBQ   $32, CX
	JGE    loop

rest:
	ADDQ $32, CX
	JZ   done

last:
	VADDPS (SI), Y0, Y0
	ADDQ   $32, SI
	SUBQ   $8, CX
	JNZ    last

done:
	FOURSUMS
	VMOVSS X0, ret+16(FP)
	VZEROUPPER
	RET

// Of two equal pairs the latter counts as the larger.
DATA latter<>+0(SB)/8, $0
DATA latter<>+8(SB)/8, $0x0000000100000001
DATA latter<>+16(SB)/8, $0
DATA latter<>+24(SB)/8, $0x0000000100000001
GLOBL latter<>(SB), RODATA|NOPTR, $32

DATA limits<>+0(SB)/4, $255
DATA limits<>+4(SB)/4, $127
DATA limits<>+8(SB)/4, $128
GLOBL limits<>(SB), RODATA|NOPTR, $12

// func splitRowAsm(dst *byte, x *float32, n int, low, inverse float32, zero int32, sums uint32, out *outlier) (sum, found int32)
TEXT ·splitRowAsm(SB), NOSPLIT, $32-56
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         n+16(FP), CX
	MOVL         sums+36(FP), R8
	MOVQ         out+40(FP), R11
	VBROADCASTSS low+24(FP), Y15
	VBROADCASTSS inverse+28(FP), Y14
	VPBROADCASTW limits<>+0(SB), Y13
	MOVL         zero+32(FP), AX
	VMOVD        AX, X12
	VPBROADCASTW X12, Y12
	VMOVDQU      ones<>(SB), Y11
	VPXOR        Y10, Y10, Y10       // Σs
	VPXOR        Y9, Y9, Y9
	VPBROADCASTD limits<>+4(SB), Y8
	VPBROADCASTD limits<>+8(SB), Y7
	VMOVDQU      latter<>(SB), Y6
	XORL         DX, DX              // where the weights are
	XORL         AX, AX              // outliers found

loop:
	VMOVUPS   (SI), Y0
	VMOVUPS   32(SI), Y1
	VSUBPS    Y15, Y0, Y0
	VSUBPS    Y15, Y1, Y1
	VMULPS    Y14, Y0, Y0
	VMULPS    Y14, Y1, Y1
	VCVTPS2DQ Y0, Y0
	VCVTPS2DQ Y1, Y1
	VPACKSSDW Y1, Y0, Y0
	VPERMQ    $0xd8, Y0, Y0
	VPMINSW   Y13, Y0, Y0
	VPSUBW    Y12, Y0, Y0   // s
	VPMADDWD  Y11, Y0, Y1   // of pairs: their sum,
	VPMAXSW   Y9, Y0, Y2
	VPMADDWD  Y11, Y2, Y2   // what is positive of it,
	VPSUBD    Y1, Y2, Y3    // and what is negative
	VPADDD    Y1, Y10, Y10

	// Too large together with the other pair of the four,
	VPMAXSD   Y3, Y2, Y4
	VPSHUFD   $0x4e, Y2, Y5
	VPADDD    Y5, Y2, Y2
	VPSHUFD   $0x4e, Y3, Y5
	VPADDD    Y5, Y3, Y3
	VPCMPGTD  Y8, Y2, Y2
	VPCMPGTD  Y7, Y3, Y3
	VPOR      Y3, Y2, Y2
	// and the larger of the two, or too large alone: an outlier.
	VPADDD    Y4, Y4, Y4
	VPOR      Y6, Y4, Y4
	VPSHUFD   $0x4e, Y4, Y5
	VPCMPGTD  Y5, Y4, Y5
	VPSRLD    $8, Y4, Y4
	VPCMPGTD  Y9, Y4, Y4
	VPOR      Y5, Y4, Y4
	VPAND     Y4, Y2, Y2
	VPANDN    Y0, Y2, Y3

	VEXTRACTI128 $1, Y3, X4
	VPACKSSWB    X4, X3, X3
	VMOVDQU      X3, (DI)
	VMOVMSKPS    Y2, BX
	TESTL        BX, BX
	JZ           next
	VMOVDQU      Y0, pairs-32(SP)

outliers:
	BSFL BX, R9                  // pair
	MOVL pairs-32(SP)(R9*4), R10
	MOVL R10, outlier_pair(R11)
	MOVL R8, outlier_sums(R11)
	MOVL R9, R10
	ANDL $1, R10
	IMULL $30, R10               // 64 bytes for two, 2 from the first to the second
	SHLL $5, R9
	SUBL R10, R9
	ADDL DX, R9
	MOVL R9, outlier_weights(R11)
	ADDQ $outlier__size, R11
	INCL AX
	LEAL -1(BX), R9
	ANDL R9, BX
	JNZ  outliers

next:
	ADDQ $64, SI
	ADDQ $16, DI
	ADDL $256, DX
	SUBQ $16, CX
	JNZ  loop

	VEXTRACTI128 $1, Y10, X0
	VPADDD       X0, X10, X0
	VPHADDD      X0, X0, X0
	VPHADDD      X0, X0, X0
	VMOVD        X0, CX
	MOVL         CX, sum+48(FP)
	MOVL         AX, found+52(FP)
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
	VMOVUPS      (SI), Y0
	VSUBPS       Y15, Y0, Y0
	VMULPS       Y14, Y0, Y0
	VCVTPS2DQ    Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKSSDW    X1, X0, X0
	VPACKUSWB    X0, X0, X0
	VMOVQ        X0, (DI)
	ADDQ         $32, SI
	ADDQ         $8, DI
	SUBQ         $8, CX
	JNZ          loop
	VZEROUPPER
	RET
