// Package detcbor reads CBOR in the one form that core deterministic encoding
// leaves (RFC 8949, 4.2.1), byte for byte: every head in its shortest form, keys
// in their order, nothing of indefinite length and nothing tagged. Whoever takes
// only that form need not decode, encode again and compare.
package detcbor
