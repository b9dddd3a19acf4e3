// Package trust owns what the kiosk trusts: the certificates of issuing
// authorities (CSCA) and their revocation lists, out of a folder that a
// technician filled, or out of a signed bundle (protocol/trustbundle).
//
// A folder that is empty, missing or unreadable does not stop the kiosk: cards
// then come out as integrity-only, and [fault.NoTrust] says why. One bad file
// does not take the others' trust away, and is named. A bundle that is false, too
// old or older than the last one does not either: the last good one, which is
// kept, goes on counting. The package must never fetch anything from a network.
package trust
