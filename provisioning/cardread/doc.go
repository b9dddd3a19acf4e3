// Package cardread reads one card for a technician: it finds the reader, connects,
// reads and verifies, and tells what went wrong as a fault.
//
// It needs no kioskd. The readers are passed in, so that an emulated card in the
// same process will do for a test. It keeps nothing: what it returns lives as long
// as the caller holds it, and masks itself until it is asked not to.
package cardread
