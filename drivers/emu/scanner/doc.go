// Package scanner emulates code readers: the device side of each protocol that
// drivers/qr speaks, written from the protocols' descriptions and not from the
// driver, so that a mistake in one shows.
//
// A device has a [View], in which a test or a person holds codes. The serial ones
// are devices of drivers/emu/line; [TinyCode] is an I2C bus, and [Keyboard] what
// the kernel would tell of a scanner that types.
package scanner
