// Shared by the scans: dst[i] = q . row i, four rows at a time.
//
// DI = results, SI = query, R8, R9, R10, R11 = the four rows, R12 = elements of
// a row that count, R13 = bytes from a group of rows to the next, R14 = rows
// left, CX = elements done.
//
// Memory decides the speed, and a processor's own prefetching stops at the end
// of a page: so every line is asked for AHEAD bytes before it is needed. What is
// asked for behind the end of the rows does no harm.

#define AHEAD 4096

#define SCANARGUMENTS \
	MOVQ dst+0(FP), DI; \
	MOVQ q+8(FP), SI; \
	MOVQ rows+16(FP), R8; \
	MOVQ n+24(FP), R12; \
	MOVQ stride+32(FP), R13; \
	MOVQ count+40(FP), R14; \
	LEAQ (R8)(R13*1), R9; \
	LEAQ (R9)(R13*1), R10; \
	LEAQ (R10)(R13*1), R11; \
	SHLQ $2, R13

#define NEXTROWS \
	ADDQ $16, DI; \
	ADDQ R13, R8; \
	ADDQ R13, R9; \
	ADDQ R13, R10; \
	ADDQ R13, R11; \
	SUBQ $4, R14

// The sums of four registers of eight, in their order.
#define SUMS(a, b, c, d, x, low) \
	VPHADDD      b, a, a; \
	VPHADDD      d, c, c; \
	VPHADDD      c, a, a; \
	VEXTRACTI128 $1, a, x; \
	VPADDD       x, low, low; \
	VMOVDQU      low, (DI)
