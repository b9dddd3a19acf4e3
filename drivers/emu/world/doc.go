// Package world makes the world that an emulated kiosk lives in: a state that
// issues cards, a fleet with one kiosk, a centre with its keys and the insurance
// records of the invented people, and the configuration files of kioskd and
// gatewayd that tie them together.
//
// It owns the layout of that folder. Everything in it is freshly made, says DEMO
// in its certificates, and is good for nothing outside. Programs that are shipped
// must never import it.
package world
