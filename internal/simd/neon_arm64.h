// Instructions that Go's assembler lacks. d, n and m are numbers of registers V,
// i of an element. TestEncodingsOfNEON compares each with what LLVM's assembler
// makes of the text behind it.

#define FADD(d, n, m)       WORD $(0x4e20d400 | (m)<<16 | (n)<<5 | (d)) // fadd v{d}.4s, v{n}.4s, v{m}.4s
#define FSUB(d, n, m)       WORD $(0x4ea0d400 | (m)<<16 | (n)<<5 | (d)) // fsub v{d}.4s, v{n}.4s, v{m}.4s
#define FMUL(d, n, m)       WORD $(0x6e20dc00 | (m)<<16 | (n)<<5 | (d)) // fmul v{d}.4s, v{n}.4s, v{m}.4s
#define FDIV(d, n, m)       WORD $(0x6e20fc00 | (m)<<16 | (n)<<5 | (d)) // fdiv v{d}.4s, v{n}.4s, v{m}.4s
#define FMAX(d, n, m)       WORD $(0x4e20f400 | (m)<<16 | (n)<<5 | (d)) // fmax v{d}.4s, v{n}.4s, v{m}.4s
#define FMIN(d, n, m)       WORD $(0x4ea0f400 | (m)<<16 | (n)<<5 | (d)) // fmin v{d}.4s, v{n}.4s, v{m}.4s
#define FADDP(d, n, m)      WORD $(0x6e20d400 | (m)<<16 | (n)<<5 | (d)) // faddp v{d}.4s, v{n}.4s, v{m}.4s
#define FMAXV(d, n)         WORD $(0x6e30f800 | (n)<<5 | (d)) // fmaxv s{d}, v{n}.4s
#define FMINV(d, n)         WORD $(0x6eb0f800 | (n)<<5 | (d)) // fminv s{d}, v{n}.4s
#define FMULI(d, n, m, i)   WORD $(0x4f809000 | ((i)&1)<<21 | (m)<<16 | ((i)>>1)<<11 | (n)<<5 | (d)) // fmul v{d}.4s, v{n}.4s, v{m}.s[{i}]
#define FMLAI(d, n, m, i)   WORD $(0x4f801000 | ((i)&1)<<21 | (m)<<16 | ((i)>>1)<<11 | (n)<<5 | (d)) // fmla v{d}.4s, v{n}.4s, v{m}.s[{i}]
#define FMLA(d, n, m)       WORD $(0x4e20cc00 | (m)<<16 | (n)<<5 | (d)) // fmla v{d}.4s, v{n}.4s, v{m}.4s
#define FMLS(d, n, m)       WORD $(0x4ea0cc00 | (m)<<16 | (n)<<5 | (d)) // fmls v{d}.4s, v{n}.4s, v{m}.4s
#define FRINTN(d, n)        WORD $(0x4e218800 | (n)<<5 | (d)) // frintn v{d}.4s, v{n}.4s
#define FCVTNS(d, n)        WORD $(0x4e21a800 | (n)<<5 | (d)) // fcvtns v{d}.4s, v{n}.4s
#define FCVTNU(d, n)        WORD $(0x6e21a800 | (n)<<5 | (d)) // fcvtnu v{d}.4s, v{n}.4s
#define SCVTF(d, n)         WORD $(0x4e21d800 | (n)<<5 | (d)) // scvtf v{d}.4s, v{n}.4s
#define MOV(d, n)           WORD $(0x4ea01c00 | (n)<<16 | (n)<<5 | (d)) // mov v{d}.16b, v{n}.16b
#define ADDS4(d, n, m)      WORD $(0x4ea08400 | (m)<<16 | (n)<<5 | (d)) // add v{d}.4s, v{n}.4s, v{m}.4s
#define SHL23(d, n)         WORD $(0x4f375400 | (n)<<5 | (d)) // shl v{d}.4s, v{n}.4s, #23
#define SMULL(d, n, m)      WORD $(0x0e20c000 | (m)<<16 | (n)<<5 | (d)) // smull v{d}.8h, v{n}.8b, v{m}.8b
#define SMULL2(d, n, m)     WORD $(0x4e20c000 | (m)<<16 | (n)<<5 | (d)) // smull2 v{d}.8h, v{n}.16b, v{m}.16b
#define SADALP(d, n)        WORD $(0x4e606800 | (n)<<5 | (d)) // sadalp v{d}.4s, v{n}.8h
#define SDOT(d, n, m)       WORD $(0x4e809400 | (m)<<16 | (n)<<5 | (d)) // sdot v{d}.4s, v{n}.16b, v{m}.16b
#define SDOTI(d, n, m, i)   WORD $(0x4f80e000 | ((i)&1)<<21 | (m)<<16 | ((i)>>1)<<11 | (n)<<5 | (d)) // sdot v{d}.4s, v{n}.16b, v{m}.4b[{i}]
#define UQXTNH(d, n)        WORD $(0x2e614800 | (n)<<5 | (d)) // uqxtn v{d}.4h, v{n}.4s
#define UQXTNH2(d, n)       WORD $(0x6e614800 | (n)<<5 | (d)) // uqxtn2 v{d}.8h, v{n}.4s
#define UQXTNB(d, n)        WORD $(0x2e214800 | (n)<<5 | (d)) // uqxtn v{d}.8b, v{n}.8h

// EIGHTSUMS adds the elements of V0 to V7 in V0, in the order in which
// FOURSUMS of elementwise_amd64.s adds those of Y0 to Y3.
#define EIGHTSUMS \
	FADD(0, 0, 2); \
	FADD(1, 1, 3); \
	FADD(4, 4, 6); \
	FADD(5, 5, 7); \
	FADD(0, 0, 4); \
	FADD(1, 1, 5); \
	TWOSUMS

// TWOSUMS adds the elements of V0 and V1.
#define TWOSUMS \
	FADD(0, 0, 1); \
	FADDP(0, 0, 0); \
	FADDP(0, 0, 0)
