//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"

// func maxAsm(x *float32, n int) float32
TEXT ·maxAsm(SB), NOSPLIT, $0-20
	MOVD x+0(FP), R0
	MOVD n+8(FP), R1
	VLD1 (R0), [V0.S4, V1.S4]

loop:
	VLD1.P 32(R0), [V2.S4, V3.S4]
	FMAX(0, 0, 2)
	FMAX(1, 1, 3)
	SUBS   $8, R1
	BNE    loop

	FMAX(0, 0, 1)
	FMAXV(0, 0)
	FMOVS F0, ret+16(FP)
	RET

// func scaleAsm(x *float32, n int, by float32)
TEXT ·scaleAsm(SB), NOSPLIT, $0-20
	MOVD  x+0(FP), R0
	MOVD  n+8(FP), R1
	FMOVS by+16(FP), F2

loop:
	VLD1   (R0), [V0.S4, V1.S4]
	FMULI(0, 0, 2, 0)
	FMULI(1, 1, 2, 0)
	VST1.P [V0.S4, V1.S4], 32(R0)
	SUBS   $8, R1
	BNE    loop
	RET

// func addAsm(y, x *float32, n int)
TEXT ·addAsm(SB), NOSPLIT, $0-24
	MOVD y+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), R2

loop:
	VLD1   (R0), [V0.S4, V1.S4]
	VLD1.P 32(R1), [V2.S4, V3.S4]
	FADD(0, 0, 2)
	FADD(1, 1, 3)
	VST1.P [V0.S4, V1.S4], 32(R0)
	SUBS   $8, R2
	BNE    loop
	RET

// func addSumAsm(x, r *float32, n int) float32
TEXT ·addSumAsm(SB), NOSPLIT, $0-28
	MOVD x+0(FP), R0
	MOVD r+8(FP), R1
	MOVD n+16(FP), R2
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16
	VEOR V4.B16, V4.B16, V4.B16
	VEOR V5.B16, V5.B16, V5.B16
	VEOR V6.B16, V6.B16, V6.B16
	VEOR V7.B16, V7.B16, V7.B16
	SUBS $32, R2
	BLT  rest

loop: // eight sums, as one would wait for itself
	ADD    $64, R0, R3
	VLD1   (R0), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1   (R3), [V20.S4, V21.S4, V22.S4, V23.S4]
	VLD1.P 64(R1), [V24.S4, V25.S4, V26.S4, V27.S4]
	VLD1.P 64(R1), [V28.S4, V29.S4, V30.S4, V31.S4]
	FADD(16, 16, 24)
	FADD(17, 17, 25)
	FADD(18, 18, 26)
	FADD(19, 19, 27)
	FADD(20, 20, 28)
	FADD(21, 21, 29)
	FADD(22, 22, 30)
	FADD(23, 23, 31)
	VST1.P [V16.S4, V17.S4, V18.S4, V19.S4], 64(R0)
	VST1.P [V20.S4, V21.S4, V22.S4, V23.S4], 64(R0)
	FADD(0, 0, 16)
	FADD(1, 1, 17)
	FADD(2, 2, 18)
	FADD(3, 3, 19)
	FADD(4, 4, 20)
	FADD(5, 5, 21)
	FADD(6, 6, 22)
	FADD(7, 7, 23)
	SUBS   $32, R2
	BGE    loop

rest:
	ADDS $32, R2
	BEQ  done

last:
	VLD1   (R0), [V16.S4, V17.S4]
	VLD1.P 32(R1), [V24.S4, V25.S4]
	FADD(16, 16, 24)
	FADD(17, 17, 25)
	VST1.P [V16.S4, V17.S4], 32(R0)
	FADD(0, 0, 16)
	FADD(1, 1, 17)
	SUBS   $8, R2
	BNE    last

done:
	EIGHTSUMS
	FMOVS F0, ret+24(FP)
	RET

// func squaresAsm(x *float32, n int, mean float32) float32
TEXT ·squaresAsm(SB), NOSPLIT, $0-28
	MOVD  x+0(FP), R0
	MOVD  n+8(FP), R1
	MOVWU mean+16(FP), R2
	VDUP  R2, V24.S4
	VEOR  V0.B16, V0.B16, V0.B16
	VEOR  V1.B16, V1.B16, V1.B16
	VEOR  V2.B16, V2.B16, V2.B16
	VEOR  V3.B16, V3.B16, V3.B16
	VEOR  V4.B16, V4.B16, V4.B16
	VEOR  V5.B16, V5.B16, V5.B16
	VEOR  V6.B16, V6.B16, V6.B16
	VEOR  V7.B16, V7.B16, V7.B16
	SUBS  $32, R1
	BLT   rest

loop:
	VLD1.P 64(R0), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1.P 64(R0), [V20.S4, V21.S4, V22.S4, V23.S4]
	FSUB(16, 16, 24)
	FSUB(17, 17, 24)
	FSUB(18, 18, 24)
	FSUB(19, 19, 24)
	FSUB(20, 20, 24)
	FSUB(21, 21, 24)
	FSUB(22, 22, 24)
	FSUB(23, 23, 24)
	FMLA(0, 16, 16)
	FMLA(1, 17, 17)
	FMLA(2, 18, 18)
	FMLA(3, 19, 19)
	FMLA(4, 20, 20)
	FMLA(5, 21, 21)
	FMLA(6, 22, 22)
	FMLA(7, 23, 23)
	SUBS   $32, R1
	BGE    loop

rest:
	ADDS $32, R1
	BEQ  done

last:
	VLD1.P 32(R0), [V16.S4, V17.S4]
	FSUB(16, 16, 24)
	FSUB(17, 17, 24)
	FMLA(0, 16, 16)
	FMLA(1, 17, 17)
	SUBS   $8, R1
	BNE    last

done:
	EIGHTSUMS
	FMOVS F0, ret+24(FP)
	RET

// func affineAsm(x, gamma, beta *float32, n int, mean, inv float32)
TEXT ·affineAsm(SB), NOSPLIT, $0-40
	MOVD  x+0(FP), R0
	MOVD  gamma+8(FP), R1
	MOVD  beta+16(FP), R2
	MOVD  n+24(FP), R3
	MOVWU mean+32(FP), R4
	VDUP  R4, V6.S4
	FMOVS inv+36(FP), F7

loop:
	VLD1   (R0), [V0.S4, V1.S4]
	VLD1.P 32(R1), [V2.S4, V3.S4]
	VLD1.P 32(R2), [V4.S4, V5.S4]
	FSUB(0, 0, 6)
	FSUB(1, 1, 6)
	FMULI(0, 0, 7, 0)
	FMULI(1, 1, 7, 0)
	FMLA(4, 0, 2)
	FMLA(5, 1, 3)
	VST1.P [V4.S4, V5.S4], 32(R0)
	SUBS   $8, R3
	BNE    loop
	RET
