package emrtd

import "context"

// Inspection is a terminal's right to read what ordinary terminals may not:
// fingerprints and irises, by terminal authentication version 1 (TR-03110 part
// 1, 3.5; Doc 9303 part 11, 7.1). The private key stays behind it, so that a
// secure access module can hold it.
//
// An error of either method means that nothing restricted is read; it is a
// note in the verification, unless it is the context's. The bytes that are
// given to the methods may be kept.
type Inspection interface {
	// Chain returns card verifiable certificates, each a whole data object 7F21,
	// that lead from a trust point of the chip to the terminal's own
	// certificate, in the order in which the chip verifies them. The trust
	// points are given by the references in EF.CVCA, the current one first.
	Chain(ctx context.Context, trustPoints [][]byte) ([][]byte, error)
	// Sign signs msg, which is not hashed yet, by the algorithm that the
	// terminal's certificate names: r||s of equal width, or an RSA signature.
	Sign(ctx context.Context, msg []byte) ([]byte, error)
}
