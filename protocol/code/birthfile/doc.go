// Package birthfile owns the code of the file that a hospital has begun for a newborn: a
// token, by which whoever brings it to a ward goes on with the file.
//
// The token is the centre's, says nothing about anybody, and cannot be guessed: who holds
// it has seen the slip. What the file says is told to a person with an identity card.
//
// The package works on text and imports ascii and own only.
package birthfile
