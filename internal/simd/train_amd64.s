//go:build !purego

#include "textflag.h"

// The polynomials of erf and exp are those of activation_amd64.s.
DATA geluGrad<>+0(SB)/4, $0.70710678118654752 // 1/√2
DATA geluGrad<>+4(SB)/4, $-3.95
DATA geluGrad<>+8(SB)/4, $3.95
DATA geluGrad<>+12(SB)/4, $2.025911953751347e-06 // P, highest power first
DATA geluGrad<>+16(SB)/4, $0.00028468339587561786
DATA geluGrad<>+20(SB)/4, $0.0038080273661762476
DATA geluGrad<>+24(SB)/4, $0.05287501960992813
DATA geluGrad<>+28(SB)/4, $0.19154734909534454
DATA geluGrad<>+32(SB)/4, $1.1283791065216064
DATA geluGrad<>+36(SB)/4, $3.783161810133606e-05 // Q
DATA geluGrad<>+40(SB)/4, $0.001170690986327827
DATA geluGrad<>+44(SB)/4, $0.015054818242788315
DATA geluGrad<>+48(SB)/4, $0.11455836892127991
DATA geluGrad<>+52(SB)/4, $0.5030871033668518
DATA geluGrad<>+56(SB)/4, $1.0
DATA geluGrad<>+60(SB)/4, $-1.0
DATA geluGrad<>+64(SB)/4, $0.5
DATA geluGrad<>+68(SB)/4, $-0.5
DATA geluGrad<>+72(SB)/4, $-87.0
DATA geluGrad<>+76(SB)/4, $1.44269504088896341   // log2 e
DATA geluGrad<>+80(SB)/4, $0.693359375           // ln2, upper bits
DATA geluGrad<>+84(SB)/4, $-2.12194440e-4        // ln2, rest
DATA geluGrad<>+88(SB)/4, $1.98412698412698e-4   // 1/7!
DATA geluGrad<>+92(SB)/4, $1.38888888888889e-3   // 1/6!
DATA geluGrad<>+96(SB)/4, $8.33333333333333e-3   // 1/5!
DATA geluGrad<>+100(SB)/4, $4.16666666666667e-2  // 1/4!
DATA geluGrad<>+104(SB)/4, $1.66666666666667e-1  // 1/3!
DATA geluGrad<>+108(SB)/4, $127
DATA geluGrad<>+112(SB)/4, $0.39894228040143268  // 1/√(2π)
GLOBL geluGrad<>(SB), RODATA|NOPTR, $116

// HORNER2 is one step of two polynomials in Y2, HORNER of one in Y1.
#define HORNER2(p, q) \
	VBROADCASTSS geluGrad<>+p(SB), Y5; \
	VFMADD213PS  Y5, Y2, Y3; \
	VBROADCASTSS geluGrad<>+q(SB), Y5; \
	VFMADD213PS  Y5, Y2, Y4

#define HORNER(p) \
	VBROADCASTSS geluGrad<>+p(SB), Y4; \
	VFMADD213PS  Y4, Y1, Y6

// func geluGradAsm(y, u, d *float32, n int)
TEXT ·geluGradAsm(SB), NOSPLIT, $0-32
	MOVQ         y+0(FP), DI
	MOVQ         u+8(FP), SI
	MOVQ         d+16(FP), DX
	MOVQ         n+24(FP), CX
	VBROADCASTSS geluGrad<>+0(SB), Y15
	VBROADCASTSS geluGrad<>+4(SB), Y14
	VBROADCASTSS geluGrad<>+8(SB), Y13
	VBROADCASTSS geluGrad<>+56(SB), Y12
	VBROADCASTSS geluGrad<>+60(SB), Y11
	VBROADCASTSS geluGrad<>+64(SB), Y10
	VBROADCASTSS geluGrad<>+76(SB), Y9
	VPBROADCASTD geluGrad<>+108(SB), Y8
	VBROADCASTSS geluGrad<>+112(SB), Y7

