//go:build !purego

#include "textflag.h"

// exp(t) = 2^n · e^r with n = round(t·log2 e) and |r| ≤ ln2/2; ln2 is split in
// two so that r is exact (Cody and Waite 1980), and e^r is the Taylor series to
// r^7, whose rest is below 6e-9.
DATA ·expConst+0(SB)/4, $1.44269504088896341 // log2 e
DATA ·expConst+4(SB)/4, $0.693359375         // ln2, upper bits
DATA ·expConst+8(SB)/4, $-2.12194440e-4      // ln2, rest
DATA ·expConst+12(SB)/4, $-87.0              // 2^n stays a normal number
DATA ·expConst+16(SB)/4, $88.0
DATA ·expConst+20(SB)/4, $1.98412698412698e-4 // 1/7!
DATA ·expConst+24(SB)/4, $1.38888888888889e-3 // 1/6!
DATA ·expConst+28(SB)/4, $8.33333333333333e-3 // 1/5!
DATA ·expConst+32(SB)/4, $4.16666666666667e-2 // 1/4!
DATA ·expConst+36(SB)/4, $1.66666666666667e-1 // 1/3!
DATA ·expConst+40(SB)/4, $0.5
DATA ·expConst+44(SB)/4, $1.0
DATA ·expConst+48(SB)/4, $127
GLOBL ·expConst(SB), RODATA|NOPTR, $52

// func expSumAsm(x *float32, n int, scale, shift float32) float32
TEXT ·expSumAsm(SB), NOSPLIT, $0-28
	MOVQ         x+0(FP), SI
	MOVQ         n+8(FP), CX
	VBROADCASTSS scale+16(FP), Y15
	VBROADCASTSS shift+20(FP), Y14
	VBROADCASTSS ·expConst+0(SB), Y13
	VBROADCASTSS ·expConst+4(SB), Y12
	VBROADCASTSS ·expConst+8(SB), Y11
	VBROADCASTSS ·expConst+12(SB), Y10
	VBROADCASTSS ·expConst+16(SB), Y9
	VBROADCASTSS ·expConst+44(SB), Y8
	VPBROADCASTD ·expConst+48(SB), Y7
	VXORPS       Y0, Y0, Y0

loop:
	VMOVUPS      (SI), Y1
	VFMSUB213PS  Y14, Y15, Y1       // t = x·scale - shift
	VMAXPS       Y1, Y10, Y1        // of NaN and a number these
	VMINPS       Y1, Y9, Y1         // return the first one here
	VMULPS       Y13, Y1, Y2
	VROUNDPS     $0, Y2, Y2         // n
	VFNMADD231PS Y12, Y2, Y1
	VFNMADD231PS Y11, Y2, Y1        // r
	VBROADCASTSS ·expConst+20(SB), Y3
	VBROADCASTSS ·expConst+24(SB), Y4
	VFMADD213PS  Y4, Y1, Y3
	VBROADCASTSS ·expConst+28(SB), Y4
	VFMADD213PS  Y4, Y1, Y3
	VBROADCASTSS ·expConst+32(SB), Y4
	VFMADD213PS  Y4, Y1, Y3
	VBROADCASTSS ·expConst+36(SB), Y4
	VFMADD213PS  Y4, Y1, Y3
	VBROADCASTSS ·expConst+40(SB), Y4
	VFMADD213PS  Y4, Y1, Y3
	VFMADD213PS  Y8, Y1, Y3
	VFMADD213PS  Y8, Y1, Y3         // e^r
	VCVTPS2DQ    Y2, Y2
	VPADDD       Y7, Y2, Y2
	VPSLLD       $23, Y2, Y2        // 2^n
	VMULPS       Y2, Y3, Y3
	VMOVUPS      Y3, (SI)
	VADDPS       Y3, Y0, Y0
	ADDQ         $32, SI
	SUBQ         $8, CX
	JNZ          loop

	VEXTRACTF128 $1, Y0, X1
	VADDPS       X1, X0, X0
	VHADDPS      X0, X0, X0
	VHADDPS      X0, X0, X0
	VMOVSS       X0, ret+24(FP)
	VZEROUPPER
	RET

