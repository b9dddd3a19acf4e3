// Package lds reads what stands in the files of a travel document: the logical
// data structure of ICAO Doc 9303 part 10. One parser for each file turns its
// bytes into a typed value, keeps the bytes where their meaning may be disputed,
// and refuses what is not built as the standard says with [ErrMalformed].
//
// DG14, DG15, EF.CardAccess, EF.CardSecurity and EF.SOD belong to the protocols
// and signatures and are read there; DG13 is what a state makes of it (Viet Nam:
// protocol/cccd).
//
// The package takes bytes and imports tlv and mrz only; it must not import emrtd
// nor decode a picture. What a card says is hostile until its hash was verified:
// every count and length is bounded, nothing is copied, results alias the file.
// Everything here is about a person: the types mask themselves in logs and
// messages, and no error quotes what was read.
package lds
