// Instructions that Go's assembler lacks, as bytes. Beside each stands what GNU's
// disassembler makes of it, which TestRawInstructions checks; its operands have
// the same order as Go's.

// Go's assembler knows VPDPBUSD in its EVEX form only, which AVX-VNNI lacks.
#define VPDPBUSD_Y12_Y14_Y0 BYTE $0xc4; BYTE $0xc2; BYTE $0x0d; BYTE $0x50; BYTE $0xc4 // vpdpbusd %ymm12,%ymm14,%ymm0
#define VPDPBUSD_Y13_Y14_Y1 BYTE $0xc4; BYTE $0xc2; BYTE $0x0d; BYTE $0x50; BYTE $0xcd // vpdpbusd %ymm13,%ymm14,%ymm1
#define VPDPBUSD_Y12_Y15_Y2 BYTE $0xc4; BYTE $0xc2; BYTE $0x05; BYTE $0x50; BYTE $0xd4 // vpdpbusd %ymm12,%ymm15,%ymm2
#define VPDPBUSD_Y13_Y15_Y3 BYTE $0xc4; BYTE $0xc2; BYTE $0x05; BYTE $0x50; BYTE $0xdd // vpdpbusd %ymm13,%ymm15,%ymm3
#define VPDPBUSD_Y12_Y14_Y4 BYTE $0xc4; BYTE $0xc2; BYTE $0x0d; BYTE $0x50; BYTE $0xe4 // vpdpbusd %ymm12,%ymm14,%ymm4
#define VPDPBUSD_Y13_Y14_Y5 BYTE $0xc4; BYTE $0xc2; BYTE $0x0d; BYTE $0x50; BYTE $0xed // vpdpbusd %ymm13,%ymm14,%ymm5
#define VPDPBUSD_Y12_Y15_Y6 BYTE $0xc4; BYTE $0xc2; BYTE $0x05; BYTE $0x50; BYTE $0xf4 // vpdpbusd %ymm12,%ymm15,%ymm6
#define VPDPBUSD_Y13_Y15_Y7 BYTE $0xc4; BYTE $0xc2; BYTE $0x05; BYTE $0x50; BYTE $0xfd // vpdpbusd %ymm13,%ymm15,%ymm7
#define VPDPBUSD_Y12_Y14_Y8 BYTE $0xc4; BYTE $0x42; BYTE $0x0d; BYTE $0x50; BYTE $0xc4 // vpdpbusd %ymm12,%ymm14,%ymm8
#define VPDPBUSD_Y13_Y14_Y9 BYTE $0xc4; BYTE $0x42; BYTE $0x0d; BYTE $0x50; BYTE $0xcd // vpdpbusd %ymm13,%ymm14,%ymm9
#define VPDPBUSD_Y12_Y15_Y10 BYTE $0xc4; BYTE $0x42; BYTE $0x05; BYTE $0x50; BYTE $0xd4 // vpdpbusd %ymm12,%ymm15,%ymm10
#define VPDPBUSD_Y13_Y15_Y11 BYTE $0xc4; BYTE $0x42; BYTE $0x05; BYTE $0x50; BYTE $0xdd // vpdpbusd %ymm13,%ymm15,%ymm11

