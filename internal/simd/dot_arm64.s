//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"

// func dotAsm(a, b *float32, n int) float32
//
// Sums are added in the order of dot_amd64.s, and so in the files beside this
// one: the bits are the same.
TEXT ·dotAsm(SB), NOSPLIT, $0-28
	MOVD a+0(FP), R0
	MOVD b+8(FP), R1
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

loop:
	VLD1.P 64(R0), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1.P 64(R0), [V20.S4, V21.S4, V22.S4, V23.S4]
	VLD1.P 64(R1), [V24.S4, V25.S4, V26.S4, V27.S4]
	VLD1.P 64(R1), [V28.S4, V29.S4, V30.S4, V31.S4]
	VFMLA  V16.S4, V24.S4, V0.S4
	VFMLA  V17.S4, V25.S4, V1.S4
	VFMLA  V18.S4, V26.S4, V2.S4
	VFMLA  V19.S4, V27.S4, V3.S4
	VFMLA  V20.S4, V28.S4, V4.S4
	VFMLA  V21.S4, V29.S4, V5.S4
	VFMLA  V22.S4, V30.S4, V6.S4
	VFMLA  V23.S4, V31.S4, V7.S4
	SUBS   $32, R2
	BGE    loop

rest:
	ADDS $32, R2
	BEQ  done

last:
	VLD1.P 32(R0), [V16.S4, V17.S4]
	VLD1.P 32(R1), [V24.S4, V25.S4]
	VFMLA  V16.S4, V24.S4, V0.S4
	VFMLA  V17.S4, V25.S4, V1.S4
	SUBS   $8, R2
	BNE    last

done:
	EIGHTSUMS
	FMOVS F0, ret+24(FP)
	RET

// func dotInt8Asm(a, b *int8, n int) int32
//
// Products in words are at most 2^14; no sum can overflow.
TEXT ·dotInt8Asm(SB), NOSPLIT, $0-28
	MOVD a+0(FP), R0
	MOVD b+8(FP), R1
	MOVD n+16(FP), R2
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16

loop:
	VLD1.P 16(R0), [V2.B16]
	VLD1.P 16(R1), [V3.B16]
	SMULL(4, 2, 3)
	SMULL2(5, 2, 3)
	SADALP(0, 4)
	SADALP(1, 5)
	SUBS   $16, R2
	BNE    loop

	VADD  V1.S4, V0.S4, V0.S4
	VADDV V0.S4, V0
	FMOVS F0, ret+24(FP)
	RET

// func dotInt8DotAsm(a, b *int8, n int) int32
TEXT ·dotInt8DotAsm(SB), NOSPLIT, $0-28
	MOVD a+0(FP), R0
	MOVD b+8(FP), R1
	MOVD n+16(FP), R2
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16
	SUBS $64, R2
	BLT  rest

loop: // four sums, as one would wait for itself
	VLD1.P 64(R0), [V4.B16, V5.B16, V6.B16, V7.B16]
	VLD1.P 64(R1), [V16.B16, V17.B16, V18.B16, V19.B16]
	SDOT(0, 4, 16)
	SDOT(1, 5, 17)
	SDOT(2, 6, 18)
	SDOT(3, 7, 19)
	SUBS   $64, R2
	BGE    loop

rest:
	ADDS $64, R2
	BEQ  done

last:
	VLD1.P 16(R0), [V4.B16]
	VLD1.P 16(R1), [V16.B16]
	SDOT(0, 4, 16)
	SUBS   $16, R2
	BNE    last

done:
	VADD  V1.S4, V0.S4, V0.S4
	VADD  V3.S4, V2.S4, V2.S4
	VADD  V2.S4, V0.S4, V0.S4
	VADDV V0.S4, V0
	FMOVS F0, ret+24(FP)
	RET
