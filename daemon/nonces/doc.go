// Package nonces owns the centre's nonces on the kiosk: random numbers that the
// centre gave out at a known time, each for the opening of one visit. Some are
// kept for the time without a connection.
//
// A nonce is used at most once, whatever fails: it is off the disk before it is
// handed out. One that was handed out and came to nothing is lost, which harms
// nobody.
//
// The package must never import the link, the session or anything that knows a
// visit.
package nonces
