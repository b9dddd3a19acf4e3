// Package montgomery multiplies modulo an odd prime without dividing by it: the
// arithmetic on limbs that curves (protocol/ec) and prime fields (protocol/modp)
// share. A residue x stands for x*R modulo the prime, R being a power of two, and
// is kept in 64-bit limbs, the least significant first.
//
// Neither branches nor memory addresses depend on a residue; they depend on the
// prime, and on the length of bytes that are read. The package imports nothing of
// ours.
package montgomery
