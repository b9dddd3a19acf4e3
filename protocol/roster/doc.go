// Package roster owns the list of those who may be on duty at kiosks: officers
// and technicians, each by an opaque reference, the card they come with and a PIN.
// Beside them it names the approvers who look at what the centre holds, each with
// the key by which they sign. It is a signed list (protocol/signedlist, roster.cddl) that counts for 72 hours
// at most, so that somebody who is taken off it is gone in that time everywhere.
//
// No name and no number of a person is in it. A card is named by the SHA-256 of its
// EF.SOD, which nobody guesses and which belongs to that one card: a renewed card
// needs a new entry. A PIN is there as an Argon2id verifier. That makes guessing
// slow for whoever gets hold of the list, not impossible: six digits are a million
// guesses. The card is what cannot be guessed.
//
// The package opens no file and asks for no time. That a device takes no older list
// than it had, counts tries and says who is on duty is the business of daemon/duty.
package roster
