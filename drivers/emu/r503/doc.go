// Package r503 is the device side of the fingerprint protocol with the header
// EF 01: the R503, and with other [Options] the older modules of its family
// (ZFM-20, R30x).
//
// It is written from the makers' manuals and shares nothing with the driver. Each
// command of the R503's manual v1.2.2 is answered, those that the driver never
// sends, too. [Module.Left] tells what of a person is in its memory, [Module.On]
// makes it answer wrongly.
package r503
