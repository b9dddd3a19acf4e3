// Package model decides what the touchscreen shows and what a tap means.
//
// It takes kioskd's snapshots, the person's settings and the time, and gives a
// [View]: which screen, with which words and which buttons. A tap on a button's
// id becomes a local.Action for kioskd, or changes something that lives only
// here: language, text size, colours, and the digits typed on the pad, which are
// wiped when the step, the visit or the connection ends.
//
// The package is pure. It must never import anything that draws, opens or
// stores, and it is given the time. Where things stand on the screen is
// kiosk/scene's business.
package model
