//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"

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

// EXP replaces x by exp(scale·x - shift): t = scale·x - shift, n as above, and
// the polynomial in a and b by turns. V16 to V28 are the constants, V29 is the
// scale and V30 the shift, negative.
#define EXP(x, t, n, a, b) \
	MOV(t, 30); \
	FMLA(t, x, 29); \
	FMAX(t, t, 19); \
	FMIN(t, t, 20); \
	FMUL(n, t, 16); \
	FRINTN(n, n); \
	FMLS(t, n, 17); \
	FMLS(t, n, 18); \
	MOV(a, 22); \
	FMLA(a, t, 21); \
	MOV(b, 23); \
	FMLA(b, a, t); \
	MOV(a, 24); \
	FMLA(a, b, t); \
	MOV(b, 25); \
	FMLA(b, a, t); \
	MOV(a, 26); \
	FMLA(a, b, t); \
	MOV(b, 27); \
	FMLA(b, a, t); \
	MOV(a, 27); \
	FMLA(a, b, t); \
	FCVTNS(n, n); \
	ADDS4(n, n, 28); \
	SHL23(n, n); \
	FMUL(x, a, n)

// func expSumAsm(x *float32, n int, scale, shift float32) float32
TEXT ·expSumAsm(SB), NOSPLIT, $0-28
	MOVD   x+0(FP), R0
	MOVD   n+8(FP), R1
	MOVWU  scale+16(FP), R2
	VDUP   R2, V29.S4
	FMOVS  shift+20(FP), F0
	FNEGS  F0, F0
	VDUP   V0.S[0], V30.S4
	MOVD   $·expConst(SB), R3
	VLD1R.P 4(R3), [V16.S4]
	VLD1R.P 4(R3), [V17.S4]
	VLD1R.P 4(R3), [V18.S4]
	VLD1R.P 4(R3), [V19.S4]
	VLD1R.P 4(R3), [V20.S4]
	VLD1R.P 4(R3), [V21.S4]
	VLD1R.P 4(R3), [V22.S4]
	VLD1R.P 4(R3), [V23.S4]
	VLD1R.P 4(R3), [V24.S4]
	VLD1R.P 4(R3), [V25.S4]
	VLD1R.P 4(R3), [V26.S4]
	VLD1R.P 4(R3), [V27.S4]
	VLD1R.P 4(R3), [V28.S4]
	VEOR   V0.B16, V0.B16, V0.B16
	VEOR   V1.B16, V1.B16, V1.B16

loop:
	VLD1   (R0), [V2.S4, V3.S4]
	EXP(2, 4, 5, 6, 7)
	EXP(3, 8, 9, 10, 11)
	VST1.P [V2.S4, V3.S4], 32(R0)
	FADD(0, 0, 2)
	FADD(1, 1, 3)
	SUBS   $8, R1
	BNE    loop

	TWOSUMS
	FMOVS F0, ret+24(FP)
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

// GELU replaces x by its GELU: t = x/√2 within the bounds, s = t², and the
// polynomials in p or c and in q or d by turns. V15 to V31 are the constants.
#define GELU(x, t, s, p, q, c, d) \
	FMUL(t, x, 15); \
	FMAX(t, t, 16); \
	FMIN(t, t, 17); \
	FMUL(s, t, t); \
	MOV(p, 19); \
	MOV(q, 25); \
	FMLA(p, 18, s); \
	FMLA(q, 24, s); \
	MOV(c, 20); \
	MOV(d, 26); \
	FMLA(c, p, s); \
	FMLA(d, q, s); \
	MOV(p, 21); \
	MOV(q, 27); \
	FMLA(p, c, s); \
	FMLA(q, d, s); \
	MOV(c, 22); \
	MOV(d, 28); \
	FMLA(c, p, s); \
	FMLA(d, q, s); \
	MOV(p, 23); \
	MOV(q, 29); \
	FMLA(p, c, s); \
	FMLA(q, d, s); \
	FMUL(p, p, t); \
	FDIV(p, p, q); \
	FMIN(p, p, 29); \
	FMAX(p, p, 30); \
	FMUL(t, x, 31); \
	MOV(x, t); \
	FMLA(x, p, t)

// func geluAsm(x *float32, n int)
TEXT ·geluAsm(SB), NOSPLIT, $0-16
	MOVD   x+0(FP), R0
	MOVD   n+8(FP), R1
	MOVD   $·erfConst(SB), R3
	VLD1R.P 4(R3), [V15.S4]
	VLD1R.P 4(R3), [V16.S4]
	VLD1R.P 4(R3), [V17.S4]
	VLD1R.P 4(R3), [V18.S4]
	VLD1R.P 4(R3), [V19.S4]
	VLD1R.P 4(R3), [V20.S4]
	VLD1R.P 4(R3), [V21.S4]
	VLD1R.P 4(R3), [V22.S4]
	VLD1R.P 4(R3), [V23.S4]
	VLD1R.P 4(R3), [V24.S4]
	VLD1R.P 4(R3), [V25.S4]
	VLD1R.P 4(R3), [V26.S4]
	VLD1R.P 4(R3), [V27.S4]
	VLD1R.P 4(R3), [V28.S4]
	VLD1R.P 4(R3), [V29.S4]
	VLD1R.P 4(R3), [V30.S4]
	VLD1R.P 4(R3), [V31.S4]

loop:
	VLD1   (R0), [V0.S4, V1.S4]
	GELU(0, 2, 3, 4, 5, 6, 7)
	GELU(1, 8, 9, 10, 11, 12, 13)
	VST1.P [V0.S4, V1.S4], 32(R0)
	SUBS   $8, R1
	BNE    loop
	RET
