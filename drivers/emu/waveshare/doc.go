// Package waveshare is the device side of the UART Fingerprint Sensor (C) of
// Waveshare, whose packets are framed by F5.
//
// It is written from the maker's manual V1.0 and shares nothing with the driver.
// While the module waits for a finger it is deaf. [Module.Left] tells what of a
// person is in its memory, [Module.On] makes it answer wrongly.
package waveshare
