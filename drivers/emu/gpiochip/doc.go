// Package gpiochip is an emulated GPIO chip and the wires on it: lamps, switches
// that bounce or are stuck, lines that cannot be read, an expander that is pulled.
//
// Its lines behave as periph's gpioioctl makes the kernel's behave, traps included:
// [Line] as a GPIOLine, [Set] as a LineSet of one line. It is what drivers/board is
// tested with, and never part of a kiosk.
package gpiochip
