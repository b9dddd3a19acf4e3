// Package devices keeps the configured devices attached and tells how they are:
// one supervisor each, a fault code for what is wrong, and the board's lamps and
// sounds as the visit's step wants them.
//
// It knows no driver. Whoever starts it brings one per class ([Drivers]); a device
// that is configured and has none is refused with the configuration. What is done
// with a code or a finger is not decided here.
package devices
