// Package cccd is what only the Vietnamese identity card has: data group 13, the
// printed QR code, the twelve-digit number, and how they lead to a key for the
// chip.
//
// The structures are not published; they are read as several independent
// programs read them, and as tolerantly as that demands: fields may be absent,
// in any order, in any string type. What a newer card does not carry is empty,
// never invented. The one hard rule about a number is its twelve digits; what
// the first ones mean is no law any more.
//
// The package works on bytes and text and imports emrtd, mrz, personal and tlv only.
// Everything here is personal data: the types mask themselves in logs and
// messages, and no error quotes what was read.
package cccd
