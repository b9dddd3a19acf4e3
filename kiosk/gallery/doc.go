// Package gallery holds one invented example of every screen, made the way the
// kiosk makes them: a snapshot from kioskd, the taps of a person, a view.
//
// Tests measure and compare these, documents show them. The people and numbers
// are invented. It must never import anything that draws.
package gallery
