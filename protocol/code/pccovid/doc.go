// Package pccovid reads the national personal code, made in 2021 for the app
// PC-COVID and shown by others since: a line of text with a number, a name
// without marks and a date of birth.
//
// The code is not signed: anybody can make one. The package works on text; no
// error quotes it.
package pccovid
