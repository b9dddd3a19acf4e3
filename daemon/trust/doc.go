// Package trust owns what the kiosk trusts: the certificates of issuing
// authorities (CSCA) that a technician put into a folder.
//
// A folder that is empty, missing or unreadable does not stop the kiosk: cards
// then come out as integrity-only, and [fault.NoTrust] says why. One bad file
// does not take the others' trust away, and is named. The package must never
// fetch anything from a network.
package trust
