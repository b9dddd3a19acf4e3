// Package drivertest holds one conformance suite per driver interface. A driver
// and the emulator that stands for it run the same suite, so that what is tested
// against the emulator also holds for the device.
//
// It owns the stories and the hands that play the person in front of the device;
// each implementation brings a factory of a few lines. It is imported by tests
// only.
package drivertest
