// Package der reads the ASN.1 types that certificates, signed data and the
// files of a chip are made of (X.690), over the data objects of protocol/tlv.
//
// It knows types, not structures: what a sequence means is the caller's, but for
// the value of an ECDSA signature, which is the same everywhere. The readers
// are strict about values and bounded; like tlv they accept a length that is
// longer than it needs to be, because cards send them. Every error wraps
// [ErrMalformed]. The package imports nothing of ours but tlv.
package der
