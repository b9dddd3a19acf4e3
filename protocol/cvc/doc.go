// Package cvc knows card verifiable certificates: the small certificates by
// which a chip decides whether a terminal may read fingerprints and irises (BSI
// TR-03110 part 3, appendices A.6, C and D; Doc 9303 part 12, 7.2.2).
//
// It parses and builds them ([Parse], [Template]), checks signatures with RSA
// and ECDSA ([PublicKey]), and walks the chain from a country verifying
// authority (CVCA) over link certificates and a document verifier (DV) to an
// inspection system, as a chip does it with its own idea of today ([Verifier])
// or as a terminal with a clock does it ([Validate]).
//
// The reader is strict: one order, shortest lengths, nothing after the end. The
// package takes bytes, a random source and dates; it never opens or logs, keeps
// no private key but the one it was given, and must not import anything of ours
// but the codecs and the curves.
package cvc
