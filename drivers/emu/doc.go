// Package emu is the emulated side of the devices: today, chip cards and the
// readers they lie on.
//
// It owns the invented people ([LoadPersonas]), the demonstration authority that
// issues their cards ([Issuer]) and the one that lets terminals read fingerprints
// ([Inspector]), a chip that speaks ISO/IEC 7816-4, BAC, PACE, secure messaging,
// active, chip and terminal authentication ([Chip]), card readers inside the
// process ([Readers]) and the card's end of Debian's vpcd, which puts a chip
// behind the real pcscd ([ServeVPCD]).
//
// It must never be linked into kioskd or kiosk, never trusts or touches a real
// card, and shares with the terminal only the primitives that both sides of a
// protocol have in common: curves, key derivation, secure messaging and the
// certificates of terminals. Data groups, certificates and signatures are built
// here on their own, so that a mistake in the terminal's parser is not mirrored.
package emu
