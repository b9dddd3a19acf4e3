// Package dossier owns what becomes of linked civil procedures: a dossier of several
// legs, each at an agency of its own, with its own pace and due date (Decree
// 63/2024/ND-CP).
//
// A leg's state is what its agency last said, with the time of that; nothing is
// guessed from the passing of time, except that a supplement that did not come is
// too late. The package knows no person and never asks for the time.
package dossier
