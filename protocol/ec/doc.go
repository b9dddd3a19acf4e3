// Package ec computes on the elliptic curves that travel documents use: the
// NIST curves P-256, P-384, P-521 and the brainpool curves P256r1, P384r1 and
// P512r1 (RFC 5639), behind one small type, [Curve].
//
// The arithmetic is on fixed limbs in Montgomery form with the complete
// formulas of Renes, Costello and Batina (2015/1060, algorithms 4 and 6); a
// brainpool curve is computed on its isomorphic twin with a = -3. Neither
// branches nor memory addresses depend on a scalar, a coordinate or a key.
// ECDSA on NIST curves is left to the standard library.
//
// The package takes bytes and a random source, and imports nothing of ours.
package ec
