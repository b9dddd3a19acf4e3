// Package pki knows the certificates of travel documents and what is signed
// under them (ICAO Doc 9303 part 12, BSI TR-03110 part 3): issuing authorities
// (CSCA), document signers, and the algorithms they use, brainpool curves and
// curves spelled out among them, which the standard library refuses.
//
// It reads bytes and says what they prove at a time that is passed in. It never
// opens, fetches or logs, and must not import the terminal (protocol/emrtd),
// drivers, os, net or log. Certificates and signed data are hostile: everything
// read from them is bounded. Errors wrap [der.ErrMalformed] or [ErrUnsupported].
package pki
