// Package gt521 is the device side of the fingerprint modules GT-511C and GT-521F,
// with the headers 55 AA and 5A A5.
//
// It is written from the GT-511C3 datasheet V1.1 and shares nothing with the driver.
// [Module.Left] tells what of a person is in its memory, [Module.On] makes it answer
// wrongly.
package gt521
