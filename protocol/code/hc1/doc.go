// Package hc1 reads and verifies vaccination certificates of the form that Viet
// Nam (Decision 5772/QĐ-BYT) shares with the European Union's Digital COVID
// Certificate: "HC1:", base45 (RFC 9285), zlib, a COSE_Sign1 (RFC 9052) by a
// document signer, whose payload is a CBOR Web Token (RFC 8392) with the health
// data of schema 1.3.0.
//
// [Decode] says what stands there and proves nothing. [Verify] holds it against
// lists of signers and of revoked certificates, the time, and the person of a
// chip, and says each thing that it finds by itself. [Issuer] signs certificates of the
// same form.
//
// The package works on text and lists and is given the time. Text is hostile and
// bounded everywhere; what certificates say is about people, and no error quotes
// it.
package hc1
