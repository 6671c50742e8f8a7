//go:build !purego

#include "textflag.h"
#include "go_asm.h"
#include "raw_amd64.h"

// tileBF16AMX computes blocks of y[32,32] = init[32,32] + a[32,k] @ [b[k,16] |
// b'[k,16]], where b' is the next panel. It configures and releases the tiles as
// tileInt8AMX does.
//
// func tileBF16AMX(t *bf16Tile)
TEXT ·tileBF16AMX(SB), NOSPLIT, $0-8
	LEAQ ·tileConfig(SB), SI
	LDTILECFG_SI
	MOVQ t+0(FP), R15
	MOVQ bf16Tile_a(R15), R14
	MOVQ bf16Tile_lda(R15), R8
	MOVQ bf16Tile_init(R15), R13
	MOVQ bf16Tile_y(R15), R12
	MOVQ bf16Tile_blocks(R15), R11

block:
	MOVQ bf16Tile_ldinit(R15), R9
	MOVQ R9, R10
	SHLQ $4, R10
	MOVQ R13, BX
	TILELOADD_BX_R9_0
	ADDQ R10, BX
	TILELOADD_BX_R9_2
	LEAQ 64(R13), BX
	TILELOADD_BX_R9_1
	ADDQ R10, BX
	TILELOADD_BX_R9_3
	LEAQ (R13)(R10*2), R13

	MOVQ R14, AX
	MOVQ R8, BX
	SHLQ $4, BX
	ADDQ AX, BX
	MOVQ bf16Tile_b(R15), DX
	MOVQ bf16Tile_next(R15), SI
	ADDQ DX, SI
	MOVQ $64, R9
	MOVQ bf16Tile_steps(R15), CX

loop:
	TILELOADD_AX_R8_4
	TILELOADD_DX_R9_6
	TDPBF16PS_6_4_0
	TILELOADD_SI_R9_7
	TDPBF16PS_7_4_1
	TILELOADD_BX_R8_5
	TDPBF16PS_6_5_2
	TDPBF16PS_7_5_3
	ADDQ $64, AX
	ADDQ $64, BX
	ADDQ $1024, DX
	ADDQ $1024, SI
	DECQ CX
	JNZ  loop

	MOVQ bf16Tile_ldy(R15), R9
	MOVQ R9, R10
	SHLQ $4, R10
	MOVQ R12, BX
	TILESTORED_0_BX_R9
	ADDQ R10, BX
	TILESTORED_2_BX_R9
	LEAQ 64(R12), BX
	TILESTORED_1_BX_R9
	ADDQ R10, BX
	TILESTORED_3_BX_R9
	LEAQ (R12)(R10*2), R12

	MOVQ R8, R9
	SHLQ $5, R9
	ADDQ R9, R14
	DECQ R11
	JNZ  block

	TILERELEASE
	RET

// func roundBF16Asm(dst *uint16, src *float32, n int)
TEXT ·roundBF16Asm(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX

loop:
	VMOVUPS (SI), Z0
	VMOVUPS 64(SI), Z1
	VCVTNE2PS2BF16_Z0_Z1_Z0
	VMOVDQU32 Z0, (DI)
	ADDQ $128, SI
	ADDQ $64, DI
	SUBQ $32, CX
	JNZ  loop
	VZEROUPPER
	RET

// The words of two rows of 16 by turns.
DATA ·zip<>+0(SB)/8, $0x0011000100100000
DATA ·zip<>+8(SB)/8, $0x0013000300120002
DATA ·zip<>+16(SB)/8, $0x0015000500140004
DATA ·zip<>+24(SB)/8, $0x0017000700160006
DATA ·zip<>+32(SB)/8, $0x0019000900180008
DATA ·zip<>+40(SB)/8, $0x001b000b001a000a
DATA ·zip<>+48(SB)/8, $0x001d000d001c000c
DATA ·zip<>+56(SB)/8, $0x001f000f001e000e
GLOBL ·zip<>(SB), RODATA|NOPTR, $64

// func zipRowsAsm(dst *uint16, ldd int, src *float32, lds, pairs int)
TEXT ·zipRowsAsm(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ ldd+8(FP), R8
	SHLQ $2, R8
	MOVQ src+16(FP), SI
	MOVQ lds+24(FP), R9
	SHLQ $2, R9
	MOVQ pairs+32(FP), CX
	VMOVDQU32 ·zip<>(SB), Z2

loop:
	VMOVUPS (SI), Z0
	VMOVUPS (SI)(R9*1), Z1
	VCVTNE2PS2BF16_Z0_Z1_Z0
	VPERMW Z0, Z2, Z0
	VMOVDQU32 Z0, (DI)
	LEAQ (SI)(R9*2), SI
	ADDQ R8, DI
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET
