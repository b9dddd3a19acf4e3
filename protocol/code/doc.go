// Package code owns what a scanned code means: [Classify] takes the bytes that
// came out of a reader and says which of the known codes they are, what it says,
// or why nothing can be made of it. Each kind of code has its own package below
// this one; the printed code of the identity card is protocol/cccd's.
//
// A reader that is set wrongly changes letters on the way. Technicians meet that
// more often than foreign codes, so it is told apart from them.
//
// The package works on bytes; it never asks whether a code is genuine or for the
// time. Bytes are hostile and bounded. What codes say is about people: values mask
// themselves, and no reason and no error quotes what was scanned.
package code
