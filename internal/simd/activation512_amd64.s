//go:build !purego

#include "textflag.h"

// exp and GELU as in activation_amd64.s, whose constants these are, with
// registers of 512 bits and any length: the last elements are masked.

// Z1 = exp(Z1·scale - shift)
#define EXP \
	VFMSUB213PS  Z14, Z15, Z1; \
	VMAXPS       Z1, Z10, Z1; \
	VMINPS       Z1, Z9, Z1; \
	VMULPS       Z13, Z1, Z2; \
	VRNDSCALEPS  $0, Z2, Z2; \
	VFNMADD231PS Z12, Z2, Z1; \
	VFNMADD231PS Z11, Z2, Z1; \
	VMOVAPS      Z16, Z3; \
	VFMADD213PS  Z17, Z1, Z3; \
	VFMADD213PS  Z18, Z1, Z3; \
	VFMADD213PS  Z19, Z1, Z3; \
	VFMADD213PS  Z20, Z1, Z3; \
	VFMADD213PS  Z21, Z1, Z3; \
	VFMADD213PS  Z8, Z1, Z3; \
	VFMADD213PS  Z8, Z1, Z3; \
	VSCALEFPS    Z2, Z3, Z1

// TAILMASK sets K1 to the lanes of the CX elements that are left.
#define TAILMASK \
	MOVQ  $1, AX; \
	SHLQ  CX, AX; \
	DECQ  AX; \
	KMOVW AX, K1

// func expSum512Asm(x *float32, n int, scale, shift float32) float32
TEXT ·expSum512Asm(SB), NOSPLIT, $0-28
	MOVQ         x+0(FP), SI
	MOVQ         n+8(FP), CX
	VBROADCASTSS scale+16(FP), Z15
	VBROADCASTSS shift+20(FP), Z14
	VBROADCASTSS ·expConst+0(SB), Z13
	VBROADCASTSS ·expConst+4(SB), Z12
	VBROADCASTSS ·expConst+8(SB), Z11
	VBROADCASTSS ·expConst+12(SB), Z10
	VBROADCASTSS ·expConst+16(SB), Z9
	VBROADCASTSS ·expConst+44(SB), Z8
	VBROADCASTSS ·expConst+20(SB), Z16
	VBROADCASTSS ·expConst+24(SB), Z17
	VBROADCASTSS ·expConst+28(SB), Z18
	VBROADCASTSS ·expConst+32(SB), Z19
	VBROADCASTSS ·expConst+36(SB), Z20
	VBROADCASTSS ·expConst+40(SB), Z21
	VPXORD       Z0, Z0, Z0
	SUBQ         $16, CX
	JLT          tail

loop:
	VMOVUPS (SI), Z1
	EXP
	VMOVUPS Z1, (SI)
	VADDPS  Z1, Z0, Z0
	ADDQ    $64, SI
	SUBQ    $16, CX
	JGE     loop

tail:
	ADDQ      $16, CX
	JZ        done
	TAILMASK
	VMOVUPS.Z (SI), K1, Z1
	EXP
	VMOVUPS   Z1, K1, (SI)
	VADDPS    Z1, Z0, K1, Z0

done:
	VEXTRACTF64X4 $1, Z0, Y1
	VADDPS        Y1, Y0, Y0
	VEXTRACTF128  $1, Y0, X1
	VADDPS        X1, X0, X0
	VHADDPS       X0, X0, X0
	VHADDPS       X0, X0, X0
	VMOVSS        X0, ret+24(FP)
	VZEROUPPER
	RET

// Z3 = GELU(Z0). P/Q is P·r·(2-Q·r) where r is 1/Q to 14 bits: one step of
// Newton's method, in a third of the time of a division.
#define GELU \
	VMULPS      Z15, Z0, Z1; \
	VMAXPS      Z14, Z1, Z1; \
	VMINPS      Z13, Z1, Z1; \
	VMULPS      Z1, Z1, Z2; \
	VMOVAPS     Z16, Z3; \
	VMOVAPS     Z22, Z4; \
	VFMADD213PS Z17, Z2, Z3; \
	VFMADD213PS Z23, Z2, Z4; \
	VFMADD213PS Z18, Z2, Z3; \
	VFMADD213PS Z24, Z2, Z4; \
	VFMADD213PS Z19, Z2, Z3; \
	VFMADD213PS Z25, Z2, Z4; \
	VFMADD213PS Z20, Z2, Z3; \
	VFMADD213PS Z26, Z2, Z4; \
	VFMADD213PS Z21, Z2, Z3; \
	VFMADD213PS Z12, Z2, Z4; \
	VMULPS       Z1, Z3, Z3; \
	VRCP14PS     Z4, Z5; \
	VFNMADD213PS Z9, Z5, Z4; \
	VMULPS       Z4, Z5, Z5; \
	VMULPS       Z5, Z3, Z3; \
	VMINPS      Z12, Z3, Z3; \
	VMAXPS      Z11, Z3, Z3; \
	VMULPS      Z10, Z0, Z0; \
	VFMADD213PS Z0, Z0, Z3

// func gelu512Asm(x *float32, n int)
TEXT ·gelu512Asm(SB), NOSPLIT, $0-16
	MOVQ         x+0(FP), SI
	MOVQ         n+8(FP), CX
	VBROADCASTSS ·erfConst+0(SB), Z15
	VBROADCASTSS ·erfConst+4(SB), Z14
	VBROADCASTSS ·erfConst+8(SB), Z13
	VBROADCASTSS ·erfConst+12(SB), Z16
	VBROADCASTSS ·erfConst+16(SB), Z17
	VBROADCASTSS ·erfConst+20(SB), Z18
	VBROADCASTSS ·erfConst+24(SB), Z19
	VBROADCASTSS ·erfConst+28(SB), Z20
	VBROADCASTSS ·erfConst+32(SB), Z21
	VBROADCASTSS ·erfConst+36(SB), Z22
	VBROADCASTSS ·erfConst+40(SB), Z23
	VBROADCASTSS ·erfConst+44(SB), Z24
	VBROADCASTSS ·erfConst+48(SB), Z25
	VBROADCASTSS ·erfConst+52(SB), Z26
	VBROADCASTSS ·erfConst+56(SB), Z12
	VBROADCASTSS ·erfConst+60(SB), Z11
	VBROADCASTSS ·erfConst+64(SB), Z10
	VADDPS       Z12, Z12, Z9
	SUBQ         $16, CX
	JLT          tail

loop:
	VMOVUPS (SI), Z0
	GELU
	VMOVUPS Z3, (SI)
	ADDQ    $64, SI
	SUBQ    $16, CX
	JGE     loop

tail:
	ADDQ      $16, CX
	JZ        done
	TAILMASK
	VMOVUPS.Z (SI), K1, Z0
	GELU
	VMOVUPS   Z3, K1, (SI)

done:
	VZEROUPPER
	RET
