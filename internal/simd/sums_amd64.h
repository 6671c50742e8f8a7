// Shared by what adds in four registers, as one would wait for itself.

// FOURSUMS adds the elements of Y0 to Y3 in X0.
#define FOURSUMS \
	VADDPS       Y1, Y0, Y0; \
	VADDPS       Y3, Y2, Y2; \
	VADDPS       Y2, Y0, Y0; \
	VEXTRACTF128 $1, Y0, X1; \
	VADDPS       X1, X0, X0; \
	VHADDPS      X0, X0, X0; \
	VHADDPS      X0, X0, X0
