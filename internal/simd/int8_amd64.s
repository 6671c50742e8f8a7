//go:build !purego

#include "textflag.h"
#include "go_asm.h"
#include "int8_amd64.h"
#include "raw_amd64.h"

// Tiles of the quantised product with registers of 256 bits: y[6,16] of
// x[6,k] @ w[k,16].

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
	VPBROADCASTD (4*i)(R9), Y0; \
	VPBROADCASTD (4*i)(R10), Y2; \
	VPMULLD      Y13, Y0, Y1; \
	VPMULLD      Y12, Y0, Y0; \
	VPADDD       Y2, Y0, Y0; \
	VPADDD       Y2, Y1, Y1; \
	VMOVDQU      Y0, (64*i)(SI); \
	VMOVDQU      Y1, (64*i+32)(SI)

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

// x2 has four elements, which are signed. That nothing saturates is for
// splitRows to see to. One half of W at a time leaves a register for ones: that
// is faster than to load ones for each product, more so than loading x twice is
// slower.
#define MADD(x2, sum, tmp) \
	VPBROADCASTD x2, tmp; \
	VPMADDUBSW   tmp, Y12, tmp; \
	VPMADDWD     Y13, tmp, tmp; \
	VPADDD       tmp, sum, sum

#define STEP(at) \
	VMOVDQU (16*at)(DX), Y12; \
	MADD(at(AX), Y0, Y14); \
	MADD(at(AX)(R8*1), Y2, Y15); \
	MADD(at(AX)(R8*2), Y4, Y14); \
	MADD(at(BX), Y6, Y15); \
	MADD(at(BX)(R8*1), Y8, Y14); \
	MADD(at(BX)(R8*2), Y10, Y15); \
	VMOVDQU (16*at+32)(DX), Y12; \
	MADD(at(AX), Y1, Y14); \
	MADD(at(AX)(R8*1), Y3, Y15); \
	MADD(at(AX)(R8*2), Y5, Y14); \
	MADD(at(BX), Y7, Y15); \
	MADD(at(BX)(R8*1), Y9, Y14); \
	MADD(at(BX)(R8*2), Y11, Y15)

// func tileInt8AVX2(t *int8Tile)
TEXT ·tileInt8AVX2(SB), NOSPLIT, $0-8
	ARGUMENTS
	LEAQ    (R8)(R8*2), BX
	ADDQ    AX, BX
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
	START(5)

	// Neighbours are of the same row, and would wait for each other. So four are
	// taken from afar. All this goes by way of memory, with one loop for all rows,
	// and the products below need not wait for it.
	MOVQ    int8Tile_outliers(R15), R12
	MOVQ    int8Tile_fours(R15), R13
	TESTQ   R13, R13
	JZ      products
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

products:
	ZERO12
	VMOVDQU ones<>(SB), Y13

loop:
	STEP(0)
	STEP(4)
	ADDQ $128, DX
	ADDQ $8, AX
	ADDQ $8, BX
	SUBQ $2, CX
	JNZ  loop

	FINISH(0, Y0, Y1)
	FINISH(1, Y2, Y3)
	FINISH(2, Y4, Y5)
	FINISH(3, Y6, Y7)
	FINISH(4, Y8, Y9)
	FINISH(5, Y10, Y11)
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
	VADDPS       Y1, Y0, Y0
	VADDPS       Y3, Y2, Y2
	VADDPS       Y2, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS       X1, X0, X0
	VHADDPS      X0, X0, X0
	VHADDPS      X0, X0, X0
	VMOVSS       X0, ret+16(FP)
	VZEROUPPER
	RET

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
	VPCMPGTD  Y8, Y2, Y2
	VPCMPGTD  Y7, Y3, Y3
	VPOR      Y3, Y2, Y2    // outliers
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