loop:
	VMOVUPS      (SI), Y0
	VMULPS       Y15, Y0, Y1
	VMAXPS       Y14, Y1, Y1
	VMINPS       Y13, Y1, Y1        // t
	VMULPS       Y1, Y1, Y2         // t²
	VBROADCASTSS geluGrad<>+12(SB), Y3
	VBROADCASTSS geluGrad<>+36(SB), Y4
	HORNER2(16, 40)
	HORNER2(20, 44)
	HORNER2(24, 48)
	HORNER2(28, 52)
	HORNER2(32, 56)
	VMULPS       Y1, Y3, Y3
	VDIVPS       Y4, Y3, Y3
	VMINPS       Y12, Y3, Y3
	VMAXPS       Y11, Y3, Y3        // erf(t)
	VFMADD213PS  Y10, Y10, Y3       // Φ(u)

	VMULPS       Y0, Y0, Y1
	VBROADCASTSS geluGrad<>+68(SB), Y4
	VMULPS       Y4, Y1, Y1
	VBROADCASTSS geluGrad<>+72(SB), Y4
	VMAXPS       Y1, Y4, Y1         // -u²/2
	VMULPS       Y9, Y1, Y2
	VROUNDPS     $0, Y2, Y2         // n
	VBROADCASTSS geluGrad<>+80(SB), Y4
	VFNMADD231PS Y4, Y2, Y1
	VBROADCASTSS geluGrad<>+84(SB), Y4
	VFNMADD231PS Y4, Y2, Y1         // r
	VBROADCASTSS geluGrad<>+88(SB), Y6
	HORNER(92)
	HORNER(96)
	HORNER(100)
	HORNER(104)
	VFMADD213PS  Y10, Y1, Y6
	VFMADD213PS  Y12, Y1, Y6
	VFMADD213PS  Y12, Y1, Y6        // e^r
	VCVTPS2DQ    Y2, Y2
	VPADDD       Y8, Y2, Y2
	VPSLLD       $23, Y2, Y2        // 2^n
	VMULPS       Y2, Y6, Y6
	VMULPS       Y7, Y6, Y6         // φ(u)
	VFMADD213PS  Y3, Y0, Y6         // Φ + u·φ
	VMULPS       (DX), Y6, Y6
	VMULPS       Y3, Y0, Y0
	VMOVUPS      Y6, (SI)
	VMOVUPS      Y0, (DI)
	ADDQ         $32, SI
	ADDQ         $32, DI
	ADDQ         $32, DX
	SUBQ         $8, CX
	JNZ          loop
	VZEROUPPER
	RET

DATA dropConst<>+0(SB)/8, $0x0000000100000000 // 0 … 7
DATA dropConst<>+8(SB)/8, $0x0000000300000002
DATA dropConst<>+16(SB)/8, $0x0000000500000004
DATA dropConst<>+24(SB)/8, $0x0000000700000006
DATA dropConst<>+32(SB)/4, $8
DATA dropConst<>+36(SB)/4, $0x7feb352d
DATA dropConst<>+40(SB)/4, $0x846ca68b
GLOBL dropConst<>(SB), RODATA|NOPTR, $44

// func dropoutAsm(x *float32, n int, d *Dropout)
TEXT ·dropoutAsm(SB), NOSPLIT, $0-24
	MOVQ         x+0(FP), SI
	MOVQ         n+8(FP), CX
	MOVQ         d+16(FP), AX
	VPBROADCASTD 0(AX), Y1
	VPADDD       dropConst<>+0(SB), Y1, Y1 // i + key0
	VPBROADCASTD 4(AX), Y2
	VPBROADCASTD 8(AX), Y5
	VBROADCASTSS 12(AX), Y6
	VPBROADCASTD dropConst<>+32(SB), Y7
	VPBROADCASTD dropConst<>+36(SB), Y3
	VPBROADCASTD dropConst<>+40(SB), Y4

dropLoop:
	VPSRLD   $16, Y1, Y8
	VPXOR    Y1, Y8, Y8
	VPMULLD  Y3, Y8, Y8
	VPADDD   Y2, Y8, Y8
	VPSRLD   $15, Y8, Y9
	VPXOR    Y9, Y8, Y8
	VPMULLD  Y4, Y8, Y8
	VPSRLD   $16, Y8, Y9
	VPXOR    Y9, Y8, Y8     // hash
	VPMAXUD  Y5, Y8, Y9
	VPCMPEQD Y8, Y9, Y9     // hash ≥ threshold
	VMULPS   (SI), Y6, Y10
	VANDPS   Y9, Y10, Y10
	VMOVUPS  Y10, (SI)
	VPADDD   Y7, Y1, Y1
	ADDQ     $32, SI
	SUBQ     $8, CX
	JNZ      dropLoop
	VZEROUPPER
	RET

