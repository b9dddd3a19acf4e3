// Package own owns what the codes that are our own, on slips of kiosks and of
// hospitals, have in common: how their version is told, the letters of their numbers,
// how typed numbers are read, and their check digits.
//
// The package works on text and imports ascii only.
package own
