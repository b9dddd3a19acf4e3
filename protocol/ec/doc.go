// Package ec computes on the elliptic curves of travel documents and of the
// certificates about them: the NIST curves P-192 to P-521 and the brainpool
// curves of 192 to 512 bits with their twins (RFC 5639), behind one small type,
// [Curve].
//
// The arithmetic is on fixed limbs in Montgomery form with the complete
// formulas of Renes, Costello and Batina (2015/1060, algorithms 4 and 6); a
// brainpool curve is computed on its isomorphic twin with a = -3. Neither
// branches nor memory addresses depend on a scalar, a coordinate or a key; they
// depend on the curve, and on the length of a scalar. What a check finds out,
// such as that a point is off the curve, is no secret.
// Verification on NIST curves that the standard library has is left to it.
//
// The package takes bytes and a random source, and imports protocol/montgomery
// only.
package ec