// func transposeAsm(dst *float32, ldd int, src *float32, lds, n int)
//
// Eight rows of eight are interleaved in pairs, then in fours, then in halves.
TEXT ·transposeAsm(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ ldd+8(FP), R8
	MOVQ src+16(FP), SI
	MOVQ lds+24(FP), R9
	MOVQ n+32(FP), CX
	SHLQ $2, R8
	SHLQ $2, R9
	LEAQ (R8)(R8*2), R10
	LEAQ (R9)(R9*2), R11
	LEAQ (DI)(R8*4), DX

block:
	LEAQ       (SI)(R9*4), BX
	VMOVUPS    (SI), Y0
	VMOVUPS    (SI)(R9*1), Y1
	VMOVUPS    (SI)(R9*2), Y2
	VMOVUPS    (SI)(R11*1), Y3
	VMOVUPS    (BX), Y4
	VMOVUPS    (BX)(R9*1), Y5
	VMOVUPS    (BX)(R9*2), Y6
	VMOVUPS    (BX)(R11*1), Y7
	VUNPCKLPS  Y1, Y0, Y8
	VUNPCKHPS  Y1, Y0, Y9
	VUNPCKLPS  Y3, Y2, Y10
	VUNPCKHPS  Y3, Y2, Y11
	VUNPCKLPS  Y5, Y4, Y12
	VUNPCKHPS  Y5, Y4, Y13
	VUNPCKLPS  Y7, Y6, Y14
	VUNPCKHPS  Y7, Y6, Y15
	VSHUFPS    $0x44, Y10, Y8, Y0
	VSHUFPS    $0xee, Y10, Y8, Y1
	VSHUFPS    $0x44, Y11, Y9, Y2
	VSHUFPS    $0xee, Y11, Y9, Y3
	VSHUFPS    $0x44, Y14, Y12, Y4
	VSHUFPS    $0xee, Y14, Y12, Y5
	VSHUFPS    $0x44, Y15, Y13, Y6
	VSHUFPS    $0xee, Y15, Y13, Y7
	VPERM2F128 $0x20, Y4, Y0, Y8
	VPERM2F128 $0x20, Y5, Y1, Y9
	VPERM2F128 $0x20, Y6, Y2, Y10
	VPERM2F128 $0x20, Y7, Y3, Y11
	VPERM2F128 $0x31, Y4, Y0, Y12
	VPERM2F128 $0x31, Y5, Y1, Y13
	VPERM2F128 $0x31, Y6, Y2, Y14
	VPERM2F128 $0x31, Y7, Y3, Y15
	VMOVUPS    Y8, (DI)
	VMOVUPS    Y9, (DI)(R8*1)
	VMOVUPS    Y10, (DI)(R8*2)
	VMOVUPS    Y11, (DI)(R10*1)
	VMOVUPS    Y12, (DX)
	VMOVUPS    Y13, (DX)(R8*1)
	VMOVUPS    Y14, (DX)(R8*2)
	VMOVUPS    Y15, (DX)(R10*1)
	LEAQ       (BX)(R9*4), SI
	ADDQ       $32, DI
	ADDQ       $32, DX
	SUBQ       $8, CX
	JNZ        block
	VZEROUPPER
	RET

// func adamWAsm(w, grad, m, v *float32, n int, a *AdamW)
TEXT ·adamWAsm(SB), NOSPLIT, $0-48
	MOVQ         w+0(FP), DI
	MOVQ         grad+8(FP), SI
	MOVQ         m+16(FP), DX
	MOVQ         v+24(FP), BX
	MOVQ         n+32(FP), CX
	MOVQ         a+40(FP), AX
	VBROADCASTSS 0(AX), Y15         // Grad
	VBROADCASTSS 4(AX), Y14         // β1
	VBROADCASTSS 8(AX), Y13
	VBROADCASTSS 12(AX), Y12        // β2
	VBROADCASTSS 16(AX), Y11
	VBROADCASTSS 20(AX), Y10        // Root
	VBROADCASTSS 24(AX), Y9         // ε
	VBROADCASTSS 28(AX), Y8         // LR
	VBROADCASTSS 32(AX), Y7         // Shrink
	VXORPS       Y6, Y6, Y6

adamLoop:
	VMULPS       (SI), Y15, Y0      // g
	VMULPS       (DX), Y14, Y1
	VFMADD231PS  Y0, Y13, Y1        // m
	VMULPS       Y0, Y0, Y0
	VMULPS       (BX), Y12, Y2
	VFMADD231PS  Y0, Y11, Y2        // v
	VMOVUPS      Y6, (SI)
	VMOVUPS      Y1, (DX)
	VMOVUPS      Y2, (BX)
	VSQRTPS      Y2, Y2
	VFMADD213PS  Y9, Y10, Y2
	VMULPS       Y8, Y1, Y1
	VDIVPS       Y2, Y1, Y1
	VMOVUPS      (DI), Y3
	VFMSUB213PS  Y1, Y7, Y3
	VMOVUPS      Y3, (DI)
	ADDQ         $32, DI
	ADDQ         $32, SI
	ADDQ         $32, DX
	ADDQ         $32, BX
	SUBQ         $8, CX
	JNZ          adamLoop
	VZEROUPPER
	RET

// func copyRowsAsm(panel, src *float32, ld, rows int)
TEXT ·copyRowsAsm(SB), NOSPLIT, $0-32
	MOVQ panel+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ ld+16(FP), R9
	MOVQ rows+24(FP), CX
	SHLQ $2, R9

copyLoop:
	VMOVUPS (SI), Y0
	VMOVUPS 32(SI), Y1
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	ADDQ    R9, SI
	ADDQ    $64, DI
	DECQ    CX
	JNZ     copyLoop
	VZEROUPPER
	RET
