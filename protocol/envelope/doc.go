// Package envelope owns how a request travels: sealed to the service that reads
// it, signed by the device that sends it; and how the centre's answers come back,
// signed.
//
// An envelope is a COSE_Sign1 (RFC 9052) with ES256. Its protected header names
// the content type and carries the signer's certificate chain (RFC 9360); its
// payload holds the outer part of the request in clear and the inner part sealed
// by HPKE (RFC 9180) with the hybrid KEM MLKEM768-X25519, HKDF-SHA256 and
// AES-256-GCM, the outer part being the additional data. Receipts and results
// are COSE_Sign1 of the same shape, of other content types, by certificates that
// devices do not have. envelope.cddl defines the bytes, docs/protocol.md tells
// them in words, testdata/vectors.json lets another implementation check itself.
//
// There is exactly one sequence of bytes for an envelope: encodings are
// canonical, the unprotected header is empty, and of the two ECDSA signatures
// that verify only the one with the smaller s is taken. So nobody on the way can
// make a second envelope, with another digest, out of the first.
//
// The package opens no file and asks for no time; it must never import os, net
// or log.
package envelope
