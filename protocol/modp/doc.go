// Package modp computes in the prime fields that travel documents agree on keys
// in without curves: the three groups of RFC 5114, each the subgroup of prime
// order q in the integers modulo a prime p of 1024 or 2048 bits.
//
// The arithmetic is on fixed limbs in Montgomery form. Neither branches nor
// memory addresses depend on an exponent or an element; they depend on the
// length of an exponent, and on the group's parameters.
//
// The package takes bytes and a random source, and imports protocol/montgomery
// only.
package modp
