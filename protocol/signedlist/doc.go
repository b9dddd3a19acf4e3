// Package signedlist owns how lists reach a device that the provisioner has
// signed: one COSE_Sign1 under an Ed25519 key, in core deterministic encoding,
// that says its version, serial number, time of issue and end.
//
// What a list holds is the business of its package (protocol/trustbundle,
// protocol/roster, protocol/code/hc1); that a device takes no older one than it had is the
// business of the device's store. The package opens no file, asks for no time,
// and imports nothing of this module.
package signedlist
