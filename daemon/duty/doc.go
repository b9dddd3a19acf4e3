// Package duty owns who is on duty at the kiosk.
//
// A [Book] keeps the newest verified roster (protocol/roster), counts wrong PINs,
// and holds the one session that may be open. A session is opened with a card that
// was read as genuine with proof of its chip, which the visit vouches for, and
// that card's PIN, or a finger of its holder. It is bound to this device and facility, and ends when it is
// closed, when another officer opens one, when the roster no longer has the
// officer or counts no more, after 12 hours, and with the program.
//
// No shared account exists: a session belongs to one entry of the roster.
//
// A finger is enrolled in a session by PIN, and kept as its reader's template: one
// file an officer, sealed for this device, officer and card with a key that is derived
// from a secret beside the device key. It is deleted when the officer wishes so, leaves
// the roster or comes with another card. It is compared with one finger, never searched
// for.
//
// The package knows no reader, no screen and no network, and never a name: an
// officer is a reference.
package duty
