// Package trustbundle owns the file in which issuing authorities, their link
// certificates and their revocation lists reach a device: a signed list
// (protocol/signedlist) of X.509 (trustbundle.cddl).
//
// A bundle has a serial number that only grows. The package says what a bundle
// holds and whether it is genuine; that a device takes no older one than it had
// is the business of the device's store (daemon/trust), as this package keeps
// nothing. It opens no file, asks for no time, and must not import the terminal
// (protocol/emrtd).
package trustbundle