// erf(t) = t·P(t²)/Q(t²) on |t| ≤ 3.95, beyond which erf is 1 in float32. P and
// Q have degree 5 and were fitted to the least maximal relative error, 2.1e-8.
DATA ·erfConst+0(SB)/4, $0.70710678118654752 // 1/√2
DATA ·erfConst+4(SB)/4, $-3.95
DATA ·erfConst+8(SB)/4, $3.95
DATA ·erfConst+12(SB)/4, $2.025911953751347e-06 // P, highest power first
DATA ·erfConst+16(SB)/4, $0.00028468339587561786
DATA ·erfConst+20(SB)/4, $0.0038080273661762476
DATA ·erfConst+24(SB)/4, $0.05287501960992813
DATA ·erfConst+28(SB)/4, $0.19154734909534454
DATA ·erfConst+32(SB)/4, $1.1283791065216064
DATA ·erfConst+36(SB)/4, $3.783161810133606e-05 // Q
DATA ·erfConst+40(SB)/4, $0.001170690986327827
DATA ·erfConst+44(SB)/4, $0.015054818242788315
DATA ·erfConst+48(SB)/4, $0.11455836892127991
DATA ·erfConst+52(SB)/4, $0.5030871033668518
DATA ·erfConst+56(SB)/4, $1.0
DATA ·erfConst+60(SB)/4, $-1.0
DATA ·erfConst+64(SB)/4, $0.5
GLOBL ·erfConst(SB), RODATA|NOPTR, $68

// func geluAsm(x *float32, n int)
TEXT ·geluAsm(SB), NOSPLIT, $0-16
	MOVQ         x+0(FP), SI
	MOVQ         n+8(FP), CX
	VBROADCASTSS ·erfConst+0(SB), Y15
	VBROADCASTSS ·erfConst+4(SB), Y14
	VBROADCASTSS ·erfConst+8(SB), Y13
	VBROADCASTSS ·erfConst+56(SB), Y12
	VBROADCASTSS ·erfConst+60(SB), Y11
	VBROADCASTSS ·erfConst+64(SB), Y10
	VBROADCASTSS ·erfConst+16(SB), Y9
	VBROADCASTSS ·erfConst+20(SB), Y8
	VBROADCASTSS ·erfConst+40(SB), Y7
	VBROADCASTSS ·erfConst+44(SB), Y6

loop:
	VMOVUPS      (SI), Y0
	VMULPS       Y15, Y0, Y1
	VMAXPS       Y14, Y1, Y1
	VMINPS       Y13, Y1, Y1        // t
	VMULPS       Y1, Y1, Y2         // t²
	VBROADCASTSS ·erfConst+12(SB), Y3
	VBROADCASTSS ·erfConst+36(SB), Y4
	VFMADD213PS  Y9, Y2, Y3
	VFMADD213PS  Y7, Y2, Y4
	VFMADD213PS  Y8, Y2, Y3
	VFMADD213PS  Y6, Y2, Y4
	VBROADCASTSS ·erfConst+24(SB), Y5
	VFMADD213PS  Y5, Y2, Y3
	VBROADCASTSS ·erfConst+48(SB), Y5
	VFMADD213PS  Y5, Y2, Y4
	VBROADCASTSS ·erfConst+28(SB), Y5
	VFMADD213PS  Y5, Y2, Y3
	VBROADCASTSS ·erfConst+52(SB), Y5
	VFMADD213PS  Y5, Y2, Y4
	VBROADCASTSS ·erfConst+32(SB), Y5
	VFMADD213PS  Y5, Y2, Y3         // P
	VFMADD213PS  Y12, Y2, Y4        // Q
	VMULPS       Y1, Y3, Y3
	VDIVPS       Y4, Y3, Y3
	VMINPS       Y12, Y3, Y3
	VMAXPS       Y11, Y3, Y3        // erf(t)
	VMULPS       Y10, Y0, Y0
	VFMADD213PS  Y0, Y0, Y3         // x/2·erf(t) + x/2
	VMOVUPS      Y3, (SI)
	ADDQ         $32, SI
	SUBQ         $8, CX
	JNZ          loop
	VZEROUPPER
	RET
