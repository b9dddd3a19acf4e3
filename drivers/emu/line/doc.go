// Package line is a serial line between an emulated device and the host, with
// everything that goes wrong on one.
//
// A [Cable] has the device at one end. At the other is either a pty, whose path
// the real driver opens, or a port in memory. It can be pulled and plugged in
// again, the device can lose its power, and what the device sends can suffer a
// [Fault]. All chance comes from a seed, and nothing here reads a clock: what is
// late waits for an event, so that a test in a synctest bubble and one on a pty
// see the same.
package line
