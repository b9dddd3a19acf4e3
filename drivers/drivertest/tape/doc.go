// Package tape holds drivers to tapes: what a driver and a device once said to each
// other ([motcua/drivers/emu/line.Tape]). A tape of a real device is worth the most,
// and stays when the device is gone; one of an emulator shows the form of a tape,
// and that a driver says the same bytes as ever.
//
// It owns recording and playing; what a driver is asked for, and by which driver, a
// test says ([Kind]). It is imported by tests only.
package tape
