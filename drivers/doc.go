// Package drivers is the vocabulary between the devices of a kiosk and the
// software that uses them: what card readers, code readers, finger readers,
// printers and the kiosk's own board can do, what they fail with, and the events
// they report.
//
// It holds interfaces and plain values only. A driver lives in a folder of its
// own below this one and returns concrete types; drivers/drivertest holds one
// conformance suite per interface, which the hardware driver and its emulator
// both pass. A missing device is a state that is reported, never a crash.
package drivers