// AMX. Go's assembler has none of its instructions.
#define LDTILECFG_SI BYTE $0xc4; BYTE $0xe2; BYTE $0x78; BYTE $0x49; BYTE $0x06 // ldtilecfg (%rsi)
#define TILERELEASE BYTE $0xc4; BYTE $0xe2; BYTE $0x78; BYTE $0x49; BYTE $0xc0 // tilerelease
#define TILEZERO_0 BYTE $0xc4; BYTE $0xe2; BYTE $0x7b; BYTE $0x49; BYTE $0xc0 // tilezero %tmm0
#define TILEZERO_1 BYTE $0xc4; BYTE $0xe2; BYTE $0x7b; BYTE $0x49; BYTE $0xc8 // tilezero %tmm1
#define TILEZERO_2 BYTE $0xc4; BYTE $0xe2; BYTE $0x7b; BYTE $0x49; BYTE $0xd0 // tilezero %tmm2
#define TILEZERO_3 BYTE $0xc4; BYTE $0xe2; BYTE $0x7b; BYTE $0x49; BYTE $0xd8 // tilezero %tmm3
#define TILELOADD_AX_R8_4 BYTE $0xc4; BYTE $0xa2; BYTE $0x7b; BYTE $0x4b; BYTE $0x24; BYTE $0x00 // tileloadd (%rax,%r8,1),%tmm4
#define TILELOADD_BX_R8_5 BYTE $0xc4; BYTE $0xa2; BYTE $0x7b; BYTE $0x4b; BYTE $0x2c; BYTE $0x03 // tileloadd (%rbx,%r8,1),%tmm5
#define TILELOADD_DX_R9_6 BYTE $0xc4; BYTE $0xa2; BYTE $0x7b; BYTE $0x4b; BYTE $0x34; BYTE $0x0a // tileloadd (%rdx,%r9,1),%tmm6
#define TILELOADD_SI_R9_7 BYTE $0xc4; BYTE $0xa2; BYTE $0x7b; BYTE $0x4b; BYTE $0x3c; BYTE $0x0e // tileloadd (%rsi,%r9,1),%tmm7
#define TDPBUSD_6_4_0 BYTE $0xc4; BYTE $0xe2; BYTE $0x49; BYTE $0x5e; BYTE $0xc4 // tdpbusd %tmm6,%tmm4,%tmm0
#define TDPBUSD_7_4_1 BYTE $0xc4; BYTE $0xe2; BYTE $0x41; BYTE $0x5e; BYTE $0xcc // tdpbusd %tmm7,%tmm4,%tmm1
#define TDPBUSD_6_5_2 BYTE $0xc4; BYTE $0xe2; BYTE $0x49; BYTE $0x5e; BYTE $0xd5 // tdpbusd %tmm6,%tmm5,%tmm2
#define TDPBUSD_7_5_3 BYTE $0xc4; BYTE $0xe2; BYTE $0x41; BYTE $0x5e; BYTE $0xdd // tdpbusd %tmm7,%tmm5,%tmm3
#define TILESTORED_0_BX_R9 BYTE $0xc4; BYTE $0xa2; BYTE $0x7a; BYTE $0x4b; BYTE $0x04; BYTE $0x0b // tilestored %tmm0,(%rbx,%r9,1)
#define TILESTORED_1_BX_R9 BYTE $0xc4; BYTE $0xa2; BYTE $0x7a; BYTE $0x4b; BYTE $0x0c; BYTE $0x0b // tilestored %tmm1,(%rbx,%r9,1)
#define TILESTORED_2_BX_R9 BYTE $0xc4; BYTE $0xa2; BYTE $0x7a; BYTE $0x4b; BYTE $0x14; BYTE $0x0b // tilestored %tmm2,(%rbx,%r9,1)
#define TILESTORED_3_BX_R9 BYTE $0xc4; BYTE $0xa2; BYTE $0x7a; BYTE $0x4b; BYTE $0x1c; BYTE $0x0b // tilestored %tmm3,(%rbx,%r9,1)

// AMX-BF16 and AVX512-BF16, of which it has none either.
#define TILELOADD_BX_R9_0 BYTE $0xc4; BYTE $0xa2; BYTE $0x7b; BYTE $0x4b; BYTE $0x04; BYTE $0x0b // tileloadd (%rbx,%r9,1),%tmm0
#define TILELOADD_BX_R9_1 BYTE $0xc4; BYTE $0xa2; BYTE $0x7b; BYTE $0x4b; BYTE $0x0c; BYTE $0x0b // tileloadd (%rbx,%r9,1),%tmm1
#define TILELOADD_BX_R9_2 BYTE $0xc4; BYTE $0xa2; BYTE $0x7b; BYTE $0x4b; BYTE $0x14; BYTE $0x0b // tileloadd (%rbx,%r9,1),%tmm2
#define TILELOADD_BX_R9_3 BYTE $0xc4; BYTE $0xa2; BYTE $0x7b; BYTE $0x4b; BYTE $0x1c; BYTE $0x0b // tileloadd (%rbx,%r9,1),%tmm3
#define TDPBF16PS_6_4_0 BYTE $0xc4; BYTE $0xe2; BYTE $0x4a; BYTE $0x5c; BYTE $0xc4 // tdpbf16ps %tmm6,%tmm4,%tmm0
#define TDPBF16PS_7_4_1 BYTE $0xc4; BYTE $0xe2; BYTE $0x42; BYTE $0x5c; BYTE $0xcc // tdpbf16ps %tmm7,%tmm4,%tmm1
#define TDPBF16PS_6_5_2 BYTE $0xc4; BYTE $0xe2; BYTE $0x4a; BYTE $0x5c; BYTE $0xd5 // tdpbf16ps %tmm6,%tmm5,%tmm2
#define TDPBF16PS_7_5_3 BYTE $0xc4; BYTE $0xe2; BYTE $0x42; BYTE $0x5c; BYTE $0xdd // tdpbf16ps %tmm7,%tmm5,%tmm3
#define VCVTNE2PS2BF16_Z0_Z1_Z0 BYTE $0x62; BYTE $0xf2; BYTE $0x77; BYTE $0x48; BYTE $0x72; BYTE $0xc0 // vcvtne2ps2bf16 %zmm0,%zmm1,%zmm0
